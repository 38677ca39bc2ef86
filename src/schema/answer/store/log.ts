/** The answers of `gait collection … --json` (contract 14.6). */
import { type Static, Type } from "typebox";
import { findings } from "../../account/finding.ts";
import { CLOSED, count, type Frozen, hex64, nonEmpty, text, timestamp } from "../../document/primitives.ts";
import { EntryPackIdSchema, RemovalReasonSchema } from "../../document/store/collection.ts";
import { VerdictSchema } from "../../document/verdict.ts";
import { answer, failure } from "../answer.ts";

const COLLECTION = "gait.collection.output";

const LOG = {
  store: nonEmpty("The store, as given."),
  name: nonEmpty("The collection."),
};
const origin = nonEmpty("The log's own name, the first line of its heads.");
const root = text("The root of the tree of all entries, in base64.");

export const CollectionInitOutputSchema = answer(COLLECTION, "init", {
  ...LOG,
  origin,
  vkey: nonEmpty(
    "The key that checks the log, as one word. Give it to those who verify, by another way than the store.",
  ),
  outcome: Type.Enum(["created", "unchanged"]),
});
export type CollectionInitOutput = Frozen<Static<typeof CollectionInitOutputSchema>>;

export const CollectionAppendOutputSchema = answer(COLLECTION, "append", {
  ...LOG,
  start: count("Place of the first entry; where there is none, of the next."),
  appended: count("Entries appended."),
  commits: count("Commits written."),
  known: count("Packs that were in the log already."),
  findings: findings("Packs in the store that were not appended, and why."),
});
export type CollectionAppendOutput = Frozen<Static<typeof CollectionAppendOutputSchema>>;

export const CollectionCheckpointOutputSchema = answer(COLLECTION, "checkpoint", {
  ...LOG,
  origin,
  size: count("Entries of the log."),
  root,
  before: count("Entries of the head before; 0 where there was none."),
  signed: Type.Boolean({ description: "Whether there was something new, and it was signed." }),
  tiles: count("Tiles and bundles that were written."),
  findings: findings("Why nothing was signed."),
});
export type CollectionCheckpointOutput = Frozen<Static<typeof CollectionCheckpointOutputSchema>>;

export const CollectionProveOutputSchema = answer(COLLECTION, "prove", {
  ...LOG,
  size: count("Entries of the head that the proofs lead to."),
  proofs: Type.Array(
    Type.Object(
      {
        pack: nonEmpty("The pack, as given."),
        sha256: hex64("SHA-256 of the pack."),
        index: count("Place of its entry."),
        path: nonEmpty("The file of the proof."),
      },
      CLOSED,
    ),
  ),
});
export type CollectionProveOutput = Frozen<Static<typeof CollectionProveOutputSchema>>;

export const CollectionCosignOutputSchema = answer(COLLECTION, "cosign", {
  ...LOG,
  origin: Type.Optional(origin),
  size: count("Entries that the head covers."),
  vkey: nonEmpty("The witness's key as one word, for --witness."),
  state: nonEmpty("The file that has the head that was signed."),
  path: Type.Optional(nonEmpty("The file of the cosignature.")),
  findings: findings("Why nothing was signed."),
});
export type CollectionCosignOutput = Frozen<Static<typeof CollectionCosignOutputSchema>>;

const RemovalSchema = Type.Object(
  {
    sha256: hex64("SHA-256 of the pack."),
    pack_id: EntryPackIdSchema,
    reason: RemovalReasonSchema,
    index: count("Place of the pack's entry."),
    removal_index: count("Place of the entry that says that it was removed."),
    head: count("Entries of the first signed head that covers that entry: the log has no other time of it.", 1),
  },
  CLOSED,
);
export type Removal = Frozen<Static<typeof RemovalSchema>>;

export const CollectionVerifyOutputSchema = answer(COLLECTION, "verify", {
  store: Type.Optional(LOG.store),
  name: Type.Optional(LOG.name),
  path: Type.Optional(nonEmpty("The pack, where one is verified with its proof.")),
  verdict: VerdictSchema,
  reason: text("Why the verdict is not better, or which key made it authentic."),
  origin: Type.Optional(origin),
  size: count("Entries that the head covers."),
  root: Type.Optional(root),
  index: Type.Optional(count("Place of the pack's entry.")),
  since: Type.Optional(count("Entries of the earlier head that it was compared with.")),
  checkpoints: Type.Optional(count("Signed heads that were checked.")),
  unsigned: Type.Optional(count("Entries that no head covers yet.")),
  packs: Type.Optional(
    Type.Object(
      {
        entries: count("Packs that the log names, each counted once."),
        present: count("Those that are there, with the SHA-256 of their entry."),
        removed: count("Those that are not there, and have an entry that says why."),
        missing: count("Those that are not there."),
        changed: count("Files in the store that have another SHA-256 than their name says."),
        unlisted: count("Packs that are there, and that no entry names."),
        pending: count("Of these, packs that are not older than the head: they are not yet appended."),
      },
      { ...CLOSED, description: "With --packs." },
    ),
  ),
  removals: Type.Optional(
    Type.Array(RemovalSchema, {
      description: "With --packs: each pack that is not there and has an entry that says why.",
    }),
  ),
  cosigned_by: Type.Optional(
    Type.Array(Type.Object({ name: nonEmpty("The witness."), at: timestamp("When, as the witness says.") }, CLOSED), {
      description: "With --witness: those that have signed the head.",
    }),
  ),
  findings: findings("What does not agree."),
});
export type CollectionVerifyOutput = Frozen<Static<typeof CollectionVerifyOutputSchema>>;

/** `gait collection … --json`. */
export const CollectionOutputSchema = Type.Union([
  CollectionInitOutputSchema,
  CollectionAppendOutputSchema,
  CollectionCheckpointOutputSchema,
  CollectionProveOutputSchema,
  CollectionVerifyOutputSchema,
  CollectionCosignOutputSchema,
  failure(COLLECTION, ["init", "append", "checkpoint", "prove", "verify", "cosign"], {}),
]);
