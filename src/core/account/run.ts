/** Describes a run: its calls, events and references, totals and times. */
import type {
  CallOutcome,
  RunAccount,
  RunCall,
  RunEvent,
  RunReference,
  StrayResult,
} from "../../schema/account/run.ts";
import type { Receipt, Refs, Run } from "../../schema/document/runpack.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { isAfter, isKnownTime, knownInstant, secondsBetween } from "../time/known-instant.ts";
import type { Instant } from "../time/timestamp.ts";
import { isFailure } from "./call-outcome.ts";
import type { JoinedRecords, Said } from "./run-records.ts";

export interface RunDocuments {
  readonly runId: string;
  readonly run?: Run | undefined;
  readonly refs?: Refs | undefined;
}

export function runAccount({ calls, strays, results }: JoinedRecords, { runId, run, refs }: RunDocuments): RunAccount {
  const events: RunEvent[] = (run?.timeline ?? []).map(({ event, ts, ref }) => ({
    event,
    at: ts,
    ...text("ref", ref),
  }));
  const references = (refs?.receipts ?? []).map(referenceOf);
  const count = (outcome: CallOutcome): number => counted(calls, (call) => call.outcome === outcome);
  const unstated = count("unstated");
  return {
    run_id: runId,
    ...span(events, calls, strays),
    totals: {
      calls: calls.length,
      ok: count("ok"),
      ...(unstated === 0 ? {} : { unstated }),
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
  };
}

function counted<T>(items: readonly T[], isOne: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + Number(isOne(item)), 0);
}

function isKept({ result_kept }: Said): boolean {
  return result_kept;
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
  const tools = new Map<string, { calls: number; failures: number; open: number }>();
  for (const { tool_name = "", outcome } of calls) {
    const tool = tools.get(tool_name) ?? { calls: 0, failures: 0, open: 0 };
    tool.calls += 1;
    if (isFailure(outcome)) tool.failures += 1;
    if (outcome === "open") tool.open += 1;
    tools.set(tool_name, tool);
  }
  return [...tools]
    .map(([tool_name, { open, ...counts }]) => ({ tool_name, ...counts, ...(open === 0 ? {} : { open }) }))
    .sort((left, right) => right.calls - left.calls || compareUtf8(left.tool_name, right.tool_name));
}

/** From the first to the last item with a time. */
function span(
  events: readonly RunEvent[],
  calls: readonly RunCall[],
  strays: readonly StrayResult[],
): Pick<RunAccount, "began_at" | "ended_at" | "seconds"> {
  const seen = new TimeSpan();
  for (const { at } of events) seen.see(at);
  for (const { started_at, ended_at } of calls) {
    seen.see(started_at);
    seen.see(ended_at);
  }
  for (const { ended_at } of strays) seen.see(ended_at);
  const { began_at, ended_at } = seen.ends();
  if (began_at === undefined || ended_at === undefined) return {};
  return { began_at, ended_at, seconds: secondsBetween(began_at, ended_at) ?? 0 };
}

interface Moment {
  readonly time: string;
  readonly instant: Instant;
}

/** The earliest and the latest of the times that it sees, the first of those that are the same. */
export class TimeSpan {
  #began: Moment | undefined;
  #ended: Moment | undefined;

  see(time: string | undefined): void {
    const instant = knownInstant(time);
    if (time === undefined || instant === undefined) return;
    if (this.#began === undefined || isAfter(this.#began.instant, instant)) this.#began = { time, instant };
    if (this.#ended === undefined || isAfter(instant, this.#ended.instant)) this.#ended = { time, instant };
  }

  ends(): Pick<RunAccount, "began_at" | "ended_at"> {
    if (this.#began === undefined || this.#ended === undefined) return {};
    return { began_at: this.#began.time, ended_at: this.#ended.time };
  }
}

function text<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value ? ({ [name]: value } as { [Key in Name]?: string }) : {};
}
