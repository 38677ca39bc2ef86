/** `run import` by the executable: every case of every format, what it leaves, and what can be repeated. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { IMPORT_FORMATS } from "../../../src/core/import/formats.ts";
import { AGENT_VECTORS, caseFolders, expectedCase } from "../../core/import/agent-case.ts";
import { conforms } from "../answers.ts";
import { bash, gait } from "../gait.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-import-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SESSION = join(AGENT_VECTORS, "claude-code/interrupted/session.jsonl");
const SUBAGENT = join(AGENT_VECTORS, "claude-code/subagent");
const MAIN = "7b20e8f4-1c3d-4e55-8f66-0d9b1e2f3a02.jsonl";

interface ImportJson {
  readonly ok: boolean;
  readonly format?: string;
  readonly files: readonly { readonly name: string }[];
  readonly runs: readonly { readonly run_id: string; readonly bundle?: string; readonly pack?: string }[];
  readonly counts: { readonly [name: string]: number };
  readonly warnings: { readonly [code: string]: { readonly count: number; readonly places: readonly string[] } };
  readonly redacted?: { readonly [kind: string]: number };
  readonly likely_secrets?: { readonly [kind: string]: number };
  readonly unknown_kinds: { readonly [kind: string]: number };
  readonly left_out?: readonly { readonly path: string; readonly reason: string }[];
  readonly check?: { readonly same: boolean; readonly differences: readonly string[] };
}

function run(...args: string[]): { exit: number | null; json: ImportJson } {
  const { exit, stdout } = gait(["run", "import", ...args, "--json"], { cwd: folder });
  const json = JSON.parse(stdout) as ImportJson & { schema_id: string };
  expect(conforms(json)).toEqual([]);
  return { exit, json };
}

describe("the cases of each format are imported, recorded, and verify", () => {
  for (const { name } of IMPORT_FORMATS) {
    for (const path of caseFolders(name)) {
      test(`${name}/${basename(path)}`, () => {
        const expected = expectedCase(path);
        const out = `case-${name}-${basename(path)}`;
        const { exit, json } = run(join(path, expected.input), "--out-dir", out, "--capture-mode", "raw");
        expect({ exit, format: json.format, counts: json.counts }).toEqual({
          exit: 0,
          format: expected.format,
          counts: { ...expected.counts },
        } as never);
        const found = Object.entries(json.warnings).map(([code, { count }]) => [code, count]);
        expect(Object.fromEntries(found)).toEqual(expected.warnings);
        expect(json.runs.map(({ run_id }) => run_id)).toEqual(expected.runs.map(({ run_id }) => run_id));
        for (const { bundle = "" } of json.runs) expect(gait(["verify", bundle], { cwd: folder }).exit).toBe(0);
      });
    }
  }
});

describe("the same source gives the same bytes", () => {
  test("as a file, from the standard input under its name, and again", () => {
    const first = run(SESSION, "--out-dir", "same-1");
    const again = run(SESSION, "--out-dir", "same-1");
    expect([first.exit, again.exit]).toEqual([0, 0]);
    const { exit } = bash(`"$GAIT" run import - --out-dir same-2 < "${SESSION}"`, { cwd: folder });
    expect(exit).toBe(0);
    const [name = ""] = readdirSync(join(folder, "same-1"));
    expect(readdirSync(join(folder, "same-2"))).toEqual([name]);
  });
});

describe("what is refused leaves nothing", () => {
  const REFUSED = join(AGENT_VECTORS, "refused");
  const { files } = JSON.parse(readFileSync(join(REFUSED, "expected.json"), "utf8")) as { files: string[] };
  for (const file of files) {
    test(file, () => {
      const { exit, stderr } = gait(["run", "import", join(REFUSED, file), "--out-dir", "none"], { cwd: folder });
      expect(exit).toBe(6);
      expect(stderr).toContain("hint:");
      expect(existsSync(join(folder, "none"))).toBe(false);
    });
  }

  test("a conversation without calls", () => {
    writeFileSync(join(folder, "talk.jsonl"), '{"type":"user","uuid":"u","message":{"content":"hello"}}\n');
    const { exit, stderr } = gait(["run", "import", "talk.jsonl", "--out-dir", "none"], { cwd: folder });
    expect({ exit, says: stderr.includes("no_calls") }).toEqual({ exit: 6, says: true });
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("with --strict, what is not understood: the report names it", () => {
    const { exit, json } = run(SESSION, "--strict", "--out-dir", "none");
    expect({ exit, ok: json.ok, unknown: json.unknown_kinds }).toEqual({
      exit: 6,
      ok: false,
      unknown: { hologram: 1 },
    });
    expect(json.warnings["malformed_line"]?.places).toEqual(["session.jsonl:17"]);
    expect(existsSync(join(folder, "none"))).toBe(false);
  });

  test("--keep-source without --pack, --run of a run that is not there, a format that is none", () => {
    for (const flags of [["--keep-source"], ["--run", "nobody"], ["--format", "morse"]]) {
      expect(gait(["run", "import", SESSION, "--out-dir", "none", ...flags], { cwd: folder }).exit).toBe(6);
    }
    expect(existsSync(join(folder, "none"))).toBe(false);
  });
});

describe("the source goes with the pack", () => {
  test("kept, named by verify, and imported again by --check", () => {
    const { exit, json } = run(join(SUBAGENT, MAIN), "--pack", "--keep-source", "--out-dir", "kept");
    expect({ exit, files: json.files.length }).toEqual({ exit: 0, files: 2 });
    const pack = json.runs[0]?.pack ?? "";
    expect(gait(["pack", "verify", pack], { cwd: folder }).stdout).toContain(
      `${MAIN} and 1 more, which are in the pack`,
    );
    const checked = run("--check", pack);
    expect({ exit: checked.exit, check: checked.json.check?.same }).toEqual({ exit: 0, check: true });
  });

  test("another source gives another runpack: exit 2", () => {
    const { json } = run(join(SUBAGENT, MAIN), "--out-dir", "other");
    const bundle = json.runs[0]?.bundle ?? "";
    expect(run("--check", bundle, join(SUBAGENT, MAIN)).exit).toBe(0);
    const { exit, json: checked } = run("--check", bundle, SESSION);
    expect({ exit, differs: checked.check?.differences.includes("intents.jsonl") }).toEqual({ exit: 2, differs: true });
    // It is neither kept nor given.
    expect(gait(["run", "import", "--check", bundle], { cwd: folder }).exit).toBe(6);
  });

  test("pack build --attach: declared, and covered by the pack's id", () => {
    const { json } = run(SESSION, "--out-dir", "attach");
    writeFileSync(join(folder, "a note.txt"), "one");
    const build = (...flags: string[]): string => {
      const args = ["pack", "build", json.runs[0]?.bundle ?? "", "--json", ...flags];
      return (JSON.parse(gait(args, { cwd: folder }).stdout) as { path: string }).path;
    };
    const plain = build();
    const attached = build("--attach", "a note.txt");
    expect(attached).not.toBe(plain);
    const shown = JSON.parse(gait(["pack", "inspect", attached, "--json"], { cwd: folder }).stdout);
    expect(JSON.stringify(shown)).toContain("attachments/a_note.txt");
    expect(gait(["verify", attached], { cwd: folder })).toMatchObject({ exit: 0, stderr: "" });
    const difference = gait(["pack", "diff", plain, attached], { cwd: folder });
    expect(difference.stdout).toContain("attachments/a_note.txt");
  });
});

describe("folders", () => {
  test("sessions with their subagents; what was imported before is left out, and what is old with --since", () => {
    const projects = join(folder, "projects");
    cpSync(SUBAGENT, join(projects, "one"), { recursive: true });
    cpSync(SESSION, join(projects, "two/session.jsonl"));
    const first = run("projects", "--out-dir", "found");
    expect({ exit: first.exit, runs: first.json.runs.length }).toEqual({ exit: 0, runs: 2 });
    expect(first.json.files.map(({ name }) => name)).toEqual([MAIN, "agent-a91f0c2e.jsonl", "session.jsonl"]);
    const again = run("projects", "--out-dir", "found");
    expect({ exit: again.exit, runs: again.json.runs }).toEqual({ exit: 0, runs: [] });
    expect(again.json.left_out?.filter(({ reason }) => reason === "imported before").length).toBe(3);
    const old = new Date(Date.now() - 30 * 86_400_000);
    utimesSync(join(projects, "two/session.jsonl"), old, old);
    const recent = run("projects", "--since", "7d", "--out-dir", "recent");
    expect(recent.json.runs.map(({ run_id }) => run_id)).toEqual(["run_7b20e8f4-1c3d-4e55-8f66-0d9b1e2f3a02"]);
  });
});

describe("secrets", () => {
  const SECRETS = join(AGENT_VECTORS, "redaction");
  test("--dry-run counts them and writes nothing; --redact takes them out", () => {
    const expected = expectedCase(SECRETS);
    const dry = run(join(SECRETS, expected.input), "--dry-run", "--out-dir", "dry");
    expect(dry.json.likely_secrets).toEqual(expected.redacted as never);
    expect(existsSync(join(folder, "dry"))).toBe(false);
    const { json } = run(join(SECRETS, expected.input), "--redact", "--capture-mode", "raw", "--out-dir", "redacted");
    expect(json.redacted).toEqual(expected.redacted as never);
    const bundle = json.runs[0]?.bundle ?? "";
    const shown = bash(`unzip -p "${bundle}"`, { cwd: folder }).stdout;
    expect(shown).toContain("[redacted:aws_secret]");
    expect(shown).not.toContain("wJalrXUtnFEMI");
  });
});

test("--html and --report are written beside", () => {
  const { exit } = run(SESSION, "--pack", "--html", "report.html", "--report", "report.json", "--out-dir", "beside");
  expect(exit).toBe(0);
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("toolu_03Ub");
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as ImportJson;
  expect(report.counts["records"]).toBe(18);
});
