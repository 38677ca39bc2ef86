/** What the records of a run count up to, for dashboards (contract 7.3). */
import { readRecords } from "../contents/record-lines.ts";
import type { JsonOutline } from "../json/outline.ts";
import type { Archive } from "../zip/reader.ts";

export interface ExportMetrics {
  /** Results; of a run without any, its intents. */
  readonly tool_calls_total: number;
  readonly tool_calls_success: number;
  /** 0 to 1; 0 without calls. */
  readonly tool_calls_success_rate: number;
  readonly policy_blocked: number;
  readonly approval_required: number;
  readonly regress_failures: number;
}

export const NO_METRICS: ExportMetrics = {
  tool_calls_total: 0,
  tool_calls_success: 0,
  tool_calls_success_rate: 0,
  policy_blocked: 0,
  approval_required: 0,
  regress_failures: 0,
};

const APPROVAL_VERDICTS = new Set(["require_approval", "approval_required", "needs_approval", "needsapproval"]);
const FAILED_STATUSES = new Set(["fail", "failed", "regress_failed"]);
/** The record, and the members of its `result`. */
const LEVELS = 2;

/** `archive` is the runpack's; a file that is not there has no records. */
export async function metricsOf(archive: Archive): Promise<ExportMetrics> {
  let intents = 0;
  let results = 0;
  let success = 0;
  let blocked = 0;
  let approval = 0;
  let regress = 0;
  if (archive.has("results.jsonl")) {
    await readRecords(
      archive,
      "results.jsonl",
      (outline) => {
        results += 1;
        if (wordOf(outline, outline.member(outline.root, "status")) === "ok") success += 1;
        const result = outline.member(outline.root, "result");
        if (result < 0 || outline.kind(result) !== "object") return;
        const verdict = wordOf(outline, outline.member(result, "verdict"));
        if (verdict === "block") blocked += 1;
        if (APPROVAL_VERDICTS.has(verdict)) approval += 1;
        if (isRegressFailure(outline, result)) regress += 1;
      },
      LEVELS,
    );
  }
  if (results === 0 && archive.has("intents.jsonl")) await readRecords(archive, "intents.jsonl", () => void intents++);
  const total = results === 0 ? intents : results;
  return {
    tool_calls_total: total,
    tool_calls_success: success,
    tool_calls_success_rate: total === 0 ? 0 : success / total,
    policy_blocked: blocked,
    approval_required: approval,
    regress_failures: regress,
  };
}

/** A count of failures, a failed status, or a reason that names a failed regression. */
function isRegressFailure(outline: JsonOutline, result: number): boolean {
  const member = (name: string): number => outline.member(result, name);
  if (["regress_failures", "failed"].some((name) => isPositive(outline, member(name)))) return true;
  const statuses = ["regress_status", "status", "result_status"];
  if (statuses.some((name) => FAILED_STATUSES.has(wordOf(outline, member(name))))) return true;
  const codes = member("reason_codes");
  const listed = codes >= 0 && outline.kind(codes) === "array" ? outline.value(codes) : [];
  const reasons = (Array.isArray(listed) ? listed : []).map((code) => (typeof code === "string" ? word(code) : ""));
  const named = ["reason", "failure_reason"].map((name) => wordOf(outline, member(name)));
  return [...reasons, ...named].some((reason) => reason.includes("regress") && /fail|drift/.test(reason));
}

function isPositive(outline: JsonOutline, node: number): boolean {
  if (node < 0 || outline.kind(node) !== "number") return false;
  return Number(outline.value(node)) > 0;
}

/** A text in small letters, without the white space around it; empty for what is no text. */
function wordOf(outline: JsonOutline, node: number): string {
  return node < 0 ? "" : word(outline.string(node) ?? "");
}

function word(text: string): string {
  return text.trim().toLowerCase();
}
