/** The result of a comparison (contract 2.9). Closed. */
import { type Static, Type } from "typebox";
import { CLOSED, nonBlank, SchemaVersion, timestamp } from "./primitives.ts";

/** What a side of a comparison can be: evidence packs are `guard`, runpacks are `run`. */
export const ArtifactTypeSchema = Type.Enum(["run", "job", "call", "authorization", "guard"]);

function paths(description: string) {
  return Type.Optional(Type.Array(Type.String(), { description }));
}

export const PackDiffSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.pack.diff"),
    schema_version: SchemaVersion,
    created_at: timestamp("Always 1980-01-01T00:00:00Z, so that the same sides give the same bytes."),
    left_pack_id: nonBlank("`pack_id` of the left side; for a runpack its `manifest_digest`."),
    right_pack_id: nonBlank("`pack_id` of the right side; for a runpack its `manifest_digest`."),
    left_pack_type: ArtifactTypeSchema,
    right_pack_type: ArtifactTypeSchema,
    summary: Type.Object(
      {
        changed: Type.Boolean({ description: "Anything below differs." }),
        added_files: paths("Only on the right side, sorted."),
        removed_files: paths("Only on the left side, sorted."),
        changed_files: paths("On both sides with different bytes, sorted."),
        context_drift_classification: Type.Optional(
          Type.Enum(["none", "runtime_only", "semantic"], {
            description:
              "Of two runs of which one says where its context came from: the same, fetched at another time, or other.",
          }),
        ),
        context_changed: Type.Optional(Type.Boolean({ description: "It is not `none`." })),
        context_runtime_only_changes: Type.Optional(Type.Boolean({ description: "It is `runtime_only`." })),
        manifest_delta: Type.Boolean({ description: "The manifests, signatures included, or the types differ." }),
      },
      CLOSED,
    ),
  },
  CLOSED,
);
/** What differs between two artifacts: the document `schemas/v1/pack/diff.schema.json`. */
export type PackDiff = Static<typeof PackDiffSchema>;
