/** One line of `proof_records.jsonl` (contract 7.3). Closed. */
import { type Static, Type } from "typebox";
import { CLOSED, freeObject, nonBlank, text, timestamp } from "./primitives.ts";

const recordHash = (description: string) =>
  Type.String({ title: "sha256: and 64 hex digits", pattern: "^sha256:[a-f0-9]{64}$", description });

export const ProofRecordSchema = Type.Object(
  {
    record_id: nonBlank("`prf-`, the timestamp, and the first 8 hex digits of a digest of what was recorded."),
    record_version: Type.Literal("1.0"),
    timestamp: timestamp("1980-01-01T00:00:00Z in a pack, so that the same evidence gives the same bytes."),
    source: nonBlank("`gait.pack`."),
    source_product: nonBlank("`gait`."),
    agent_id: Type.Optional(text("`gait`.")),
    record_type: nonBlank("`tool_invocation`."),
    event: freeObject("Which entry of which pack: path, type, SHA-256, size in bytes, permissions."),
    controls: freeObject("Which controls were enforced."),
    metadata: Type.Optional(freeObject("What the record is about.")),
    relationship: Type.Optional(freeObject("How it relates to other records.")),
    relations: Type.Optional(Type.Array(Type.Unknown(), { description: "Other records that it relates to." })),
    integrity: Type.Object(
      {
        record_hash: recordHash("SHA-256 of the record without hashes and signature of its own."),
        previous_record_hash: Type.Optional(recordHash("`record_hash` of the record before it; the first has none.")),
        signing_key_id: Type.Optional(text("Id of the key that signed `record_hash`.")),
        signature: Type.Optional(
          Type.String({
            title: "base64: or cosign: and a signature",
            pattern: "^(base64|cosign):.+",
            description: "Ed25519 over the ASCII text of `record_hash`.",
          }),
        ),
      },
      CLOSED,
    ),
  },
  CLOSED,
);
export type ProofRecord = Static<typeof ProofRecordSchema>;
