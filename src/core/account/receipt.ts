/** The numbers of a receipt: what a catalogue keeps of a pack (contract 14.7). */
import type { CallOutcome, RunAccount } from "../../schema/account/run.ts";
import type { PackNumbers } from "../../schema/document/store/receipt.ts";
import type { Platform } from "../platform/platform.ts";
import { toUtcWherePossible } from "../time/timestamp.ts";
import { digestFile } from "../trust/file-digests.ts";
import type { Verified } from "../verify/verified.ts";
import { accountOf } from "./account.ts";
import { isNotOk } from "./call-outcome.ts";
import { provenanceOf } from "./provenance.ts";
import type { RunRecords } from "./run-records.ts";

/** @param records whose visitors took part in the verification */
export async function packNumbers(verified: Verified, records: RunRecords, platform: Platform): Promise<PackNumbers> {
  const file = verified.file ?? (await digestFile(verified.archive.source, ["sha256"], platform)).file;
  const signers = provenanceOf(verified).signatures.map(({ key_id, status }) => ({ key_id, status }));
  const { run } = verified.verdict === "failed" ? {} : await accountOf(verified, records);
  return { file, signers, run: run === undefined ? {} : runNumbers(run) };
}

/** Calls, and those that were not ok: failed, were stopped, or have no result. One count for receipts, catalogues and exports. */
export class CallCount {
  readonly #tools = new Map<string, { calls: number; not_ok: number }>();
  #calls = 0;
  #notOk = 0;

  add(tool_name: string | undefined, outcome: CallOutcome): void {
    const isBad = isNotOk(outcome);
    this.#calls += 1;
    if (isBad) this.#notOk += 1;
    if (tool_name === undefined) return;
    const tool = this.#tools.get(tool_name) ?? { calls: 0, not_ok: 0 };
    tool.calls += 1;
    if (isBad) tool.not_ok += 1;
    this.#tools.set(tool_name, tool);
  }

  counted(): CountedCalls {
    const tools = [...this.#tools].map(([name, tool]) => ({ name, ...tool }));
    return { calls: this.#calls, not_ok: this.#notOk, tools };
  }
}

export type CountedCalls = Required<Pick<PackNumbers["run"], "calls" | "not_ok" | "tools">>;

function countedCalls({ calls }: RunAccount): CountedCalls {
  const count = new CallCount();
  for (const { tool_name, outcome } of calls) count.add(tool_name, outcome);
  return count.counted();
}

function runNumbers(run: RunAccount): PackNumbers["run"] {
  const { began_at, ended_at } = run;
  return {
    ...(began_at === undefined ? {} : { first_at: toUtcWherePossible(began_at) }),
    ...(ended_at === undefined ? {} : { last_at: toUtcWherePossible(ended_at) }),
    ...countedCalls(run),
  };
}
