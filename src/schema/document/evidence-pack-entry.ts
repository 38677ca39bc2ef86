/**
 * The entries of an evidence pack (contract 3.2). The Go implementation never validated copied documents, so texts may
 * be empty and digests anything here; summaries, which are made and not copied, are closed.
 */
import { type Static, type TSchema, Type } from "typebox";
import { CLOSED, count, freeObject, text, timestamp } from "./primitives.ts";

/** Go writes a nil list as null. */
function listOrNull<const Item extends TSchema>(item: Item, description: string) {
  return Type.Union([Type.Array(item), Type.Null()], { description });
}

function texts(description: string) {
  return Type.Optional(Type.Array(Type.String(), { description }));
}

/** `runpack_summary.json`. */
export const RunpackSummarySchema = Type.Object(
  {
    run_id: text("The run's id."),
    manifest_digest: text("`manifest_digest` of the runpack."),
    capture_mode: text("`capture_mode` of the runpack."),
    intent_count: count("Intents in the runpack."),
    result_count: count("Results in the runpack."),
    receipt_count: count("Receipts in the runpack."),
  },
  CLOSED,
);
export type RunpackSummary = Static<typeof RunpackSummarySchema>;

/** `referenced_runpacks.json`. */
export const ReferencedRunpacksSchema = Type.Object(
  {
    run_id: text("The run's id."),
    references: count("Length of `receipts`."),
    receipts: listOrNull(
      Type.Object(
        {
          ref_id: text("The receipt's id."),
          source_type: text("Kind of source."),
          source_locator: text("Where the source is."),
          content_digest: text("SHA-256 of what was retrieved."),
          retrieved_at: timestamp("When it was retrieved, in UTC."),
        },
        CLOSED,
      ),
      "Sorted by ref_id.",
    ),
  },
  CLOSED,
);
export type ReferencedRunpacks = Static<typeof ReferencedRunpacksSchema>;

/** `trace_summary.json`. */
export const TraceSummarySchema = Type.Object(
  {
    traces: Type.Array(
      Type.Object(
        { trace_id: text("The trace's id."), tool_name: text("The tool."), verdict: text("The gate's verdict.") },
        CLOSED,
      ),
      { description: "Sorted by trace_id." },
    ),
    verdict_counts: freeObject("How many traces have each verdict."),
    total: count("Length of `traces`."),
  },
  CLOSED,
);
export type TraceSummary = Static<typeof TraceSummarySchema>;

/** `regress_summary.json`. */
export const RegressSummarySchema = Type.Object(
  {
    results: Type.Array(
      Type.Object(
        { fixture_set: text("The set."), status: text("The outcome."), graders: count("How many judged it.") },
        CLOSED,
      ),
      { description: "Sorted by fixture_set, then status." },
    ),
    status_counts: freeObject("How many results have each status."),
    total: count("Length of `results`."),
  },
  CLOSED,
);
export type RegressSummary = Static<typeof RegressSummarySchema>;

/** `policy_digests.json`, of a pack with an incident window. */
export const PolicyDigestsSchema = Type.Object(
  {
    run_id: text("The run's id."),
    window_from: timestamp("First instant of the window."),
    window_to: timestamp("Last instant of the window."),
    policy_digests: listOrNull(Type.String(), "Policies of the selected evidence, sorted."),
  },
  CLOSED,
);
export type PolicyDigests = Static<typeof PolicyDigestsSchema>;

const TAKEN_OVER = {
  schema_id: text("As its producer wrote it."),
  schema_version: text("As its producer wrote it."),
  created_at: timestamp("When it was written."),
  producer_version: text("Version of the program that wrote it."),
};

/** `inventory_snapshot_NN.json`. */
export const InventorySnapshotEntrySchema = Type.Object({
  ...TAKEN_OVER,
  snapshot_id: text("The snapshot's id."),
  workspace: Type.Optional(text("The folder that was scanned.")),
  items: listOrNull(
    Type.Object({
      id: text("The item's id."),
      kind: text("`tool` for example."),
      name: text("The item's name."),
      locator: text("Where it was found."),
      risk_level: Type.Optional(text("The scout's word for the risk.")),
      tags: texts("The scout's labels."),
      last_seen_run: Type.Optional(text("The last run that used it.")),
    }),
    "What was found.",
  ),
});

/** `approval_audit_NN.json`. */
export const ApprovalAuditEntrySchema = Type.Object({
  ...TAKEN_OVER,
  trace_id: text("Id of the decision's trace."),
  tool_name: text("The tool that was requested."),
  intent_digest: text("SHA-256 of the canonical JSON of the intent."),
  policy_digest: text("SHA-256 of the policy that was applied."),
  required_approvals: count("Approvals that the policy asks for."),
  valid_approvals: count("Approvals that counted."),
  approved: Type.Boolean({ description: "Whether it was allowed in the end." }),
  approvers: texts("Who approved."),
  entries: listOrNull(
    Type.Object({
      token_id: Type.Optional(text("The approval token's id.")),
      approver_identity: Type.Optional(text("Who approved.")),
      reason_code: Type.Optional(text("Why.")),
      scope: texts("What the token allows."),
      expires_at: timestamp("When the token expires; the zero time if unknown."),
      valid: Type.Boolean({ description: "Whether the token counted." }),
      error_code: Type.Optional(text("Why the token did not count.")),
    }),
    "The tokens that were shown.",
  ),
});

/** `credential_evidence_NN.json`. */
export const CredentialEvidenceEntrySchema = Type.Object({
  ...TAKEN_OVER,
  trace_id: text("Id of the decision's trace."),
  tool_name: text("The tool that was asked for."),
  identity: text("The recipient of the credential."),
  broker: text("The issuer."),
  reference: Type.Optional(text("The stated purpose.")),
  scope: texts("What it allows."),
  credential_ref: text("The broker's name for it."),
  issued_at: timestamp("When it was given; the zero time if unknown."),
  expires_at: timestamp("When it expires; the zero time if unknown."),
  ttl_seconds: Type.Optional(count("How long it is good for, in seconds.")),
});
