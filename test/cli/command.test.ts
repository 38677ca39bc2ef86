/** The table of commands, and a call's route from its words to its output. */
import { describe, expect, test } from "bun:test";
import { findCommand } from "../../src/cli/arguments/find-command.ts";
import { nearest } from "../../src/cli/arguments/nearest.ts";
import { type CommandSpec, wordsOf } from "../../src/cli/command/command.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { callOf, dispatch, failure } from "../../src/cli/dispatch.ts";
import { commandHelp } from "../../src/cli/help/help.ts";
import { GaitError } from "../../src/core/finding/error.ts";
import { QUIET_ENVIRONMENT } from "./quiet-environment.ts";

describe("the table of commands", () => {
  test("has the commands of this version", () => {
    expect(COMMANDS.map(wordsOf)).toEqual([
      ...["run record", "run import", "run exec", "run inspect", "run receipt"],
      ...["run diff", "run replay", "run reduce"],
      ...["start", "append", "status", "checkpoint", "compact"].map((verb) => `run session ${verb}`),
      ...[
        "capture hook",
        "capture install",
        "capture uninstall",
        "capture list",
        "capture path",
        "capture mcp",
        "capture otlp",
        "capture import",
      ],
      ...["pack build", "pack verify", "pack inspect", "pack query", "pack diff", "pack report", "pack normalize"],
      "pack export",
      ...["pack sign", "pack attest", "pack timestamp request", "pack timestamp attach", "verify", "verify chain"],
      "verify session-chain",
      ...["job submit", "job status", "job checkpoint add", "job checkpoint list", "job checkpoint show"],
      ...["job pause", "job approve", "job reject", "job resume", "job stop", "job cancel", "job inspect", "job list"],
      ...[
        "guard pack",
        "guard verify",
        "guard encrypt",
        "guard decrypt",
        "guard retain",
        "trace verify",
        "regress init",
        "regress add",
        "regress run",
        "regress bootstrap",
        "keys init",
        "keys rotate",
        "keys verify",
        "keys show",
      ],
      ...["trust init", "trust check", "trust show"],
      ...["store init", "store put", "store get", "store ls", "store verify"],
      ...["store hold add", "store hold remove", "store retain"],
      ...["collection init", "collection append", "collection checkpoint", "collection prove", "collection verify"],
      "collection cosign",
      ...["catalog build", "catalog query"],
      ...["explain", "schema list", "schema show"],
      ...["selftest", "demo"],
      ...["completion bash", "completion zsh", "completion fish", "completion powershell", "completion candidates"],
      "man",
      ...["viewer", "version"],
    ]);
  });

  for (const spec of COMMANDS) {
    const { options, positionals } = spec;
    test(`gait ${wordsOf(spec)} is declared in full`, () => {
      expect(spec.summary).toMatch(/^[A-Z].*[^.]$/);
      expect(spec.examples.length).toBeGreaterThan(0);
      for (const { command, note } of spec.examples) {
        expect(command).toContain(`gait ${wordsOf(spec)}`);
        expect(note).not.toBe("");
      }
      const flags = options.map(({ flag }) => flag);
      expect(new Set(flags).size).toBe(flags.length);
      expect(flags).not.toContain("--json");
      for (const option of options) {
        expect(option.flag).toMatch(/^--[a-z]+(-[a-z0-9]+)*$/);
        expect(option.description).toMatch(/[^.]$/);
        expect(option.default === undefined || option.choices?.includes(option.default) !== false).toBe(true);
        // Choices are compared in lower case.
        expect((option.choices ?? []).filter((choice) => choice !== choice.toLowerCase())).toEqual([]);
      }
      // A positional after an optional or repeatable one would be ambiguous.
      expect(positionals.slice(0, -1).filter(({ required, repeatable }) => !required || repeatable === true)).toEqual(
        [],
      );
    });

    test(`gait ${wordsOf(spec)} --help names every flag, positional and example`, () => {
      const help = commandHelp(spec);
      const names = [
        ...options.map(({ flag }) => flag),
        ...positionals.map(({ name }) => name),
        "--json",
        "-h, --help",
      ];
      expect([...names, ...spec.examples.map(({ command }) => command)].filter((name) => !help.includes(name))).toEqual(
        [],
      );
      expect(help.split("\n").filter((line) => line.length > 140 || line.endsWith(" "))).toEqual([]);
    });

    test(`every example of gait ${wordsOf(spec)} is accepted by the command`, () => {
      for (const { command } of spec.examples) {
        const words = command.slice(command.lastIndexOf("gait ")).split(" ").slice(1);
        expect(findCommand(words, COMMANDS).spec).toBe(spec);
      }
    });
  }
});

describe("words", () => {
  const cases: [rule: string, argv: string[], command: string, tokens: string[]][] = [
    ["noun and verb", ["pack", "verify", "a.zip"], "pack verify", ["a.zip"]],
    ["a verb without a noun", ["verify", "a.zip", "--json"], "verify", ["a.zip", "--json"]],
    ["--json in front", ["--json", "pack", "verify", "a.zip"], "pack verify", ["--json", "a.zip"]],
    ["--json between", ["pack", "--json", "verify", "a.zip"], "pack verify", ["--json", "a.zip"]],
    ["--version", ["--version", "--json"], "version", ["--json"]],
    ["-v", ["-v"], "version", []],
    ["a verb's name as argument", ["pack", "verify", "verify"], "pack verify", ["verify"]],
    [
      "two words, of which the first is a command too",
      ["verify", "chain", "--run", "a"],
      "verify chain",
      ["--run", "a"],
    ],
    ["the same with --json between", ["verify", "--json", "chain"], "verify chain", ["--json"]],
    ["a longer argument is no word", ["verify", "./chain"], "verify", ["./chain"]],
  ];
  for (const [rule, argv, command, tokens] of cases) {
    test(rule, () => {
      const { spec, tokens: left, fault } = findCommand(argv, COMMANDS);
      expect([spec && wordsOf(spec), left, fault]).toEqual([command, tokens, undefined]);
    });
  }

  const faults: [rule: string, argv: string[], message: string, hint: string][] = [
    ["a mistyped command", ["verfy"], 'unknown command "verfy"', "Did you mean gait verify?"],
    ["a mistyped noun", ["pakc", "verify"], 'unknown command "pakc"', "Did you mean gait pack?"],
    ["a mistyped verb", ["pack", "verfy", "a"], 'unknown command "verfy"', "Did you mean gait pack verify?"],
    [
      "a verb without its noun",
      ["inspect", "a"],
      'unknown command "inspect"',
      "Did you mean gait run inspect or gait pack inspect",
    ],
    ["nothing near", ["bogus"], 'unknown command "bogus"', "gait --help lists the commands."],
    ["a prototype's name", ["constructor"], 'unknown command "constructor"', "gait --help lists the commands."],
    ["an empty word", [""], 'unknown command ""', "gait --help lists the commands."],
    [
      "a command's flag in front",
      ["--out", "a", "pack", "build"],
      "unknown flag --out in front of the command",
      "A command's flags come after its words.",
    ],
    [
      "a mistyped flag in front",
      ["--versoin"],
      "unknown flag --versoin in front of the command",
      "Did you mean --version?",
    ],
    [
      "-- in front",
      ["--", "pack"],
      "unknown flag -- in front of the command",
      "A command's flags come after its words.",
    ],
  ];
  for (const [rule, argv, message, hint] of faults) {
    test(`${rule} is refused`, () => {
      const { fault, spec } = findCommand(argv, COMMANDS);
      expect([spec, fault?.code, fault?.message]).toEqual([undefined, "invalid_input", message]);
      expect(fault?.hint).toContain(hint);
    });
  }

  test("nothing is suggested for a word that is too different", () => {
    expect(nearest("zzzzz", ["pack", "verify"])).toBeUndefined();
    expect(nearest("ver", ["pack", "version"])).toBe("version");
  });
});

describe("output", () => {
  test("of an error: what failed and what to do, on stderr", () => {
    const error = new GaitError("not_found", "no file a\u001b.zip", { hint: "Look elsewhere." });
    expect(
      failure(error, { schemaId: "a", operation: "verify", words: "pack verify" }, false, QUIET_ENVIRONMENT),
    ).toEqual({
      exit: 6,
      stdout: "",
      stderr: "gait pack verify: no file a\\u001b.zip\n  hint: Look elsewhere.\n",
    });
  });

  test("of an error with --json: one object on stdout", () => {
    const error = new GaitError("contention", "locked");
    const outcome = failure(
      error,
      { schemaId: "gait.job.output", operation: "pause", words: "job pause" },
      true,
      QUIET_ENVIRONMENT,
    );
    expect(outcome).toMatchObject({ exit: 1, stderr: "" });
    expect(JSON.parse(outcome.stdout)).toEqual({
      schema_id: "gait.job.output",
      schema_version: "1.0.0",
      ok: false,
      operation: "pause",
      error: "locked",
      error_code: "internal_failure",
      error_category: "state_contention",
      hint: expect.any(String),
      retryable: true,
    });
  });

  const defect = new RangeError("index 9 of 3");
  test("of a defect: one line that asks to report it, and no stack", () => {
    const { exit, stderr } = failure(defect, { schemaId: "a", operation: "", words: "" }, false, QUIET_ENVIRONMENT);
    expect(exit).toBe(1);
    expect(stderr).toStartWith(
      "gait: internal error: RangeError: index 9 of 3\n  hint: This is a defect of gait: please report it",
    );
    expect(stderr.split("\n").length).toBe(3);
  });
  test("of a defect with GAIT_DEBUG=1: the stack too", () => {
    const environment = { ...QUIET_ENVIRONMENT, env: { GAIT_DEBUG: "1" } };
    expect(failure(defect, { schemaId: "a", operation: "", words: "" }, false, environment).stderr).toMatch(
      /\n {4}at /,
    );
  });

  test("version, for a person and for a program", async () => {
    const text = await dispatch(["version"], QUIET_ENVIRONMENT);
    expect(text).toMatchObject({ exit: 0, stderr: "" });
    expect(text.stdout).toStartWith("gait 0.0.0-dev\n  commit  ");
    const json = await dispatch(["version", "--json"], QUIET_ENVIRONMENT);
    expect(JSON.parse(json.stdout)).toMatchObject({ schema_id: "gait.version.output", ok: true, operation: "version" });
  });

  test("runtime options are refused before anything else", async () => {
    const outcome = await dispatch(["version"], QUIET_ENVIRONMENT, ["--smol"]);
    expect(outcome).toMatchObject({ exit: 6, stdout: "" });
    expect(outcome.stderr).toContain("runtime options are not accepted: --smol");
  });
});

describe("a call", () => {
  test("asking for a flag that the command does not declare is a defect, not an answer", async () => {
    const run: CommandSpec["run"] = async (call) => ({ exit: 0, json: { a: call.option("--nonsense") }, text: "" });
    const version = COMMANDS.find(({ verb }) => verb === "version");
    const call = callOf({ ...(version as CommandSpec), run }, { positionals: [], given: new Map() }, QUIET_ENVIRONMENT);
    await expect(run(call)).rejects.toThrow("version declares no --nonsense");
  });

  test("values, defaults and switches", () => {
    const spec = COMMANDS.find((candidate) => wordsOf(candidate) === "pack verify") as CommandSpec;
    const given = new Map([
      ["--public-key", ["b", "a"]],
      ["--require-signature", ["false"]],
      ["--json", ["true"]],
    ] as const);
    const call = callOf(spec, { positionals: ["x.zip"], given }, QUIET_ENVIRONMENT);
    expect(call.positionals).toEqual(["x.zip"]);
    expect(call.json).toBe(true);
    expect([call.option("--profile"), call.has("--profile")]).toEqual(["standard", false]);
    expect([call.option("--public-key"), call.options("--public-key")]).toEqual(["b", ["b", "a"]]);
    expect([call.has("--require-signature"), call.has("--public-key")]).toEqual([false, true]);
    expect(call.option("--private-key")).toBeUndefined();
  });
});
