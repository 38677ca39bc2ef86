/**
 * The documents of a runpack (contract 1.1), as the Go implementation writes them too: its manifest digest covers
 * unknown members, so they are allowed, and digests inside records are the producer's own text ("" and "00" exist).
 */
import { type Static, Type } from "typebox";
import { CaptureModeSchema, count, freeObject, hex64, nonEmpty, SchemaVersion, text, timestamp } from "./primitives.ts";
import { SignaturesSchema } from "./signature.ts";

const PRODUCER = "Version of the program that recorded the run.";
const RUN_ID = "The run's id.";

export const RunpackFileSchema = Type.Object({
  path: nonEmpty("Name of the entry in the archive."),
  sha256: hex64("SHA-256 of the entry's uncompressed bytes."),
});
export type RunpackFile = Static<typeof RunpackFileSchema>;

/** `manifest.json`. */
export const RunpackManifestSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.manifest"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the run was recorded."),
  producer_version: text(PRODUCER),
  run_id: nonEmpty(RUN_ID),
  capture_mode: CaptureModeSchema,
  files: Type.Array(RunpackFileSchema, { description: "The other four entries, sorted by path." }),
  manifest_digest: hex64(
    "SHA-256 of the canonical JSON of this manifest with `manifest_digest` empty and without `signatures`.",
  ),
  signatures: Type.Optional(SignaturesSchema),
});
export type RunpackManifest = Static<typeof RunpackManifestSchema>;

export const RunEnvironmentSchema = Type.Object({
  os: text("Operating system of the recording host, in Go's naming."),
  arch: text("Processor of the recording host, in Go's naming."),
  runtime: text("Language runtime of the agent."),
});
export type RunEnvironment = Static<typeof RunEnvironmentSchema>;

export const TimelineEventSchema = Type.Object({
  event: text("What happened."),
  ts: timestamp("When."),
  ref: Type.Optional(text("What it belongs to, an intent's id for example.")),
  // Written by later versions (contract 15.2).
  relationship: Type.Optional(freeObject("What it is about.")),
});
export type TimelineEvent = Static<typeof TimelineEventSchema>;

/** `run.json`. */
export const RunSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.run"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the run was recorded."),
  producer_version: text(PRODUCER),
  run_id: nonEmpty(RUN_ID),
  env: RunEnvironmentSchema,
  timeline: Type.Union([Type.Array(TimelineEventSchema), Type.Null()], {
    description: "null where the recorder was given none.",
  }),
});
export type Run = Static<typeof RunSchema>;

/** One line of `intents.jsonl`: a call that the agent meant to make. */
export const IntentSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.intent"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the intent was recorded."),
  producer_version: text(PRODUCER),
  run_id: text(RUN_ID),
  intent_id: text("The intent's id; its result has the same."),
  tool_name: text("The tool to call."),
  args_digest: text("SHA-256 of the canonical JSON of the arguments, in hex; older recorders leave it empty."),
  args: Type.Optional(freeObject("The arguments; absent in reference mode.")),
});
export type Intent = Static<typeof IntentSchema>;

/** One line of `results.jsonl`: what came of an intent. */
export const ResultSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.result"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the result was recorded."),
  producer_version: text(PRODUCER),
  run_id: text(RUN_ID),
  intent_id: text("Id of the intent that it answers."),
  status: text("The producer's word for the outcome, `ok` for example."),
  result_digest: text("SHA-256 of the canonical JSON of the result, in hex; older recorders leave it empty."),
  result: Type.Optional(freeObject("The result; absent in reference mode.")),
});
export type Result = Static<typeof ResultSchema>;

export const ReceiptSchema = Type.Object({
  ref_id: text("The receipt's id."),
  source_type: text("Kind of source."),
  source_locator: text("Where the source is."),
  query_digest: text("SHA-256 of the query, in hex."),
  content_digest: text("SHA-256 of what was retrieved, in hex."),
  retrieved_at: timestamp("When it was retrieved."),
  redaction_mode: text("How the content was treated."),
  sensitivity_label: Type.Optional(text("The producer's label.")),
  retrieval_params: Type.Optional(freeObject("The retrieval's own parameters.")),
  // Written by later versions (contract 7.1).
  immutability: Type.Optional(text("`unknown`, `mutable` or `immutable`.")),
  freshness_sla_seconds: Type.Optional(count("How long the content counts as fresh, in seconds.")),
});
export type Receipt = Static<typeof ReceiptSchema>;

/** `refs.json`: where the agent's context came from. */
export const RefsSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.refs"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the references were recorded."),
  producer_version: text(PRODUCER),
  run_id: text(RUN_ID),
  receipts: Type.Array(ReceiptSchema),
  // Written by later versions (contract 7.1).
  context_set_digest: Type.Optional(text("SHA-256 of the canonical JSON of the context envelope's records, in hex.")),
  context_evidence_mode: Type.Optional(text("`best_effort` or `required`.")),
  context_ref_count: Type.Optional(count("Receipts that the context envelope holds.")),
});
export type Refs = Static<typeof RefsSchema>;
