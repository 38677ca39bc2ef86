/** The answers of `gait pack … --json` (contract 2.7 to 2.9). */
import { type Static, Type } from "typebox";
import { AccountSchema, EvidenceControlSchema } from "../account/account.ts";
import { CallRecordSchema } from "../account/call.ts";
import { DifferenceSchema } from "../account/difference.ts";
import { findings } from "../account/finding.ts";
import { ImportedFromSchema } from "../account/parts.ts";
import { CallOutcomeSchema, CallSchema } from "../account/run.ts";
import { TRUST_MEMBERS } from "../account/trust.ts";
import { ArtifactTypeSchema, PackDiffSchema } from "../document/diff.ts";
import { PackTypeSchema } from "../document/pack.ts";
import { CLOSED, count, type Frozen, hex64, nonBlank, nonEmpty, shownObject, text } from "../document/primitives.ts";
import { SignatureStatusSchema, type Verdict, VerdictSchema } from "../document/verdict.ts";
import { answer, failure, keyId, publicKey } from "./answer.ts";
import { PackExportFileOutputSchema, PackExportOutputSchema } from "./pack-export.ts";

const PACK = "gait.pack.output";

const PATH = nonEmpty("The artifact, as given or as written.");
const LEGACY_TYPE = Type.Optional(
  Type.Enum(["runpack", "guard"], { description: "The older format that the artifact is in." }),
);
/** Absent if the artifact could not be read that far. Ids of an evidence pack are not digests. */
const IDENTITY = {
  pack_id: Type.Optional(text("`pack_id`; for a runpack its `manifest_digest`.")),
  pack_type: Type.Optional(ArtifactTypeSchema),
  source_ref: Type.Optional(text("Id of the run, job or call; of an authorization its trace.")),
};

export const VerifyReportSchema = Type.Object(
  {
    ...IDENTITY,
    verdict: VerdictSchema,
    reason: text("The reason for the verdict."),
    files_checked: count("Files that the manifest declares."),
    missing_files: Type.Optional(Type.Array(Type.String(), { description: "Declared, not there." })),
    hash_mismatches: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), expected: Type.String(), actual: Type.String() }, CLOSED), {
        description: "Present, but with different bytes than declared.",
      }),
    ),
    undeclared_files: Type.Optional(Type.Array(Type.String(), { description: "There, not declared." })),
    signature_status: SignatureStatusSchema,
    signature_errors: Type.Optional(
      Type.Array(Type.String(), { description: "Reasons why signatures are not valid, sorted." }),
    ),
    signatures_total: count("Signatures in the manifest."),
    signatures_valid: count("Signatures that a given key verified."),
    signature_key_ids: Type.Optional(Type.Array(keyId("A key."), { description: "Keys that verified one." })),
    proof_records_verified: Type.Optional(
      count("Proof records whose hash and place in their chain are right; absent in a pack without them."),
    ),
    legacy_type: LEGACY_TYPE,
    imported_from: Type.Optional(Type.Array(ImportedFromSchema)),
    ...TRUST_MEMBERS,
    findings: findings("All findings; empty unless the verdict is `failed`."),
  },
  CLOSED,
);
/** The verdict on one artifact, with all findings. */
export type VerifyReport = Frozen<Static<typeof VerifyReportSchema>>;

export const PackBuildOutputSchema = answer(PACK, "build", {
  path: PATH,
  pack_id: hex64("`pack_id` of the pack."),
  pack_type: PackTypeSchema,
  source_ref: nonBlank("Run id or job id."),
  build: Type.Object(
    {
      signature_status: Type.Enum(["missing", "signed"]),
      signature_key_id: Type.Optional(keyId("The key that signed.")),
      public_key: Type.Optional(publicKey("Public half of a throw-away key; its private half is gone.")),
    },
    CLOSED,
  ),
});
export type PackBuildOutput = Frozen<Static<typeof PackBuildOutputSchema>>;

export const PackVerifyOutputSchema = answer(
  PACK,
  "verify",
  { path: PATH, ...IDENTITY, verify: VerifyReportSchema },
  // `ok` and the verdict agree.
  { anyOf: [verdicts(true, ["authentic", "intact"]), verdicts(false, ["failed"])] },
);
export type PackVerifyOutput = Frozen<Static<typeof PackVerifyOutputSchema>>;

function verdicts(ok: boolean, allowed: Verdict[]) {
  return { properties: { ok: { const: ok }, verify: { type: "object", properties: { verdict: { enum: allowed } } } } };
}

const RunLineageSchema = Type.Object(
  {
    timeline_events: count("Events on the run's timeline."),
    receipt_count: count("Receipts in the run's references."),
    intent_results: Type.Array(
      Type.Object(
        {
          intent_id: Type.String(),
          tool_name: Type.Optional(Type.String()),
          status: Type.Optional(Type.String()),
          outcome: Type.Optional(CallOutcomeSchema),
        },
        CLOSED,
      ),
      { description: "One for each intent with its result, and one for each result without an intent, sorted by id." },
    ),
  },
  CLOSED,
);

const JobLineageSchema = Type.Object(
  {
    event_count: count("Events in the job's log."),
    last_event_type: Type.Optional(Type.String()),
    checkpoint_refs: Type.Optional(
      Type.Array(
        Type.Object({ checkpoint_id: Type.String(), type: Type.String(), reason_code: Type.String() }, CLOSED),
        { description: "Sorted by checkpoint_id." },
      ),
    ),
  },
  CLOSED,
);

export const InspectReportSchema = Type.Object(
  {
    ...IDENTITY,
    verified: Type.Boolean({
      description: "Whether the artifact verified; otherwise the rest is only what it claims.",
    }),
    verdict: VerdictSchema,
    manifest: Type.Optional(shownObject("`pack_manifest.json` as stored.")),
    run_payload: Type.Optional(shownObject("`run_payload.json` as stored; for a runpack, as it would be built.")),
    run_lineage: Type.Optional(RunLineageSchema),
    job_payload: Type.Optional(shownObject("`job_payload.json` as stored.")),
    job_lineage: Type.Optional(JobLineageSchema),
    call_payload: Type.Optional(shownObject("`call_payload.json` as stored.")),
    authorization_bundle: Type.Optional(shownObject("`authorization_bundle.json` as stored.")),
    runpack_summary: Type.Optional(shownObject("`runpack_summary.json` of an evidence pack.")),
    controls: Type.Optional(
      Type.Array(EvidenceControlSchema, { description: "Of an evidence pack, in the order of its template." }),
    ),
    legacy_type: LEGACY_TYPE,
    findings: Type.Optional(findings("The findings about the artifact.")),
  },
  CLOSED,
);
/** The contents of one artifact, with its verdict. */
export type InspectReport = Frozen<Static<typeof InspectReportSchema>>;

export const PackInspectOutputSchema = answer(PACK, "inspect", {
  path: PATH,
  ...IDENTITY,
  inspect: InspectReportSchema,
  account: AccountSchema,
  call: Type.Optional(CallRecordSchema),
});
export type PackInspectOutput = Frozen<Static<typeof PackInspectOutputSchema>>;

/** A call that a query found: for `jq` and the like, with everything that the record says of it. */
export const FoundCallSchema = Type.Object(
  {
    run_id: Type.String(),
    ...CallSchema.properties,
    args: Type.Optional(Type.Unknown({ description: "The arguments; where asked for, and kept." })),
    result: Type.Optional(Type.Unknown({ description: "The result; where asked for, and kept." })),
  },
  { ...CLOSED, description: "A call, and with `--with-payloads` what was kept of it." },
);
/** One line of `gait pack query --format ndjson`. */
export type FoundCallLine = Frozen<Static<typeof FoundCallSchema>>;

export const PackQueryOutputSchema = answer(PACK, "query", {
  path: PATH,
  ...IDENTITY,
  verdict: VerdictSchema,
  reason: text("The reason for the verdict."),
  query: text("The query, as given."),
  calls_total: count("Calls of the run."),
  calls_found: count("Calls that the query means."),
  calls: Type.Array(FoundCallSchema, { description: "In the order of the evidence." }),
});
export type PackQueryOutput = Frozen<Static<typeof PackQueryOutputSchema>>;

const ComparedSideSchema = Type.Object(
  {
    path: nonEmpty("The file, as given."),
    ...IDENTITY,
    verdict: Type.Enum(["authentic", "intact"], { description: "Nothing is compared if a side failed." }),
    reason: text("Why the verdict is not more."),
  },
  CLOSED,
);
export type ComparedSide = Frozen<Static<typeof ComparedSideSchema>>;

export const PackDiffOutputSchema = answer(PACK, "diff", {
  path: Type.Optional(nonEmpty("The file that the result was written to.")),
  left: ComparedSideSchema,
  right: ComparedSideSchema,
  diff: PackDiffSchema,
  details: DifferenceSchema,
});
export type PackDiffOutput = Frozen<Static<typeof PackDiffOutputSchema>>;

const ReportedSchema = Type.Object(
  {
    path: nonEmpty("The file, as given."),
    ...IDENTITY,
    verdict: VerdictSchema,
    reason: text("Why the verdict is not more."),
    findings: findings("Everything that is wrong; empty unless the verdict is `failed`."),
  },
  CLOSED,
);

export const PackReportOutputSchema = answer(PACK, "report", {
  path: nonEmpty("The report that was written."),
  sha256: hex64("SHA-256 of the report."),
  size: count("Size of the report in bytes."),
  compared: Type.Boolean({ description: "Whether the report has a comparison: of two files that both verified." }),
  artifacts: Type.Array(ReportedSchema, { description: "In the order given." }),
});
export type PackReportOutput = Frozen<Static<typeof PackReportOutputSchema>>;

export const PackNormalizeOutputSchema = answer(PACK, "normalize", {
  path: nonEmpty("The artifact that was written."),
  pack_id: text("`pack_id`; for a runpack its `manifest_digest`. The same as before."),
  sha256: hex64("SHA-256 of the file that was written."),
  source_sha256: hex64("SHA-256 of the file that was read; the same if nothing had to be changed."),
  form: text("The tool that packed the archive, by its name in the table of known forms."),
  unwrapped: Type.Array(Type.Object({ kind: Type.Enum(["folder", "archive"]), name: Type.String() }, CLOSED), {
    description: "The archives and folders around the artifact, from the outside in.",
  }),
  left_out: Type.Array(Type.String(), { description: "Entries that macOS or Windows added." }),
});
export type PackNormalizeOutput = Frozen<Static<typeof PackNormalizeOutputSchema>>;

const SIDECAR = Type.Object({ path: Type.String(), outcome: Type.Enum(["created", "added", "unchanged"]) }, CLOSED);

const SIGNED = {
  path: PATH,
  ...IDENTITY,
  sha256: hex64("SHA-256 of the pack file, which was signed."),
  key_id: Type.Optional(nonEmpty("The key that signed.")),
  format: Type.Optional(Type.Enum(["dsse", "ssh", "minisign"], { description: "Absent where several were added." })),
  predicate_type: Type.Optional(text("Of the statement that was signed.")),
  files: Type.Array(SIDECAR, { description: "The files beside the pack." }),
  to_sign: Type.Optional(
    Type.Object(
      { path: Type.String(), size: count("Bytes.") },
      { ...CLOSED, description: "What has to be signed elsewhere." },
    ),
  ),
};
export const PackSignOutputSchema = answer(PACK, "sign", {
  ...SIGNED,
  role: Type.Optional(text("The role that the statement gives itself.")),
  comment: Type.Optional(text("The comment that was signed.")),
  unchecked: Type.Optional(Type.Array(Type.String(), { description: "Added without a key to check them with." })),
});
export type PackSignOutput = Frozen<Static<typeof PackSignOutputSchema>>;

export const PackAttestOutputSchema = answer(PACK, "attest", {
  ...SIGNED,
  subjects: count("Files that the statement is about."),
  properties: Type.Optional(Type.Array(Type.String(), { description: "What verification found, as signed." })),
});
export type PackAttestOutput = Frozen<Static<typeof PackAttestOutputSchema>>;

const STAMPED = { path: PATH, ...IDENTITY, sha256: hex64("SHA-256 of the pack file.") };

export const PackTimestampRequestOutputSchema = answer(PACK, "timestamp request", {
  ...STAMPED,
  hash: Type.Enum(["sha256", "sha384", "sha512"]),
  requests: Type.Array(
    Type.Object({ path: Type.String(), covers: text("The pack, or the signature that is to be stamped.") }, CLOSED),
    { description: "The requests that were written." },
  ),
});
export type PackTimestampRequestOutput = Frozen<Static<typeof PackTimestampRequestOutputSchema>>;

export const PackTimestampAttachOutputSchema = answer(PACK, "timestamp attach", {
  ...STAMPED,
  timestamps: Type.Array(
    Type.Object(
      {
        response: text("The file that was given."),
        covers: text("The pack, or the signature that it stamps."),
        file: SIDECAR,
        state: Type.Optional(Type.Literal("trusted", { description: "Absent: no trust file was given." })),
        gen_time: Type.Optional(text("The time that it proves.")),
        authority: Type.Optional(text("Id of the authority.")),
      },
      CLOSED,
    ),
  ),
});
export type PackTimestampAttachOutput = Frozen<Static<typeof PackTimestampAttachOutputSchema>>;

export const PackFailureSchema = failure(
  PACK,
  [
    ...(["build", "verify", "inspect", "query", "diff", "report", "normalize", "export", "sign", "attest"] as const),
    ...(["timestamp request", "timestamp attach"] as const),
  ],
  {
    path: Type.Optional(PATH),
    findings: Type.Optional(findings("Problems with the evidence, if that is the reason.")),
  },
);
export type PackFailure = Frozen<Static<typeof PackFailureSchema>>;

export const PackOutputSchema = Type.Union([
  PackBuildOutputSchema,
  PackVerifyOutputSchema,
  PackInspectOutputSchema,
  PackQueryOutputSchema,
  PackDiffOutputSchema,
  PackReportOutputSchema,
  PackNormalizeOutputSchema,
  PackExportOutputSchema,
  PackExportFileOutputSchema,
  PackSignOutputSchema,
  PackAttestOutputSchema,
  PackTimestampRequestOutputSchema,
  PackTimestampAttachOutputSchema,
  PackFailureSchema,
]);
