/** The documents of a store and of a collection in it (contract 13). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, SchemaVersion } from "../primitives.ts";

/** In lower case: the bytes of an entry are hashed, and have one spelling. */
function digest(description: string) {
  return Type.String({ title: "64 lower-case hex digits", pattern: "^[0-9a-f]{64}$", description });
}

export const RetentionModeSchema = Type.Enum(["governance", "compliance"], {
  description: "As in S3 Object Lock: whether somebody with a special right may still remove a pack earlier.",
});

/** `gait-store.json`: written once, when a store is made. */
export const StoreSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.store"),
    schema_version: SchemaVersion,
    layout: Type.Literal(1),
    retention: Type.Object(
      { days: count("How long a pack is kept, from the day it was put.", 1), mode: RetentionModeSchema },
      CLOSED,
    ),
  },
  CLOSED,
);
export type StoreDocument = Frozen<Static<typeof StoreSchema>>;

export const RemovalReasonSchema = Type.Enum(["retention", "erasure", "legal"], {
  description: "Why a pack was removed: its time was over, a person asked for it, or the law did.",
});
export type RemovalReason = Static<typeof RemovalReasonSchema>;

export const EntryPackIdSchema = Type.String({
  title: "64 lower-case hex digits, or `pack_` and 16",
  pattern: "^([0-9a-f]{64}|pack_[0-9a-f]{16})$",
  description:
    "`pack_id` of the pack, which is the short one in an evidence pack; of a runpack, its `manifest_digest`.",
});

/** A leaf of the log is one of these in canonical JSON. Hashes only: no name of a person, run or tool. */
export const CollectionEntrySchema = Type.Union([
  Type.Object(
    {
      pack_id: EntryPackIdSchema,
      sha256: digest("SHA-256 of the file."),
      size: count("Size of the file in bytes.", 1),
      type: Type.Literal("pack"),
    },
    CLOSED,
  ),
  Type.Object(
    {
      reason: RemovalReasonSchema,
      sha256: digest("SHA-256 of the file that was removed."),
      type: Type.Literal("removed"),
    },
    CLOSED,
  ),
]);
export type CollectionEntry = Frozen<Static<typeof CollectionEntrySchema>>;
export type PackEntry = Extract<CollectionEntry, { type: "pack" }>;
