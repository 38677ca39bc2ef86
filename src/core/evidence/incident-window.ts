/** The time window around a run for an incident pack's evidence (contract 3.7). */
import type { EvidencePackManifest, IncidentWindow } from "../../schema/document/evidence-pack.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { compareTimestamps, nanosecondsBetween, shiftTimestamp } from "../time/timestamp.ts";

const SECOND = 1_000_000_000n;

/**
 * `nanoseconds` before and after the creation of a run.
 * @throws GaitError `invalid_input` for an empty window, and for one outside the years 0001 to 9999
 */
export function incidentWindow(runId: string, createdAt: string, nanoseconds: bigint): IncidentWindow {
  if (nanoseconds <= 0n) {
    throw new GaitError("invalid_input", "the window is empty", { hint: "Give one like --window 48h." });
  }
  return {
    from: shiftTimestamp(createdAt, -nanoseconds),
    to: shiftTimestamp(createdAt, nanoseconds),
    window_seconds: Number(nanoseconds / SECOND),
    selection_anchor: runId,
  };
}

/** Whether `time` is in the window, ends included. */
export function isInside({ from, to }: IncidentWindow, time: string): boolean {
  return compareTimestamps(from, time) <= 0 && compareTimestamps(time, to) <= 0;
}

/** Checks that a manifest's window is centred on its run. */
export function windowFindings(manifest: EvidencePackManifest): Finding[] {
  const { incident_window: window, created_at: createdAt, run_id: runId } = manifest;
  if (window === undefined) return [];
  const findings: Finding[] = [];
  const expect = (member: string, holds: boolean, expected: string, actual: string): void => {
    if (holds) return;
    const path = `${PACK_MANIFEST}#$.incident_window.${member}`;
    const message = "the window is not centred on the run's creation";
    findings.push(finding("payload_mismatch", { path, expected, actual, message }));
  };
  const before = nanosecondsBetween(window.from, createdAt);
  const after = nanosecondsBetween(createdAt, window.to);
  expect("to", before > 0n && before === after, `as long after ${createdAt} as ${window.from} is before it`, window.to);
  expect(
    "window_seconds",
    before / SECOND === BigInt(window.window_seconds),
    String(before / SECOND),
    String(window.window_seconds),
  );
  const anchor = window.selection_anchor ?? runId;
  expect("selection_anchor", anchor === runId, runId, anchor);
  return findings;
}
