/** The answers of `gait pack verify` about many packs: one report, or a line for each pack and one for all. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, nonBlank, nonEmpty, text } from "../document/primitives.ts";
import { answer } from "./answer.ts";
import { VerifyReportSchema } from "./pack.ts";

export const PACKS = "gait.packs.output";

const PATH = nonEmpty("The pack, as given or found.");
const warnings = Type.Optional(
  Type.Array(Type.String(), { description: "Things worth knowing that don't affect the verdict." }),
);

export const PackVerdictSchema = Type.Object(
  {
    path: PATH,
    ok: Type.Boolean({ description: "The exit is 0." }),
    exit: Type.Enum([0, 2], { description: "The exit code for this pack alone." }),
    verify: VerifyReportSchema,
    warnings,
  },
  { ...CLOSED, description: "A pack with a verdict." },
);

export const PackUnjudgedSchema = Type.Object(
  {
    path: PATH,
    ok: Type.Literal(false),
    exit: Type.Enum([1, 6], { description: "1: gait broke; 6: the file could not be read." }),
    reason: nonBlank("`not_found`, `not_readable`, `not_an_archive` and the like: stable, for programs."),
    error: nonBlank("The error message, for a person."),
    hint: text("A hint for a person."),
  },
  { ...CLOSED, description: "A pack without a verdict." },
);

export const PackResultSchema = Type.Union([PackVerdictSchema, PackUnjudgedSchema]);
export type PackResult = Frozen<Static<typeof PackResultSchema>>;

export const PacksSummarySchema = Type.Object(
  {
    listed: count("Packs that the call names, including other shards, as far as they were listed."),
    checked: count("Packs with a result."),
    authentic: count("Intact, and signed with a given key."),
    intact: count("Everything agrees, but it is unsigned or not checked with a key."),
    failed: count("Bad evidence."),
    unreadable: count("Packs that could not be read."),
    broken: count("Packs on which gait broke."),
    stopped: Type.Boolean({ description: "--fail-fast ended it: there may be more." }),
    shard: Type.Optional(
      Type.Object({ index: count("Its number, from 0."), count: count("The number of shards.", 1) }, CLOSED),
    ),
  },
  CLOSED,
);
export type PacksSummary = Frozen<Static<typeof PacksSummarySchema>>;

export const PacksReportSchema = answer(PACKS, "verify", {
  results: Type.Array(PackResultSchema, { description: "In the order of the call." }),
  summary: PacksSummarySchema,
});
export type PacksReport = Frozen<Static<typeof PacksReportSchema>>;
export const PacksResultLineSchema = answer(PACKS, "verify", { result: PackResultSchema });
export type PacksResultLine = Frozen<Static<typeof PacksResultLineSchema>>;
export const PacksSummaryLineSchema = answer(PACKS, "verify", { summary: PacksSummarySchema });
export type PacksSummaryLine = Frozen<Static<typeof PacksSummaryLineSchema>>;

/** `gait pack verify PATH... --format json`, and each line of `--format ndjson`. */
export const PacksOutputSchema = Type.Union([PacksReportSchema, PacksResultLineSchema, PacksSummaryLineSchema]);

/** `--progress ndjson`: one line on the standard error, now and then, of work that takes more than a second. */
export const ProgressSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.progress"),
    schema_version: Type.Literal("1.0.0"),
    about: nonBlank("The words of the command: `pack verify`."),
    elapsed_ms: count("Since the work began."),
    bytes: count("Content read or written so far, inflated."),
    bytes_per_second: count("Of late."),
    bytes_total: Type.Optional(count("Known total, including what is done; may grow.")),
    seconds_left: Type.Optional(count("Estimated from the rate so far, if known.")),
    packs: Type.Optional(count("Packs done, if there are many.")),
    packs_total: Type.Optional(count("Packs in all, once they have been counted.")),
  },
  CLOSED,
);
export type ProgressLine = Frozen<Static<typeof ProgressSchema>>;
