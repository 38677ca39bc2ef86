/** What a run did, in order: its tools, and the verdicts on its results (contract 13.2). */
import type { Result } from "../../schema/document/runpack.ts";
import { eachIntent, eachResult, type RunRead } from "../rerun/run-records.ts";

export interface Sequences {
  readonly tools: readonly string[];
  readonly verdicts: readonly string[];
}

export async function sequencesOf(run: RunRead): Promise<Sequences> {
  const tools: string[] = [];
  const verdicts: string[] = [];
  await eachIntent(run, ({ tool_name }) => void tools.push(tool_name));
  await eachResult(run, (result) => void verdicts.push(verdictOfResult(result)));
  return { tools, verdicts };
}

const WORDS: readonly (readonly [verdict: string, words: readonly string[]])[] = [
  ["allow", ["allow", "ok", "pass", "passed", "success"]],
  ["block", ["block", "blocked", "deny", "denied"]],
  ["require_approval", ["require_approval", "approval_required", "needs_approval"]],
  ["dry_run", ["dry_run", "dryrun", "simulate", "simulated"]],
  ["error", ["error", "failed", "failure"]],
];

/** By the result's own verdict; without one (or without payloads: `reference`) by its status; else `error`. */
export function verdictOfResult({ result, status }: Pick<Result, "result" | "status">): string {
  const verdict = result?.["verdict"];
  return (typeof verdict === "string" ? known(verdict) : undefined) ?? known(status) ?? "error";
}

function known(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  return WORDS.find(([, words]) => words.includes(word))?.[0];
}
