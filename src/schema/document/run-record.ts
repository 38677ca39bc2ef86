/**
 * The input document of `gait run record` (contract 1.3). Everything is optional, null counts as absent and unknown
 * members are left alone; what is there must have its type. `core/run/record-run.ts` fills the rest.
 */
import { type Static, type TSchema, Type } from "typebox";
import { count, freeObject, text } from "./primitives.ts";

function maybe<const Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/**
 * A time as text only: on input the grammar is wider (a comma, more than nine fraction digits, a one-digit hour;
 * contract 0.2), and `core/time/timestamp.ts` is its one judge.
 */
function inputTime(description: string) {
  return maybe(text(`${description} RFC 3339, offset kept; absent or null: a default is used.`));
}

const STAMP = {
  schema_id: maybe(text("Default: the document's own.")),
  schema_version: maybe(text("Default: 1.0.0.")),
  created_at: inputTime("When it was recorded."),
  producer_version: maybe(text("Version of the program that recorded it.")),
  run_id: maybe(text("The run's id; needed in `run`, unless the command gives it.")),
};

export const RecordEnvSchema = Type.Object({
  os: maybe(text("Operating system; default: the recording host's.")),
  arch: maybe(text("Processor; default: the recording host's.")),
  runtime: maybe(text("Language runtime of the agent.")),
});

export const RecordEventSchema = Type.Object({
  event: maybe(text("What happened.")),
  ts: inputTime("When."),
  ref: maybe(text("What it belongs to.")),
  relationship: maybe(freeObject("What it is about; as it is given.")),
});
export type RecordEvent = Static<typeof RecordEventSchema>;

export const RecordRunSchema = Type.Object({
  ...STAMP,
  env: maybe(RecordEnvSchema),
  timeline: maybe(Type.Array(RecordEventSchema)),
});
export type RecordRun = Static<typeof RecordRunSchema>;

/** Checked one by one where the document is too large to be held as a whole. */
export const RecordIntentSchema = Type.Object({
  ...STAMP,
  intent_id: maybe(text("The intent's id; its result has the same.")),
  tool_name: maybe(text("The tool to call.")),
  args_digest: maybe(text("SHA-256 of the canonical JSON of the arguments; computed where it is missing.")),
  args: maybe(freeObject("The arguments.")),
});
export type RecordIntent = Static<typeof RecordIntentSchema>;

/** Checked one by one where the document is too large to be held as a whole. */
export const RecordResultSchema = Type.Object({
  ...STAMP,
  intent_id: maybe(text("Id of the intent that it answers.")),
  status: maybe(text("The outcome as stated by the producer.")),
  result_digest: maybe(text("SHA-256 of the canonical JSON of the result; computed where it is missing.")),
  result: maybe(freeObject("The result.")),
});
export type RecordResult = Static<typeof RecordResultSchema>;

export const RecordReceiptSchema = Type.Object({
  ref_id: maybe(text("The receipt's id.")),
  source_type: maybe(text("Kind of source.")),
  source_locator: maybe(text("Where the source is.")),
  query_digest: maybe(text("SHA-256 of the query.")),
  content_digest: maybe(text("SHA-256 of what was retrieved.")),
  retrieved_at: inputTime("When it was retrieved."),
  redaction_mode: maybe(text("How the content was treated.")),
  sensitivity_label: maybe(text("The producer's label.")),
  retrieval_params: maybe(freeObject("The retrieval's own parameters.")),
  immutability: maybe(text("`unknown`, `mutable` or `immutable`.")),
  freshness_sla_seconds: maybe(count("How long the content counts as fresh, in seconds.")),
});
export type RecordReceipt = Static<typeof RecordReceiptSchema>;

export const RecordRefsSchema = Type.Object({
  ...STAMP,
  receipts: maybe(Type.Array(RecordReceiptSchema)),
  context_set_digest: maybe(text("SHA-256 of the canonical JSON of the receipts as context records.")),
  context_evidence_mode: maybe(text("`best_effort` or `required`.")),
  context_ref_count: maybe(count("How many receipts there are.")),
});
export type RecordRefs = Static<typeof RecordRefsSchema>;

/** By intent id: what the digests are of, where the records have neither. Digested, never recorded. */
export const RecordNormalizationSchema = Type.Object({
  intent_args: maybe(freeObject("The arguments of each intent, an object by its id.")),
  result_payloads: maybe(freeObject("The result of each intent, an object by its id.")),
});
export type RecordNormalization = Static<typeof RecordNormalizationSchema>;

/** The whole document. */
export const RecordInputSchema = Type.Object({
  run: maybe(RecordRunSchema),
  intents: maybe(Type.Array(RecordIntentSchema)),
  results: maybe(Type.Array(RecordResultSchema)),
  refs: maybe(RecordRefsSchema),
  normalization: maybe(RecordNormalizationSchema),
  capture_mode: maybe(text("`reference` or `raw`; the command's flag comes first.")),
});
export type RecordInput = Static<typeof RecordInputSchema>;
