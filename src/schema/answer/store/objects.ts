/** The answers of `gait store … --json` (contract 14.2). */
import { type Static, Type } from "typebox";
import { findings } from "../../account/finding.ts";
import { CLOSED, count, type Frozen, hex64, nonEmpty, text } from "../../document/primitives.ts";
import { RetentionModeSchema } from "../../document/store/collection.ts";
import { answer, failure } from "../answer.ts";

const STORE = "gait.store.output";

const store = nonEmpty("The store, as given.");
const key = nonEmpty("The name in the store.");
const outcome = Type.Enum(["created", "unchanged"], { description: "unchanged: it was there, with the same bytes." });

export const StoreInitOutputSchema = answer(STORE, "init", {
  store,
  outcome,
  retention: Type.Object({ days: count("How long a pack is kept.", 1), mode: RetentionModeSchema }, CLOSED),
  object_lock: Type.Optional(Type.Boolean({ description: "Of a bucket: whether Object Lock is known to be on." })),
});
export type StoreInitOutput = Frozen<Static<typeof StoreInitOutputSchema>>;

const RefusedPackSchema = Type.Object(
  {
    path: nonEmpty("The pack, as given."),
    reason: nonEmpty("`failed`, or the code of an error: `not_found`, `not_an_archive` and the like."),
    error: text("Why, for a person."),
    findings: findings("What is wrong with a pack that failed."),
  },
  CLOSED,
);
export type RefusedPack = Frozen<Static<typeof RefusedPackSchema>>;

export const StorePutOutputSchema = answer(STORE, "put", {
  store,
  packs: Type.Array(
    Type.Object(
      {
        path: nonEmpty("The pack, as given."),
        key,
        sha256: hex64("SHA-256 of the file."),
        size: count("Size of the file in bytes."),
        outcome,
        beside: Type.Array(key, { description: "The files beside it that were put too, or were there." }),
      },
      CLOSED,
    ),
  ),
  refused: Type.Array(RefusedPackSchema, { description: "Packs that were not put." }),
});
export type StorePutOutput = Frozen<Static<typeof StorePutOutputSchema>>;

export const StoreGetOutputSchema = answer(STORE, "get", {
  store,
  files: Type.Array(Type.Object({ key, path: nonEmpty("The file that was written."), outcome }, CLOSED), {
    description: "Each pack, and what lies beside it.",
  }),
});
export type StoreGetOutput = Frozen<Static<typeof StoreGetOutputSchema>>;

const lock = Type.Object(
  {
    mode: Type.Optional(RetentionModeSchema),
    until: Type.Optional(text("With `mode`: it can't be deleted before, RFC 3339 in UTC.")),
    legal_hold: Type.Boolean({ description: "It can't be deleted until somebody takes the hold away." }),
  },
  { ...CLOSED, description: "As S3 Object Lock has it." },
);

export const StoredPackSchema = Type.Object(
  {
    key,
    sha256: hex64("What the name says; `store verify` says whether it is so."),
    size: count("Size in bytes."),
    lock: Type.Optional(lock),
  },
  CLOSED,
);
export type StoredPack = Frozen<Static<typeof StoredPackSchema>>;

export const StoreLsOutputSchema = answer(STORE, "ls", {
  store,
  packs: Type.Array(StoredPackSchema),
  beside: count("Files beside them."),
  foreign: count("Objects whose names no store has: they are never opened."),
});
export type StoreLsOutput = Frozen<Static<typeof StoreLsOutputSchema>>;

export const LockedObjectSchema = Type.Object(
  { key, outcome: Type.Enum(["changed", "unchanged"]), lock },
  { ...CLOSED, description: "A pack, or what lies beside it." },
);
export type LockedObject = Frozen<Static<typeof LockedObjectSchema>>;

const objects = Type.Array(LockedObjectSchema, { description: "With the locks that they have now." });
export const StoreHoldAddOutputSchema = answer(STORE, "hold add", { store, objects });
export const StoreHoldRemoveOutputSchema = answer(STORE, "hold remove", { store, objects });
export const StoreRetainOutputSchema = answer(STORE, "retain", { store, objects });
export type StoreLockOutput =
  | Frozen<Static<typeof StoreHoldAddOutputSchema>>
  | Frozen<Static<typeof StoreHoldRemoveOutputSchema>>
  | Frozen<Static<typeof StoreRetainOutputSchema>>;

/** `gait store … --json`. What `store verify` answers is that of `gait pack verify` about many packs. */
export const StoreOutputSchema = Type.Union([
  StoreInitOutputSchema,
  StorePutOutputSchema,
  StoreGetOutputSchema,
  StoreLsOutputSchema,
  StoreHoldAddOutputSchema,
  StoreHoldRemoveOutputSchema,
  StoreRetainOutputSchema,
  failure(STORE, ["init", "put", "get", "ls", "verify", "hold add", "hold remove", "retain"], {}),
]);
