/** Completion candidates for a command line, from the table of commands alone. */

import { printable } from "../../../core/text/printable.ts";

import type { CandidatesOutput } from "../../../schema/answer/program.ts";
import { COMMON_OPTIONS, HELP_OPTION } from "../../arguments/read-arguments.ts";
import {
  type Answer,
  type Call,
  type CommandSpec,
  type OptionSpec,
  type PositionalSpec,
  wordsOf,
} from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { valueKind } from "../../command/value-kind.ts";

export type Completion = Pick<CandidatesOutput, "candidates" | "kind">;

type Candidate = Completion["candidates"][number];

const NOTHING: Completion = { candidates: [], kind: "none" };
const VERSION_OPTION: OptionSpec = { flag: "--version", description: "Show the version" };

export async function printCandidates(call: Call, commands: readonly CommandSpec[]): Promise<Answer<CandidatesOutput>> {
  const typed = (call.positionals.at(-1) ?? ".").replace(/\.$/, "");
  const completion = await complete(commands, call.positionals.slice(0, -1), typed);
  const lines = completion.candidates.map(
    ({ value, description }) => `${`${value} ${printable(description)}`.trimEnd()}\n`,
  );
  return { exit: EXIT.ok, json: completion, text: `${completion.kind}\n${lines.join("")}` };
}

/**
 * @param before the words before the one being typed, without the program name
 * @param typed the start of the word being typed; may be empty
 */
export async function complete(
  commands: readonly CommandSpec[],
  before: readonly string[],
  typed: string,
): Promise<Completion> {
  const asked = before[0] === "help" ? before.slice(1) : before;
  const words: string[] = [];
  for (const [at, token] of asked.entries()) {
    if (token.startsWith("-")) continue;
    words.push(token);
    const spec = commands.find((each) => wordsOf(each) === words.join(" "));
    if (spec === undefined) continue;
    const rest = asked.slice(at + 1);
    const longer = nextWords(commands, words);
    if (longer.some(({ value }) => value === rest[0])) continue;
    const completion = await argumentsOf(spec, rest, typed);
    // `gait verify` takes a file, and `gait verify chain` is a command.
    const both = rest.length === 0 ? fitting(longer, typed).candidates : [];
    return { ...completion, candidates: [...both, ...completion.candidates] };
  }
  const flags = [...COMMON_OPTIONS, HELP_OPTION, ...(words.length === 0 ? [VERSION_OPTION] : [])];
  return fitting(typed.startsWith("-") ? flags.map(asFlag) : nextWords(commands, words), typed);
}

/** The words that may follow; hidden commands are left out. */
function nextWords(commands: readonly CommandSpec[], words: readonly string[]): Candidate[] {
  const start = words.map((word) => `${word} `).join("");
  const next = new Map<string, string[]>();
  for (const spec of commands) {
    const text = wordsOf(spec);
    if (spec.hidden === true || !text.startsWith(start)) continue;
    const [word = "", ...rest] = text.slice(start.length).split(" ");
    const end = rest.length === 0 ? spec.summary : rest.join(" ");
    next.set(word, [...(next.get(word) ?? []), end]);
  }
  return [...next].map(([value, ends]) => ({ value, description: ends.join(", ") }));
}

async function argumentsOf(spec: CommandSpec, tokens: readonly string[], typed: string): Promise<Completion> {
  const options = [...spec.options, ...COMMON_OPTIONS, HELP_OPTION];
  const given = new Set<string>();
  const end = tokens.indexOf("--");
  let positionals = 0;
  let pending: OptionSpec | undefined;
  for (const [at, token] of tokens.entries()) {
    const isFlag = token.startsWith("-") && token !== "-" && (end === -1 || at < end);
    if (isFlag) {
      const [flag = "", value] = token.split("=", 2);
      given.add(flag);
      const option = options.find((each) => each.flag === flag);
      pending = value === undefined && option?.value !== undefined ? option : undefined;
    } else if (pending !== undefined) {
      pending = undefined;
    } else if (at !== end) {
      positionals += 1;
    }
  }
  if (pending !== undefined && !typed.startsWith("-")) return valuesOf(pending, typed);
  const free = options.filter(({ flag, repeatable }) => repeatable === true || !given.has(flag)).map(asFlag);
  if (end === -1 && typed.startsWith("-")) {
    const [flag = "", ...value] = typed.split("=");
    const option = options.find((each) => each.flag === flag);
    return value.length === 0 || option?.value === undefined
      ? fitting(free, typed)
      : behind(`${flag}=`, await valuesOf(option, value.join("=")));
  }
  const positional = spec.positionals[positionals] ?? lastRepeatable(spec);
  if (positional !== undefined) return valuesOf(positional, typed);
  return end === -1 ? fitting(free, typed) : NOTHING;
}

function lastRepeatable({ positionals }: CommandSpec): PositionalSpec | undefined {
  const last = positionals.at(-1);
  return last?.repeatable === true ? last : undefined;
}

async function valuesOf(spec: OptionSpec | PositionalSpec, typed: string): Promise<Completion> {
  const values = "flag" in spec ? spec.choices : await spec.suggestions?.();
  if (values !== undefined)
    return fitting(
      values.map((value) => ({ value, description: "" })),
      typed,
    );
  const kind = valueKind(spec);
  return { candidates: [], kind: kind === "file" || kind === "folder" ? kind : "none" };
}

function fitting(candidates: readonly Candidate[], typed: string): Completion {
  return { candidates: candidates.filter(({ value }) => value.startsWith(typed)), kind: "none" };
}

function behind(start: string, { candidates, kind }: Completion): Completion {
  return { candidates: candidates.map((each) => ({ ...each, value: `${start}${each.value}` })), kind };
}

function asFlag({ flag, description }: OptionSpec): Candidate {
  return { value: flag, description };
}
