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

export const StoredPackSchema = Type.Object(
  { key, sha256: hex64("What the name says; `store verify` says whether it is so."), size: count("Size in bytes.") },
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

/** `gait store … --json`. What `store verify` answers is that of `gait pack verify` about many packs. */
export const StoreOutputSchema = Type.Union([
  StoreInitOutputSchema,
  StorePutOutputSchema,
  StoreGetOutputSchema,
  StoreLsOutputSchema,
  failure(STORE, ["init", "put", "get", "ls", "verify"], {}),
]);
