/** Call packs of a voice agent and authorization packs (contract 7.2): their documents and lines, closed, and what they are built from. */
import { type Static, type TSchema, Type } from "typebox";
import { CLOSED, count, freeObject, hex64, nonBlank, SchemaVersion, text, timestamp } from "./primitives.ts";

export const COMMITMENT_CLASSES = ["refund", "quote", "eligibility", "schedule", "cancel", "account_change"] as const;
const CommitmentClassSchema = Type.Enum([...COMMITMENT_CLASSES], { description: "What was committed to." });
export const GateVerdictSchema = Type.Enum(["allow", "block", "dry_run", "require_approval"], {
  description: "What the gate decided.",
});
const PrivacyModeSchema = Type.Enum(["hash_only", "dispute_encrypted"], { description: "How what was said is kept." });

const CALL_ID = nonBlank("The call's id.");
const SEQ = count("Place in the call, from 1.", 1);
const TURN = count("Turn of the conversation.");

const COUNTS = {
  event_count: count("Lines of `call_events.jsonl`."),
  commitment_count: count("Lines of `commitments.jsonl`."),
  decision_count: count("Lines of `gate_decisions.jsonl`."),
  speak_receipt_count: count("Lines of `speak_receipts.jsonl`."),
  reference_digest_count: count("Items of `reference_digests.json`."),
};

/** `call_payload.json`. */
export const CallPayloadSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.pack.call"),
    schema_version: SchemaVersion,
    created_at: timestamp("When the call was recorded, in UTC."),
    call_id: CALL_ID,
    run_id: Type.Optional(nonBlank("Run of the embedded runpack.")),
    privacy_mode: PrivacyModeSchema,
    ...COUNTS,
    environment_fingerprint: Type.Optional(nonBlank("Opaque name of the environment.")),
  },
  CLOSED,
);
export type CallPayload = Static<typeof CallPayloadSchema>;

/** `callpack_manifest.json`. */
export const CallPackManifestSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.voice.callpack_manifest"),
    schema_version: SchemaVersion,
    created_at: timestamp("As in the payload."),
    producer_version: nonBlank("Version of the program that recorded the call."),
    call_id: CALL_ID,
    privacy_mode: PrivacyModeSchema,
    ...COUNTS,
    environment_fingerprint: Type.Optional(nonBlank("Opaque name of the environment.")),
  },
  CLOSED,
);
export type CallPackManifest = Static<typeof CallPackManifestSchema>;

/** One line of `call_events.jsonl`. */
export const CallEventSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.voice.call_event"),
    schema_version: SchemaVersion,
    created_at: timestamp("When it happened, in UTC."),
    call_id: CALL_ID,
    call_seq: SEQ,
    turn_index: TURN,
    event_type: nonBlank("`tts.emitted` for example."),
    commitment_class: Type.Optional(CommitmentClassSchema),
    intent_digest: Type.Optional(hex64("SHA-256 of the intent.")),
    policy_digest: Type.Optional(hex64("SHA-256 of the policy.")),
    payload_digest: Type.Optional(hex64("SHA-256 of what the event carried.")),
    say_token_id: Type.Optional(nonBlank("Token that let it be said.")),
  },
  CLOSED,
);
export type CallEvent = Static<typeof CallEventSchema>;

/** One line of `commitments.jsonl`. */
export const CommitmentIntentSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.voice.commitment_intent"),
    schema_version: SchemaVersion,
    created_at: timestamp("When it was declared, in UTC."),
    producer_version: nonBlank("Version of the program that declared it."),
    call_id: CALL_ID,
    turn_index: TURN,
    call_seq: SEQ,
    commitment_class: CommitmentClassSchema,
    utterance_digest: Type.Optional(hex64("SHA-256 of what was to be said.")),
    context: Type.Object(
      {
        identity: nonBlank("Who commits."),
        workspace: nonBlank("For which workspace."),
        risk_class: nonBlank("In lower case."),
        session_id: Type.Optional(nonBlank("Session.")),
        request_id: Type.Optional(nonBlank("Request.")),
        environment_fingerprint: Type.Optional(nonBlank("Opaque name of the environment.")),
      },
      CLOSED,
    ),
    currency: Type.Optional(nonBlank("In upper case.")),
    quote_min_cents: Type.Optional(Type.Integer({ description: "Least amount of a quote." })),
    quote_max_cents: Type.Optional(Type.Integer({ description: "Greatest amount of a quote." })),
    refund_ceiling_cents: Type.Optional(Type.Integer({ description: "Greatest amount of a refund." })),
    approval_required: Type.Optional(Type.Boolean({ description: "Whether somebody has to approve." })),
    approval_artifact_refs: Type.Optional(Type.Array(Type.String(), { description: "Approvals, sorted." })),
    evidence_reference_digests: Type.Optional(Type.Array(Type.String(), { description: "Evidence, sorted." })),
  },
  CLOSED,
);
export type CommitmentIntent = Static<typeof CommitmentIntentSchema>;

/** One line of `gate_decisions.jsonl`. */
export const GateDecisionSchema = Type.Object(
  {
    call_id: CALL_ID,
    call_seq: SEQ,
    turn_index: TURN,
    commitment_class: CommitmentClassSchema,
    verdict: GateVerdictSchema,
    reason_codes: Type.Optional(Type.Array(Type.String(), { description: "Why, sorted." })),
    intent_digest: Type.Optional(hex64("SHA-256 of the intent.")),
    policy_digest: Type.Optional(hex64("SHA-256 of the policy.")),
    approval_ref: Type.Optional(nonBlank("The approval.")),
  },
  CLOSED,
);
export type GateDecision = Static<typeof GateDecisionSchema>;

/** One line of `speak_receipts.jsonl`. */
export const SpeakReceiptSchema = Type.Object(
  {
    call_id: CALL_ID,
    call_seq: SEQ,
    turn_index: TURN,
    commitment_class: CommitmentClassSchema,
    say_token_id: nonBlank("Token that let it be said."),
    spoken_digest: hex64("SHA-256 of what was said."),
    emitted_at: timestamp("When it was said, in UTC."),
  },
  CLOSED,
);
export type SpeakReceipt = Static<typeof SpeakReceiptSchema>;

/** `reference_digests.json`: null where there are none. */
export const ReferenceDigestsSchema = Type.Union([
  Type.Array(Type.Object({ ref_id: nonBlank("Reference."), sha256: hex64("SHA-256 of what it refers to.") }, CLOSED)),
  Type.Null(),
]);
export type ReferenceDigests = Static<typeof ReferenceDigestsSchema>;

function maybe<const Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([schema, Type.Null()]));
}

const TEXT = maybe(Type.String());
const NUMBER = maybe(Type.Integer());
const TEXTS = maybe(Type.Array(Type.String()));
const PLACE = { call_id: TEXT, call_seq: NUMBER, turn_index: NUMBER, commitment_class: TEXT };

/** The file of `gait pack build --type call`. Closed; null counts as absent. Texts are trimmed, lists sorted. */
export const SpokenCallRecordSchema = Type.Object(
  {
    schema_id: maybe(Type.Literal("gait.voice.call_record")),
    schema_version: maybe(SchemaVersion),
    created_at: maybe(text("When the call was recorded, RFC 3339; must be there.")),
    producer_version: maybe(text("Version of the program that recorded it.")),
    call_id: maybe(text("The call's id; must be there.")),
    runpack_path: maybe(text("The runpack of the call's run, from the folder of this file; must be there.")),
    privacy_mode: maybe(text("`hash_only` (the default) or `dispute_encrypted`.")),
    environment_fingerprint: maybe(text("Opaque name of the environment.")),
    events: maybe(
      Type.Array(
        Type.Object(
          {
            ...{ schema_id: TEXT, schema_version: TEXT, created_at: TEXT, ...PLACE, event_type: TEXT },
            ...{ intent_digest: TEXT, policy_digest: TEXT, payload_digest: TEXT, say_token_id: TEXT },
          },
          CLOSED,
        ),
      ),
    ),
    commitments: maybe(
      Type.Array(
        Type.Object(
          {
            ...{ schema_id: TEXT, schema_version: TEXT, created_at: TEXT, producer_version: TEXT, ...PLACE },
            utterance_digest: TEXT,
            context: maybe(
              Type.Object(
                {
                  ...{ identity: TEXT, workspace: TEXT, risk_class: TEXT, session_id: TEXT, request_id: TEXT },
                  environment_fingerprint: TEXT,
                },
                CLOSED,
              ),
            ),
            ...{ currency: TEXT, quote_min_cents: NUMBER, quote_max_cents: NUMBER, refund_ceiling_cents: NUMBER },
            ...{
              approval_required: maybe(Type.Boolean()),
              approval_artifact_refs: TEXTS,
              evidence_reference_digests: TEXTS,
            },
          },
          CLOSED,
        ),
      ),
    ),
    gate_decisions: maybe(
      Type.Array(
        Type.Object(
          {
            ...PLACE,
            ...{ verdict: TEXT, reason_codes: TEXTS, intent_digest: TEXT, policy_digest: TEXT, approval_ref: TEXT },
          },
          CLOSED,
        ),
      ),
    ),
    speak_receipts: maybe(
      Type.Array(Type.Object({ ...PLACE, say_token_id: TEXT, spoken_digest: TEXT, emitted_at: TEXT }, CLOSED)),
    ),
    reference_digests: maybe(Type.Array(Type.Object({ ref_id: TEXT, sha256: TEXT }, CLOSED))),
  },
  CLOSED,
);
export type SpokenCallRecord = Static<typeof SpokenCallRecordSchema>;

/** What a bundle can link: each as `<name>_path` and `<name>_digest`. */
export const LINKED_EVIDENCE = [
  "trace",
  "approval_audit",
  "credential_evidence",
  "delegation_audit",
  "context_evidence",
  "outcome",
] as const;
export type LinkedEvidence = (typeof LINKED_EVIDENCE)[number];

const path = Type.Optional(nonBlank("Below `evidence/`."));
const digest = Type.Optional(hex64("SHA-256: of the canonical JSON of a `.json` file, of the bytes of any other."));

export const AuthorizationBundleSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.gate.authorization_bundle"),
    schema_version: SchemaVersion,
    created_at: timestamp("When it was decided, in UTC."),
    producer_version: nonBlank("Version of the program that wrote it."),
    trace_id: nonBlank("The decision's trace."),
    policy_digest: hex64("SHA-256 of the policy."),
    intent_digest: hex64("SHA-256 of the intent."),
    ...{ trace_path: path, trace_digest: digest, approval_audit_path: path, approval_audit_digest: digest },
    ...{ credential_evidence_path: path, credential_evidence_digest: digest },
    ...{ delegation_audit_path: path, delegation_audit_digest: digest },
    ...{ context_evidence_path: path, context_evidence_digest: digest, outcome_path: path, outcome_digest: digest },
    outcome_status: Type.Optional(GateVerdictSchema),
    freeze_window: Type.Optional(freeObject("A freeze that was in force.")),
    kill_switch: Type.Optional(freeObject("A switch that was in force.")),
    sandbox: Type.Optional(freeObject("The sandbox that it ran in.")),
  },
  CLOSED,
);
export type AuthorizationBundle = Static<typeof AuthorizationBundleSchema>;

/** The file of `gait pack build --type authorization`. Closed; null counts as absent; digests are filled in. */
export const AuthorizationInputSchema = Type.Object(
  {
    schema_id: maybe(Type.Literal("gait.gate.authorization_bundle")),
    schema_version: maybe(SchemaVersion),
    ...{ created_at: TEXT, producer_version: TEXT, trace_id: TEXT, policy_digest: TEXT, intent_digest: TEXT },
    ...{ trace_path: TEXT, trace_digest: TEXT, approval_audit_path: TEXT, approval_audit_digest: TEXT },
    ...{ credential_evidence_path: TEXT, credential_evidence_digest: TEXT },
    ...{ delegation_audit_path: TEXT, delegation_audit_digest: TEXT },
    ...{ context_evidence_path: TEXT, context_evidence_digest: TEXT, outcome_path: TEXT, outcome_digest: TEXT },
    outcome_status: TEXT,
    freeze_window: maybe(freeObject("A freeze that was in force.")),
    kill_switch: maybe(freeObject("A switch that was in force.")),
    sandbox: maybe(freeObject("The sandbox that it ran in.")),
  },
  CLOSED,
);
export type AuthorizationInput = Static<typeof AuthorizationInputSchema>;
