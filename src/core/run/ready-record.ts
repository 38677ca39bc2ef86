/**
 * Records whose canonical lines were made where they were read, but for what the run says of all of them. They are joined
 * by their bytes: the same lines as `record-line.ts` makes of the same values (contract 1.1).
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import { GaitError } from "../finding/error.ts";
import { MAX_LINE_BYTES } from "../json/lines.ts";
import type { Compilable } from "../platform/platform.ts";
import type { RecordDefaults } from "./record-defaults.ts";

export type ReadyKind = "intent" | "result";

/** What a record says itself. */
export interface ReadyFields {
  readonly id: string;
  /** RFC 3339 in UTC, as a runpack has it; empty where it has none. */
  readonly time: string;
  /** 64 hex digits; empty where there is no payload. */
  readonly digest: string;
  /** The canonical text of the payload, where it is recorded. */
  readonly body: string | undefined;
}

/** The text of a line, cut where the members are that all lines have alike. */
export type ReadyParts = readonly [string, string, string];

/** The parts of an intent: the stamp is between the second and the third. */
export function intentParts({ id, time, digest, body }: ReadyFields, tool: string): ReadyParts {
  const args = `{${body === undefined ? "" : `"args":${body},`}"args_digest":"${digest}"`;
  const name = `,"intent_id":${quotedId(id)}`;
  const end = `,"tool_name":${JSON.stringify(tool)}}`;
  return time === "" ? [args, name, end] : [`${args},"created_at":"${time}"${name}`, "", end];
}

/** The parts of a result: one half of the stamp is behind the first, the other behind the second; the status is last. */
export function resultParts({ id, time, digest, body }: ReadyFields): ReadyParts {
  const created = time === "" ? "" : `"created_at":"${time}",`;
  const result = `${body === undefined ? "" : `,"result":${body}`},"result_digest":"${digest}"`;
  return [`{${created}"intent_id":${quotedId(id)}`, result, "}"];
}

let lastId = "";
let lastQuoted = '""';

/** JSON of an id: that of a result is mostly that of the call before it. */
function quotedId(id: string): string {
  if (id !== lastId) {
    lastQuoted = JSON.stringify(id);
    lastId = id;
  }
  return lastQuoted;
}

/** A record, valid until the next is asked for: its parts are `bytes` from `start` to `cut`, to `secondCut`, to `end`. */
export interface ReadyRecord {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly cut: number;
  readonly secondCut: number;
  readonly end: number;
  readonly hasTime: boolean;
  readonly hasDigest: boolean;
  /** The capture mode left the payload out. */
  readonly isOmitted: boolean;
  /** Of a result. */
  readonly status: string;
}

const PIECE = 128 * 1024;
const LF = 0x0a;
/** A copy of fewer bytes is quicker by hand than by a view of them. */
const FEW = 64;

/** Gives memory that is not used any more, if there is some. */
export type SpareMemory = () => ArrayBuffer | undefined;

/** The lines of one kind, joined in pieces. Each piece is whoever takes it's own, all of its memory. */
export class ReadyLines {
  readonly #kind: ReadyKind;
  readonly #created: Uint8Array;
  readonly #first: Uint8Array;
  readonly #second: Uint8Array;
  readonly #status = new Map<string, Uint8Array>();
  readonly #spare: SpareMemory | undefined;
  #piece: Uint8Array = new Uint8Array(0);
  #filled = 0;

  constructor(kind: ReadyKind, { createdAt, producerVersion, runId }: RecordDefaults, spare?: SpareMemory) {
    this.#kind = kind;
    this.#spare = spare;
    const created = `"created_at":${JSON.stringify(createdAt)}`;
    const producer = `,"producer_version":${JSON.stringify(producerVersion)}`;
    const run = `,"run_id":${JSON.stringify(runId)},"schema_id":"gait.runpack.${kind}","schema_version":"1.0.0"`;
    this.#created = encoded(kind === "intent" ? `,${created}` : `{${created},`);
    this.#first = encoded(kind === "intent" ? producer + run : producer);
    this.#second = encoded(run);
  }

  /** Adds the line of `record`. A piece, if one is full without it. */
  add(record: ReadyRecord): Uint8Array | undefined {
    const { start, end } = record;
    const most = end - start + this.#created.length + this.#first.length + this.#second.length + 64;
    if (most > MAX_LINE_BYTES) throw tooLong(idOfReady(record));
    const full = this.#filled + most > this.#piece.length ? this.take() : undefined;
    if (most > this.#piece.length) this.#piece = this.#memory(Math.max(most, PIECE));
    if (this.#kind === "intent") this.#intent(record);
    else this.#result(record);
    this.#piece[this.#filled] = LF;
    this.#filled += 1;
    return full;
  }

  /** What is left. */
  take(): Uint8Array | undefined {
    if (this.#filled === 0) return undefined;
    const piece = this.#piece.subarray(0, this.#filled);
    this.#piece = new Uint8Array(0);
    this.#filled = 0;
    return piece;
  }

  #memory(size: number): Uint8Array {
    const spare = this.#spare?.();
    return new Uint8Array(spare !== undefined && spare.byteLength >= size ? spare : new ArrayBuffer(size));
  }

  /** See `core/import/hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [this.#intent, this.#result, this.#statusOf, this.#put, this.#copy];
  }

  #intent({ bytes, start, cut, secondCut, end, hasTime }: ReadyRecord): void {
    this.#copy(bytes, start, cut);
    if (!hasTime) this.#put(this.#created);
    this.#copy(bytes, cut, secondCut);
    this.#put(this.#first);
    this.#copy(bytes, secondCut, end);
  }

  #result({ bytes, start, cut, secondCut, end, hasTime, status }: ReadyRecord): void {
    if (!hasTime) this.#put(this.#created);
    this.#copy(bytes, hasTime ? start : start + 1, cut);
    this.#put(this.#first);
    this.#copy(bytes, cut, secondCut);
    this.#put(this.#second);
    this.#put(this.#statusOf(status));
    this.#copy(bytes, secondCut, end);
  }

  #statusOf(status: string): Uint8Array {
    let bytes = this.#status.get(status);
    if (bytes === undefined) {
      bytes = encoded(`,"status":${JSON.stringify(status)}`);
      this.#status.set(status, bytes);
    }
    return bytes;
  }

  #put(bytes: Uint8Array): void {
    this.#piece.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    if (end - start > FEW) {
      this.#piece.set(bytes.subarray(start, end), this.#filled);
      this.#filled += end - start;
      return;
    }
    const piece = this.#piece;
    let at = this.#filled;
    for (let from = start; from < end; from += 1, at += 1) piece[at] = bytes[from] as number;
    this.#filled = at;
  }
}

/** The id that a record's parts state. */
export function idOfReady({ bytes, start, end }: Pick<ReadyRecord, "bytes" | "start" | "end">): string {
  return readyMembers(bytes, start, end)["intent_id"] as string;
}

/** What the parts say, without the stamp. */
export function readyMembers(bytes: Uint8Array, start: number, end: number): JsonObject {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as JsonObject;
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function tooLong(id: string): GaitError {
  return new GaitError("invalid_input", `${id} has more than ${MAX_LINE_BYTES} bytes, the limit for a record`, {
    hint: "Keep large content in a file, and record its digest.",
  });
}
