/** The input of `recordRun`, independent of the files of its parts. */

import type { JsonValue } from "../../schema/document/primitives.ts";
import type { RecordNormalization, RecordRefs, RecordRun } from "../../schema/document/run-record.ts";

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
  /** Whoever gives the records has paired them: their ids are not compared again, which takes room for each. */
  readonly arePaired?: true;
  readonly intents: RecordItems;
  readonly results: RecordItems;
  /** Places of unknown members: they are left out, with a warning. */
  readonly unknown: readonly string[];
}

/** The records in order, in batches small enough for memory; they can be read once. */
export type RecordItems = AsyncIterable<readonly RecordItem[]> | Iterable<readonly RecordItem[]>;

/** A record that is strict JSON but not validated yet. */
export interface RecordItem {
  readonly value: JsonValue;
  /** `$.intents[3]`, or `intents.jsonl:4#$`. */
  readonly where: string;
  /** Size of its text in bytes. */
  readonly size: number;
  /** `args` or `result`, which `value` then has not: made ready by who has them in another form. */
  readonly body?: RecordBody;
}

/** `args` or `result` of a record, as they are to be written. */
export interface RecordBody {
  /** Empty where there is none. */
  readonly digest: string;
  /** Canonical JSON; absent where only the digest is recorded. */
  readonly text: string | undefined;
  /** The capture mode left the text out. */
  readonly isOmitted: boolean;
}
