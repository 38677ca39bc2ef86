/** The files of a job pack (contract 2.3): the payload derived from the state, and the canonical log. */
import type { JobEvent, JobPayload, JobState } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { canonicalBytes, canonicalize } from "../json/jcs.ts";
import { isZeroTime, PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";

export const JOB_EVENTS = "job_events.jsonl";
export const JOB_PAYLOAD = "job_payload.json";
export const JOB_STATE = "job_state.json";

const BATCH_CHARACTERS = 64 * 1024;

export function jobPayload(state: JobState): JobPayload {
  return {
    schema_id: "gait.pack.job",
    schema_version: "1.0.0",
    created_at: isZeroTime(state.created_at) ? PACK_EPOCH : toUtcWherePossible(state.created_at),
    job_id: state.job_id,
    status: state.status,
    stop_reason: state.stop_reason,
    status_reason_code: state.status_reason_code,
    environment_fingerprint: state.environment_fingerprint,
    ...(state.safety_invariant_version === undefined
      ? {}
      : { safety_invariant_version: state.safety_invariant_version }),
    ...(state.safety_invariant_hash === undefined ? {} : { safety_invariant_hash: state.safety_invariant_hash }),
    checkpoint_count: state.checkpoints.length,
    approval_count: state.approvals?.length ?? 0,
  };
}

/** Every member of `payload` that does not match `state`. */
export function jobPayloadFindings(payload: JobPayload, state: JobState | undefined, sourceRef: string): Finding[] {
  const findings: Finding[] = [];
  const expect = (member: string, expected: string, actual: string, message: string): void => {
    if (expected === actual) return;
    findings.push(finding("payload_mismatch", { path: `${JOB_PAYLOAD}#$.${member}`, expected, actual, message }));
  };
  expect("job_id", sourceRef, payload.job_id, "the payload's job differs from the manifest's source_ref");
  if (state === undefined) return findings;
  const made = jobPayload(state);
  const members = new Set([...Object.keys(made), ...Object.keys(payload)]) as Set<keyof JobPayload>;
  for (const member of members) {
    expect(member, String(made[member]), String(payload[member]), "the payload differs from the job's state");
  }
  return findings;
}

export function jobStateBytes(state: JobState): Uint8Array {
  const { approvals = [], ...rest } = state;
  // An empty list of approvals is left out, an empty list of checkpoints is not (contract 2.3).
  const document = approvals.length === 0 ? rest : { ...rest, approvals };
  return canonicalBytes(document as unknown as JsonObject);
}

/** The log as written to a pack: one canonical line per event, in order, streamed. */
export function* jobEventLines(events: Iterable<JobEvent>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let batch = "";
  for (const event of events) {
    batch += `${canonicalize(event as unknown as JsonObject)}\n`;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield encoder.encode(batch);
    batch = "";
  }
  if (batch !== "") yield encoder.encode(batch);
}
