/** `events.jsonl` on disk: read from either end, in constant memory. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import type { TSchema } from "typebox";
import { GaitError } from "../../core/finding/error.ts";
import { textIssues } from "../../core/json/document.ts";
import { JsonError } from "../../core/json/error.ts";
import { createLineReader } from "../../core/json/lines.ts";
import { type ParsedText, parseJsonText } from "../../core/json/parse.ts";
import type { JobEvent } from "../../schema/document/job.ts";
import { JobEventSchema } from "../../schema/document/job.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { jobEventValidator } from "../../schema/validator/job.ts";
import { statOrNothing, withFileErrors } from "../files/errno.ts";

/** Longest event, in bytes: the limit of the Go implementation. */
export const MAX_EVENT_BYTES = 10 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const FIRST_TAIL_BYTES = 4096;
export const LF = 0x0a;

/** A file that other processes may append to while it is read. */
export interface ReadableFile {
  readonly path: string;
  /** Size in bytes when opened. */
  readonly size: number;
  /** Returns fewer bytes if the file is shorter. */
  read(offset: number, length: number): Uint8Array;
  /** Fills `target` from `offset` on, and returns how many bytes there were. */
  readInto(target: Uint8Array, offset: number): number;
  close(): void;
}

/** `undefined` if the file does not exist. A link or a device is refused. */
export function openRegular(path: string): ReadableFile | undefined {
  return withFileErrors("read", path, () => {
    const stats = statOrNothing(() => lstatSync(path));
    if (stats === undefined) return undefined;
    if (!stats.isFile()) {
      throw new GaitError("not_readable", `${path} is not a regular file`, { hint: "Check what is at this path." });
    }
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    return {
      path,
      size: fstatSync(fd).size,
      read: (offset, length) => {
        const target = new Uint8Array(length);
        return target.subarray(
          0,
          withFileErrors("read", path, () => readAt(fd, target, offset)),
        );
      },
      readInto: (target, offset) => withFileErrors("read", path, () => readAt(fd, target, offset)),
      close: () => closeSync(fd),
    };
  });
}

export interface LogTail {
  /** Start and end of the last complete line, with its newline; both 0 if there is none. */
  readonly start: number;
  readonly end: number;
  /** The event on that line; `undefined` if it is not one. */
  readonly event: JobEvent | undefined;
  /** The line has NULs: blocks of the file that were never written. */
  readonly unwritten: boolean;
  /** Bytes after the last newline, and their event if only the newline is missing. */
  readonly rest: number;
  readonly restEvent: JobEvent | undefined;
}

/** @throws GaitError `not_readable` if the end of the file is not a written line */
export function readTail(log: ReadableFile): LogTail {
  for (let length = FIRST_TAIL_BYTES; ; length *= 4) {
    const from = Math.max(0, log.size - length);
    const bytes = log.read(from, log.size - from);
    const end = bytes.lastIndexOf(LF) + 1;
    const start = lineStart(bytes, end);
    if (from > 0 && start === 0) {
      if (length > 2 * MAX_EVENT_BYTES)
        throw damaged(log, "its end", `there are more than ${MAX_EVENT_BYTES} bytes without a newline`);
      continue;
    }
    const rest = bytes.subarray(end);
    if (rest.length > MAX_EVENT_BYTES) throw damaged(log, "its end", "it is too long for an event");
    return {
      start: from + start,
      end: from + end,
      event: end === 0 ? undefined : eventOrNothing(bytes.subarray(start, end)),
      unwritten: bytes.subarray(start, end).includes(0),
      rest: rest.length,
      restEvent: rest.length === 0 ? undefined : eventOrNothing(rest),
    };
  }
}

/**
 * The events of the first `length` bytes, which must be whole lines; blank ones are skipped.
 * @throws GaitError `not_readable` with the line that is not an event
 */
export function* eventsIn(
  log: ReadableFile,
  length: number,
  observe?: (chunk: Uint8Array) => void,
): Generator<JobEvent> {
  const batch: JobEvent[] = [];
  const lines = createLineReader((bytes, start, end, line) => {
    if (isBlank(bytes, start, end)) return;
    batch.push(parseEvent(bytes.subarray(start, end), (what) => damaged(log, `line ${line}`, what)));
  }, MAX_EVENT_BYTES);
  for (let offset = 0; offset < length; offset += CHUNK_BYTES) {
    const chunk = log.read(offset, Math.min(CHUNK_BYTES, length - offset));
    observe?.(chunk);
    lines.push(chunk);
    yield* batch;
    batch.length = 0;
  }
  lines.end();
  if (lines.tooLong !== undefined) throw damaged(log, `line ${lines.tooLong}`, "it is too long for an event");
  yield* batch;
}

/**
 * Splits a document of the job store into members of its schema and others. Parsed leniently (contract 0.3): unknown
 * members are allowed, and null counts as absent.
 */
export function splitMembers(
  value: JsonValue,
  properties: Readonly<Record<string, TSchema>>,
): { readonly known: JsonObject; readonly unknown: JsonObject } {
  const known: JsonObject = {};
  const unknown: JsonObject = {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { known, unknown };
  for (const [name, member] of Object.entries(value)) {
    // Not by assignment, because the name may be `__proto__`.
    const target = Object.hasOwn(properties, name) ? known : unknown;
    if (target === unknown || member !== null) Object.defineProperty(target, name, { value: member, enumerable: true });
  }
  return { known, unknown };
}

/** The event on a line; `undefined` if it is not one. */
export function eventOrNothing(line: Uint8Array): JobEvent | undefined {
  try {
    return parseEvent(line, (what) => new GaitError("not_readable", what));
  } catch (error) {
    if (error instanceof GaitError) return undefined;
    throw error;
  }
}

function parseEvent(line: Uint8Array, refusal: (what: string) => GaitError): JobEvent {
  let text: ParsedText;
  try {
    text = parseJsonText(line);
  } catch (error) {
    if (error instanceof JsonError) throw refusal(error.message);
    throw error;
  }
  const { known } = splitMembers(text.value, JobEventSchema.properties);
  const [issue] = textIssues({ ...text, value: known }, line, jobEventValidator);
  if (issue === undefined) return known as unknown as JobEvent;
  throw refusal(`it is not understood: ${issue.path} ${issue.message}`);
}

function damaged(log: ReadableFile, where: string, what: string): GaitError {
  return new GaitError("not_readable", `${log.path} is damaged at ${where}: ${what}`, {
    hint: "Restore the job's folder from a copy; if a later version of gait wrote it, use that version.",
  });
}

/** Start of the line that ends at `end`, including blank lines after it. */
function lineStart(bytes: Uint8Array, end: number): number {
  let last = end;
  while (last > 0 && isSpace(bytes[last - 1])) last -= 1;
  return last === 0 ? 0 : bytes.lastIndexOf(LF, last - 1) + 1;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && isSpace(bytes[at])) at += 1;
  return at === end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === LF || byte === 0x20 || byte === 0x0d || byte === 0x09;
}

function readAt(fd: number, target: Uint8Array, offset: number): number {
  let done = 0;
  while (done < target.length) {
    const count = readSync(fd, target, done, target.length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}
