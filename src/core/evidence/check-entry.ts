/** Checks that an entry of an evidence pack agrees with the manifest and with itself (contract 3.2). */
import type { EvidencePackManifest } from "../../schema/document/evidence-pack.ts";
import type {
  PolicyDigests,
  ReferencedRunpacks,
  RegressSummary,
  RunpackSummary,
  TraceSummary,
} from "../../schema/document/evidence-pack-entry.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { canonicalize } from "../json/jcs.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { POLICY_DIGESTS, REFERENCED_RUNPACKS, REGRESS_SUMMARY, RUNPACK_SUMMARY, TRACE_SUMMARY } from "./entry-kind.ts";
import { countsOf } from "./summary-entries.ts";

/** `entry` fits the schema of its path. */
export function entryFindings(path: string, entry: JsonValue, manifest: EvidencePackManifest): Finding[] {
  const findings: Finding[] = [];
  const expect = (member: string, expected: JsonValue, actual: JsonValue, message: string): void => {
    const [wanted, found] = [shown(expected), shown(actual)];
    if (wanted === found) return;
    findings.push(
      finding("payload_mismatch", { path: `${path}#$.${member}`, expected: wanted, actual: found, message }),
    );
  };
  const ofRun = (runId: string): void => expect("run_id", manifest.run_id, runId, "differs from the manifest's run");

  switch (path) {
    case RUNPACK_SUMMARY: {
      ofRun((entry as RunpackSummary).run_id);
      break;
    }
    case REFERENCED_RUNPACKS: {
      const { run_id, references, receipts } = entry as ReferencedRunpacks;
      ofRun(run_id);
      expect("references", receipts?.length ?? 0, references, "differs from the number of receipts");
      break;
    }
    case TRACE_SUMMARY: {
      const { traces, total, verdict_counts } = entry as TraceSummary;
      expect("total", traces.length, total, "differs from the number of traces");
      const counts = countsOf(traces.map(({ verdict }) => verdict));
      expect("verdict_counts", counts, verdict_counts, "differ from the counts of the traces");
      break;
    }
    case REGRESS_SUMMARY: {
      const { results, total, status_counts } = entry as RegressSummary;
      expect("total", results.length, total, "differs from the number of results");
      const counts = countsOf(results.map(({ status }) => status));
      expect("status_counts", counts, status_counts, "differ from the counts of the results");
      break;
    }
    case POLICY_DIGESTS: {
      const { run_id, window_from, window_to, policy_digests } = entry as PolicyDigests;
      ofRun(run_id);
      const { from = "", to = "" } = manifest.incident_window ?? {};
      expect("window_from", from, window_from, "differs from the start of the manifest's incident window");
      expect("window_to", to, window_to, "differs from the end of the manifest's incident window");
      const set = [...new Set(policy_digests ?? [])].sort(compareUtf8);
      expect("policy_digests", set, policy_digests ?? [], "not a sorted list without duplicates");
      break;
    }
  }
  return findings;
}

function shown(value: JsonValue): string {
  return typeof value === "string" ? value : canonicalize(value);
}
