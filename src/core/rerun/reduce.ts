/** A run reduced to one call that fails (contract 1.11): the smallest that still shows the failure. */
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { ReducePredicate, ReduceReport } from "../../schema/document/rerun/run.ts";
import type { RecordRefs } from "../../schema/document/run-record.ts";
import type { Intent, Receipt, Refs, Result } from "../../schema/document/runpack.ts";
import { GaitError } from "../finding/error.ts";
import { contextRecords, contextSetDigest } from "../run/context/record.ts";
import type { RecordItem, RecordParts } from "../run/input.ts";
import type { Hashing } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { eachIntent, eachResult, type RunRead } from "./run-records.ts";

export interface Reduced {
  /** To be recorded under the report's `reduced_run_id`. */
  readonly parts: RecordParts;
  readonly report: ReduceReport;
}

/** @throws GaitError `invalid_input` if the predicate is true of no call */
export async function reduceRun(run: RunRead, predicate: ReducePredicate, hashing: Hashing): Promise<Reduced> {
  const { manifest, refs } = run;
  const found = await find(run, predicate);
  const { selected } = found;
  const intents: Intent[] = [];
  const results: Result[] = [];
  await eachIntent(run, (intent) => {
    if (intent.intent_id === selected) intents.push(intent);
  });
  await eachResult(run, (result) => {
    if (result.intent_id === selected) results.push(result);
  });
  const named = new Set<string>();
  for (const { args } of intents) collectRefs(args, false, named);
  for (const { result } of results) collectRefs(result, false, named);
  const receipts = refs.receipts.filter(({ ref_id }) => named.has(ref_id));
  const timeline = (run.run.timeline ?? []).filter(({ ref = "" }) => ref === "" || ref === selected);
  return {
    parts: {
      run: { ...run.run, timeline },
      refs: { ...refs, receipts, ...contextOf(refs, receipts, hashing) },
      places: { run: "run.json#$", refs: "refs.json#$" },
      captureMode: manifest.capture_mode,
      intents: [items(intents, "intents.jsonl")],
      results: [items(results, "results.jsonl")],
      unknown: [],
    },
    report: {
      schema_id: "gait.runpack.reduce_report",
      schema_version: "1.0.0",
      created_at: run.run.created_at,
      producer_version: run.run.producer_version,
      run_id: manifest.run_id,
      reduced_run_id: `${manifest.run_id}_reduced_${predicate.replaceAll("_", "")}`,
      predicate,
      selected_intent_id: selected,
      original_intent_count: found.intents,
      reduced_intent_count: intents.length,
      original_result_count: found.results,
      reduced_result_count: results.length,
      original_ref_count: refs.receipts.length,
      reduced_ref_count: receipts.length,
      still_failing: true,
    },
  };
}

interface Found {
  readonly selected: string;
  readonly intents: number;
  readonly results: number;
}

async function find(run: RunRead, predicate: ReducePredicate): Promise<Found> {
  const statuses = new Map<string, boolean>();
  let results = 0;
  await eachResult(run, ({ intent_id, status }) => {
    results += 1;
    const isOk = ["ok", "success"].includes(status.trim().toLowerCase());
    // A failure is never hidden behind a success of the same id.
    statuses.set(intent_id, isOk && statuses.get(intent_id) !== false);
  });
  let intents = 0;
  let selected: string | undefined;
  await eachIntent(run, ({ intent_id }) => {
    intents += 1;
    const isMeant = predicate === "missing_result" ? !statuses.has(intent_id) : statuses.get(intent_id) === false;
    if (isMeant && (selected === undefined || compareUtf8(intent_id, selected) < 0)) selected = intent_id;
  });
  if (selected !== undefined) return { selected, intents, results };
  throw new GaitError("invalid_input", `${predicate} is true of no call of the run`, {
    hint: `Calls that did not go well are found by --predicate ${predicate === "missing_result" ? "non_ok_status" : "missing_result"}; gait run inspect shows how each went.`,
  });
}

/** Ids of receipts: texts in a member with `ref` in its name, and texts that begin with `ref_`. */
function collectRefs(value: JsonValue | undefined, isNamed: boolean, found: Set<string>): void {
  if (typeof value === "string") {
    if (isNamed || value.startsWith("ref_")) found.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collectRefs(item, isNamed, found);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value as JsonObject))
      collectRefs(member as JsonValue, name.toLowerCase().includes("ref"), found);
  }
}

/** The digest and the count of the receipts that are left, where the run has them. */
function contextOf(refs: Refs, receipts: readonly Receipt[], hashing: Hashing): Partial<RecordRefs> {
  const count = refs.context_ref_count === undefined ? {} : { context_ref_count: receipts.length };
  if (!refs.context_set_digest) return count;
  const made = contextRecords(receipts, "receipts");
  const digest = "records" in made ? contextSetDigest(made.records, hashing) : refs.context_set_digest;
  return { context_set_digest: digest, ...count };
}

function items(records: readonly (Intent | Result)[], file: string): RecordItem[] {
  return records.map((record, index) => ({
    value: record as JsonObject,
    where: `${file}:${index + 1}#$`,
    size: JSON.stringify(record).length,
  }));
}
