/** `context_envelope.json` of a run pack, as later versions write it (contract 7.1). Closed. */
import { type Static, Type } from "typebox";
import {
  CLOSED,
  count,
  EvidenceModeSchema,
  freeObject,
  hex64,
  nonBlank,
  SchemaVersion,
  text,
  timestamp,
} from "./primitives.ts";

export const ContextRecordSchema = Type.Object(
  {
    ref_id: text("The receipt's id."),
    source_type: text("Kind of source."),
    source_locator: text("Where the source is."),
    query_digest: hex64("SHA-256 of the query."),
    content_digest: hex64("SHA-256 of what was retrieved."),
    retrieved_at: timestamp("When it was retrieved, in UTC."),
    redaction_mode: text("How the content was treated."),
    immutability: Type.Enum(["unknown", "mutable", "immutable"]),
    sensitivity_label: Type.Optional(text("The producer's label.")),
    freshness_sla_seconds: Type.Optional(count("How long the content counts as fresh, in seconds.")),
    retrieval_params: Type.Optional(freeObject("The retrieval's own parameters.")),
  },
  CLOSED,
);
export type ContextRecord = Static<typeof ContextRecordSchema>;

export const ContextEnvelopeSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.context.envelope"),
    schema_version: SchemaVersion,
    created_at: timestamp("Copied from the refs document."),
    producer_version: nonBlank("Copied from the refs document."),
    context_set_id: nonBlank("In a pack, the run's id."),
    context_set_digest: hex64("SHA-256 of the canonical JSON of `records`."),
    evidence_mode: EvidenceModeSchema,
    records: Type.Array(ContextRecordSchema, {
      description: "Sorted by ref_id, source_type, source_locator, content_digest.",
    }),
  },
  CLOSED,
);
export type ContextEnvelope = Static<typeof ContextEnvelopeSchema>;
