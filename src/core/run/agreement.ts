/** Where the files of a runpack contradict each other in ways that recorders allow: warnings (contract 1.6). */
import type { Refs, Run, RunpackManifest } from "../../schema/document/runpack.ts";
import type { ContentsReport } from "../contents/contents.ts";
import { collectWarnings } from "../finding/warning.ts";
import { countText } from "../text/quantities.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { pairResults } from "./pairing.ts";

interface RunDocuments {
  readonly manifest: RunpackManifest;
  readonly run: Run | undefined;
  readonly refs: Refs | undefined;
}

export function agreementWarnings(
  { layout }: Pick<Archive, "layout">,
  { manifest, run, refs }: RunDocuments,
  { records }: ContentsReport,
): string[] {
  const warnings = collectWarnings();
  const intents = records.get("intents.jsonl");
  const results = records.get("results.jsonl");
  const runId = run?.run_id ?? manifest.run_id;
  if (refs !== undefined && refs.run_id !== runId)
    warnings.add("references of another run", `refs.json ${JSON.stringify(refs.run_id)}`);
  if (run !== undefined) {
    const { created_at, producer_version } = manifest;
    if (compareTimestamps(created_at, run.created_at) !== 0)
      warnings.add(`the run says ${run.created_at}`, `manifest.json says created_at ${created_at}`);
    if (producer_version !== run.producer_version)
      warnings.add(
        `the run says ${JSON.stringify(run.producer_version)}`,
        `manifest.json says producer_version ${JSON.stringify(producer_version)}`,
      );
  }
  // The Go implementation keeps arguments and results in reference mode too.
  if (manifest.capture_mode === "reference" && !layout.form?.startsWith("Go ")) {
    const kept = [
      ...(intents === undefined || intents.kept === 0 ? [] : [`the arguments of ${countText(intents.kept, "call")}`]),
      ...(results === undefined || results.kept === 0 ? [] : [`${countText(results.kept, "result")}`]),
    ];
    if (kept.length > 0)
      warnings.add(`capture_mode is reference, and ${kept.join(" and ")} are in the evidence`, "manifest.json");
  }
  if (intents === undefined || results === undefined) return warnings.list();
  // Of a file with bad lines, what its other lines pair with is not known.
  if (intents.findings.length > 0 || results.findings.length > 0) return warnings.list();
  const { surplus, unmatched } = pairResults(intents.intentIds, results.intentIds);
  for (const place of surplus)
    warnings.add("more results than calls of this intent_id; a failure counts", `results.jsonl, result ${place + 1}`);
  for (const place of unmatched) warnings.add("no intent has this intent_id", `results.jsonl, result ${place + 1}`);
  return warnings.list();
}
