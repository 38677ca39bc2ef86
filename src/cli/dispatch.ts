/** Runs the command that the command line names, and turns its answer or error into output. */

import { errorMembers, GaitError, hintOfError } from "../core/finding/error.ts";
import { printable } from "../core/text/printable.ts";
import { envelope, jsonLine, jsonPieces } from "../core/verify/json-answer.ts";
import { type Found, findCommand, NO_COMMAND, type Subject } from "./arguments/find-command.ts";
import { assertNoKeyText } from "./arguments/key-text.ts";
import { type Arguments, readArguments, wantsHelp, wantsJson } from "./arguments/read-arguments.ts";
import {
  type Answer,
  type Call,
  type CommandSpec,
  type Environment,
  type Flag,
  type Terminal,
  wordsOf,
} from "./command/command.ts";
import { EXIT, exitOfError } from "./command/exit.ts";
import { valueKind } from "./command/value-kind.ts";
import { allCommands, commandsFor } from "./commands-by-words.ts";
import type { Printed } from "./terminal/output.ts";
import { paint } from "./terminal/style.ts";

export interface CommandResult extends Printed {
  readonly exit: number;
}

/**
 * Runs the command that the arguments name. Never throws: the outcome includes every error.
 * @param argv the arguments without the program's own name
 * @param execArgv options that the runtime took from elsewhere; none are accepted
 */
export async function dispatch(
  argv: readonly string[],
  environment: Environment,
  execArgv: readonly string[] = [],
): Promise<CommandResult> {
  const json = wantsJson(argv);
  let subject = NO_COMMAND;
  let neverFails = false;
  try {
    const asked = argv[0] === "help" ? ["--help", ...argv.slice(1)] : argv;
    const found = await findIn(asked);
    neverFails = found.spec?.neverFails === true;
    refuseRuntimeOptions(execArgv);
    subject = found.subject;
    assertNoKeyText(argv);
    // Loaded lazily: a replacement character is hardly ever in an argument.
    if (argv.some((argument) => argument.includes("\ufffd")))
      (await import("./arguments/encoding.ts")).assertUtf8(argv);
    if (found.fault !== undefined) {
      throw found.fault;
    }
    if (wantsHelp(asked)) {
      return { exit: EXIT.ok, stdout: await helpText(found), stderr: "" };
    }
    if (found.spec !== undefined) {
      const answer = await found.spec.run(callOf(found.spec, readArguments(found.spec, found.tokens), environment));
      return printedAnswer(answer, subject, json);
    }
    if (subject.words === "" && !json) {
      return { exit: EXIT.ok, stdout: await helpText(found), stderr: "" };
    }
    const missing = new GaitError("invalid_input", "a command is missing", {
      hint: `gait ${`${subject.words} --help`.trim()} lists them.`,
    });
    const failed = failure(missing, subject, json, environment);
    return json ? failed : { ...failed, stderr: `${failed.stderr}\n${await helpText(found)}` };
  } catch (error) {
    if (neverFails) return onlyTold(failure(error, subject, false, environment));
    return failure(error, subject, json, environment);
  }
}

/** Where nothing is wrong, it takes few commands to find one; what is told of a mistake takes all. */
async function findIn(asked: readonly string[]): Promise<Found> {
  const few = findCommand(asked, await commandsFor(asked));
  return few.spec === undefined ? findCommand(asked, await allCommands()) : few;
}

/** What `gait capture hook` says where it could not write the event. */
export async function hookFailure(thrown: unknown, env: Environment["env"]): Promise<CommandResult> {
  const { subject } = findCommand(["capture", "hook"], await allCommands());
  return onlyTold(failure(thrown, subject, false, { env, stderr: NO_TERMINAL }));
}

const NO_TERMINAL: Terminal = { isTerminal: false, color: false, columns: undefined };

/** The failure of a hook: one line, and no exit or output that would disturb the program that runs it. */
function onlyTold({ stderr }: CommandResult): CommandResult {
  return { exit: EXIT.ok, stdout: "", stderr: `${stderr.trimEnd().replace(/\n\s*/g, "; ")}\n` };
}

/**
 * The outcome of something thrown. Anything but a `GaitError` is a defect: one line, plus the stack with GAIT_DEBUG=1.
 */
export function failure(
  thrown: unknown,
  subject: Subject,
  json: boolean,
  environment: Pick<Environment, "env" | "stderr">,
): CommandResult {
  const error = thrown instanceof GaitError ? thrown : unexpected(thrown);
  const exit = exitOfError(error);
  const stack = environment.env["GAIT_DEBUG"] === "1" ? stackOf(thrown) : "";
  if (json) {
    const failed = { ...subject, schemaId: subject.failureSchemaId ?? subject.schemaId };
    return { exit, stdout: jsonLine(envelope(failed, exit === EXIT.ok, errorMembers(error))), stderr: stack };
  }
  const name = `gait ${subject.words}`.trimEnd();
  const what = `${paint(name, "bad", environment.stderr)}: ${printable(error.message)}\n`;
  return { exit, stdout: "", stderr: `${what}  hint: ${printable(hintOfError(error))}\n${stack}` };
}

/** The outcome of an error outside of any command: an unhandled rejection, a callback. */
export function strayFailure(thrown: unknown, argv: readonly string[], environment: Environment): CommandResult {
  return failure(thrown, NO_COMMAND, wantsJson(argv), environment);
}

function unexpected(thrown: unknown): GaitError {
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new GaitError("internal", `internal error: ${message}`, { cause: thrown });
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.stack ?? thrown.message}\n` : "";
}

export function printedAnswer(answer: Answer, subject: Subject, json: boolean): CommandResult {
  const { exit } = answer;
  if (answer.written === true) {
    const isTold = !json || answer.notesBesideLines === true;
    return { exit, stdout: "", stderr: isTold ? (answer.notes ?? "") : "" };
  }
  if (!json) return { exit, stdout: answer.text, stderr: answer.notes ?? "" };
  if (answer.json === undefined) throw new TypeError(`${subject.words} has no answer in JSON`);
  const pieces = jsonPieces(envelope(subject, exit === EXIT.ok, answer.json));
  const stdout: string = pieces.next().value ?? "";
  // Only the last one ends a line.
  return { exit, stdout, stderr: "", ...(stdout.endsWith("\n") ? {} : { more: pieces }) };
}

/**
 * Runtime options (BUN_OPTIONS) can load code and change what a command does, and have done so by now. This stops
 * accidents and makes an attack visible; an attacker who sets the environment owns the process anyway.
 */
function refuseRuntimeOptions(execArgv: readonly string[]): void {
  if (execArgv.length > 0) {
    throw new GaitError("invalid_input", `runtime options are not accepted: ${execArgv.join(" ")}`, {
      hint: "Unset BUN_OPTIONS.",
    });
  }
}

async function helpText({ spec, subject }: Found): Promise<string> {
  const { commandHelp, nounHelp, overview } = await import("./help/help.ts");
  const listed = (await allCommands()).filter(({ hidden }) => hidden !== true);
  const below = (words: string) => listed.filter((command) => command.noun === words);
  if (spec !== undefined) {
    return commandHelp(spec, below(wordsOf(spec)));
  }
  const [noun = ""] = subject.words.split(" ");
  return noun === "" ? overview(listed) : nounHelp(noun, below(noun));
}

/** A `Call` of `spec` with the parsed arguments. */
export function callOf(spec: CommandSpec, { positionals, given }: Arguments, environment: Environment): Call {
  const isOn = (flag: Flag): boolean => given.get(flag)?.[0] === "true";
  function declared(flag: Flag) {
    const option = spec.options.find((candidate) => candidate.flag === flag);
    if (option === undefined) {
      throw new TypeError(`${wordsOf(spec)} declares no ${flag}`);
    }
    return option;
  }
  const paths = spec.options
    .filter((option) => option.output !== true && valueKind(option) === "file")
    .flatMap(({ flag }) => given.get(flag) ?? []);
  return {
    ...environment,
    positionals,
    json: isOn("--json"),
    inputs: [...positionals, ...paths],
    option: (flag) => {
      const option = declared(flag);
      return given.get(flag)?.[0] ?? option.default;
    },
    options: (flag) => {
      declared(flag);
      return given.get(flag) ?? [];
    },
    has: (flag) => (declared(flag).value === undefined ? isOn(flag) : given.has(flag)),
  };
}
