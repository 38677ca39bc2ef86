/** The kinds of entries in an evidence pack: names, types and schemas (contract 3.2). */
import type { EvidenceType } from "../../schema/document/evidence-pack.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { controlIndexValidator, evidencePointersValidator } from "../../schema/validator/evidence-pack.ts";
import {
  approvalAuditEntryValidator,
  credentialEvidenceEntryValidator,
  inventorySnapshotEntryValidator,
  policyDigestsValidator,
  referencedRunpacksValidator,
  regressSummaryValidator,
  runpackSummaryValidator,
  traceSummaryValidator,
} from "../../schema/validator/evidence-pack-entry.ts";
import { CONTROL_INDEX, EVIDENCE_POINTERS } from "./control.ts";

export const RUNPACK_SUMMARY = "runpack_summary.json";
export const REFERENCED_RUNPACKS = "referenced_runpacks.json";
export const TRACE_SUMMARY = "trace_summary.json";
export const REGRESS_SUMMARY = "regress_summary.json";
export const POLICY_DIGESTS = "policy_digests.json";
export const SUMMARY_PDF = "summary.pdf";

/** Every evidence pack has these. */
export const REQUIRED_ENTRIES = [CONTROL_INDEX, EVIDENCE_POINTERS, REFERENCED_RUNPACKS, RUNPACK_SUMMARY] as const;

export interface EntryKind {
  readonly type: EvidenceType;
  /** Absent if the entry is not JSON. */
  readonly validator?: Validator<JsonValue>;
}

const SINGLE: Readonly<Record<string, EntryKind>> = {
  [RUNPACK_SUMMARY]: { type: "runpack", validator: runpackSummaryValidator },
  [REFERENCED_RUNPACKS]: { type: "evidence", validator: referencedRunpacksValidator },
  [TRACE_SUMMARY]: { type: "trace", validator: traceSummaryValidator },
  [REGRESS_SUMMARY]: { type: "report", validator: regressSummaryValidator },
  [POLICY_DIGESTS]: { type: "report", validator: policyDigestsValidator },
  [SUMMARY_PDF]: { type: "report" },
  [CONTROL_INDEX]: { type: "report", validator: controlIndexValidator },
  [EVIDENCE_POINTERS]: { type: "report", validator: evidencePointersValidator },
};

/** Files of one kind are numbered from 01. */
const NUMBERED: Readonly<Record<string, EntryKind>> = {
  inventory_snapshot: { type: "evidence", validator: inventorySnapshotEntryValidator },
  approval_audit: { type: "evidence", validator: approvalAuditEntryValidator },
  credential_evidence: { type: "evidence", validator: credentialEvidenceEntryValidator },
};

/** The kind of the entry at `path`; `undefined` for an unknown name. */
export function entryKind(path: string): EntryKind | undefined {
  if (Object.hasOwn(SINGLE, path)) return SINGLE[path];
  const numbered = numberedEntry(path);
  return numbered === undefined ? undefined : NUMBERED[numbered.stem];
}

/** Name of the numbered entry `number`, counted from 1. */
export function numberedPath(stem: string, number: number): string {
  return `${stem}_${String(number).padStart(2, "0")}.json`;
}

/** The inverse of `numberedPath`. */
export function numberedEntry(path: string): { readonly stem: string; readonly number: number } | undefined {
  const [, stem = "", digits = ""] = /^([a-z_]+)_(\d{2,9})\.json$/.exec(path) ?? [];
  const number = Number(digits);
  return Object.hasOwn(NUMBERED, stem) && numberedPath(stem, number) === path ? { stem, number } : undefined;
}
