/** Where a recorder writes while a run goes on, and the lines that it writes (contract 12.5). */
import type { CaptureMode, JsonValue } from "../../schema/document/primitives.ts";
import type { RecordRun } from "../../schema/document/run-record.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader } from "../json/lines.ts";
import { scanJson } from "../json/parse.ts";
import { spanValue } from "../json/text.ts";

/** Takes the lines of a recorder, in order. `gait/log` has one for files; without any they are kept in memory. */
export interface RecorderLog {
  /** Takes one line, its LF included; when it returns, the line outlives this program. What it throws is a warning. */
  append(line: Uint8Array): void;
  /** All that was appended, from the beginning, in pieces of any size. */
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Resolves when what was appended outlives the machine's end too. */
  flush?(): Promise<void>;
  /** Nothing is appended any more. It can still be read. */
  close?(): void;
}

/** Without a file: what is recorded is gone with the program. */
export class MemoryLog implements RecorderLog {
  readonly #lines: Uint8Array[] = [];

  append(line: Uint8Array): void {
    this.#lines.push(line);
  }

  read(): Iterable<Uint8Array> {
    return this.#lines;
  }
}

export const LOG_FORMAT = "gait.recorder/1";

/** What the first line says. */
export interface RecorderLogHead {
  readonly run: RecordRun;
  readonly captureMode: CaptureMode;
}

/** Members of the input document, of which each is one element (contract 1.3). */
export type LogEntryKind = "intent" | "result" | "event" | "receipt";

/** A record as it stands in its line. */
export interface LogEntry {
  readonly kind: LogEntryKind;
  /** The record's own JSON text, valid until the next entry. */
  readonly record: Uint8Array;
}

const HEADS: readonly (readonly [LogEntryKind, Uint8Array])[] = (["intent", "result", "event", "receipt"] as const).map(
  (kind) => [kind, new TextEncoder().encode(`{"${kind}":`)],
);
const FIRST = new TextEncoder().encode(`{"recorder":"${LOG_FORMAT}",`);
const CLOSE_OBJECT = 0x7d;

export function headLine({ run, captureMode }: RecorderLogHead): Uint8Array {
  const text = `{"recorder":"${LOG_FORMAT}","run":${JSON.stringify(run)},"capture_mode":"${captureMode}"}\n`;
  return new TextEncoder().encode(text);
}

/** @param text the record's JSON text */
export function entryLine(kind: LogEntryKind, text: string): Uint8Array {
  return new TextEncoder().encode(`{"${kind}":${text}}\n`);
}

/** What was read of a log. */
export interface LogReading {
  /** Its first line, as JSON; `undefined` where the log does not begin with one. */
  head?: JsonValue;
  /** Numbers, from 1, of lines that are no entries: cut off, or by somebody else. */
  readonly faults: number[];
}

/**
 * The entries of a log, in order.
 * @param most stops after so many: what follows was not taken
 */
export async function* logEntries(
  log: Pick<RecorderLog, "read">,
  reading: LogReading,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<LogEntry> {
  let entries: LogEntry[] = [];
  let count = 0;
  let isFirst = true;
  const reader = createLineReader((bytes, start, end, line) => {
    const isHead = isFirst;
    isFirst = false;
    if (isHead && startsWith(bytes, start, end, FIRST) && isStrict(bytes, start, end)) {
      reading.head = spanValue(bytes, { start, end });
      return;
    }
    const entry = entryIn(bytes, start, end);
    // The reader uses the memory of a line again.
    if (entry !== undefined) entries.push({ ...entry, record: entry.record.slice() });
    else reading.faults.push(line);
  });
  const taken = function* (): Generator<LogEntry> {
    for (const entry of entries) {
      if (count === most) return;
      count += 1;
      yield entry;
    }
    entries = [];
  };
  for await (const chunk of log.read()) {
    reader.push(chunk);
    yield* taken();
    if (count === most) return;
  }
  reader.end();
  if (reader.tooLong !== undefined) reading.faults.push(reader.tooLong);
  yield* taken();
}

function entryIn(bytes: Uint8Array, start: number, end: number): LogEntry | undefined {
  const found = HEADS.find(([, head]) => startsWith(bytes, start, end, head));
  if (found === undefined || bytes[end - 1] !== CLOSE_OBJECT) return undefined;
  const [kind, head] = found;
  const record = bytes.subarray(start + head.length, end - 1);
  // One member, and an object in it: the bytes between are that object.
  return isStrict(record, 0, record.length) && record[0] === 0x7b ? { kind, record } : undefined;
}

function startsWith(bytes: Uint8Array, start: number, end: number, head: Uint8Array): boolean {
  return end - start >= head.length && head.every((byte, index) => bytes[start + index] === byte);
}

function isStrict(bytes: Uint8Array, start: number, end: number): boolean {
  try {
    scanJson(bytes, { start, end });
    return true;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}
