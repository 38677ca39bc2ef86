/** Output for a person: colours on a terminal only, evidence text never as terminal commands, each stream separate. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT, gait, type Ran } from "../gait.ts";
import { terminalOf } from "../terminal.ts";

/** Starts with the sequence that sets a window's title; has bidi, zero width, line separators, C1 and line ends in it. */
const HOSTILE = "\u001b]0;owned\u0007\u001b[2J\u202egpj\u200b\u2028\u009b31m\r\nX\t\u007f";
const ESCAPED = "\\u001b]0;owned\\u0007\\u001b[2J\\u202egpj\\u200b\\u2028\\u009b31m\\r\\nX";
const TIME = "2026-01-01T00:00:00Z";
/** Bytes that must not come through; the line end is the program's. */
const CONTROLS = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  const hostile = {
    run: {
      ...{ run_id: "hostile", created_at: TIME },
      ...{ producer_version: HOSTILE, env: { os: HOSTILE, arch: HOSTILE, runtime: HOSTILE } },
      timeline: [{ event: HOSTILE, ts: TIME, ref: HOSTILE }],
    },
    intents: [
      { intent_id: HOSTILE, tool_name: HOSTILE, args: { [HOSTILE]: HOSTILE }, [HOSTILE]: 1 },
      { intent_id: HOSTILE },
    ],
    results: [
      {
        intent_id: HOSTILE,
        status: HOSTILE,
        result: { verdict: HOSTILE, reason_codes: [HOSTILE], violations: [HOSTILE] },
      },
      { intent_id: `${HOSTILE}2`, status: HOSTILE },
    ],
    refs: { receipts: [{ ref_id: HOSTILE, source_type: HOSTILE, source_locator: HOSTILE }] },
  };
  writeFileSync(scene.at("hostile.json"), JSON.stringify(hostile));
  const record = ["run", "record", "--capture-mode", "raw", "--input"];
  expect(scene.json([...record, "hostile.json", "--out-dir", "first"]).exit).toBe(0);
  expect(scene.json([...record, "run.json", "--out-dir", "first"]).exit).toBe(0);
  expect(scene.json(["pack", "build", "--from", "first/runpack_hostile.zip", "--out", "hostile.zip"]).exit).toBe(0);
  expect(scene.json(["pack", "build", "--from", "first/runpack_run_fix_rounding.zip", "--out", "good.zip"]).exit).toBe(
    0,
  );
  const bytes = readFileSync(scene.at("good.zip"));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(scene.at("bad.zip"), bytes);
  const runpack = readFileSync(scene.at("first/runpack_run_fix_rounding.zip"));
  // In the data of an entry, where the stream stays intact and its content changes.
  runpack[110] = (runpack[110] ?? 0) ^ 1;
  writeFileSync(scene.at("badrun.zip"), runpack);
});
afterAll(() => scene.remove());

describe("text from evidence is shown, and has no effect", () => {
  const COMMANDS: Record<string, string[]> = {
    "run record": ["run", "record", "--input", "hostile.json", "--capture-mode", "raw", "--out-dir", "again"],
    "run inspect": ["run", "inspect", "./first/runpack_hostile.zip"],
    "run receipt": ["run", "receipt", "./first/runpack_hostile.zip"],
    "pack build": ["pack", "build", "--from", "first/runpack_hostile.zip", "--out", "again.zip"],
    "pack verify": ["pack", "verify", "hostile.zip"],
    "pack inspect": ["pack", "inspect", "hostile.zip"],
    "pack diff": ["pack", "diff", "hostile.zip", "good.zip"],
    "an argument": ["pack", "verify", HOSTILE],
    "an unknown command": [HOSTILE],
    "an unknown flag": ["pack", "verify", `--${HOSTILE}`],
    "an id": ["verify", `${HOSTILE}id`],
    "a choice": ["run", "record", "--input", "run.json", "--capture-mode", HOSTILE],
  };
  for (const [name, args] of Object.entries(COMMANDS)) {
    test(name, async () => {
      const { stdout, stderr } = gait(args, { cwd: scene.path });
      expect(`${stdout}${stderr}`).not.toMatch(CONTROLS);
      // Its line break does not break a line.
      expect(`\n${stdout}${stderr}`).not.toContain("\nX");
      const json = gait([...args, "--json"], { cwd: scene.path });
      expect(json.stdout).not.toMatch(CONTROLS);
      expect(json.stderr).toBe("");
      const shown = await onTerminal(args);
      expect(shown.replaceAll("\r\n", "\n").replaceAll(PAINT, "")).not.toMatch(CONTROLS);
    });
  }
  test("it is shown escaped to a person, and unchanged to a program", () => {
    expect(gait(["run", "inspect", "./first/runpack_hostile.zip"], { cwd: scene.path }).stdout).toContain(ESCAPED);
    const { answer } = scene.json(["run", "inspect", "./first/runpack_hostile.zip"]);
    expect(answer.entries?.[0]).toMatchObject({ intent_id: HOSTILE, tool_name: HOSTILE, status: HOSTILE });
  });
});

/** Every sequence that may reach a terminal: bold red, bold green, yellow, bold, dim, and back. */
const PAINT = /\u001b\[(?:31;1|32;1|33|1|2|0)m/g;

async function onTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return terminalOf([GAIT, ...args], { cwd: scene.path, env });
}

describe.skipIf(process.platform === "win32")("colours", () => {
  const SHOWN: readonly (readonly [name: string, args: string[], painted: string])[] = [
    ["intact", ["pack", "verify", "good.zip"], "\u001b[33mintact\u001b[0m"],
    ["failed", ["pack", "verify", "bad.zip"], "\u001b[31;1mfailed\u001b[0m"],
    ["the code of a finding", ["pack", "verify", "bad.zip"], "\u001b[31;1mfile_hash_mismatch\u001b[0m"],
    ["unverified evidence", ["pack", "inspect", "bad.zip", "--force"], "\u001b[31;1mUNVERIFIED\u001b[0m"],
    [
      "a call that failed",
      ["run", "inspect", "./first/runpack_run_fix_rounding.zip"],
      "\u001b[31;1mFAILED (error)\u001b[0m",
    ],
    ["a difference", ["pack", "diff", "good.zip", "hostile.zip"], "\u001b[33mdifferent\u001b[0m"],
    ["no difference", ["pack", "diff", "good.zip", "good.zip"], "\u001b[32;1msame\u001b[0m"],
    ["a usage error", ["pack", "verify", "gone.zip"], "\u001b[31;1mgait pack verify\u001b[0m"],
  ];
  for (const [name, args, painted] of SHOWN) {
    test(`${name}: on a terminal only, and never with NO_COLOR or on a dumb one`, async () => {
      expect(await onTerminal(args)).toContain(painted);
      expect(await onTerminal(args, { NO_COLOR: "1" })).not.toContain("\u001b");
      expect(await onTerminal(args, { TERM: "dumb" })).not.toContain("\u001b");
      expect(await onTerminal([...args, "--json"])).not.toContain("\u001b");
      const { stdout, stderr } = gait(args, { cwd: scene.path, env: { TERM: "xterm" } });
      expect(`${stdout}${stderr}`).not.toContain("\u001b");
    });
  }
  test("each stream is checked separately", async () => {
    const { stdout, stderr } = gait(["pack", "inspect", "bad.zip", "--force"], { cwd: scene.path });
    const shown = await terminalOf(["bash", "-c", '"$1" pack inspect bad.zip --force > piped.txt', "bash", GAIT], {
      cwd: scene.path,
    });
    expect(readFileSync(scene.at("piped.txt"), "utf8")).toBe(stdout);
    expect(shown).toContain("\u001b");
    // On a terminal, lines are broken to fit it.
    const words = (text: string): string[] => text.replaceAll(PAINT, "").split(/\s+/);
    expect(words(shown)).toEqual(words(stderr));
  });
});

describe("results on stdout, everything else on stderr", () => {
  const record = (name: string, ...more: string[]) => [
    "run",
    "record",
    "--input",
    name,
    "--out-dir",
    "streams",
    ...more,
  ];
  const CALLS: readonly (readonly [rule: string, args: string[], expected: Partial<Ran>])[] = [
    ["a result", record("run.json"), { exit: 0, stdout: expect.stringMatching(/^recorded /), stderr: "" }],
    [
      "a result with warnings",
      record("hostile.json"),
      { exit: 0, stdout: expect.stringMatching(/^recorded /), stderr: expect.stringMatching(/^(warning: .*\n)+$/) },
    ],
    ["an intact verdict", ["pack", "verify", "good.zip"], { exit: 0, stderr: "" }],
    [
      "a failed verdict",
      ["pack", "verify", "bad.zip"],
      { exit: 2, stdout: "", stderr: expect.stringMatching(/^failed /) },
    ],
    ["a bad pack that is not shown", ["pack", "inspect", "bad.zip"], { exit: 2, stdout: "" }],
    [
      "a bad pack that is shown with --force",
      ["pack", "inspect", "bad.zip", "--force"],
      { exit: 2, stdout: expect.stringContaining("UNVERIFIED"), stderr: expect.stringContaining("file_hash_mismatch") },
    ],
    ["a bad runpack that is not shown", ["run", "inspect", "./badrun.zip"], { exit: 2, stdout: "" }],
    [
      "a bad runpack that is shown with --force",
      ["run", "inspect", "./badrun.zip", "--force"],
      { exit: 2, stdout: expect.stringContaining("UNVERIFIED"), stderr: expect.stringContaining("file_hash_mismatch") },
    ],
    ["a receipt of a bad runpack", ["run", "receipt", "./badrun.zip"], { exit: 2, stdout: "" }],
    ["a pack of a bad runpack", ["pack", "build", "--from", "./badrun.zip"], { exit: 2, stdout: "" }],
    ["a comparison with a bad side", ["pack", "diff", "good.zip", "bad.zip"], { exit: 2, stdout: "" }],
    [
      "a difference is a result",
      ["pack", "diff", "good.zip", "hostile.zip"],
      { exit: 2, stdout: expect.stringMatching(/^different\n/), stderr: "" },
    ],
    ["a wrong call", ["pack", "verify"], { exit: 6, stdout: "", stderr: expect.stringContaining("hint: ") }],
  ];
  for (const [rule, args, expected] of CALLS) {
    test(rule, () => {
      expect(gait(args, { cwd: scene.path })).toMatchObject(expected);
      // The scene checks the JSON answer against its schema, and expects nothing else.
      const { exit, answer } = scene.json(args);
      expect([exit, answer.ok]).toEqual([expected.exit ?? 0, expected.exit === 0]);
    });
  }
  test("a bad runpack that is shown is marked for a program too", () => {
    const { answer } = scene.json(["run", "inspect", "./badrun.zip", "--force"]);
    expect(answer).toMatchObject({ ok: false, verified: false, verdict: "failed" });
    expect(answer.findings?.map(({ code }) => code)).toContain("file_hash_mismatch");
  });
  test("the place of --json does not matter", () => {
    copyFileSync(scene.at("good.zip"), scene.at("--json.zip"));
    const last = gait(["pack", "verify", "good.zip", "--json"], { cwd: scene.path });
    expect(gait(["--json", "pack", "verify", "good.zip"], { cwd: scene.path })).toEqual(last);
    expect(gait(["pack", "--json", "verify", "good.zip"], { cwd: scene.path })).toEqual(last);
    expect(gait(["pack", "verify", "--json", "--", "good.zip"], { cwd: scene.path })).toEqual(last);
    expect(gait(["pack", "verify", "--", "--json.zip"], { cwd: scene.path }).stdout).toStartWith("intact  --json.zip");
  });
});

describe("100,000 warnings", () => {
  beforeAll(() => {
    const intents = Array.from({ length: 100_000 }, (_, at) => ({ intent_id: `i${at}`, note: at }));
    writeFileSync(scene.at("noisy.json"), JSON.stringify({ run: { run_id: "noisy", created_at: TIME }, intents }));
  });
  test("each kind is listed up to a limit, then counted", () => {
    const { exit, answer } = scene.json(["run", "record", "--input", "noisy.json"]);
    expect(exit).toBe(0);
    expect(answer.warnings?.length).toBe(44);
    expect(answer.warnings).toContain("99980 more: unknown member, left out");
    expect(answer.warnings).toContain("99980 more: neither args nor args_digest");
  });
  test("on a pipe that is read late too", () => {
    const { stdout } = bash('"$GAIT" run record --input noisy.json 2>&1 | { sleep 0.3; wc -l; }', { cwd: scene.path });
    expect(Number(stdout)).toBe(44 + 7);
  });
});
