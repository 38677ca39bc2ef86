/** `run_payload.json`: a run pack's summary of its runpack (contract 2.2), derived from it and compared with it. */
import type { RunPayload } from "../../schema/document/pack.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { isZeroTime, PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";

export const RUN_PAYLOAD = "run_payload.json";
export const RUN_SOURCE = "source/runpack.zip";

/** `undefined` if the runpack's documents could not be read. */
export function runPayload(runpack: RunpackReport): RunPayload | undefined {
  const { manifest, run, refs } = runpack;
  if (manifest === undefined || run === undefined || refs === undefined) return undefined;
  return {
    schema_id: "gait.pack.run",
    schema_version: "1.0.0",
    created_at: isZeroTime(run.created_at) ? PACK_EPOCH : toUtcWherePossible(run.created_at),
    run_id: manifest.run_id,
    capture_mode: manifest.capture_mode,
    manifest_digest: manifest.manifest_digest,
    intents_count: runpack.intents,
    results_count: runpack.results,
    refs_count: refs.receipts.length,
  };
}

/** Every member of `payload` that does not match the embedded runpack. */
export function runPayloadFindings(payload: RunPayload, runpack: RunpackReport, sourceRef: string): Finding[] {
  const findings: Finding[] = [];
  const expect = (member: string, expected: string, actual: string, message: string): void => {
    if (expected !== actual)
      findings.push(finding("payload_mismatch", { path: `${RUN_PAYLOAD}#$.${member}`, expected, actual, message }));
  };
  expect("run_id", sourceRef, payload.run_id, "the payload's run differs from the manifest's source_ref");
  const made = runPayload(runpack);
  if (made === undefined) return findings;
  for (const member of MEMBERS) {
    expect(
      member,
      comparable(member, made[member]),
      comparable(member, payload[member]),
      "the payload differs from the embedded runpack",
    );
  }
  return findings;
}

const MEMBERS = [
  "run_id",
  "created_at",
  "capture_mode",
  "manifest_digest",
  "intents_count",
  "results_count",
  "refs_count",
] as const satisfies readonly (keyof RunPayload)[];

/** Digests compare case-insensitively; ids do not, even if one looks like a digest. */
function comparable(member: (typeof MEMBERS)[number], value: string | number): string {
  return member === "manifest_digest" ? String(value).toLowerCase() : String(value);
}
