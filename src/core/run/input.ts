/** The input of `recordRun`, independent of the files of its parts. */

import type { JsonValue } from "../../schema/document/primitives.ts";
import type { RecordNormalization, RecordRefs, RecordRun } from "../../schema/document/run-record.ts";
import type { LinesAhead } from "./lines-ahead.ts";
import type { ReadyRecord } from "./ready-record.ts";

/** `source_type` of the receipt of a file that a run was imported from. */
export const IMPORT_RECEIPT = "gait.import";

export interface RecordParts {
  readonly run: RecordRun;
  readonly refs: RecordRefs;
  /** Their places, for messages: `$.run`, or `run.json#$`. */
  readonly places: { readonly run: string; readonly refs: string };
  readonly captureMode: string | undefined;
  /** What digests are of that the records leave out. */
  readonly normalization?: RecordNormalization | undefined;
  readonly intents: RecordItems | ReadyRecords;
  readonly results: RecordItems | ReadyRecords;
  /** Places of unknown members: they are left out, with a warning. */
  readonly unknown: readonly string[];
}

/** The records in order, in batches small enough for memory; they can be read once. */
export type RecordItems = AsyncIterable<readonly RecordItem[]> | Iterable<readonly RecordItem[]>;

/** Records whose lines were made where they were read, and whose calls and results are paired; they can be read once. */
export interface ReadyRecords {
  readonly ready: Iterable<ReadyRecord>;
  /** The same, deflated already. */
  readonly ahead?: LinesAhead | undefined;
}

/** A record that is strict JSON but not validated yet. */
export interface RecordItem {
  readonly value: JsonValue;
  /** `$.intents[3]`, or `intents.jsonl:4#$`. */
  readonly where: string;
  /** Size of its text in bytes. */
  readonly size: number;
  /** The canonical bytes of `args` or `result`, which is then `{}` in `value`: valid until the next batch. */
  readonly canonical?: Uint8Array;
}
