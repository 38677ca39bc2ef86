/**
 * Rules for every command, tested on the executable: help, JSON errors, streams, signals and the current folder. The two
 * tables of all commands run in this process; of each noun, one command runs in the executable too.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wordsOf } from "../../../src/cli/command/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { dispatch } from "../../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../../cli/quiet-environment.ts";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { bash, GAIT, gait, type Ran } from "../gait.ts";
import { terminalOf } from "../terminal.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-frame-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The listed commands; the others are for programs. */
const LISTED = COMMANDS.filter(({ hidden }) => hidden !== true);
/** The first command of each noun, and the commands without one. */
const SAMPLED = COMMANDS.filter(({ noun }, at) => at === COMMANDS.findIndex((spec) => spec.noun === noun) || !noun);

/** The executable's run, in this process: its dispatch without its start. */
async function inProcess(args: readonly string[]): Promise<Ran> {
  const { exit, stdout, stderr } = await dispatch([...args], { ...QUIET_ENVIRONMENT, cwd: process.cwd() }, []);
  return { exit, stdout, stderr };
}

describe("help", () => {
  for (const spec of COMMANDS) {
    const words = wordsOf(spec).split(" ");
    test(`gait ${words.join(" ")} -h and --help`, async () => {
      const long = await inProcess([...words, "--help"]);
      expect([long.exit, long.stderr]).toEqual([0, ""]);
      expect(long.stdout).toStartWith(`gait ${words.join(" ")}: ${spec.summary}\n`);
      expect(await inProcess([...words, "-h"])).toEqual(long);
      expect(await inProcess(["help", ...words])).toEqual(long);
      expect(await inProcess([...words, "--bogus", "--help"])).toEqual(long);
      if (SAMPLED.includes(spec)) expect(gait([...words, "--help"])).toEqual(long);
    });
  }

  for (const noun of new Set(COMMANDS.flatMap((spec) => spec.noun ?? []))) {
    test(`gait ${noun} --help lists its commands; without a command that is an error`, () => {
      const help = gait([noun, "--help"]);
      expect([help.exit, help.stderr]).toEqual([0, ""]);
      for (const { verb } of LISTED.filter((spec) => spec.noun === noun)) {
        expect(help.stdout).toContain(`\n  ${verb} `);
      }
      expect(gait(["help", noun])).toEqual(help);
      // `gait verify` is a command too, of its own: there it is an argument that is missing.
      const isCommand = COMMANDS.some((spec) => wordsOf(spec) === noun);
      const told = isCommand ? `gait ${noun}: ` : help.stdout;
      expect(gait([noun])).toMatchObject({ exit: 6, stdout: "", stderr: expect.stringContaining(told) });
    });
  }

  test("gait, gait --help, gait help and gait -h are the overview", () => {
    const overview = gait([]);
    expect([overview.exit, overview.stderr]).toEqual([0, ""]);
    expect(overview.stdout).toMatch(/^gait \d+\.\d+\.\d+\n/);
    for (const spec of LISTED) {
      expect(overview.stdout).toContain(`\n  ${wordsOf(spec)} `);
    }
    for (const args of [["--help"], ["-h"], ["help"]]) {
      expect(gait(args)).toEqual(overview);
    }
  });
});

describe("version", () => {
  test("gait version, gait --version and gait -v", () => {
    const version = gait(["version"]);
    expect(version).toMatchObject({ exit: 0, stderr: "" });
    expect(version.stdout).toMatch(
      /^gait \d+\.\d+\.\d+\n {2}commit {2}\S+\n {2}bun {5}1\.\d+\.\d+\n {2}target {2}\w+-\w+/,
    );
    expect(gait(["--version"])).toEqual(version);
    expect(gait(["-v"])).toEqual(version);
  });

  test("--json", () => {
    const { exit, stdout, stderr } = gait(["version", "--json"]);
    const answer = JSON.parse(stdout);
    expect([exit, stderr, conforms(answer)]).toEqual([0, "", []]);
    expect(answer).toMatchObject({ ok: true, operation: "version", bun: Bun.version });
    expect(gait(["--version", "--json"]).stdout).toBe(stdout);
  });
});

describe("a usage error exits with 6, and prints one JSON object with --json", () => {
  const calls: [rule: string, args: string[], schemaId: string, operation: string, error: string][] = [
    // A hook never fails: `test/e2e/capture/hook.test.ts`.
    ...COMMANDS.filter(({ neverFails }) => neverFails !== true).map(
      (spec): [string, string[], string, string, string] => [
        `an unknown flag of gait ${wordsOf(spec)}`,
        [...wordsOf(spec).split(" "), "--bogus"],
        spec.failureSchemaId ?? spec.schemaId,
        spec.verb,
        "unknown flag --bogus",
      ],
    ),
    ["an unknown command", ["verfy"], "gait.error.output", "", 'unknown command "verfy"'],
    ["an unknown command of a noun", ["pack", "verfy"], "gait.error.output", "pack", 'unknown command "verfy"'],
    ["no command of a noun", ["pack"], "gait.error.output", "pack", "a command is missing"],
    ["a missing file", ["pack", "verify", "./no.zip"], "gait.pack.output", "verify", "no.zip"],
    ["a missing argument", ["pack", "verify"], "gait.pack.output", "verify", "<path> is missing"],
  ];
  for (const [rule, args, schemaId, operation, error] of calls) {
    // Commands that are not sampled: in this process.
    const sampled = !args.includes("--bogus") || SAMPLED.some((spec) => `${wordsOf(spec)} --bogus` === args.join(" "));
    const run = sampled ? gait : inProcess;
    test(rule, async () => {
      const human = await run(args);
      expect([human.exit, human.stdout]).toEqual([6, ""]);
      expect(human.stderr).toContain(error);
      expect(human.stderr).toMatch(/\n {2}hint: \S/);
      for (const withJson of [
        ["--json", ...args],
        [...args, "--json"],
      ]) {
        const { exit, stdout, stderr } = await run(withJson);
        expect([exit, stderr, stdout.indexOf("\n")]).toEqual([6, "", stdout.length - 1]);
        const answer = JSON.parse(stdout);
        expect(conforms(answer)).toEqual([]);
        expect(answer).toMatchObject({ schema_id: schemaId, operation, ok: false, error_code: "invalid_input" });
        expect(answer.error).toContain(error);
      }
    });
  }

  test("a mistyped command suggests the nearest", () => {
    expect(gait(["pack", "verfy"]).stderr).toContain("Did you mean gait pack verify?");
  });
  test("control characters of an argument are not repeated", () => {
    expect(gait(["\u001b[2J\u202e"]).stderr).toContain('unknown command "\\u001b[2J\\u202e"');
  });
});

describe("streams", () => {
  test("a reader that leaves is not an error, and changes no exit", () => {
    const script =
      'exec 3>&2; { sleep 0.2; "$GAIT" --help; echo "help $?" >&3; "$GAIT" bogus --json; echo "bogus $?" >&3; } | true';
    expect(bash(script)).toEqual({ exit: 0, stdout: "", stderr: "help 0\nbogus 6\n" });
  });
  test("a closed stderr is not an error", () => {
    expect(bash('"$GAIT" bogus 2>&-').exit).toBe(6);
  });
  test("an answer larger than a pipe arrives whole, however slow the reader", () => {
    const word = "x".repeat(120_000);
    const { stdout } = bash(`"$GAIT" ${word} --json | { sleep 0.3; cat; }`);
    expect(JSON.parse(stdout).error).toBe(`unknown command "${word}"`);
  });
  test("a file that is appended to keeps what it had", () => {
    const path = join(folder, "log");
    writeFileSync(path, "before\n");
    bash(`{ "$GAIT" version; "$GAIT" bogus; } >> ${path} 2>&1`);
    expect(readFileSync(path, "utf8")).toMatch(/^before\ngait \d[\s\S]*\ngait: unknown command "bogus"\n/);
  });
  test.skipIf(process.platform !== "linux")("a full disk under stdout is an error", () => {
    const { exit, stderr } = bash('"$GAIT" version > /dev/full');
    expect(exit).toBe(6);
    expect(stderr).toContain("the answer could not be written to the standard output");
  });
});

describe("colours", () => {
  const onTerminal = (env: Record<string, string>) => terminalOf([GAIT, "bogus"], { env });
  test.skipIf(process.platform === "win32")(
    "on a terminal only, and never with NO_COLOR or on a dumb one",
    async () => {
      expect(await onTerminal({})).toContain("\u001b[31;1mgait\u001b[0m: unknown command");
      expect(await onTerminal({ NO_COLOR: "1" })).not.toContain("\u001b");
      expect(await onTerminal({ TERM: "dumb" })).not.toContain("\u001b");
      expect(gait(["bogus"], { env: { TERM: "xterm" } }).stderr).not.toContain("\u001b");
    },
  );
});

describe("signals", () => {
  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal} ends it with ${exit}, and nothing is left`, async () => {
      const cwd = mkdtempSync(join(folder, "signal-"));
      const process = Bun.spawn([GAIT, "run", "record", "--input", "-"], {
        cwd,
        stdin: "pipe",
        stdout: "ignore",
        stderr: "ignore",
      });
      process.stdin.write("{");
      await process.stdin.flush();
      await Bun.sleep(300);
      process.kill(signal);
      expect(await process.exited).toBe(exit);
      expect(readdirSync(cwd, { recursive: true }).filter((name) => String(name).includes("tmp"))).toEqual([]);
    });
  }
});

describe("a hostile folder", () => {
  const EXAMPLES = join(import.meta.dir, "../../../docs/examples");
  /** One of each kind: one that loads a lot and one that loads little. */
  const EVERYDAY = [
    ["version"],
    ["pack", "--help"],
    [
      "pack",
      "verify",
      vectorPath("packs/pack_run_alpha_signed.zip"),
      "--public-key",
      keyPath("test", "public"),
      "--json",
    ],
    ["pack", "verify", vectorPath("packs/pack_job_completed.zip"), "--json"],
    ["guard", "verify", vectorPath("guard/guard_pci_full_pdf.zip"), "--json"],
    ["run", "inspect", vectorPath("runpacks/raw/runpack_run_alpha.zip"), "--json"],
    ["keys", "verify", "--private-key", keyPath("test", "private"), "--json"],
  ];
  const PRELOAD = 'await Bun.write("owned", ""); console.log("owned");';

  function expectUntouched(cwd: string): void {
    const before = readdirSync(cwd);
    for (const args of EVERYDAY) expect(gait(args, { cwd })).toEqual(gait(args));
    const recorded = mkdtempSync(join(folder, "recorded-"));
    const record = ["run", "record", "--input", join(EXAMPLES, "run.json"), "--out-dir", recorded];
    expect(gait(record, { cwd })).toMatchObject({ exit: 0, stderr: "" });
    expect(readdirSync(recorded)).toEqual(["runpack_run_fix_rounding.zip"]);
    expect(readdirSync(cwd)).toEqual(before);
  }

  const files: [rule: string, files: Record<string, string>][] = [
    [
      "bunfig.toml with a preload",
      { "bunfig.toml": 'preload = ["./preload.ts"]\n[run]\nshell = "bun"\n', "preload.ts": PRELOAD },
    ],
    [
      "bunfig.toml in capitals of another tool",
      { ".bunfig.toml": 'preload = ["./preload.ts"]', "preload.ts": PRELOAD },
    ],
    [
      ".env files",
      Object.fromEntries(
        [".env", ".env.local", ".env.production"].map((name) => [
          name,
          "BUN_OPTIONS=--smol\nGAIT_DEBUG=1\nNO_COLOR=1\n",
        ]),
      ),
    ],
    [
      "tsconfig.json and jsconfig.json",
      {
        "tsconfig.json": '{"compilerOptions":{"paths":{"*":["./preload.ts"]}}}',
        "jsconfig.json": "{",
        "preload.ts": PRELOAD,
      },
    ],
    [
      "package.json",
      {
        "package.json": '{"name":"gait","main":"./preload.ts","imports":{"#*":"./preload.ts"},"type":"commonjs"}',
        "preload.ts": PRELOAD,
      },
    ],
    ["a broken package.json", { "package.json": "{", "bun.lock": "{" }],
    [
      "modules of the names that are imported",
      { "node_modules/cac/index.js": PRELOAD, "node_modules/node:fs/index.js": PRELOAD },
    ],
    ["files of the names that are run", { gait: "#!/bin/sh\ntouch owned", "main.js": PRELOAD, "help.js": PRELOAD }],
  ];
  for (const [rule, entries] of files) {
    test(`${rule}: nothing is loaded`, () => {
      const cwd = mkdtempSync(join(folder, "hostile-"));
      for (const [name, text] of Object.entries(entries)) {
        mkdirSync(join(cwd, name, ".."), { recursive: true });
        writeFileSync(join(cwd, name), text);
      }
      expectUntouched(cwd);
    });
  }

  test.skipIf(process.platform === "win32")("pipes of such names: none is opened, which would block forever", () => {
    const cwd = mkdtempSync(join(folder, "pipes-"));
    const names = [
      "bunfig.toml",
      ".env",
      ".env.local",
      "tsconfig.json",
      "package.json",
      "node_modules",
      "bun.lock",
      ".npmrc",
    ];
    expect(Bun.spawnSync(["mkfifo", ...names], { cwd }).exitCode).toBe(0);
    expectUntouched(cwd);
  });

  test("NODE_ENV, NODE_OPTIONS and NODE_PATH of the caller change nothing", () => {
    const env = { NODE_ENV: "test", NODE_OPTIONS: "--require ./no.js", NODE_PATH: folder };
    expect(gait(["version"], { env })).toEqual(gait(["version"]));
  });

  test("BUN_OPTIONS is refused, in JSON too", () => {
    const env = { BUN_OPTIONS: "--smol" };
    const human = gait(["version"], { env });
    expect([human.exit, human.stdout]).toEqual([6, ""]);
    expect(human.stderr).toContain("runtime options are not accepted: --smol");
    const { exit, stdout } = gait(["version", "--json"], { env });
    expect([exit, conforms(JSON.parse(stdout))]).toEqual([6, []]);
  });
});
