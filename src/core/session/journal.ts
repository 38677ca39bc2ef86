/**
 * Reads a session's journal (contract 15.1): a header, then events and checkpoints, whose numbers and digests must go on without a
 * gap. A journal is evidence in the making: a line that does not fit stops whoever reads it.
 */
import type { JsonValue } from "../../schema/document/primitives.ts";
import type {
  SessionChain,
  SessionCheckpoint,
  SessionEvent,
  SessionHeader,
  SessionState,
} from "../../schema/document/session/journal.ts";
import { explain } from "../../schema/validate/explain.ts";
import { foldedNameIssues } from "../../schema/validate/folded-name.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import {
  sessionCheckpointValidator,
  sessionEventValidator,
  sessionHeaderValidator,
} from "../../schema/validator/journal.ts";
import { GaitError } from "../finding/error.ts";
import { isObject, jsonPath } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { parseJson } from "../json/parse.ts";
import type { Hashing } from "../signature/digest.ts";
import { linkFault } from "./link.ts";

/** Longest line, in bytes, as in the Go implementation. */
export const MAX_JOURNAL_LINE = 8 * 1024 * 1024;

export interface Journal {
  readonly header: SessionHeader;
  readonly events: readonly SessionEvent[];
  readonly checkpoints: readonly SessionCheckpoint[];
  /** Of the events, and of those that a checkpoint took and a compaction dropped; 0 without one. */
  readonly lastSequence: number;
  /** Bytes that count. */
  readonly length: number;
  /** What follows them: a line without its end that is no record. */
  readonly tornBytes: number;
  /** The last line lacks its newline. */
  readonly isUnended: boolean;
}

/** @throws GaitError `invalid_input` naming the line and what is wrong with it */
export function readJournal(bytes: Uint8Array, path: string, hashing: Hashing): Journal {
  const reader = new JournalReader(path, hashing);
  let [at, line] = [0, 0];
  while (at < bytes.length) {
    line += 1;
    const found = bytes.indexOf(0x0a, at);
    const end = found === -1 ? bytes.length : found;
    if (end - at > MAX_JOURNAL_LINE) throw reader.wrong(line, `has more than ${MAX_JOURNAL_LINE} bytes`);
    const isTorn = !reader.take(bytes, at, end, line, found === -1);
    if (isTorn) return reader.end(at, bytes.length - at, false);
    at = end + 1;
  }
  return reader.end(bytes.length, 0, bytes.length > 0 && bytes.at(-1) !== 0x0a);
}

class JournalReader {
  readonly #path: string;
  readonly #hashing: Hashing;
  #header: SessionHeader | undefined;
  readonly #events: SessionEvent[] = [];
  readonly #checkpoints: SessionCheckpoint[] = [];
  #lastSequence = 0;

  constructor(path: string, hashing: Hashing) {
    this.#path = path;
    this.#hashing = hashing;
  }

  /** `false` for a line without its end that is no JSON. */
  take(bytes: Uint8Array, start: number, end: number, line: number, isLast: boolean): boolean {
    if (bytes.subarray(start, end).every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) return true;
    let value: JsonValue;
    try {
      value = parseJson(bytes, { start, end, line });
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      if (isLast) return false;
      throw this.wrong(line, `is not strict JSON: ${error.message}`);
    }
    const type = isObject(value) ? value["record_type"] : undefined;
    if (type === "header") this.#takeHeader(this.#member(value, type, sessionHeaderValidator, line), line);
    else if (type === "event") this.#takeEvent(this.#member(value, type, sessionEventValidator, line), line);
    else if (type === "checkpoint")
      this.#takeCheckpoint(this.#member(value, type, sessionCheckpointValidator, line), line);
    else throw this.wrong(line, `has the record_type ${JSON.stringify(type)?.slice(0, 60) ?? "missing"}`);
    return true;
  }

  #member<T>(record: JsonValue, name: string, validator: Validator<T>, line: number): T {
    const value = isObject(record) ? record[name] : undefined;
    if (value === undefined) throw this.wrong(line, `has no member ${name}`);
    const [first] = validator.fits(value) ? foldedNameIssues(validator.schema, value) : explain(validator, value);
    if (first !== undefined) throw this.wrong(line, `${jsonPath(first.path, `$.${name}`)}: ${first.message}`);
    return value as T;
  }

  #takeHeader(header: SessionHeader, line: number): void {
    if (this.#header !== undefined) throw this.wrong(line, "is a second header");
    if (header.events !== null && header.events.length > 0)
      throw this.wrong(line, "has events in its header, where no program looks for them");
    this.#header = header;
  }

  #takeEvent(event: SessionEvent, line: number): void {
    this.#assertSame(event, "an event", line);
    const expected = this.#lastSequence + 1;
    if (event.sequence !== expected)
      throw this.wrong(line, `is the event ${event.sequence}, and ${expected} comes next: one was dropped or changed`);
    this.#events.push(event);
    this.#lastSequence = event.sequence;
  }

  #takeCheckpoint(checkpoint: SessionCheckpoint, line: number): void {
    this.#assertSame(checkpoint, "a checkpoint", line);
    const fault = linkFault(this.#checkpoints.at(-1), checkpoint, this.#hashing)[0];
    if (fault !== undefined) throw this.wrong(line, `is a checkpoint whose ${fault.message}`);
    const last = this.#events.at(-1)?.sequence;
    // A compaction drops the events of all checkpoints; where there are some, one was dropped.
    if (last !== undefined && checkpoint.sequence_end > last)
      throw this.wrong(line, `is a checkpoint up to the event ${checkpoint.sequence_end}, and ${last} is the last one`);
    this.#checkpoints.push(checkpoint);
    this.#lastSequence = Math.max(this.#lastSequence, checkpoint.sequence_end);
  }

  #assertSame({ session_id, run_id }: SessionEvent | SessionCheckpoint, what: string, line: number): void {
    if (this.#header === undefined) throw this.wrong(line, `is ${what} before the header`);
    if (session_id === this.#header.session_id && run_id === this.#header.run_id) return;
    throw this.wrong(line, `is ${what} of another session or run`);
  }

  end(length: number, tornBytes: number, isUnended: boolean): Journal {
    if (this.#header === undefined)
      throw new GaitError("invalid_input", `${this.#path} is no journal of a session: it has no header`, {
        hint: HINT,
      });
    return {
      header: this.#header,
      events: this.#events,
      checkpoints: this.#checkpoints,
      lastSequence: this.#lastSequence,
      length,
      tornBytes,
      isUnended,
    };
  }

  wrong(line: number, what: string): GaitError {
    return new GaitError("invalid_input", `${this.#path}: line ${line} ${what}`, { hint: HINT });
  }
}

const HINT = "Give the journal as `gait run session` wrote it; go on from a copy, or start another session.";

export function chainOf({ header, checkpoints }: Journal): SessionChain {
  return {
    schema_id: "gait.runpack.session_chain",
    schema_version: "1.0.0",
    created_at: header.created_at,
    producer_version: header.producer_version,
    session_id: header.session_id,
    run_id: header.run_id,
    checkpoints: [...checkpoints],
  };
}

/** @param size of the journal's file, in bytes */
export function stateOf(
  { header, events, checkpoints, lastSequence }: Pick<Journal, "header" | "events" | "checkpoints" | "lastSequence">,
  { now, producerVersion, size }: { readonly now: string; readonly producerVersion: string; readonly size: number },
): SessionState {
  const last = checkpoints.at(-1);
  return {
    schema_id: "gait.runpack.session_state",
    schema_version: "1.0.0",
    updated_at: now,
    producer_version: producerVersion,
    session_id: header.session_id,
    run_id: header.run_id,
    created_at: header.created_at,
    started_at: header.started_at,
    event_count: events.length,
    last_sequence: lastSequence,
    checkpoint_count: checkpoints.length,
    last_checkpoint_index: last?.checkpoint_index ?? 0,
    last_checkpoint_sequence: last?.sequence_end ?? 0,
    ...(last === undefined ? {} : { last_checkpoint_digest: last.checkpoint_digest }),
    journal_size_bytes: size,
  };
}
