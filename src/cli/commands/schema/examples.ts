/** A document to begin with, for the schemas of what people write by hand: the files of `docs/examples`. */
import approvalAudit from "../../../../docs/examples/approval_audit_push.json" with { type: "json" };
import credentialEvidence from "../../../../docs/examples/credential_evidence_push.json" with { type: "json" };
import inventorySnapshot from "../../../../docs/examples/inventory_snapshot.json" with { type: "json" };
import regressResult from "../../../../docs/examples/regress_result.json" with { type: "json" };
import record from "../../../../docs/examples/run.json" with { type: "json" };
import trace from "../../../../docs/examples/trace_push.json" with { type: "json" };
import trust from "../../../../docs/examples/year-old-trust.json" with { type: "json" };

/** By the schema's name. */
export const EXAMPLES: Readonly<Record<string, object>> = {
  "guard/approval-audit": approvalAudit,
  "guard/credential-evidence": credentialEvidence,
  "guard/inventory-snapshot": inventorySnapshot,
  "guard/regress-result": regressResult,
  "guard/trace": trace,
  "runpack/record": record,
  trust,
};
