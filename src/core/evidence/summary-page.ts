/** The content of an evidence pack's summary page; the host renders it. */
import type { ApprovalAudit, CredentialEvidence, InventorySnapshot } from "../../schema/document/evidence-input.ts";
import type { Control, EvidenceContent, IncidentWindow } from "../../schema/document/evidence-pack.ts";
import type { RegressSummary, TraceSummary } from "../../schema/document/evidence-pack-entry.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import type { TemplateId } from "./control.ts";
import type { Evidence } from "./input.ts";
import { regressSummary, traceSummary } from "./summary-entries.ts";

export interface EvidencePage {
  readonly runId: string;
  readonly caseId: string | undefined;
  readonly templateId: TemplateId;
  /** When the run was recorded, in UTC; also the time of the page. */
  readonly createdAt: string;
  readonly captureMode: string;
  /** `manifest_digest` of the runpack. */
  readonly manifestDigest: string;
  readonly intents: number;
  readonly results: number;
  readonly receipts: number;
  readonly window: IncidentWindow | undefined;
  /** The page itself is evidence if the template says so. */
  readonly controls: readonly Control[];
  /** The evidence with its digests, in byte order of the paths, without the page. */
  readonly files: readonly EvidenceContent[];
  readonly traces: TraceSummary["traces"];
  readonly regressions: RegressSummary["results"];
  readonly inventories: readonly Pick<InventorySnapshot, "snapshot_id" | "workspace" | "items">[];
  readonly approvals: readonly Pick<
    ApprovalAudit,
    "tool_name" | "trace_id" | "approved" | "approvers" | "required_approvals" | "valid_approvals"
  >[];
  readonly credentials: readonly Pick<CredentialEvidence, "tool_name" | "trace_id" | "identity" | "broker">[];
}

export interface PageSources {
  readonly runpack: RunpackReport;
  readonly caseId: string | undefined;
  readonly templateId: TemplateId;
  readonly createdAt: string;
  readonly window: IncidentWindow | undefined;
  readonly controls: readonly Control[];
  readonly files: readonly EvidenceContent[];
  /** In the order of the pack. */
  readonly evidence: Evidence;
}

export function evidencePage(sources: PageSources): EvidencePage {
  const { runpack, evidence, ...named } = sources;
  return {
    ...named,
    runId: runpack.runId,
    captureMode: runpack.captureMode,
    manifestDigest: runpack.manifestDigest,
    intents: runpack.intents,
    results: runpack.results,
    receipts: runpack.refs?.receipts.length ?? 0,
    traces: traceSummary(evidence.trace.map(({ document }) => document)).traces,
    regressions: regressSummary(evidence.regress.map(({ document }) => document)).results,
    inventories: evidence.inventory.map(({ document }) => document),
    approvals: evidence.approvalAudit.map(({ document }) => document),
    credentials: evidence.credential.map(({ document }) => document),
  };
}
