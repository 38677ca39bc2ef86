/** Text of the evidence in the log of a CI system: no line of it commands the runner that reads the log. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gait } from "../gait.ts";

/** As runners read a line: GitHub's `::` first after blanks; `##[` and its like (Azure, TeamCity) anywhere. */
function isCommand(line: string): boolean {
  return /^\s*::/.test(line) || /##[a-z]*\[/i.test(line);
}

const TEXTS = [
  "::error::zebra",
  " ::set-output::zebra",
  "##[add-mask]zebra",
  "x ##vso[task]zebra",
  "##teamcity[zebra]",
];

const folder = mkdtempSync(join(tmpdir(), "gait-ci-log-"));
const ran = (...words: string[]) => gait(words, { cwd: folder });

/** A record whose every free text is `text`. */
function record(id: string, text: string, status = text): string {
  return JSON.stringify({
    run: {
      run_id: id,
      created_at: "2026-11-20T09:00:00Z",
      producer_version: text,
      env: { os: text, arch: text, runtime: text },
      timeline: [{ event: text, ts: "2026-11-20T09:00:01Z", ref: text }],
    },
    intents: [
      { intent_id: text, tool_name: text, args: { [text]: text, list: [text] }, created_at: "2026-11-20T09:00:02Z" },
      { intent_id: `${text}2`, tool_name: text, args: {}, created_at: "2026-11-20T09:00:03Z" },
    ],
    results: [
      {
        intent_id: text,
        status,
        result: { verdict: text, reason_codes: [text], violations: [text], approved_by: text },
        created_at: "2026-11-20T09:00:04Z",
      },
    ],
    refs: {
      receipts: [
        {
          ref_id: text,
          source_type: text,
          source_locator: text,
          query_digest: "0".repeat(64),
          content_digest: "0".repeat(64),
          retrieved_at: "2026-11-20T09:00:02Z",
          redaction_mode: text,
        },
      ],
    },
  });
}

beforeAll(() => {
  for (const [index, text] of TEXTS.entries()) {
    writeFileSync(join(folder, `${index}.json`), record(`r${index}`, text));
    writeFileSync(join(folder, `${index}b.json`), record(`r${index}b`, text, "ok"));
    for (const side of ["", "b"]) {
      const name = `${index}${side}`;
      expect(ran("run", "record", "--input", `${name}.json`, "--capture-mode", "raw").exit).toBe(0);
      expect(ran("pack", "build", "--from", `r${name}`, "--out", `${name}.zip`).exit).toBe(0);
    }
    const job = ["--root", "jobs", "--actor", text];
    ran("job", "submit", "--id", `job${index}`, ...job);
    const add = ["--id", `job${index}`, ...job, "--type", "decision-needed", "--summary", text];
    ran("job", "checkpoint", "add", ...add, "--required-action", text);
    ran("job", "approve", "--id", `job${index}`, ...job, "--reason", text);
    ran("job", "pause", "--id", `job${index}`, ...job, "--reason", text);
    ran("pack", "build", "--type", "job", "--from", `job${index}`, "--root", "jobs", "--out", `job${index}.zip`);
    // A name in the archive that is not what it should be, and a file that is none.
    writeFileSync(join(folder, `${index}.bad.zip`), text);
    const cut = readFileSync(join(folder, `${index}.zip`));
    writeFileSync(join(folder, `${index}.cut.zip`), cut.subarray(0, cut.length - 30));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const [index, text] of TEXTS.entries()) {
  describe(JSON.stringify(text), () => {
    const commands: readonly (readonly [words: string[], shows: boolean])[] = [
      [["pack", "verify", `${index}.zip`], false],
      [["pack", "verify", text], true],
      [["pack", "verify", text, `${index}.zip`, "--base-dir", "."], true],
      [["pack", "verify", `${index}.bad.zip`, `${index}.cut.zip`, text, "--format", "junit"], true],
      [["pack", "verify", text, "--format", "markdown"], true],
      [["pack", "verify", text, "--format", "sarif"], true],
      [["pack", "verify", text, "--format", "ndjson"], true],
      [["pack", "inspect", `${index}.zip`], true],
      [["pack", "inspect", `${index}.zip`, "--timeline"], true],
      [["pack", "inspect", `${index}.zip`, "--with-arguments"], true],
      [["pack", "inspect", `${index}.zip`, "--contents"], false],
      [["pack", "inspect", `${index}.zip`, "--json"], true],
      [["pack", "inspect", `${index}.zip`, "--intent", text], true],
      [["run", "inspect", `r${index}`], true],
      [["pack", "query", `${index}.zip`, "seconds>0 or not (seconds>0)"], true],
      [["pack", "query", `${index}.zip`, "index>0", "--format", "ndjson"], true],
      [["pack", "query", `${index}.zip`, `${text}=1`], false],
      [["pack", "diff", `${index}.zip`, `${index}b.zip`], true],
      [["pack", "diff", `${index}.zip`, `${index}b.zip`, "--json"], true],
      [["run", "diff", `r${index}`, `r${index}b`], false],
      [["pack", "inspect", `job${index}.zip`], true],
      [["job", "status", "--id", `job${index}`, "--root", "jobs"], true],
      [["job", "inspect", "--id", `job${index}`, "--root", "jobs"], true],
      [["job", "checkpoint", "list", "--id", `job${index}`, "--root", "jobs"], true],
      [["run", "record", "--input", text], true],
      [["pack", "verify", `${index}.zip`, "--public-key", text], true],
      [["explain", text], true],
      [["schema", "show", text], true],
      [[text], true],
    ];
    for (const [words, shows] of commands) {
      test(`gait ${words.join(" ")}`, () => {
        const { stdout, stderr } = ran(...words);
        const lines = `${stdout}\n${stderr}`.split("\n");
        expect(lines.filter(isCommand)).toEqual([]);
        // Else nothing was tried: the text is there, in a form that is no command.
        if (shows) expect(`${stdout}${stderr}`).toContain("zebra");
      });
    }
  });
}

test("in JSON it is the same value", () => {
  const { stdout } = ran("pack", "inspect", "2.zip", "--json");
  expect(stdout).not.toContain("##[");
  expect(JSON.stringify(JSON.parse(stdout))).toContain("##[add-mask]zebra");
});

test("--format github has its own annotations, and no others", () => {
  for (const [index, text] of TEXTS.entries()) {
    const { stdout } = ran("pack", "verify", `${index}.bad.zip`, text, `${index}.zip`, "--format", "github");
    const commands = stdout.split("\n").filter(isCommand);
    expect(commands.length).toBe(2);
    for (const line of commands) expect(line).toStartWith("::error file=");
  }
});
