/** What a command is: its words and flags as data, and the work as a function from a `Call` to an `Answer`. */
import type { Envelope, OwnMembers } from "../../schema/answer/answer.ts";
import type { Exit } from "./exit.ts";

export type Flag = `--${string}`;

/** The kind of a value, for shell completion: a shell can complete files and folders, nothing else. */
export type ValueKind = "file" | "folder" | "id" | "number" | "text";

export interface OptionSpec {
  readonly flag: Flag;
  /** Other spellings that go on working, and are listed nowhere. */
  readonly formerly?: readonly Flag[];
  /** Name of the value in the help, in capitals; a flag without one is on or off. */
  readonly value?: string;
  /** The kind of value; derived from `value` unless given. */
  readonly kind?: ValueKind;
  /** The flag may be given more than once. */
  readonly repeatable?: boolean;
  /** The allowed values. Case is ignored; the command gets the spelling used here. */
  readonly choices?: readonly string[];
  /** Takes `-` for the standard input. */
  readonly standardInput?: true;
  /** Names what the command writes, not what it reads. */
  readonly output?: true;
  /** The one argument of a command without others may be its value. */
  readonly bare?: true;
  /** What `Call.option` returns when the flag is not given. */
  readonly default?: string;
  readonly description: string;
}

export interface PositionalSpec {
  /** As in the help, in small letters. */
  readonly name: string;
  /** The kind of value; derived from `name` unless given. */
  readonly kind?: ValueKind;
  readonly required: boolean;
  /** Suggested values for completion; others are accepted too. Evaluated lazily. */
  suggestions?(): Promise<readonly string[]>;
  /** Takes `-` for the standard input. */
  readonly standardInput?: true;
  /** Takes all further positionals too; only the last may. */
  readonly repeatable?: boolean;
}

/** `Output` is the schema type of its JSON answer, and `Refusal` of the one to bad evidence. */
export interface CommandSpec<Output extends Envelope = Envelope, Refusal extends Envelope = never> {
  /** `pack` of `gait pack verify`; none for `gait verify`. */
  readonly noun?: string;
  /** One word or two (`checkpoint add`); also the `operation` of its JSON answer. */
  readonly verb: Output["operation"];
  /** `schema_id` of its JSON answer. */
  readonly schemaId: Output["schema_id"];
  /** `schema_id` of a failed answer, for a command whose own schema has none. */
  readonly failureSchemaId?: string;
  /** For programs only: it has its own help, but is listed nowhere. */
  readonly hidden?: boolean;
  /** Another program's hook: whatever happens, the exit is 0, and nothing but one line on the standard error tells of it. */
  readonly neverFails?: true;
  /** Exits besides those that any command may have (`COMMON_EXITS` of `help/help.ts`). */
  readonly furtherExits?: readonly Exit[];
  /** One line without a full stop. */
  readonly summary: string;
  /** Further lines of the help. */
  readonly description?: string;
  readonly positionals: readonly PositionalSpec[];
  /** Without `--json` and `--help`: every command has them. */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly command: string; readonly note: string }[];
  /** Imports the implementation lazily, so that the table of commands costs nothing at start. */
  run(call: Call): Promise<Answer<Output | Refusal>>;
}

/** A stream that text may go to. */
export interface Terminal {
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Width in columns; undefined when it is no terminal. */
  readonly columns: number | undefined;
}

/** On a terminal, a line that the next one overwrites; otherwise a separate line. */
export type Status = { readonly line: string } | { readonly record: string };

/** What every call gets from the machine. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The words that start this program: the executable, or the runtime and the script. */
  readonly program: readonly string[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** The standard input, from its current position; call once. */
  stdin(): ReadableStream<Uint8Array>;
  /**
   * Prints part of a long result on stdout. Await it: the reader may be slow. Control characters are escaped, as in any
   * other text.
   */
  write(text: string): Promise<void>;
  /** Waits until everything passed to `write` has been written. */
  flush(): Promise<void>;
  /** Prints a line on the standard error at once: for work that goes on afterwards. */
  warn(line: string): void;
  /** Shows progress; undefined clears it. Never blocks. Optional. */
  showStatus(status: Status | undefined): void;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
}

/** One invocation of a command. Values are strings as typed: `0012` stays `0012`. */
export interface Call extends Environment {
  readonly positionals: readonly string[];
  readonly json: boolean;
  /** The paths that were given to read, in positionals and flags: nothing is written in the place of one. */
  readonly inputs: readonly string[];
  /** The flag's value, else its default; of a repeatable flag the first. */
  option(flag: Flag): string | undefined;
  /** All values of a repeatable flag, in the order given. */
  options(flag: Flag): readonly string[];
  /** Whether a flag without value is on, or one with value was given. */
  has(flag: Flag): boolean;
}

/** The result. `dispatch` prints it: `json` with `--json`, else `text` on stdout and `notes` on stderr. */
export type Answer<Output extends object = object> = AnswerWith<OwnMembers<Output>>;

export interface AnswerWith<Members> {
  /** One of `EXIT`, or what a flag of the call asked for. */
  readonly exit: number;
  /** Absent without `--json`, where making it would be work for nothing, and where `write` wrote it. */
  readonly json: Members | undefined;
  /** The result as text. Lines end with `\n`; may be empty. */
  readonly text: string;
  /** The result has already been written by `write`. */
  readonly written?: boolean;
  /** Warnings and errors as text: what failed, where, and what to do. */
  readonly notes?: string;
  /** The lines of JSON that were written have no place for the notes: they are printed on stderr all the same. */
  readonly notesBesideLines?: boolean;
}

/** The words that start a command: `pack verify`. */
export function wordsOf(spec: CommandSpec): string {
  return spec.noun === undefined ? spec.verb : `${spec.noun} ${spec.verb}`;
}
