/** The summary entries of an evidence pack: run, references, traces, regressions and policies (contract 3.2). */
import type { RegressResult, Trace } from "../../schema/document/evidence-input.ts";
import type { IncidentWindow } from "../../schema/document/evidence-pack.ts";
import type {
  PolicyDigests,
  ReferencedRunpacks,
  RegressSummary,
  RunpackSummary,
  TraceSummary,
} from "../../schema/document/evidence-pack-entry.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Refs, RunpackManifest } from "../../schema/document/runpack.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { toUtcWherePossible } from "../time/timestamp.ts";
import type { Evidence } from "./input.ts";

export function runpackSummary(
  manifest: RunpackManifest,
  refs: Refs,
  { intents, results }: RunpackReport,
): RunpackSummary {
  return {
    run_id: manifest.run_id,
    manifest_digest: manifest.manifest_digest,
    capture_mode: manifest.capture_mode,
    intent_count: intents,
    result_count: results,
    receipt_count: refs.receipts.length,
  };
}

export function referencedRunpacks(runId: string, { receipts }: Refs): ReferencedRunpacks {
  return {
    run_id: runId,
    references: receipts.length,
    receipts: receipts
      .map(({ ref_id, source_type, source_locator, content_digest, retrieved_at }) => ({
        ref_id,
        source_type,
        source_locator,
        content_digest,
        retrieved_at: toUtcWherePossible(retrieved_at),
      }))
      .sort((left, right) => compareUtf8(left.ref_id, right.ref_id)),
  };
}

export function traceSummary(traces: readonly Trace[]): TraceSummary {
  return {
    traces: traces
      .map(({ trace_id, tool_name, verdict }) => ({ trace_id, tool_name, verdict }))
      .sort((left, right) => compareUtf8(left.trace_id, right.trace_id)),
    verdict_counts: countsOf(traces.map(({ verdict }) => verdict)),
    total: traces.length,
  };
}

export function regressSummary(results: readonly RegressResult[]): RegressSummary {
  return {
    results: results
      .map(({ fixture_set, status, graders }) => ({ fixture_set, status, graders: graders?.length ?? 0 }))
      .sort(
        (left, right) =>
          compareUtf8(left.fixture_set, right.fixture_set) ||
          compareUtf8(left.status, right.status) ||
          left.graders - right.graders,
      ),
    status_counts: countsOf(results.map(({ status }) => status)),
    total: results.length,
  };
}

/** The policies behind the traces and approvals of the window. */
export function policyDigests(
  runId: string,
  window: IncidentWindow,
  { trace, approvalAudit }: Evidence,
): PolicyDigests & { policy_digests: string[] } {
  const digests = [...trace, ...approvalAudit].map(({ document }) => document.policy_digest);
  return {
    run_id: runId,
    window_from: window.from,
    window_to: window.to,
    policy_digests: [...new Set(digests)].sort(compareUtf8),
  };
}

/** How often each text occurs in a list. No prototype, because a text may be `__proto__`. */
export function countsOf(texts: readonly string[]): JsonObject {
  const counts = Object.create(null) as Record<string, number>;
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
