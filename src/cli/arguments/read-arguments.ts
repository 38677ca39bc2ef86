/**
 * Reads the arguments of one command, strictly (contract 6.2): long flags with two dashes, `--x=v` or
 * `--x v`, in any order among positionals; `--` ends the flags; nothing is guessed, converted or dropped.
 */
import { GaitError } from "../../core/finding/error.ts";
import { type CommandSpec, type Flag, type OptionSpec, type PositionalSpec, wordsOf } from "../command/command.ts";
import { valueKind } from "../command/value-kind.ts";
import { abbreviated, nearest } from "./nearest.ts";

/** Flags that every command has. */
export const COMMON_OPTIONS: readonly OptionSpec[] = [
  { flag: "--json", description: "Answer with one JSON object, on failure too" },
];

export const HELP_OPTION: OptionSpec = { flag: "--help", description: "Show this help" };

/** A command's flags and positionals as given. */
export interface Arguments {
  readonly positionals: readonly string[];
  /** Each given flag with its values, choices in their declared spelling; `["true"]` or `["false"]` without value. */
  readonly given: ReadonlyMap<Flag, readonly string[]>;
}

/** Whether help is asked for: `-h` or `--help` anywhere before `--`, even beside a mistake. */
export function wantsHelp(tokens: readonly string[]): boolean {
  return flagTokens(tokens).some((token) => token === "-h" || isOn(token, "--help"));
}

/** Whether the answer is to be JSON: `--json`, or `--format json` or `ndjson`, anywhere before `--`, even beside a mistake. */
export function wantsJson(tokens: readonly string[]): boolean {
  return flagTokens(tokens).some(
    (token, at, all) =>
      isOn(token, "--json") ||
      /^--format=(nd)?json$/i.test(token) ||
      (token === "--format" && /^(nd)?json$/i.test(all[at + 1] ?? "")),
  );
}

/**
 * @param tokens the arguments after the command's words
 * @throws GaitError `invalid_input` that names the token and, for a mistyped one, the nearest that exists
 */
export function readArguments(spec: CommandSpec, tokens: readonly string[]): Arguments {
  const options = new Map([...spec.options, ...COMMON_OPTIONS, HELP_OPTION].map((option) => [option.flag, option]));
  const former = new Map(spec.options.flatMap((option) => (option.formerly ?? []).map((flag) => [flag, option])));
  const given = new Map<Flag, string[]>();
  const positionals: string[] = [];
  const end = tokens.indexOf("--");
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? "";
    if (at === end) {
      continue;
    }
    if ((end !== -1 && at > end) || !isFlag(token)) {
      positionals.push(token);
      continue;
    }
    const [name, inline] = splitFlag(token);
    const option = options.get(name as Flag) ?? former.get(name as Flag);
    if (option === undefined) {
      const next = tokens[at + 1];
      const hasValue = inline !== undefined || (next !== undefined && !isFlag(next));
      throw unknownFlag(name, [...options.keys()], hasValue ? { spec, before: positionals.length } : undefined);
    }
    if (option.value === undefined) {
      note(given, option, switchValue(option, inline));
      continue;
    }
    const next = tokens[at + 1];
    if (inline === undefined && next !== undefined && at + 1 !== end && !isFlag(next)) {
      at += 1;
      note(given, option, chosen(option, next));
    } else {
      note(given, option, chosen(option, inline));
    }
  }
  const bare = spec.options.find((option) => option.bare === true);
  if (bare !== undefined && positionals.length > 0 && positionals[0] !== "" && !given.has(bare.flag)) {
    note(given, bare, positionals.shift() as string);
  }
  checkPositionals(spec, positionals);
  return { positionals, given };
}

/** `-` alone is a value: the standard input. */
function isFlag(token: string): boolean {
  return token.startsWith("-") && token !== "-";
}

function flagTokens(tokens: readonly string[]): readonly string[] {
  const end = tokens.indexOf("--");
  return end === -1 ? tokens : tokens.slice(0, end);
}

/** `--x` in any form but `--x=false`. A bad `--x=value` is refused later, when the answer's format is known. */
function isOn(token: string, flag: Flag): boolean {
  const [name, value] = splitFlag(token);
  return name === flag && value !== "false";
}

function splitFlag(token: string): [name: string, value: string | undefined] {
  const equals = token.indexOf("=");
  return equals === -1 ? [token, undefined] : [token.slice(0, equals), token.slice(equals + 1)];
}

/** `valued`: the command, where the flag came with a value, and how many values without a flag stand before it. */
function unknownFlag(name: string, known: readonly string[], valued?: ValuedFlag): GaitError {
  // `-json` is a slip of the dash; `-x` has no long form to compare with.
  const dashed = name.replace(/^-*/, "--");
  const meant = flagsMeant(dashed, known);
  const place = valued === undefined ? undefined : positionalMeant(dashed.slice(2), valued);
  let hint = "--help lists the flags. A value that starts with a dash is written --flag=-value, a file ./-name.";
  if (meant.length > 0) hint = `Did you mean ${meant.join(" or ")}?`;
  else if (valued !== undefined && place !== undefined)
    hint = `<${place}> is given without a flag: gait ${wordsOf(valued.spec)} ${usageUpTo(place, valued.spec)}. --help lists the flags.`;
  return new GaitError("invalid_input", `unknown flag ${name}`, { hint });
}

/** At most this many flags are named for one letter. */
const MOST_FOR_LETTER = 3;

function flagsMeant(dashed: string, known: readonly string[]): readonly string[] {
  // A single letter is near to every short flag: what it stands for begins with it.
  if (/^--\w$/.test(dashed)) {
    const beginning = known.filter((flag) => flag.startsWith(dashed));
    return beginning.length > MOST_FOR_LETTER ? [] : beginning;
  }
  const near = nearest(dashed, known);
  return near === undefined ? abbreviated(dashed, known) : [near];
}

interface ValuedFlag {
  readonly spec: CommandSpec;
  readonly before: number;
}

/** The value without a flag that the flag is named after, or else the first that is missing. */
function positionalMeant(name: string, { spec, before }: ValuedFlag): string | undefined {
  const named = spec.positionals.find((positional) => positional.name === name);
  return (named ?? spec.positionals.slice(before).find(({ required }) => required))?.name;
}

function usageUpTo(name: string, { positionals }: CommandSpec): string {
  const end = positionals.findIndex((positional) => positional.name === name);
  return positionals
    .slice(0, end + 1)
    .map((positional) => `<${positional.name}>`)
    .join(" ");
}

function switchValue(option: OptionSpec, inline: string | undefined): string {
  if (inline === undefined || inline === "true" || inline === "false") {
    return inline ?? "true";
  }
  throw new GaitError("invalid_input", `${option.flag} takes no value, but got ${quoted(inline)}`, {
    hint: `Write ${option.flag}, ${option.flag}=true or ${option.flag}=false.`,
  });
}

/** The flag's value, checked: not empty, and one of its choices. */
function chosen(option: OptionSpec, value: string | undefined): string {
  if (value === undefined || value === "") {
    const example = option.choices?.join("|") ?? option.value;
    throw new GaitError("invalid_input", `${option.flag} needs a value`, {
      hint: `Write ${option.flag} ${example}, or ${option.flag}=${example} for a value that starts with a dash.`,
    });
  }
  if (option.choices === undefined) {
    if (value === "-" && isPath(option)) throw noStream(option.flag, option.output === true);
    return value;
  }
  const choice = option.choices.find((candidate) => candidate === value.toLowerCase());
  if (choice === undefined) {
    const near = nearest(value.toLowerCase(), option.choices);
    throw new GaitError("invalid_input", `${option.flag} can't be ${quoted(value)}`, {
      hint: near === undefined ? `It is one of: ${option.choices.join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  return choice;
}

function isPath(spec: OptionSpec | PositionalSpec): boolean {
  return spec.standardInput !== true && ["file", "folder"].includes(valueKind(spec));
}

/** Many programs take `-` for a standard stream: a file of that name would surprise, and stay behind. */
function noStream(what: string, isOutput: boolean): GaitError {
  const [stream, hint] = isOutput
    ? ["output", "Give the path of a file or folder; one of that name is written ./-"]
    : ["input", "Give the path of a file; /dev/stdin is the standard input where a pipe will do."];
  return new GaitError("invalid_input", `${what} can't be "-": it is not the standard ${stream} here`, { hint });
}

function note(given: Map<Flag, string[]>, option: OptionSpec, value: string): void {
  const values = given.get(option.flag);
  if (values === undefined) {
    given.set(option.flag, [value]);
  } else if (option.repeatable === true) {
    values.push(value);
  } else if (values[0] !== value) {
    throw new GaitError(
      "invalid_input",
      `${option.flag} is given twice, as ${quoted(values[0])} and ${quoted(value)}`,
      {
        hint: "Give it once.",
      },
    );
  }
}

function checkPositionals(spec: CommandSpec, positionals: readonly string[]): void {
  const empty = positionals.indexOf("");
  if (empty !== -1) {
    throw new GaitError("invalid_input", `argument ${empty + 1} is empty`, {
      hint: "Is a variable of the shell unset?",
    });
  }
  const stream = positionals.findIndex((positional, index) => {
    const declared = spec.positionals[index] ?? spec.positionals.at(-1);
    return positional === "-" && declared !== undefined && isPath(declared);
  });
  if (stream !== -1) throw noStream(`argument ${stream + 1}`, false);
  const missing = spec.positionals.find((positional, index) => positional.required && index >= positionals.length);
  if (missing !== undefined) {
    throw new GaitError("invalid_input", `<${missing.name}> is missing`, {
      hint: "--help shows what the command takes.",
    });
  }
  const unlimited = spec.positionals.at(-1)?.repeatable === true;
  const surplus = positionals[spec.positionals.length];
  if (surplus !== undefined && !unlimited) {
    throw new GaitError("invalid_input", `${quoted(surplus)} is one argument too many`, {
      hint:
        spec.positionals.length === 0 && /\s/.test(surplus)
          ? "The command takes flags alone: --help lists them."
          : "--help shows what the command takes. Is there a space in a name? Put it in quotes.",
    });
  }
}

function quoted(text: string | undefined): string {
  return JSON.stringify(text ?? "");
}
