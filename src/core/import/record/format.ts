/**
 * What a format of `gait run import` is: a file in `core/import/format`, a line in `core/import/formats.ts`, a schema and
 * vectors. docs/adding-a-format.md shows one being written.
 */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import type { Compilable, Platform, TextProof } from "../../platform/platform.ts";
import type { SourcePlace } from "../source/place.ts";
import type { ImportTally, RecordFate } from "../source/tally.ts";
import type { SourceLine } from "../source/text.ts";
import type { ImportRun } from "./run.ts";
import type { Spool } from "./spool.ts";

export interface ImportFormat {
  readonly name: string;
  /** The runtime of a run whose source names none. */
  readonly runtime: string;
  /** Its shape was not checked against files of the program: it is read by its name alone, and never recognised. */
  readonly isExperimental?: boolean;
  /** Whether a value, which is no list, is of this format: the first that fits one decides. */
  fits(value: JsonObject): boolean;
  /** The same of a line of text that is no JSON. */
  fitsText?(line: string): boolean;
  /** A source that is one JSON object holds its records in the list of this name; a list is always taken apart. */
  readonly list?: string;
  /** A source that is one JSON value is handed over as a whole: it has a shape of its own. */
  readonly isWhole?: boolean;
  /** Lists are records too: else they are malformed, as every other value that is no object. */
  readonly takesLists?: boolean;
  /** A run that the source gives nothing is none: of traces, and not of conversations. */
  readonly dropsEmptyRuns?: boolean;
  /** Files that belong to a file of this name, whose session has this id. They are read after it, by their paths. */
  companions?(name: string, sessionId: string | undefined): readonly Companion[];
  /** What such a file is called: in a folder it is looked at after the others. */
  readonly companionName?: RegExp;
  /** Begins to read one source. */
  read(context: ImportContext): FormatReader;
}

export interface Companion {
  /** Below the folder of the file: `*` within a name, `**` for folders. */
  readonly pattern: string;
  /** Whether the file with this first line belongs to it; absent: its name says so. */
  fits?(first: JsonObject): boolean;
}

/** Reads the values of one source, in their order. Each method gives the fate of its record, or counts its records itself. */
export interface FormatReader {
  /** A line, an element of the list, or the whole value: an object, but where the format takes more. */
  record(value: JsonValue, place: SourcePlace): RecordFate | undefined;
  /** A line by its bytes, for a format that is quicker so; `undefined`: it is read as all others. */
  line?(source: SourceLine, place: SourcePlace): RecordFate | undefined;
  /** A line that is no JSON, for a format that has such. */
  text?(line: string, place: SourcePlace): RecordFate | undefined;
  /** A file begins: the first of the source, or one of its companions. */
  file?(name: string): void;
  /** Everything was read. */
  end?(): void;
  /** What it runs for each line, besides its own methods: see `hot-code.ts`. */
  readonly hot?: readonly Compilable[];
}

/** What a format's reader works with. */
export interface ImportContext {
  readonly tally: ImportTally;
  /** For digests. */
  readonly platform: Platform;
  /** A proof for lines, where the source is large enough for it to pay; only one reader's. */
  readonly proof: TextProof | undefined;
  /**
   * The run of a session, trace or conversation; it is made when it is asked for first, and runs are in that order.
   * Without a key: the one that has no id, or gets it by `setSourceId`.
   */
  run(key?: string): ImportRun;
  /** A run that the source has no id of, after those that are there. */
  unnamedRun(): ImportRun;
  /** Where a reader keeps what it can't tell before everything was read. */
  spool(): Spool;
  /**
   * The time of a record, as the run has it; ask once for each record. A text that can't be read is warned of, and so is
   * one without a zone, but where the format says that it is UTC.
   */
  time(value: JsonValue | undefined, place: SourcePlace, zone?: "UTC"): string | undefined;
}

/** The member's text, where it is text. */
export function textOf(value: JsonObject, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === "string" ? member : undefined;
}

/** The member's text, where there is some: an id that is empty is none. */
export function idOf(value: JsonObject, name: string): string | undefined {
  const text = textOf(value, name);
  return text === "" ? undefined : text;
}

/** The member's object, where it is one. */
export function objectOf(value: JsonObject, name: string): JsonObject | undefined {
  const member = memberOf(value, name);
  return typeof member === "object" && member !== null && !Array.isArray(member) ? member : undefined;
}

/** The member's list, where it is one. */
export function listOf(value: JsonObject, name: string): JsonValue[] | undefined {
  const member = memberOf(value, name);
  return Array.isArray(member) ? member : undefined;
}

/** The member, which `__proto__` and `constructor` may be too. */
export function memberOf(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}
