/** The time around a run that an incident pack takes its evidence from (contract 3.7). */
import type { EvidencePackManifest, IncidentWindow } from "../../schema/document/evidence-pack.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { compareTimestamps, nanosecondsBetween, shiftTimestamp } from "../time/timestamp.ts";

const SECOND = 1_000_000_000n;

/**
 * `nanoseconds` to either side of the creation of a run.
 * @throws GaitError `invalid_input` for a window without length, and for one that leaves the years 0001 to 9999
 */
export function incidentWindow(runId: string, createdAt: string, nanoseconds: bigint): IncidentWindow {
  if (nanoseconds <= 0n) {
    throw new GaitError("invalid_input", "the window has no length", { hint: "Give one like --window 48h." });
  }
  return {
    from: shiftTimestamp(createdAt, -nanoseconds),
    to: shiftTimestamp(createdAt, nanoseconds),
    window_seconds: Number(nanoseconds / SECOND),
    selection_anchor: runId,
  };
}

/** Whether `time` lies in the window, its ends included. */
export function isInside({ from, to }: IncidentWindow, time: string): boolean {
  return compareTimestamps(from, time) <= 0 && compareTimestamps(time, to) <= 0;
}

/** Where a manifest's window is not one around its own run. */
export function windowFindings(manifest: EvidencePackManifest): Finding[] {
  const { incident_window: window, created_at: createdAt, run_id: runId } = manifest;
  if (window === undefined) return [];
  const findings: Finding[] = [];
  const expect = (member: string, holds: boolean, expected: string, actual: string): void => {
    if (holds) return;
    const path = `${PACK_MANIFEST}#$.incident_window.${member}`;
    const message = "the window is not one around the creation of the run";
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
