/** `context_envelope.json` of a run pack, as later versions write it (contract 7.1). Closed. */
import { type Static, type TSchema, Type } from "typebox";
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

function maybe<const Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

/** The file of `gait run record --context-envelope`. Closed; null counts as absent. */
export const ContextEnvelopeInputSchema = Type.Object(
  {
    schema_id: maybe(Type.Literal("gait.context.envelope")),
    schema_version: maybe(SchemaVersion),
    created_at: maybe(text("When it was made, RFC 3339; default: 1980-01-01T00:00:00Z.")),
    producer_version: maybe(text("Version of the program that made it.")),
    context_set_id: maybe(text("The set's id; must be there.")),
    context_set_digest: maybe(text("SHA-256 of the records as they are kept; checked where given.")),
    evidence_mode: maybe(text("`best_effort` (the default) or `required`.")),
    records: maybe(
      Type.Array(
        Type.Object(
          {
            ref_id: maybe(text("The record's id; must be there.")),
            source_type: maybe(text("Kind of source; must be there.")),
            source_locator: maybe(text("Where the source is; must be there.")),
            query_digest: maybe(text("SHA-256 of the query, 64 hex digits.")),
            content_digest: maybe(text("SHA-256 of what was retrieved, 64 hex digits.")),
            retrieved_at: maybe(text("When it was retrieved, RFC 3339.")),
            redaction_mode: maybe(text("How the content was treated; `raw` needs --unsafe-context-raw.")),
            immutability: maybe(text("`unknown` (the default), `mutable` or `immutable`.")),
            freshness_sla_seconds: maybe(count("How long the content counts as fresh, in seconds.")),
            sensitivity_label: maybe(text("The producer's label.")),
            retrieval_params: maybe(freeObject("The retrieval's own parameters.")),
          },
          CLOSED,
        ),
      ),
    ),
  },
  CLOSED,
);
export type ContextEnvelopeInput = Static<typeof ContextEnvelopeInputSchema>;
