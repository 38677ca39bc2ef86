/** The answer of `gait pack export --json` (contract 7.4). */
import { type Static, Type } from "typebox";
import { CallSchema } from "../account/run.ts";
import { ArtifactTypeSchema } from "../document/diff.ts";
import { CLOSED, count, type Frozen, hex64, nonEmpty, SchemaVersion, text, timestamp } from "../document/primitives.ts";
import { PackReceiptSchema } from "../document/store/receipt.ts";
import { VerdictSchema } from "../document/verdict.ts";
import { answer } from "./answer.ts";

export const ExportMetricsSchema = Type.Object(
  {
    tool_calls_total: count("Results; of a run without any, its intents."),
    tool_calls_success: count("Results with status `ok`."),
    tool_calls_success_rate: Type.Number({ minimum: 0, description: "Of all; 0 without calls." }),
    policy_blocked: count("Results whose verdict is `block`."),
    approval_required: count("Results whose verdict asks for an approval."),
    regress_failures: count("Results that tell of a failed regression."),
  },
  { ...CLOSED, description: "The last three are 0 where results were not kept (capture mode `reference`)." },
);

export const PackExportOutputSchema = answer("gait.pack.output", "export", {
  path: nonEmpty("The artifact, as given."),
  pack_id: nonEmpty("`pack_id`; for a runpack its `manifest_digest`."),
  pack_type: ArtifactTypeSchema,
  source_ref: text("Id of the run, job, call or trace."),
  verdict: VerdictSchema,
  export: Type.Object(
    {
      pack_id: nonEmpty("As above."),
      pack_type: ArtifactTypeSchema,
      source_ref: text("As above."),
      manifest_digest: hex64("H of the manifest as stored, with its signatures."),
      files_checked: count("Files that the manifest declares."),
      hash_mismatches: count("Files with other bytes than declared."),
      missing_files: count("Declared files that are not there."),
      undeclared_files: count("Files that are not declared."),
      signature_status: Type.Enum(["missing", "skipped"], { description: "No key can be given." }),
      signatures_total: count("Signatures in the manifest."),
      signatures_valid: count("0: no key can be given."),
      created_at: timestamp("The manifest's time; of a runpack the run's."),
      metrics: ExportMetricsSchema,
    },
    CLOSED,
  ),
  otel_path: Type.Optional(nonEmpty("The file that lines were added to.")),
  postgres_sql_path: Type.Optional(nonEmpty("The file that was written.")),
});
export type PackExportOutput = Frozen<Static<typeof PackExportOutputSchema>>;

const { args_text: _, ...CALL } = CallSchema.properties;
const RECEIPT = PackReceiptSchema.properties;

/** A line of `pack export --to ndjson`: the pack, as in a receipt, without a trust and a time. */
export const ExportedPackLineSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.export.pack"),
    schema_version: SchemaVersion,
    location: RECEIPT.location,
    sha256: RECEIPT.sha256,
    size: RECEIPT.size,
    verdict: VerdictSchema,
    pack_id: text("`pack_id`; for a runpack its `manifest_digest`."),
    pack_type: text("`run`, `job`, `call`, `authorization` or `guard`."),
    source_ref: text("Run id or job id."),
    manifest_digest: hex64("H of the manifest as stored, with its signatures."),
    signers: RECEIPT.signers,
    first_at: RECEIPT.first_at,
    last_at: RECEIPT.last_at,
    calls: RECEIPT.calls,
    not_ok: RECEIPT.not_ok,
    tools: RECEIPT.tools,
  },
  CLOSED,
);
export type ExportedPackLine = Frozen<Static<typeof ExportedPackLineSchema>>;

/** A line of `pack export --to ndjson`: a call of the pack whose line is before it. */
export const ExportedCallLineSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.export.call"),
    schema_version: SchemaVersion,
    sha256: hex64("SHA-256 of the pack's file."),
    run_id: Type.String(),
    ...CALL,
    args: Type.Optional(Type.Unknown({ description: "The arguments, where they were kept." })),
    result: Type.Optional(Type.Unknown({ description: "The result, where it was kept." })),
  },
  CLOSED,
);
export type ExportedCallLine = Frozen<Static<typeof ExportedCallLineSchema>>;

/** Of `pack export --to` (contract 7.5). */
export const PackExportFileOutputSchema = answer("gait.pack.output", "export", {
  to: Type.Enum(["otlp", "ndjson", "postgres-copy"], { description: "What was written." }),
  out_path: nonEmpty("The file that was written."),
  packs: count("Packs in it."),
  calls: count("Calls of their runs."),
  repeated: count("Files left out, since one with the same bytes is in it."),
});
export type PackExportFileOutput = Frozen<Static<typeof PackExportFileOutputSchema>>;
