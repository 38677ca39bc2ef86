/**
 * The account of a run: each intent joined with its result, in one pass over each file. What is kept of a call does not
 * grow with its arguments and result; they are read when one is asked for (`call-record.ts`).
 */
import type { Outcome, RunAccount, RunCall, RunEvent, RunReference, StrayResult } from "../schema/run-account.ts";
import type { Receipt, Refs, Run } from "../schema/runpack.ts";
import type { JsonOutline, JsonValue } from "./json.ts";
import { compareUtf8 } from "./order.ts";
import { isFailure, outcomeOf } from "./outcome.ts";
import { readRecords } from "./records.ts";
import { isAfter, isKnownTime, knownInstant, secondsBetween } from "./time-span.ts";
import type { Instant } from "./timestamp.ts";
import { collectWarnings, type Warnings } from "./warning.ts";
import type { Archive } from "./zip/reader.ts";

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
    const { recordedAt: _, ...said } = result;
    if (!found.taken.has(result.intent_id)) strays.push({ ...said, why: "no_intent" });
  }
  strays.sort((left, right) => left.index - right.index);

  const events: RunEvent[] = (run?.timeline ?? []).map(({ event, ts, ref }) => ({
    event,
    at: ts,
    ...text("ref", ref),
  }));
  const references = (refs?.receipts ?? []).map(referenceOf);
  const count = (outcome: Outcome): number => calls.filter((call) => call.outcome === outcome).length;
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
        args_kept: calls.filter(({ args_kept }) => args_kept).length,
        results_kept: [...calls, ...strays].filter(({ result_kept }) => result_kept).length,
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

type FoundResult = Omit<StrayResult, "why"> & { readonly recordedAt: string };

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
  await readRecords(
    archive,
    "results.jsonl",
    (outline) => {
      found.count += 1;
      const { recordedAt, ...result } = resultOf(outline, found.count);
      if (!found.byId.has(result.intent_id)) {
        found.byId.set(result.intent_id, { ...result, recordedAt });
        return;
      }
      warnings.add("more than one result; the first counts", `intent_id ${JSON.stringify(result.intent_id)}`);
      found.strays.push({ ...result, why: "repeated" });
    },
    RESULT_LEVELS,
  );
  return found;
}

async function readCalls(archive: Archive, found: FoundResults, warnings: Warnings): Promise<RunCall[]> {
  const calls: RunCall[] = [];
  if (!archive.has("intents.jsonl")) return calls;
  await readRecords(archive, "intents.jsonl", (outline) => {
    const id = textOf(outline, "intent_id");
    const createdAt = textOf(outline, "created_at");
    const result = found.byId.get(id);
    if (found.taken.has(id)) warnings.add("an intent_id that stands before", `intent_id ${JSON.stringify(id)}`);
    found.taken.add(id);
    const { index: _i, intent_id: _id, recordedAt = "", outcome = "open" as const, ...said } = result ?? NO_RESULT;
    const seconds = secondsBetween(createdAt, recordedAt);
    if (seconds !== undefined && seconds < 0)
      warnings.add("the result is older than its intent", `intent_id ${JSON.stringify(id)}`);
    calls.push({
      index: calls.length + 1,
      intent_id: id,
      ...text("tool_name", textOf(outline, "tool_name")),
      ...(isKnownTime(createdAt) ? { started_at: createdAt } : {}),
      // A recorder that was told no times gives both the run's: that is no duration of nothing.
      ...(seconds !== undefined && seconds > 0 ? { seconds } : {}),
      outcome,
      ...text("args_digest", textOf(outline, "args_digest")),
      args_kept: outline.member(outline.root, "args") >= 0,
      ...said,
    });
  });
  return calls;
}

const NO_RESULT: Partial<FoundResult> & { readonly result_kept: boolean } = { result_kept: false };

function resultOf(outline: JsonOutline, index: number): FoundResult {
  const node = outline.member(outline.root, "result");
  const lifted = (name: string): JsonValue | undefined => {
    const member = node < 0 || outline.kind(node) !== "object" ? -1 : outline.member(node, name);
    return member < 0 ? undefined : outline.value(member);
  };
  const verdict = lifted("verdict");
  const said = {
    ...text("status", textOf(outline, "status")),
    ...text("verdict", typeof verdict === "string" ? verdict.trim() : ""),
  };
  const recordedAt = textOf(outline, "created_at");
  return {
    index,
    intent_id: textOf(outline, "intent_id"),
    outcome: outcomeOf(said),
    ...said,
    ...texts("reason_codes", lifted("reason_codes")),
    ...texts("violations", lifted("violations")),
    ...text("result_digest", textOf(outline, "result_digest")),
    result_kept: node >= 0,
    ...(isKnownTime(recordedAt) ? { ended_at: recordedAt } : {}),
    recordedAt,
  };
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
function texts<Name extends string>(name: Name, value: JsonValue | undefined): { [Key in Name]?: string[] } {
  const items = Array.isArray(value) ? value : [value];
  const found = items.filter((item) => typeof item === "string").map((item) => item.trim());
  const list = [...new Set(found.filter((item) => item !== ""))].sort(compareUtf8);
  return list.length === 0 ? {} : ({ [name]: list } as { [Key in Name]?: string[] });
}

function textOf(outline: JsonOutline, name: string): string {
  const member = outline.member(outline.root, name);
  return (member < 0 ? undefined : outline.string(member)) ?? "";
}

function text<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value ? ({ [name]: value } as { [Key in Name]?: string }) : {};
}
