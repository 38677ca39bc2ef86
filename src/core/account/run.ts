/**
 * The account of a run: each intent joined with its result, in one pass over each file. What is kept of a call does not
 * grow with its arguments and result; they are read when one is asked for (`call-record.ts`).
 */
import type {
  CallOutcome,
  RunAccount,
  RunCall,
  RunEvent,
  RunReference,
  StrayResult,
} from "../../schema/account/run.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import type { Receipt, Refs, Run } from "../../schema/document/runpack.ts";
import { readRecords } from "../contents/record-lines.ts";
import { collectWarnings, type Warnings } from "../finding/warning.ts";
import type { JsonOutline } from "../json/outline.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { isAfter, isKnownTime, knownInstant, secondsBetween, secondsFrom } from "../time/known-instant.ts";
import type { Instant } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { isFailure, outcomeOf } from "./call-outcome.ts";

export interface RunDocuments {
  readonly runId: string;
  readonly run?: Run | undefined;
  readonly refs?: Refs | undefined;
}

/** `archive` is the runpack's own. Files that it has not got count as empty. */
export async function runAccount(
  archive: Archive,
  { runId, run, refs }: RunDocuments,
): Promise<{ run: RunAccount; warnings: readonly string[] }> {
  const warnings = collectWarnings();
  const found = await readResults(archive, warnings);
  const calls = await readCalls(archive, found, warnings);
  const { strays } = found;
  for (const result of found.byId.values()) {
    if (!found.taken.has(result.intent_id)) strays.push(stray(result, "no_intent"));
  }
  strays.sort((left, right) => left.index - right.index);

  const events: RunEvent[] = (run?.timeline ?? []).map(({ event, ts, ref }) => ({
    event,
    at: ts,
    ...text("ref", ref),
  }));
  const references = (refs?.receipts ?? []).map(referenceOf);
  const count = (outcome: CallOutcome): number => counted(calls, (call) => call.outcome === outcome);
  const results = found.count;
  return {
    run: {
      run_id: runId,
      ...span(events, calls, strays),
      totals: {
        calls: calls.length,
        ok: count("ok"),
        failed: count("failed"),
        blocked: count("blocked"),
        open: count("open"),
        results,
        stray_results: strays.length,
        args_kept: counted(calls, ({ args_kept }) => args_kept),
        results_kept: counted(calls, isKept) + counted(strays, isKept),
        events: events.length,
        references: references.length,
      },
      tools: toolsOf(calls),
      calls,
      stray_results: strays,
      events,
      references,
    },
    warnings: warnings.list(),
  };
}

function counted<T>(items: readonly T[], isOne: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + Number(isOne(item)), 0);
}

function isKept({ result_kept }: Said): boolean {
  return result_kept;
}

interface FoundResult {
  readonly index: number;
  readonly intent_id: string;
  readonly outcome: CallOutcome;
  /** What it says, as members of a call and of a stray result. */
  readonly said: Said;
  /** Of the time that it says, where it is known. */
  readonly instant: Instant | undefined;
}

type Said = Pick<
  StrayResult,
  "status" | "verdict" | "reason_codes" | "violations" | "result_digest" | "result_kept" | "ended_at"
>;
type Written<T> = { -readonly [Name in keyof T]: T[Name] };

interface FoundResults {
  /** The first of each id: it counts (contract 1.8). */
  readonly byId: Map<string, FoundResult>;
  readonly taken: Set<string>;
  readonly strays: StrayResult[];
  count: number;
}

/** The record and what its `result` holds: a payload is not built to look at three members of it. */
const RESULT_LEVELS = 2;

async function readResults(archive: Archive, warnings: Warnings): Promise<FoundResults> {
  const found: FoundResults = { byId: new Map(), taken: new Set(), strays: [], count: 0 };
  if (!archive.has("results.jsonl")) return found;
  const statusOf = repeatedText("status");
  await readRecords(
    archive,
    "results.jsonl",
    (outline) => {
      found.count += 1;
      const result = resultOf(outline, found.count, statusOf(outline));
      if (!found.byId.has(result.intent_id)) {
        found.byId.set(result.intent_id, result);
        return;
      }
      warnings.add("more than one result; the first counts", `intent_id ${JSON.stringify(result.intent_id)}`);
      found.strays.push(stray(result, "repeated"));
    },
    RESULT_LEVELS,
  );
  return found;
}

async function readCalls(archive: Archive, found: FoundResults, warnings: Warnings): Promise<RunCall[]> {
  const calls: RunCall[] = [];
  if (!archive.has("intents.jsonl")) return calls;
  const toolOf = repeatedText("tool_name");
  await readRecords(archive, "intents.jsonl", (outline) => {
    const id = textOf(outline, "intent_id");
    const result = found.byId.get(id);
    if (found.taken.has(id)) warnings.add("an intent_id that stands before", `intent_id ${JSON.stringify(id)}`);
    found.taken.add(id);
    const call: Written<RunCall> = {
      index: calls.length + 1,
      intent_id: id,
      outcome: result?.outcome ?? "open",
      args_kept: outline.member(outline.root, "args") >= 0,
      ...(result?.said ?? NOTHING_SAID),
    };
    const tool = toolOf(outline);
    if (tool !== "") call.tool_name = tool;
    const digest = textOf(outline, "args_digest");
    if (digest !== "") call.args_digest = digest;
    const createdAt = textOf(outline, "created_at");
    const instant = knownInstant(createdAt);
    if (instant !== undefined) call.started_at = createdAt;
    const seconds = secondsFrom(instant, result?.instant);
    // A recorder that was told no times gives both the run's: that is no duration of nothing.
    if (seconds !== undefined && seconds > 0) call.seconds = seconds;
    if (seconds !== undefined && seconds < 0)
      warnings.add("the result is older than its intent", `intent_id ${JSON.stringify(id)}`);
    calls.push(call);
  });
  return calls;
}

const NOTHING_SAID: Said = { result_kept: false };

function stray({ index, intent_id, outcome, said }: FoundResult, why: StrayResult["why"]): StrayResult {
  return { index, intent_id, why, outcome, ...said };
}

function resultOf(outline: JsonOutline, index: number, status: string): FoundResult {
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
  const digest = textOf(outline, "result_digest");
  if (digest !== "") said.result_digest = digest;
  const recordedAt = textOf(outline, "created_at");
  const instant = knownInstant(recordedAt);
  if (instant !== undefined) said.ended_at = recordedAt;
  return { index, intent_id: textOf(outline, "intent_id"), outcome: outcomeOf(said), said, instant };
}

function referenceOf(receipt: Receipt): RunReference {
  return {
    ref_id: receipt.ref_id,
    source_type: receipt.source_type,
    source_locator: receipt.source_locator,
    query_digest: receipt.query_digest,
    content_digest: receipt.content_digest,
    ...(isKnownTime(receipt.retrieved_at) ? { retrieved_at: receipt.retrieved_at } : {}),
    redaction_mode: receipt.redaction_mode,
    ...text("sensitivity_label", receipt.sensitivity_label),
    ...text("immutability", receipt.immutability),
  };
}

function toolsOf(calls: readonly RunCall[]): RunAccount["tools"] {
  const tools = new Map<string, { calls: number; failures: number }>();
  for (const { tool_name = "", outcome } of calls) {
    const tool = tools.get(tool_name) ?? { calls: 0, failures: 0 };
    tool.calls += 1;
    if (isFailure(outcome)) tool.failures += 1;
    tools.set(tool_name, tool);
  }
  return [...tools]
    .map(([tool_name, counts]) => ({ tool_name, ...counts }))
    .sort((left, right) => right.calls - left.calls || compareUtf8(left.tool_name, right.tool_name));
}

/** From the first to the last thing that has a time. */
function span(
  events: readonly RunEvent[],
  calls: readonly RunCall[],
  strays: readonly StrayResult[],
): Pick<RunAccount, "began_at" | "ended_at" | "seconds"> {
  let began: { readonly time: string; readonly instant: Instant } | undefined;
  let ended = began;
  const see = (time: string | undefined): void => {
    const instant = knownInstant(time);
    if (time === undefined || instant === undefined) return;
    if (began === undefined || isAfter(began.instant, instant)) began = { time, instant };
    if (ended === undefined || isAfter(instant, ended.instant)) ended = { time, instant };
  };
  for (const { at } of events) see(at);
  for (const { started_at, ended_at } of calls) {
    see(started_at);
    see(ended_at);
  }
  for (const { ended_at } of strays) see(ended_at);
  if (began === undefined || ended === undefined) return {};
  const seconds = secondsBetween(began.time, ended.time) ?? 0;
  return { began_at: began.time, ended_at: ended.time, seconds };
}

/** Trimmed, without blanks and repetitions, in byte order; one text counts as a list of one. */
function textsOf(value: JsonValue | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const items = Array.isArray(value) ? value : [value];
  const found = items.filter((item) => typeof item === "string").map((item) => item.trim());
  const list = [...new Set(found.filter((item) => item !== ""))].sort(compareUtf8);
  return list.length === 0 ? undefined : list;
}

function textOf(outline: JsonOutline, name: string): string {
  const member = outline.member(outline.root, name);
  return (member < 0 ? undefined : outline.string(member)) ?? "";
}

/** How many texts are kept to be recognized. */
const KEPT_TEXTS = 16;

/** Reads a member that says the same in many records, and makes one string of it for all of them. */
function repeatedText(name: string): (outline: JsonOutline) => string {
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

function text<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value ? ({ [name]: value } as { [Key in Name]?: string }) : {};
}
