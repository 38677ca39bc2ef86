/**
 * What differs between two runs in the words of the Go implementation (contract 1.9): which calls and results, by their ids, and not
 * where or when they were recorded.
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { RunDiff, RunDiffSummary } from "../../schema/document/rerun/run.ts";
import type { Intent, Refs, Result, RunpackManifest } from "../../schema/document/runpack.ts";
import { canonicalize } from "../json/jcs.ts";
import { type ContextDrift, contextDrift } from "../run/context/drift.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { eachIntent, eachResult, type RunRead } from "./run-records.ts";

export type Privacy = RunDiff["privacy"];

const BLANK = { run_id: "", producer_version: "", created_at: "0001-01-01T00:00:00Z" };

/** Memory grows with the number of records, and not with their size. */
export async function compareRuns(
  left: RunRead,
  right: RunRead,
  privacy: Privacy,
  hashing: Hashing,
): Promise<RunDiffSummary> {
  const intents = difference(await intentsOf(left, privacy, hashing), await intentsOf(right, privacy, hashing));
  const results = difference(await resultsOf(left, privacy, hashing), await resultsOf(right, privacy, hashing));
  const files = filesChanged(left.manifest, right.manifest);
  const drift = privacy === "full" ? driftOf(left.refs, right.refs) : "none";
  const isLonger = left.refs.receipts.length !== right.refs.receipts.length;
  return {
    run_id_left: left.manifest.run_id,
    run_id_right: right.manifest.run_id,
    manifest_changed: files.length > 0 || stated(left.manifest) !== stated(right.manifest),
    ...listed("files_changed", files),
    intents_changed: intents.isChanged,
    results_changed: results.isChanged,
    refs_changed: privacy === "full" ? drift !== "none" : isLonger,
    ...listed("left_only_intents", intents.leftOnly),
    ...listed("right_only_intents", intents.rightOnly),
    ...listed("left_only_results", results.leftOnly),
    ...listed("right_only_results", results.rightOnly),
    context_drift_classification: drift,
    ...(drift === "runtime_only" ? { context_runtime_only_changes: true as const } : {}),
  };
}

export function isChanged(summary: RunDiffSummary): boolean {
  return summary.manifest_changed || summary.intents_changed || summary.results_changed || summary.refs_changed;
}

/** Digests by id; of an id that stands there twice, the last. */
type Digests = ReadonlyMap<string, string>;

async function intentsOf(run: RunRead, privacy: Privacy, hashing: Hashing): Promise<Digests> {
  const digests = new Map<string, string>();
  await eachIntent(run, (intent) => void digests.set(intent.intent_id, digestOf(hashing, compared(intent, privacy))));
  return digests;
}

async function resultsOf(run: RunRead, privacy: Privacy, hashing: Hashing): Promise<Digests> {
  const digests = new Map<string, string>();
  await eachResult(run, (result) => void digests.set(result.intent_id, digestOf(hashing, compared(result, privacy))));
  return digests;
}

/** A record without where and when it was made; of `metadata` without what it kept. */
function compared(record: Intent | Result, privacy: Privacy): JsonObject {
  const whole = { ...record, ...BLANK } as JsonObject;
  if (privacy === "full") return whole;
  const { args: _args, result: _result, ...rest } = whole;
  return rest;
}

function difference(left: Digests, right: Digests) {
  const leftOnly = [...left.keys()].filter((id) => !right.has(id)).sort(compareUtf8);
  const rightOnly = [...right.keys()].filter((id) => !left.has(id)).sort(compareUtf8);
  const isOther = [...left].some(([id, digest]) => right.has(id) && right.get(id) !== digest);
  return { leftOnly, rightOnly, isChanged: isOther || leftOnly.length + rightOnly.length > 0 };
}

/** First without the run's own members: those of two runs are never the same. */
function driftOf(left: Refs, right: Refs): ContextDrift {
  return contextDrift({ ...left, ...BLANK }, { ...right, ...BLANK });
}

function filesChanged(left: RunpackManifest, right: RunpackManifest): string[] {
  const [from, to] = [left, right].map(({ files }) => new Set(files.map(({ path }) => path)));
  const only = (a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()) =>
    [...a].filter((path) => !b.has(path));
  return [...only(from, to), ...only(to, from)].sort(compareUtf8);
}

/** A manifest without ids, times, digests and signatures. */
function stated({ schema_id, schema_version, capture_mode }: RunpackManifest): string {
  return canonicalize({ schema_id, schema_version, capture_mode });
}

function listed<Name extends keyof RunDiffSummary>(name: Name, items: string[]): { [Key in Name]?: string[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { [Key in Name]?: string[] });
}
