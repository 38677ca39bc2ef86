/** Evidence packs that are consistent but contradict their contents: entries and manifest. */
import { expect, test } from "bun:test";
import {
  type Contradiction,
  describeContradictions,
  edited,
  entryWith,
  FULL,
  INCIDENT,
  judged,
  manifestWith,
  PDF,
} from "./artifacts.ts";

const CONTRADICTIONS: readonly Contradiction[] = [
  [
    "a different run in the summary",
    FULL,
    await entryWith(FULL, "runpack_summary.json", { run_id: "x" }),
    "payload_mismatch",
    "runpack_summary.json#$.run_id",
  ],
  [
    "a different run in the references",
    FULL,
    await entryWith(FULL, "referenced_runpacks.json", { run_id: "x" }),
    "payload_mismatch",
    "referenced_runpacks.json#$.run_id",
  ],
  [
    "a different run in the manifest",
    FULL,
    manifestWith({ run_id: "x" }),
    "payload_mismatch",
    "runpack_summary.json#$.run_id",
  ],
  [
    "more references than receipts",
    FULL,
    await entryWith(FULL, "referenced_runpacks.json", { references: 3 }),
    "payload_mismatch",
    "referenced_runpacks.json#$.references",
  ],
  [
    "receipts that differ from the summary's",
    FULL,
    await entryWith(FULL, "runpack_summary.json", { receipt_count: 3 }),
    "payload_mismatch",
    "runpack_summary.json#$.receipt_count",
  ],
  [
    "one trace fewer than counted",
    FULL,
    await entryWith(FULL, "trace_summary.json", { total: 3 }),
    "payload_mismatch",
    "trace_summary.json#$.total",
  ],
  [
    "verdicts miscounted",
    FULL,
    await entryWith(FULL, "trace_summary.json", { verdict_counts: { allow: 2 } }),
    "payload_mismatch",
    "trace_summary.json#$.verdict_counts",
  ],
  [
    "a verdict counted as text",
    FULL,
    await entryWith(FULL, "trace_summary.json", { verdict_counts: { allow: "1", require_approval: 1 } }),
    "payload_mismatch",
    "trace_summary.json#$.verdict_counts",
  ],
  [
    "one regression fewer than counted",
    FULL,
    await entryWith(FULL, "regress_summary.json", { total: 0 }),
    "payload_mismatch",
    "regress_summary.json#$.total",
  ],
  [
    "statuses miscounted",
    FULL,
    await entryWith(FULL, "regress_summary.json", { status_counts: { pass: 1, fail: 0 } }),
    "payload_mismatch",
    "regress_summary.json#$.status_counts",
  ],
  [
    "an unknown member in a summary",
    FULL,
    await entryWith(FULL, "runpack_summary.json", { approved: true }),
    "schema_invalid",
    "runpack_summary.json#$.approved",
  ],
  [
    "an audit that is not one",
    FULL,
    { entries: { "approval_audit_01.json": { approved: true } } },
    "schema_invalid",
    "approval_audit_01.json#$.schema_id",
  ],
  [
    "an entry that is not JSON",
    FULL,
    { entries: { "approval_audit_01.json": PDF } },
    "json_invalid",
    "approval_audit_01.json#$",
  ],
  [
    "an audit with a member twice",
    FULL,
    { entries: { "credential_evidence_01.json": new TextEncoder().encode('{"a":1,"a":2}') } },
    "json_duplicate_name",
    "credential_evidence_01.json#$.a",
  ],
  [
    "an audit taken out of the middle",
    FULL,
    { entries: { "approval_audit_02.json": { approved: true }, "approval_audit_01.json": undefined } },
    "required_file_undeclared",
    "approval_audit",
  ],
  [
    "no summary of the run",
    FULL,
    { entries: { "runpack_summary.json": undefined } },
    "required_file_undeclared",
    "runpack_summary.json",
  ],
  [
    "no references",
    FULL,
    { entries: { "referenced_runpacks.json": undefined } },
    "required_file_undeclared",
    "referenced_runpacks.json",
  ],
  [
    "no control index",
    FULL,
    { entries: { "control_index.json": undefined } },
    "required_file_undeclared",
    "control_index.json",
  ],
  [
    "an entry of the wrong type",
    FULL,
    { types: { "trace_summary.json": "evidence" } },
    "schema_invalid",
    "pack_manifest.json#$.contents[9].type",
  ],
  [
    "another id",
    FULL,
    manifestWith({ pack_id: "pack_0123456789abcdef" }),
    "pack_id_mismatch",
    "pack_manifest.json#$.pack_id",
  ],
  [
    "made at a different time from the run",
    FULL,
    manifestWith({ generated_at: "2026-02-03T02:15:00Z" }),
    "payload_mismatch",
    "pack_manifest.json#$.generated_at",
  ],
  [
    "an unknown member in the manifest",
    FULL,
    manifestWith({ x_claim: "approved by CISO" }),
    "schema_invalid",
    "pack_manifest.json#$.x_claim",
  ],
];

describeContradictions("an entry or a manifest that contradicts the pack", CONTRADICTIONS);

test("a pack without an edit is unchanged", async () => {
  expect((await judged(await edited(FULL, {}))).codes).toEqual([]);
  expect((await judged(await edited(INCIDENT, {}))).codes).toEqual([]);
});
