/** `run_payload.json`: what a run pack says of the runpack in it (contract 2.2), made from it and held against it. */
import type { RunPayload } from "../../schema/document/pack.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { isZeroTime, PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";

export const RUN_PAYLOAD = "run_payload.json";
export const RUN_SOURCE = "source/runpack.zip";

/** `undefined` where the runpack's own documents could not be read. */
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

/** Every member of `payload` that is not what the embedded runpack comes to. */
export function runPayloadFindings(payload: RunPayload, runpack: RunpackReport, sourceRef: string): Finding[] {
  const findings: Finding[] = [];
  const expect = (member: string, expected: string, actual: string, message: string): void => {
    if (expected !== actual)
      findings.push(finding("payload_mismatch", { path: `${RUN_PAYLOAD}#$.${member}`, expected, actual, message }));
  };
  expect("run_id", sourceRef, payload.run_id, "the payload's run is not the manifest's source_ref");
  const made = runPayload(runpack);
  if (made === undefined) return findings;
  for (const member of MEMBERS) {
    expect(
      member,
      comparable(member, made[member]),
      comparable(member, payload[member]),
      "the payload does not say what the embedded runpack says",
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

/** Digests compare in either letter case; ids do not, though one may look like a digest. */
function comparable(member: (typeof MEMBERS)[number], value: string | number): string {
  return member === "manifest_digest" ? String(value).toLowerCase() : String(value);
}
