/** The manifest of a PackSpec pack and the payload of a run pack (contract 2). Both are closed. */
import { type Static, Type } from "typebox";
import {
  CaptureModeSchema,
  CLOSED,
  count,
  EvidenceModeSchema,
  hex64,
  nonBlank,
  SchemaVersion,
  timestamp,
} from "./primitives.ts";
import { SignaturesSchema } from "./signature.ts";

export const PackTypeSchema = Type.Enum(["run", "job", "call", "authorization"]);
export type PackType = Static<typeof PackTypeSchema>;

export const PackContentSchema = Type.Object(
  {
    path: nonBlank("Name of the entry in the archive."),
    sha256: hex64("SHA-256 of the entry's uncompressed bytes."),
    type: nonBlank("What the ending of the path says: `json`, `jsonl`, `zip`, else `blob`."),
  },
  CLOSED,
);
export type PackContent = Static<typeof PackContentSchema>;

/** `pack_manifest.json` (contract 2.1). A `pack_type` outside the list has a finding of its own, found before this. */
export const PackManifestSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.pack.manifest"),
    schema_version: SchemaVersion,
    created_at: timestamp("1980-01-01T00:00:00Z in a built pack, so that the same evidence gives the same bytes."),
    producer_version: nonBlank("Version of the program that built the pack."),
    pack_id: hex64("SHA-256 of the canonical JSON of this manifest with `pack_id` empty and without `signatures`."),
    pack_type: PackTypeSchema,
    source_ref: nonBlank("Id of the run, job or call; of an authorization its trace."),
    contents: Type.Array(PackContentSchema, {
      description: "Every other entry of the archive, in byte order of the paths.",
    }),
    signatures: Type.Optional(SignaturesSchema),
  },
  CLOSED,
);
export type PackManifest = Static<typeof PackManifestSchema>;

/** `run_payload.json` (contract 2.2), with the context members that later versions write (contract 7.1). */
export const RunPayloadSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.pack.run"),
    schema_version: SchemaVersion,
    created_at: timestamp("When the run was recorded, in UTC."),
    run_id: nonBlank("The run's id, as in the embedded runpack."),
    capture_mode: CaptureModeSchema,
    manifest_digest: hex64("`manifest_digest` of the embedded runpack."),
    intents_count: count("Intents in the embedded runpack."),
    results_count: count("Results in the embedded runpack."),
    refs_count: count("Receipts in the embedded runpack."),
    context_set_digest: Type.Optional(hex64("SHA-256 of the canonical JSON of the context envelope's records.")),
    context_ref_count: Type.Optional(count("Receipts that the context envelope holds.")),
    context_evidence_mode: Type.Optional(EvidenceModeSchema),
    context_privacy_mode: Type.Optional(
      nonBlank("The receipts' common `redaction_mode`, `mixed` where they differ, `unknown` where it is blank."),
    ),
  },
  CLOSED,
);
export type RunPayload = Static<typeof RunPayloadSchema>;

// Types only: who verifies a run pack must not pay for building the schemas of the rest.
