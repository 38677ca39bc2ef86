/** Which command the words of the command line name. */
import { GaitError } from "../../core/finding/error.ts";
import { type CommandSpec, wordsOf } from "../command/command.ts";
import { nearest } from "./nearest.ts";

/** The subject of an answer: a command, or the words so far when no command is known. */
export interface Subject {
  readonly schemaId: string;
  readonly failureSchemaId?: string | undefined;
  readonly operation: string;
  /** As in `gait pack verify: <what failed>`, without `gait`. */
  readonly words: string;
}

export const NO_COMMAND: Subject = { schemaId: "gait.error.output", operation: "", words: "" };

export interface Found {
  readonly subject: Subject;
  readonly spec?: CommandSpec;
  /** The arguments left for the command. */
  readonly tokens: readonly string[];
  /** Why no command was found: an unknown word, or a flag before the command. */
  readonly fault?: GaitError;
}

const VERSION_FLAGS = ["--version", "-v"];

/** The command that the first words name, or the words that matched. */
export function findCommand(argv: readonly string[], commands: readonly CommandSpec[]): Found {
  const flags: string[] = [];
  const words: string[] = [];
  for (const [at, token] of argv.entries()) {
    if (token.startsWith("-")) {
      if (!standsInFront(token, words)) {
        return { ...incomplete(words), tokens: [], fault: misplacedFlag(token, words) };
      }
      flags.push(token);
      continue;
    }
    const text = [...words, token].join(" ");
    const spec = commands.find((candidate) => wordsOf(candidate) === text);
    if (spec !== undefined && !goesOn(text, argv.slice(at + 1), commands)) {
      const tokens = [...flags.filter((flag) => !VERSION_FLAGS.includes(flag)), ...argv.slice(at + 1)];
      const { schemaId, failureSchemaId, verb } = spec;
      return { subject: { schemaId, failureSchemaId, operation: verb, words: text }, spec, tokens };
    }
    if (!commands.some((candidate) => wordsOf(candidate).startsWith(`${text} `))) {
      return { ...incomplete(words), tokens: [], fault: unknownCommand(words, token, commands) };
    }
    words.push(token);
  }
  if (words.length === 0 && flags.some((flag) => VERSION_FLAGS.includes(flag))) {
    return findCommand(["version", ...flags.filter((flag) => !VERSION_FLAGS.includes(flag))], commands);
  }
  return { ...incomplete(words), tokens: flags };
}

/** Whether the next word makes a longer command of it: `verify chain` is not the verification of a run named `chain`. */
function goesOn(text: string, rest: readonly string[], commands: readonly CommandSpec[]): boolean {
  const next = rest.find((token) => !standsInFront(token, [text]));
  return next !== undefined && commands.some((candidate) => wordsOf(candidate) === `${text} ${next}`);
}

function incomplete(words: readonly string[]): { subject: Subject } {
  const text = words.join(" ");
  return { subject: { ...NO_COMMAND, operation: text, words: text } };
}

/** Flags that have a meaning before the command is known. */
function frontFlags(words: readonly string[]): readonly string[] {
  return ["--help", "--json", ...(words.length === 0 ? ["--version"] : [])];
}

function standsInFront(token: string, words: readonly string[]): boolean {
  const [name = token] = token.split("=", 1);
  return frontFlags(words).includes(name) || token === "-h" || (token === "-v" && words.length === 0);
}

function misplacedFlag(token: string, words: readonly string[]): GaitError {
  const [name = token] = token.split("=", 1);
  const near = nearest(name, frontFlags(words));
  return new GaitError("invalid_input", `unknown flag ${name} in front of the command`, {
    hint: near === undefined ? "A command's flags come after its words." : `Did you mean ${near}?`,
  });
}

function unknownCommand(before: readonly string[], word: string, commands: readonly CommandSpec[]): GaitError {
  const start = before.map((part) => `${part} `).join("");
  const next = commands
    .map(wordsOf)
    .filter((text) => text.startsWith(start))
    .map((text) => text.slice(start.length).split(" ", 1)[0] ?? "");
  const near = nearest(word.toLowerCase(), [...new Set(next)]);
  const elsewhere = commands.filter(({ verb }) => verb === word).map((spec) => `gait ${wordsOf(spec)}`);
  const guess = near === undefined ? elsewhere.join(" or ") : `gait ${start}${near}`;
  const list = `gait ${start}--help lists the commands.`;
  return new GaitError("invalid_input", `unknown command ${JSON.stringify(word)}`, {
    hint: guess === "" ? list : `Did you mean ${guess}? ${list}`,
  });
}
