/**
 * A run replayed (contract 1.10): recorded results where there are some, stubs where a tool's name says what it is. Nothing is
 * executed: tools and arguments stand in evidence, which anyone may have written.
 */
import type { ReplayStep } from "../../schema/document/rerun/run.ts";
import type { Intent, Result } from "../../schema/document/runpack.ts";
import { GaitError } from "../finding/error.ts";
import { type Hashing, sha256OfText } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { eachIntent, eachResult, type RunRead } from "./run-records.ts";

export interface Replay {
  /** In the order of the intents. */
  readonly steps: readonly ReplayStep[];
  /** Ids of intents without a result and without a stub, sorted. */
  readonly missing: readonly string[];
}

/** By parts of tools' names; the first that is in it. */
const STUBS = [
  ["http", /http|fetch|url/],
  ["file", /file|path|fs|write/],
  ["db", /db|sql|query|table/],
  ["queue", /queue|topic|publish|kafka/],
] as const;

/** @throws GaitError `invalid_input` for a run with two intents or two results of one id: which belongs to which is not said */
export async function replay(run: RunRead, hashing: Hashing): Promise<Replay> {
  const results = new Map<string, Pick<Result, "status" | "result_digest">>();
  await eachResult(run, ({ intent_id, status, result_digest }) => {
    if (results.has(intent_id)) throw ambiguous("results", intent_id);
    results.set(intent_id, { status, result_digest });
  });
  const steps: ReplayStep[] = [];
  const known = new Set<string>();
  await eachIntent(run, (intent) => {
    const { intent_id, tool_name } = intent;
    if (known.has(intent_id)) throw ambiguous("intents", intent_id);
    known.add(intent_id);
    const result = results.get(intent_id);
    steps.push({ intent_id, tool_name, ...(result === undefined ? stubOf(run, intent, hashing) : recorded(result)) });
  });
  const missing = steps.filter(({ execution }) => execution === "missing").map(({ intent_id }) => intent_id);
  return { steps, missing: missing.sort(compareUtf8) };
}

type Outcome = Omit<ReplayStep, "intent_id" | "tool_name">;

function recorded({ status, result_digest }: Pick<Result, "status" | "result_digest">): Outcome {
  return { status, execution: "recorded", ...(result_digest === "" ? {} : { result_digest }) };
}

function stubOf({ manifest }: RunRead, intent: Intent, hashing: Hashing): Outcome {
  const tool = intent.tool_name.trim().toLowerCase();
  const type = STUBS.find(([, words]) => words.test(tool))?.[0];
  if (type === undefined) return { status: "missing_result", execution: "missing" };
  const said = [manifest.run_id, intent.intent_id, tool, intent.args_digest.trim().toLowerCase(), type];
  const digest = sha256OfText(hashing, said.join(":"));
  return { status: "stubbed", execution: "stubbed", stub_type: type, result_digest: digest };
}

function ambiguous(what: string, id: string): GaitError {
  return new GaitError("invalid_input", `the run has two ${what} with the intent_id ${JSON.stringify(id)}`, {
    hint: "gait run inspect shows such a run; it can't be replayed.",
  });
}
