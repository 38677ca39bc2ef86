/** The answers of `gait catalog … --json` (contract 14.8). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, hex64, nonEmpty, shownObject, text } from "../../document/primitives.ts";
import { VerdictSchema } from "../../document/verdict.ts";
import { answer, failure } from "../answer.ts";

const CATALOG = "gait.catalog.output";

export const CatalogBuildOutputSchema = answer(CATALOG, "build", {
  into: nonEmpty("The catalogue, as given."),
  outcome: Type.Enum(["created", "added", "rebuilt"], {
    description: "rebuilt: one of another version was there, and what stands in it now is of this call alone.",
  }),
  files: count("Files of receipts that were read."),
  runs: count("Whole runs of verify; all shards of one are one."),
  receipts: count("Receipts in them."),
  packs_new: count("Packs that were not in the catalogue before."),
  packs: count("Packs in the catalogue now, with those that only a log names."),
  collections: Type.Optional(
    Type.Array(
      Type.Object(
        {
          name: nonEmpty("The collection."),
          origin: nonEmpty("The log's own name."),
          entries: count("Entries that its newest head covers."),
          entries_new: count("Of these, what was not in the catalogue before."),
        },
        CLOSED,
      ),
      { description: "With --collection." },
    ),
  ),
  unjudged: count("Packs that could not be read or judged: they have no receipt, and are not in the catalogue."),
});
export type CatalogBuildOutput = Frozen<Static<typeof CatalogBuildOutputSchema>>;

export const CatalogPackSchema = Type.Object(
  {
    sha256: hex64("SHA-256 of the file."),
    size: count("Size of the file in bytes."),
    location: nonEmpty("Where it was when it was last verified."),
    pack_id: Type.Optional(text("As in the receipt.")),
    pack_type: Type.Optional(text("As in the receipt.")),
    source_ref: Type.Optional(text("Run id or job id.")),
    first_at: Type.Optional(text("The run's earliest time, in UTC with milliseconds.")),
    last_at: Type.Optional(text("The latest.")),
    calls: Type.Optional(count("Calls of the run.")),
    not_ok: Type.Optional(count("Of these, calls that failed, were stopped, or have no result.")),
    tool_calls: Type.Optional(count("With --tool: its calls.")),
    tool_not_ok: Type.Optional(count("With --tool: of these, calls that failed, were stopped, or have no result.")),
    verdict: VerdictSchema,
    findings: Type.Array(text("A code."), { description: "Of the newest verification, as the verdict." }),
    trust_id: hex64("The trust of the newest verification."),
    verified_at: text("When that was, in UTC with milliseconds."),
    signers: Type.Array(
      Type.Object(
        {
          key_id: text("As named in the signature."),
          status: Type.Enum(["verified", "failed", "not_checked"], {
            description: "The most that any verification says of it; not_checked is only a claim.",
          }),
        },
        CLOSED,
      ),
    ),
  },
  CLOSED,
);
export type CatalogPack = Frozen<Static<typeof CatalogPackSchema>>;

const db = nonEmpty("The catalogue, as given.");

export const CatalogPacksOutputSchema = answer(CATALOG, "query", {
  db,
  packs: Type.Array(CatalogPackSchema, { description: "The newest first." }),
});

export const CatalogRowsOutputSchema = answer(CATALOG, "query", {
  db,
  columns: Type.Array(text("A column of the SELECT."), { description: "With --sql." }),
  rows: Type.Array(shownObject("A value for each column: bytes in hexadecimal, whole numbers beyond 2^53 as text.")),
});
export type CatalogQueryOutput = Frozen<
  Static<typeof CatalogPacksOutputSchema> | Static<typeof CatalogRowsOutputSchema>
>;

/** `gait catalog … --json`. */
export const CatalogOutputSchema = Type.Union([
  CatalogBuildOutputSchema,
  CatalogPacksOutputSchema,
  CatalogRowsOutputSchema,
  failure(CATALOG, ["build", "query"], {}),
]);
