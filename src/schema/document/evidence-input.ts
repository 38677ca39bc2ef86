/**
 * The documents that an evidence pack takes evidence from, as the gate, the scout and the regression runner write them
 * (contract 3.2). Unknown members are left alone: their producers add some. What is there must have its type, and what
 * a pack shows of a document must be there.
 */
import { type Static, type TSchema, Type } from "typebox";
import { CLOSED, count, hex64, nonBlank, SchemaVersion, text, timestamp } from "./primitives.ts";
import { SignatureSchema } from "./signature.ts";

/** Go writes a nil list as null. */
function listOrNull<const Item extends TSchema>(item: Item, description: string) {
  return Type.Union([Type.Array(item), Type.Null()], { description });
}

function texts(description: string) {
  return Type.Optional(Type.Array(Type.String(), { description }));
}

function stamp<const Id extends string>(id: Id) {
  return {
    schema_id: Type.Literal(id),
    schema_version: SchemaVersion,
    created_at: timestamp("When it was written."),
    producer_version: text("Version of the program that wrote it."),
    run_id: Type.Optional(text("The run that it belongs to, if its producer says so.")),
  };
}

const DECISION = {
  trace_id: nonBlank("Id of the decision's trace."),
  tool_name: nonBlank("The tool that was requested."),
};

/** One decision of the gate. */
export const TraceSchema = Type.Object({
  ...stamp("gait.gate.trace"),
  ...DECISION,
  args_digest: hex64("SHA-256 of the canonical JSON of the arguments."),
  intent_digest: hex64("SHA-256 of the canonical JSON of the intent."),
  policy_digest: hex64("SHA-256 of the policy that was applied."),
  verdict: Type.Enum(["allow", "block", "dry_run", "require_approval"]),
  violations: texts("Rules that the intent broke."),
  signature: Type.Optional(SignatureSchema),
});
export type Trace = Static<typeof TraceSchema>;

/** The outcome of running a set of fixtures again. */
export const RegressResultSchema = Type.Object({
  ...stamp("gait.regress.result"),
  fixture_set: nonBlank("Name of the set."),
  status: nonBlank("The runner's word for the outcome, `pass` for example."),
  graders: listOrNull(
    Type.Object({
      name: nonBlank("Name of the grader."),
      status: nonBlank("The grader's word for the outcome."),
      reason_codes: Type.Optional(listOrNull(Type.String(), "Why.")),
    }),
    "The graders of the outcome.",
  ),
});
export type RegressResult = Static<typeof RegressResultSchema>;

export const InventoryItemSchema = Type.Object({
  id: nonBlank("The item's id."),
  kind: nonBlank("`tool` for example."),
  name: text("The item's name."),
  locator: text("Where it was found."),
  risk_level: Type.Optional(text("The scout's word for the risk.")),
  tags: texts("The scout's labels."),
  last_seen_run: Type.Optional(text("The last run that used it.")),
});

/** The things that an agent could reach at a given time. */
export const InventorySnapshotSchema = Type.Object({
  ...stamp("gait.scout.inventory_snapshot"),
  snapshot_id: nonBlank("The snapshot's id."),
  workspace: Type.Optional(text("The folder that was scanned.")),
  items: listOrNull(InventoryItemSchema, "What was found."),
});
export type InventorySnapshot = Static<typeof InventorySnapshotSchema>;

export const ApprovalTokenSchema = Type.Object({
  token_id: Type.Optional(text("The approval token's id.")),
  approver_identity: Type.Optional(text("Who approved.")),
  reason_code: Type.Optional(text("Why.")),
  scope: texts("What the token allows."),
  expires_at: Type.Optional(timestamp("When the token expires.")),
  valid: Type.Boolean({ description: "Whether the token counted." }),
  error_code: Type.Optional(text("Why the token did not count.")),
});

/** Who approved a call that the gate would not allow on its own. */
export const ApprovalAuditSchema = Type.Object({
  ...stamp("gait.gate.approval_audit_record"),
  ...DECISION,
  intent_digest: hex64("SHA-256 of the canonical JSON of the intent."),
  policy_digest: hex64("SHA-256 of the policy that was applied."),
  required_approvals: count("Approvals that the policy asks for."),
  valid_approvals: count("Approvals that counted."),
  approved: Type.Boolean({ description: "Whether it was allowed in the end." }),
  approvers: texts("Who approved."),
  entries: listOrNull(ApprovalTokenSchema, "The tokens that were shown."),
});
export type ApprovalAudit = Static<typeof ApprovalAuditSchema>;

/** Which credential a broker gave for a call; the credential itself is not in it. */
export const CredentialEvidenceSchema = Type.Object({
  ...stamp("gait.gate.broker_credential_record"),
  ...DECISION,
  identity: nonBlank("The recipient."),
  broker: nonBlank("The issuer."),
  reference: Type.Optional(text("The stated purpose.")),
  scope: texts("What it allows."),
  credential_ref: nonBlank("The broker's name for it."),
  issued_at: Type.Optional(timestamp("When it was given.")),
  expires_at: Type.Optional(timestamp("When it expires.")),
  ttl_seconds: Type.Optional(count("How long it is good for, in seconds.")),
});
export type CredentialEvidence = Static<typeof CredentialEvidenceSchema>;

const FIXTURE_NAME = Type.String({
  title: "lower-case letters, digits and . _ -",
  pattern: "^[a-z0-9][a-z0-9._-]*$",
  description: "Name of the fixture, and of its folder.",
});

/** `gait.yaml`, which is JSON: the fixtures of a set (contract 13.1). */
export const RegressConfigSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.regress.config"),
    schema_version: SchemaVersion,
    fixture_set: nonBlank("Name of the set."),
    fixtures: Type.Array(
      Type.Object(
        {
          name: FIXTURE_NAME,
          run_id: nonBlank("The run of the fixture."),
          runpack: nonBlank("Its runpack, from the folder of this file."),
        },
        CLOSED,
      ),
      { description: "Sorted by name." },
    ),
  },
  CLOSED,
);
export type RegressConfig = Static<typeof RegressConfigSchema>;

/** `fixture.json`: what is expected of a run (contract 13.1). */
export const RegressFixtureSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.regress.fixture"),
    schema_version: SchemaVersion,
    name: FIXTURE_NAME,
    run_id: nonBlank("The run of the fixture."),
    runpack: nonBlank("Its runpack, beside this file."),
    expected_replay_exit_code: count("0, or 2 for a run with a result missing."),
    expected_tool_sequence: texts("Tools of the intents, in their order; not compared if absent."),
    expected_verdict_sequence: texts("Verdicts of the results, in their order; not compared if absent."),
    candidate_runpack: Type.Optional(text("The run to compare, from the folder of this file; else the fixture's own.")),
    context_conformance: Type.Optional(Type.Enum(["required", "none"])),
    allow_context_runtime_drift: Type.Optional(Type.Boolean({ description: "The context may be fetched again." })),
    expected_context_set_digest: Type.Optional(text("The digest that the candidate's context must have.")),
    diff_allow_changed_files: texts("Files that may differ."),
    session_chain: Type.Optional(text("The chain that the runpack is a checkpoint of.")),
    checkpoint_index: Type.Optional(count("Which one.")),
  },
  CLOSED,
);
export type RegressFixture = Static<typeof RegressFixtureSchema>;
