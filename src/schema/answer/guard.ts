/** The answers of `gait guard … --json` (contract 3.6, 3.7). */
import { type Static, Type } from "typebox";
import { findings } from "../account/finding.ts";
import { TRUST_MEMBERS } from "../account/trust.ts";
import { CLOSED, count, type Frozen, nonBlank, nonEmpty, text, timestamp } from "../document/primitives.ts";
import { SignatureStatusSchema, type Verdict, VerdictSchema } from "../document/verdict.ts";
import { answer, failure, keyId, publicKey } from "./answer.ts";
import { GuardDecryptOutputSchema, GuardEncryptOutputSchema, GuardRetainOutputSchema } from "./guard-storage.ts";

const GUARD = "gait.guard.output";

const PACK_ID = nonBlank("`pack_` and 16 hex digits.");
const RUN_ID = nonEmpty("The run's id.");
const CASE_ID = Type.Optional(nonBlank("Id of the case that the pack was made for."));

export const GuardPackOutputSchema = answer(GUARD, "pack", {
  pack_path: nonEmpty("The evidence pack that was written."),
  pack_id: PACK_ID,
  run_id: RUN_ID,
  case_id: CASE_ID,
  template_id: Type.Enum(["soc2", "pci", "incident_response"]),
  controls: count("Controls of the template."),
  controls_without_evidence: Type.Array(Type.String(), { description: "Ids of the controls without evidence." }),
  rendered_artifacts: Type.Optional(count("Pages for reading; absent if there are none.", 1)),
  manifest_path: nonEmpty("`pack_path`, `#` and the name of the manifest in it."),
  inventory_count: count("Inventory snapshots taken."),
  trace_count: count("Traces summed up."),
  regress_count: count("Regress results summed up."),
  approval_audit_count: count("Approval audits taken."),
  credential_evidence_count: count("Documents of credential evidence taken."),
  policy_digests: Type.Optional(Type.Array(Type.String(), { description: "Of the window's evidence, sorted." })),
  window_from: Type.Optional(timestamp("First instant of the window.")),
  window_to: Type.Optional(timestamp("Last instant of the window.")),
  signature_status: Type.Enum(["missing", "signed"]),
  signature_key_id: Type.Optional(keyId("The key that signed.")),
  public_key: Type.Optional(publicKey("Public half of a throw-away key; its private half is gone.")),
});
export type GuardPackOutput = Frozen<Static<typeof GuardPackOutputSchema>>;

export const GuardVerifyOutputSchema = answer(
  GUARD,
  "verify",
  {
    path: nonEmpty("The evidence pack."),
    pack_id: Type.Optional(text("Absent if it could not be read.")),
    run_id: Type.Optional(text("Absent if it could not be read.")),
    case_id: CASE_ID,
    template_id: Type.Optional(text("Absent if it could not be read.")),
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
    ...TRUST_MEMBERS,
    findings: findings("All findings; empty unless the verdict is `failed`."),
  },
  // `ok` and the verdict agree.
  { anyOf: [verdicts(true, ["authentic", "intact"]), verdicts(false, ["failed"])] },
);
export type GuardVerifyOutput = Frozen<Static<typeof GuardVerifyOutputSchema>>;

function verdicts(ok: boolean, allowed: Verdict[]) {
  return { properties: { ok: { const: ok }, verdict: { enum: allowed } } };
}

export const GuardFailureSchema = failure(GUARD, ["pack", "verify", "encrypt", "decrypt", "retain"], {
  path: Type.Optional(nonEmpty("The artifact, as given.")),
  findings: Type.Optional(findings("Problems with the evidence, if that is the reason.")),
});
export type GuardFailure = Frozen<Static<typeof GuardFailureSchema>>;

export const GuardOutputSchema = Type.Union([
  GuardPackOutputSchema,
  GuardVerifyOutputSchema,
  GuardEncryptOutputSchema,
  GuardDecryptOutputSchema,
  GuardRetainOutputSchema,
  GuardFailureSchema,
]);
