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

/** Counts the records of a run, each seen once. */
export class MetricsCount {
  #intents = 0;
  #results = 0;
  #success = 0;
  #blocked = 0;
  #approval = 0;
  #regress = 0;

  get hasResults(): boolean {
    return this.#results > 0;
  }

  seeIntent(): void {
    this.#intents += 1;
  }

  /** @param outline of a result, with two levels of values */
  see(outline: JsonOutline): void {
    this.#results += 1;
    if (wordOf(outline, outline.member(outline.root, "status")) === "ok") this.#success += 1;
    const result = outline.member(outline.root, "result");
    if (result < 0 || outline.kind(result) !== "object") return;
    const verdict = wordOf(outline, outline.member(result, "verdict"));
    if (verdict === "block") this.#blocked += 1;
    if (APPROVAL_VERDICTS.has(verdict)) this.#approval += 1;
    if (isRegressFailure(outline, result)) this.#regress += 1;
  }

  metrics(): ExportMetrics {
    const total = this.#results === 0 ? this.#intents : this.#results;
    return {
      tool_calls_total: total,
      tool_calls_success: this.#success,
      tool_calls_success_rate: total === 0 ? 0 : this.#success / total,
      policy_blocked: this.#blocked,
      approval_required: this.#approval,
      regress_failures: this.#regress,
    };
  }
}

/** `archive` is the runpack's; a file that is not there has no records. */
export async function metricsOf(archive: Archive): Promise<ExportMetrics> {
  const count = new MetricsCount();
  const see = (outline: JsonOutline): void => count.see(outline);
  if (archive.has("results.jsonl")) await readRecords(archive, "results.jsonl", see, LEVELS);
  if (!count.hasResults && archive.has("intents.jsonl"))
    await readRecords(archive, "intents.jsonl", () => count.seeIntent());
  return count.metrics();
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
