/** The record of a run as `recordRun` takes it, whatever files its parts are in. */

import type { JsonValue } from "../../schema/document/primitives.ts";
import type { RecordRefs, RecordRun } from "../../schema/document/run-record.ts";

export interface RecordParts {
  readonly run: RecordRun;
  readonly refs: RecordRefs;
  /** Where the two stand, as messages say it: `$.run`, or `run.json#$`. */
  readonly places: { readonly run: string; readonly refs: string };
  readonly captureMode: string | undefined;
  readonly intents: RecordItems;
  readonly results: RecordItems;
  /** Places of members beside the parts: they are left out, and warned of. */
  readonly unknown: readonly string[];
}

/** The records in their order, in batches small enough to be held; they can be read once. */
export type RecordItems = AsyncIterable<readonly RecordItem[]> | Iterable<readonly RecordItem[]>;

/** A record that is strict JSON, and nothing more is known of it. */
export interface RecordItem {
  readonly value: JsonValue;
  /** `$.intents[3]`, or `intents.jsonl:4#$`. */
  readonly where: string;
  /** Of its text, in bytes. */
  readonly size: number;
}
