/** The answer of `gait run import … --json`, and its `--report`. */
import { type Static, type TSchema, Type } from "typebox";
import {
  CaptureModeSchema,
  CLOSED,
  count,
  type Frozen,
  hex64,
  nonEmpty,
  text,
  timestamp,
} from "../document/primitives.ts";
import { answerWithout, keyId, publicKey } from "./answer.ts";

const COUNTS = Type.Object(
  {
    records: count("Records of the source: the sum of the next five."),
    mapped: count("Records that gave a call, a result, an event, a reference or facts about the run."),
    context: count("Known records that gave none of these."),
    duplicate: count("Records that repeat earlier ones."),
    unknown: count("JSON records of an unknown kind."),
    malformed: count("Records that are not JSON, or lack required members."),
    intents: count("Calls."),
    results: count("Results, those without a call included."),
    unresolved: count("Calls without a result."),
    orphan_results: count("Results without a call."),
  },
  CLOSED,
);

/** An object whose names are the source's. */
function byName<const Schema extends TSchema>(schema: Schema, description: string) {
  return Type.Unsafe<{ [name: string]: Static<Schema> }>({ type: "object", description, additionalProperties: schema });
}

const ImportWarningSchema = Type.Object(
  {
    count: count("How many.", 1),
    places: Type.Array(Type.String(), { description: "The first of them: file and line, or file and JSON path." }),
  },
  CLOSED,
);

const ImportedFileSchema = Type.Object(
  {
    name: nonEmpty("Base name."),
    path: nonEmpty("The file that was read."),
    format: nonEmpty("The format it was read as."),
    size: count("In bytes."),
    sha256: hex64("Of its bytes."),
  },
  CLOSED,
);

const ImportedRunSchema = Type.Object(
  {
    run_id: nonEmpty("The run's id."),
    bundle: Type.Optional(nonEmpty("The runpack that was written; absent with --dry-run.")),
    pack: Type.Optional(nonEmpty("The pack that was built, with --pack.")),
    pack_id: Type.Optional(hex64("Its id.")),
    manifest_digest: Type.Optional(hex64("`manifest_digest` of the runpack.")),
    capture_mode: CaptureModeSchema,
    intents_count: count("Intents recorded."),
    results_count: count("Results recorded."),
    refs_count: Type.Optional(count("Receipts recorded, those of the source's files included.")),
    args_omitted: Type.Optional(count("Intents whose arguments were left out, their digest kept (reference mode).")),
    results_omitted: Type.Optional(count("Results whose payload was left out, its digest kept (reference mode).")),
    signature_status: Type.Optional(Type.Enum(["missing", "signed"])),
    signature_key_id: Type.Optional(keyId("The key that signed.")),
    warnings: Type.Optional(Type.Array(Type.String(), { description: "Warnings from recording." })),
  },
  CLOSED,
);

const LeftOutSchema = Type.Object({ path: nonEmpty("The file."), reason: nonEmpty("Why it was left out.") }, CLOSED);

export const RunImportOutputSchema = answerWithout("gait.run.output", "import", {
  importer: nonEmpty("Name and version of the import rules used."),
  gait_version: nonEmpty("Version of this program."),
  imported_at: timestamp("When."),
  dry_run: Type.Optional(Type.Literal(true, { description: "Nothing was written." })),
  format: Type.Optional(nonEmpty("Format of the source; `several` if they differ.")),
  files: Type.Array(ImportedFileSchema, { description: "The files that were read." }),
  runs: Type.Array(ImportedRunSchema, { description: "The recorded runs, in the order of the source." }),
  counts: COUNTS,
  statuses: byName(count("How many."), "Results by status."),
  warnings: byName(ImportWarningSchema, "By code."),
  unknown_kinds: byName(count("How many."), "Records of unknown kinds, by kind."),
  redacted: Type.Optional(byName(count("How many."), "What --redact replaced, by kind.")),
  likely_secrets: Type.Optional(byName(count("How many."), "Values that --redact would replace, by kind.")),
  left_out: Type.Optional(Type.Array(LeftOutSchema, { description: "Files of a folder that were not imported." })),
  refused: Type.Optional(Type.Array(LeftOutSchema, { description: "Sources that could not be imported." })),
  report: Type.Optional(nonEmpty("File of the report, with --report.")),
  html: Type.Optional(nonEmpty("File of the HTML report, with --html.")),
  public_key: Type.Optional(publicKey("Public half of a throw-away key; its private half is gone.")),
  notes: Type.Optional(
    Type.Array(Type.String(), { description: "Things worth knowing that did not stop the command." }),
  ),
  check: Type.Optional(
    Type.Object(
      {
        pack: nonEmpty("The artifact that was checked."),
        same: Type.Boolean({ description: "The source gives the same runpack again." }),
        manifest_digest: text("The artifact's digest."),
        imported_digest: text("The digest from the source."),
        differences: Type.Array(Type.String(), { description: "Files of the runpack that differ." }),
      },
      CLOSED,
    ),
  ),
});
export type RunImportOutput = Frozen<Static<typeof RunImportOutputSchema>>;
