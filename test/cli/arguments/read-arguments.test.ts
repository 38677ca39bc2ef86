/** The arguments of one command: contract 6.2. */
import { describe, expect, test } from "bun:test";
import { readArguments, wantsHelp, wantsJson } from "../../../src/cli/arguments/read-arguments.ts";
import type { CommandSpec } from "../../../src/cli/command/command.ts";
import { GaitError } from "../../../src/core/finding/error.ts";

const SPEC: CommandSpec = {
  noun: "pack",
  verb: "verify",
  schemaId: "gait.pack.output",
  summary: "Check",
  positionals: [
    { name: "file", required: true },
    { name: "other", required: false },
  ],
  options: [
    { flag: "--out", value: "FILE", output: true, description: "Out" },
    { flag: "--in", value: "FILE", standardInput: true, description: "In" },
    { flag: "--reason", formerly: ["--why"], value: "TEXT", description: "Reason" },
    { flag: "--profile", value: "PROFILE", choices: ["standard", "strict"], description: "Profile" },
    { flag: "--public-key", value: "FILE", repeatable: true, description: "Key" },
    { flag: "--require-signature", description: "Require" },
  ],
  examples: [],
  run: () => Promise.reject(new Error("not called")),
};

function read(...tokens: string[]) {
  const { positionals, given } = readArguments(SPEC, tokens);
  return { positionals, given: Object.fromEntries(given) };
}

function refusal(...tokens: string[]): GaitError {
  try {
    readArguments(SPEC, tokens);
  } catch (error) {
    if (error instanceof GaitError) {
      expect(error.code).toBe("invalid_input");
      return error;
    }
    throw error;
  }
  throw new Error(`${tokens.join(" ")} was accepted`);
}

describe("what is read", () => {
  const cases: [rule: string, tokens: string[], positionals: string[], given: Record<string, string[]>][] = [
    ["a positional", ["a.zip"], ["a.zip"], {}],
    ["--x v", ["a.zip", "--out", "b"], ["a.zip"], { "--out": ["b"] }],
    ["--x=v", ["a.zip", "--out=b"], ["a.zip"], { "--out": ["b"] }],
    ["--x=v=w keeps the second equals sign", ["a.zip", "--out=b=c"], ["a.zip"], { "--out": ["b=c"] }],
    ["--x=-v starts with a dash", ["a.zip", "--out=-b"], ["a.zip"], { "--out": ["-b"] }],
    [
      "flags before, between and behind positionals",
      ["--out", "o", "a", "--json", "b"],
      ["a", "b"],
      { "--out": ["o"], "--json": ["true"] },
    ],
    ["- is a value where it means standard input", ["a", "--in", "-"], ["a"], { "--in": ["-"] }],
    ["a former spelling is the flag's own", ["a", "--why", "b"], ["a"], { "--reason": ["b"] }],
    ["- is a text", ["a", "--reason", "-"], ["a"], { "--reason": ["-"] }],
    ["-- ends the flags", ["--", "--out"], ["--out"], {}],
    ["-- twice: the second is a positional", ["--", "--", "-h"], ["--", "-h"], {}],
    ["-- at the end", ["a", "--"], ["a"], {}],
    ["a switch", ["a", "--require-signature"], ["a"], { "--require-signature": ["true"] }],
    ["a switch takes no token", ["--require-signature", "false"], ["false"], { "--require-signature": ["true"] }],
    [
      "=true and =false",
      ["a", "--json=true", "--require-signature=false"],
      ["a"],
      { "--json": ["true"], "--require-signature": ["false"] },
    ],
    ["0012 is not 12", ["0012", "--out", "0012"], ["0012"], { "--out": ["0012"] }],
    ["0x1f, 1e3 and true are text", ["0x1f", "--out", "1e3", "true"], ["0x1f", "true"], { "--out": ["1e3"] }],
    [
      "a property of Object.prototype is not a flag",
      ["__proto__", "--out", "constructor"],
      ["__proto__"],
      { "--out": ["constructor"] },
    ],
    [
      "a repeatable flag keeps the order",
      ["a", "--public-key", "2", "--public-key=1"],
      ["a"],
      { "--public-key": ["2", "1"] },
    ],
    ["a flag given twice with the same value", ["a", "--out", "b", "--out=b"], ["a"], { "--out": ["b"] }],
    [
      "a choice in any letter case, handed on as declared",
      ["a", "--profile", "STRICT"],
      ["a"],
      { "--profile": ["strict"] },
    ],
    ["spaces and line breaks in values", ["a b\nc", "--out", " d "], ["a b\nc"], { "--out": [" d "] }],
  ];
  for (const [rule, tokens, positionals, given] of cases) {
    test(rule, () => expect(read(...tokens)).toEqual({ positionals, given }));
  }
});

describe("what is refused", () => {
  const cases: [rule: string, tokens: string[], message: RegExp, hint: RegExp][] = [
    ["an unknown flag", ["a", "--bogus"], /^unknown flag --bogus$/, /--help/],
    [
      "an unknown flag with a value",
      ["--bogus=1"],
      /^unknown flag --bogus$/,
      /<file> is given without a flag: gait pack verify <file>/,
    ],
    ["an unknown flag before a value", ["--bogus", "a"], /^unknown flag --bogus$/, /<file> is given without a flag/],
    ["an unknown flag behind the value", ["a", "--bogus", "b"], /^unknown flag --bogus$/, /^--help lists the flags/],
    ["a flag named as the value is", ["a", "--file", "b"], /^unknown flag --file$/, /<file> is given without a flag/],
    [
      "a flag cut short names the whole one",
      ["--reqsig", "a"],
      /^unknown flag --reqsig$/,
      /mean --require-signature\?/,
    ],
    [
      "a mistyped flag names the nearest",
      ["a", "--requiresignature"],
      /--requiresignature/,
      /mean --require-signature\?/,
    ],
    ["a shortened flag names the nearest", ["a", "--prof", "x"], /--prof/, /mean --profile\?/],
    ["one dash", ["a", "-json"], /unknown flag -json/, /mean --json\?/],
    ["three dashes", ["a", "---json"], /unknown flag ---json/, /mean --json\?/],
    ["a flag in capitals", ["a", "--OUT", "b"], /unknown flag --OUT/, /./],
    ["a letter that a flag begins with", ["a", "-o", "b"], /unknown flag -o/, /mean --out\?/],
    ["a letter that no flag begins with", ["a", "-z"], /unknown flag -z/, /^--help lists the flags/],
    ["--no- forms", ["a", "--no-json"], /unknown flag --no-json/, /./],
    ["a flag of a prototype", ["a", "--__proto__"], /unknown flag/, /./],
    ["a flag swallows no flag", ["a", "--out", "--json"], /--out needs a value/, /--out=FILE/],
    ["a flag swallows no unknown flag", ["a", "--out", "-x"], /--out needs a value/, /--out=FILE/],
    ["a flag swallows no --", ["a", "--out", "--", "b"], /--out needs a value/, /./],
    ["a value is missing at the end", ["a", "--out"], /--out needs a value/, /--out FILE/],
    ["an empty value", ["a", "--out="], /--out needs a value/, /./],
    ["an empty value as a token", ["a", "--out", ""], /--out needs a value/, /./],
    ["no choice", ["a", "--profile", "lax"], /--profile can't be "lax"/, /standard, strict/],
    ["nearly a choice", ["a", "--profile", "strickt"], /--profile can't be "strickt"/, /mean strict\?/],
    ["a switch with another value", ["a", "--json=yes"], /--json takes no value, but got "yes"/, /--json=false/],
    ["a switch with an empty value", ["a", "--json="], /--json takes no value/, /./],
    ["two different values", ["a", "--out=b", "--out=c"], /--out is given twice, as "b" and "c"/, /once/],
    ["two values, one by the former spelling", ["a", "--reason=b", "--why=c"], /--reason is given twice/, /once/],
    ["a mistyped former spelling is not suggested", ["a", "--wyh", "b"], /unknown flag --wyh/, /--help/],
    ["a switch on and off", ["a", "--json", "--json=false"], /--json is given twice/, /once/],
    ["- as an output", ["a", "--out", "-"], /--out can't be "-".*output/, /\.\/-/],
    ["- as a key", ["a", "--public-key=-"], /--public-key can't be "-".*input/, /\/dev\/stdin/],
    ["- as a file", ["-"], /argument 1 can't be "-"/, /path of a file/],
    ["a positional is missing", [], /<file> is missing/, /--help/],
    ["a positional too many", ["a", "b", "c"], /"c" is one argument too many/, /quotes/],
    ["an empty positional", [""], /argument 1 is empty/, /unset/],
  ];
  for (const [rule, tokens, message, hint] of cases) {
    test(rule, () => {
      const error = refusal(...tokens);
      expect(error.message).toMatch(message);
      expect(error.hint ?? "").toMatch(hint);
    });
  }
});

describe("--json and --help count wherever they stand", () => {
  const cases: [rule: string, tokens: string[], json: boolean, help: boolean][] = [
    ["alone", ["--json"], true, false],
    ["behind a mistake", ["--bogus", "--out", "--json"], true, false],
    ["before a mistake", ["--json", "--bogus"], true, false],
    ["behind a positional", ["a", "--json", "--help"], true, true],
    ["=true", ["--json=true", "--help=true"], true, true],
    ["=false", ["--json=false", "--help=false"], false, false],
    ["=nonsense is refused, in JSON", ["--json=1"], true, false],
    ["-h", ["a", "-h"], false, true],
    ["behind --", ["--", "--json", "--help", "-h"], false, false],
    ["as part of another word", ["--jsonx", "x--json", "-help"], false, false],
  ];
  for (const [rule, tokens, json, help] of cases) {
    test(rule, () => {
      expect(wantsJson(tokens)).toBe(json);
      expect(wantsHelp(tokens)).toBe(help);
    });
  }
});

describe("a flag that an argument may stand for", () => {
  const spec: CommandSpec = {
    ...SPEC,
    positionals: [],
    options: [{ flag: "--id", value: "JOB_ID", bare: true, description: "Job" }],
  };
  const given = (...tokens: string[]) => Object.fromEntries(readArguments(spec, tokens).given);
  test("the argument is its value", () => {
    expect(given("a")).toEqual({ "--id": ["a"] });
    expect(readArguments(spec, ["a"]).positionals).toEqual([]);
    expect(given("--json", "a")).toEqual({ "--json": ["true"], "--id": ["a"] });
    expect(given("--id", "a")).toEqual({ "--id": ["a"] });
  });
  test("a second one is refused, beside the flag too", () => {
    expect(() => given("a", "b")).toThrow('"b" is one argument too many');
    expect(() => given("--id", "a", "b")).toThrow('"b" is one argument too many');
    expect(() => given("")).toThrow("argument 1 is empty");
  });
  test("a command without such a flag takes no argument for it", () => {
    const other: CommandSpec = { ...spec, options: [{ flag: "--id", value: "JOB_ID", description: "Job" }] };
    expect(() => readArguments(other, ["a"])).toThrow('"a" is one argument too many');
  });
});

test("a repeatable positional takes all that follow", () => {
  const spec: CommandSpec = { ...SPEC, positionals: [{ name: "file", required: true, repeatable: true }] };
  expect(readArguments(spec, ["a", "b", "c"]).positionals).toEqual(["a", "b", "c"]);
  expect(() => readArguments(spec, [])).toThrow("<file> is missing");
});
