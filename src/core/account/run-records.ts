/**
 * Summaries of a run's records, from one pass over each file, during verification or later. Their size does not depend
 * on arguments and results, which are read on request (`call.ts`).
 */
import type { CallOutcome, RunCall, StrayResult } from "../../schema/account/run.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { type RecordVisitor, readRecords } from "../contents/record-lines.ts";
import type { Finding, FindingCode } from "../finding/finding.ts";
import { collectWarnings } from "../finding/warning.ts";
import type { JsonOutline } from "../json/outline.ts";
import { decide, pairResults } from "../run/pairing.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { knownInstant, secondsFrom } from "../time/known-instant.ts";
import type { Instant } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { argumentText } from "./argument-text.ts";
import { isFailure, outcomeOf } from "./call-outcome.ts";

export interface FoundResult {
  readonly index: number;
  readonly intent_id: string;
  readonly outcome: CallOutcome;
  /** Its members in a call or a stray result. */
  readonly said: Said;
  /** Of its time, if known. */
  readonly instant: Instant | undefined;
}

export type Said = Pick<
  StrayResult,
  "status" | "verdict" | "reason_codes" | "violations" | "approved_by" | "result_digest" | "result_kept" | "ended_at"
>;
type Written<T> = { -readonly [Name in keyof T]: T[Name] };

/** Calls with their results, and results without a call. */
export interface JoinedRecords {
  readonly calls: readonly RunCall[];
  readonly strays: readonly StrayResult[];
  /** For all results. */
  readonly results: number;
  readonly warnings: readonly string[];
}

const RECORD_FILES = ["intents.jsonl", "results.jsonl"] as const;

/** A call without a result looks like one whose result could not be read. */
const NOT_WHOLE: Readonly<Record<(typeof RECORD_FILES)[number], string>> = {
  "intents.jsonl": "it can't be read to its end: there may be more calls than are shown",
  "results.jsonl":
    "it can't be read to its end: a call that is shown without a result may have one, and may have failed",
};

const UNREAD: ReadonlySet<FindingCode> = new Set([
  ...(["zip_deflate_invalid", "zip_size_mismatch", "zip_encrypted", "zip_method_unsupported"] as const),
  ...(["record_too_long", "file_missing"] as const),
]);

function isUnread(code: FindingCode): boolean {
  return UNREAD.has(code) || code.startsWith("json_");
}

/** The record and the members of its `result` or `args`, so that the payload is not built for a few members. */
export const PAYLOAD_LEVELS = 2;

/** The records of one run: `visitors` collect them, in any file order, and `join` combines them. */
export class RunRecords {
  /** Before their results are known, and when each was made. */
  #calls: FoundCall[] = [];
  #callTimes: string[] = [];
  readonly #results: FoundResult[] = [];
  readonly #unseen = new Set<string>(RECORD_FILES);
  /** Files of which not every line was read: what is not there may have been. */
  readonly #partial = new Set<string>();

  /** By file path. Each sees its file once. */
  readonly visitors: ReadonlyMap<string, RecordVisitor>;

  /** `withArguments`: the start of the arguments of each call, as text. */
  constructor({ withArguments = false }: { readonly withArguments?: boolean } = {}) {
    const toolOf = repeatedText("tool_name");
    const statusOf = repeatedText("status");
    this.visitors = new Map([
      this.#visitor("intents.jsonl", withArguments ? PAYLOAD_LEVELS : 1, (outline) => {
        const call = callOf(outline, toolOf(outline));
        if (withArguments && call.args_kept)
          call.args_text = argumentText(outline, outline.member(outline.root, "args"));
        this.#calls.push(call);
        this.#callTimes.push(textOf(outline, "created_at"));
      }),
      this.#visitor("results.jsonl", PAYLOAD_LEVELS, (outline) => {
        this.#results.push(resultOf(outline, this.#results.length + 1, statusOf(outline)));
      }),
    ]);
  }

  /** Reads the files not seen yet. `archive` is the runpack's; missing files count as empty. */
  async readUnseen(archive: Archive): Promise<void> {
    for (const [path, visitor] of this.visitors) {
      if (!archive.has(path)) this.#partial.add(path);
      if (!this.#unseen.has(path) || !archive.has(path)) continue;
      const isWhole = await readRecords(archive, path, (outline) => visitor.visit(outline), visitor.levels);
      if (!isWhole) this.#partial.add(path);
      visitor.end();
    }
  }

  /** Of a failed artifact: which files of records have a finding that says that they can't be read to their end. */
  lacks(findings: readonly Finding[]): void {
    for (const { code, path = "" } of findings) {
      const name = RECORD_FILES.find((file) => path === file || path.endsWith(`/${file}`));
      if (name !== undefined && isUnread(code)) this.#partial.add(name);
    }
  }

  /** Call once, after both files. */
  join(): JoinedRecords {
    const warnings = collectWarnings();
    for (const name of RECORD_FILES) if (this.#partial.has(name)) warnings.add(NOT_WHOLE[name], name);
    const calls = this.#calls;
    const results = this.#results;
    const callIds = calls.map(({ intent_id }) => intent_id);
    const resultIds = results.map(({ intent_id }) => intent_id);
    const pairing = pairResults(callIds, resultIds);
    const isFailureAt = (place: number): boolean => isFailure((results[place] as FoundResult).outcome);
    const passedOver = decide(pairing, callIds, resultIds, isFailureAt);
    const known = new Set<string>();
    for (const [index, call] of calls.entries()) {
      const id = call.intent_id;
      if (known.has(id))
        warnings.add("a repeated intent_id: results are paired in order", `intent_id ${JSON.stringify(id)}`);
      known.add(id);
      call.index = index + 1;
      const seconds = complete(call, this.#callTimes[index], results[pairing.resultOf[index] as number]);
      if (seconds !== undefined && seconds < 0)
        warnings.add("the result is older than its intent", `intent_id ${JSON.stringify(id)}`);
    }
    this.#calls = [];
    this.#callTimes = [];
    const strays = [
      ...Array.from(passedOver, (place) => stray(results[place] as FoundResult, "repeated")),
      ...pairing.unmatched.map((place) => stray(results[place] as FoundResult, "no_intent")),
    ];
    strays.sort((left, right) => left.index - right.index);
    return { calls, strays, results: results.length, warnings: warnings.list() };
  }

  #visitor(path: string, levels: number, visit: (outline: JsonOutline) => void): [string, RecordVisitor] {
    return [path, { levels, visit, end: () => void this.#unseen.delete(path) }];
  }
}

/** A call before it is complete. */
type FoundCall = Written<RunCall>;

/** Fills in what a call's time and its result say. @returns the seconds between the two, if both have a time */
export function complete(
  call: FoundCall,
  time: string | undefined,
  result: FoundResult | undefined,
): number | undefined {
  const instant = knownInstant(time);
  if (time !== undefined && instant !== undefined) call.started_at = time;
  if (result === undefined) return undefined;
  call.outcome = result.outcome;
  call.result_index = result.index;
  Object.assign(call, result.said);
  // A recorder without times uses the run's for both: then the duration is unknown, not zero.
  const seconds = secondsFrom(instant, result.instant);
  if (seconds !== undefined && seconds > 0) call.seconds = seconds;
  return seconds;
}

/** Before its place and its result are known. */
export function callOf(outline: JsonOutline, tool: string): FoundCall {
  const call: FoundCall = {
    index: 0,
    intent_id: textOf(outline, "intent_id"),
    outcome: "open",
    args_kept: outline.member(outline.root, "args") >= 0,
    result_kept: false,
  };
  if (tool !== "") call.tool_name = tool;
  const digest = textOf(outline, "args_digest");
  if (digest !== "") call.args_digest = digest;
  return call;
}

function stray({ index, intent_id, outcome, said }: FoundResult, why: StrayResult["why"]): StrayResult {
  return { index, intent_id, why, outcome, ...said };
}

export function resultOf(outline: JsonOutline, index: number, status: string): FoundResult {
  const node = outline.member(outline.root, "result");
  const lifted = (name: string): JsonValue | undefined => {
    const member = node < 0 || outline.kind(node) !== "object" ? -1 : outline.member(node, name);
    return member < 0 ? undefined : outline.value(member);
  };
  const said: Written<Said> = { result_kept: node >= 0 };
  if (status !== "") said.status = status;
  const verdict = lifted("verdict");
  if (typeof verdict === "string" && verdict.trim() !== "") said.verdict = verdict.trim();
  const reasons = textsOf(lifted("reason_codes"));
  if (reasons !== undefined) said.reason_codes = reasons;
  const violations = textsOf(lifted("violations"));
  if (violations !== undefined) said.violations = violations;
  const approver = lifted("approved_by");
  if (typeof approver === "string" && approver.trim() !== "") said.approved_by = approver.trim();
  const digest = textOf(outline, "result_digest");
  if (digest !== "") said.result_digest = digest;
  const recordedAt = textOf(outline, "created_at");
  const instant = knownInstant(recordedAt);
  if (instant !== undefined) said.ended_at = recordedAt;
  return { index, intent_id: textOf(outline, "intent_id"), outcome: outcomeOf(said), said, instant };
}

/** Trimmed, without blanks and duplicates, in byte order; a single text counts as a list of one. */
function textsOf(value: JsonValue | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const items = Array.isArray(value) ? value : [value];
  const found = items.filter((item) => typeof item === "string").map((item) => item.trim());
  const list = [...new Set(found.filter((item) => item !== ""))].sort(compareUtf8);
  return list.length === 0 ? undefined : list;
}

export function textOf(outline: JsonOutline, name: string): string {
  const member = outline.member(outline.root, name);
  return (member < 0 ? undefined : outline.string(member)) ?? "";
}

/** Number of cached texts. */
const KEPT_TEXTS = 16;

/** Reads a member that often repeats, and shares one string among records. */
export function repeatedText(name: string): (outline: JsonOutline) => string {
  const kept: string[] = [];
  return (outline) => {
    const member = outline.member(outline.root, name);
    if (member < 0) return "";
    const known = kept.find((text) => outline.isString(member, text));
    if (known !== undefined) return known;
    const text = outline.string(member) ?? "";
    if (kept.length < KEPT_TEXTS) kept.push(text);
    return text;
  };
}
