/** `gait pack verify` of many packs: listed, verified on several threads, reported in order, and summed up. */
import { availableParallelism } from "node:os";
import { errorMembers, GaitError, hintOfError } from "../../../../core/finding/error.ts";
import { collectWarnings, type Warnings } from "../../../../core/finding/warning.ts";
import { printable } from "../../../../core/text/printable.ts";
import { verifyReport } from "../../../../core/verify/answer.ts";
import { isInShard, type Shard, shardOf } from "../../../../core/verify/shard.ts";
import type { VerificationData } from "../../../../core/verify/verified.ts";
import { isFolder, type Listed } from "../../../../host/files/folder-walk.ts";
import type { Trust } from "../../../../host/packs/artifact-file.ts";
import { withUncheckedBeside } from "../../../../host/packs/beside.ts";
import { listPacks } from "../../../../host/packs/list.ts";
import type { Checked } from "../../../../host/packs/ordered-results.ts";
import { verifyPacks } from "../../../../host/packs/pool.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { errorOf } from "../../../../host/threads/settled.ts";

import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { PackResult, PacksSummary } from "../../../../schema/answer/packs.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT, exitOfError, exitOfVerdict } from "../../../command/exit.ts";
import { trustOf } from "../../../flags/trust.ts";
import { exitOfTold, type ListFault } from "../../../formats/format.ts";
import type { ReceiptsOf } from "../../../formats/receipt.ts";
import { warningLines } from "../../../show/verdict.ts";
import { withProgress } from "../../../terminal/progress.ts";
import { paint } from "../../../terminal/style.ts";
import { isAccounted } from "./choose-format.ts";
import { type Reports, reportsOf } from "./destinations.ts";
import { type KeptReceipts, keptReport } from "./kept-receipts.ts";
import type { NamedPack } from "./named-pack.ts";

/** More threads than this only use memory. */
const MOST_JOBS = 256;

type Counts = { -readonly [Name in keyof PacksSummary]: PacksSummary[Name] };
type Selected = Exclude<Listed, { left: string }>;

/** Which packs are verified. */
interface WhichPacks extends Pick<NamedPack, "located" | "assertHolds"> {
  /** Instead of those that the call names. */
  readonly list?: () => AsyncIterable<Listed>;
  /** Each has the SHA-256 that its name is. */
  readonly isNamedByDigest?: boolean;
  /** Receipts go here too, whatever the format of the answer is. */
  readonly keep?: KeptReceipts;
}

export async function verifyMany(
  asked: Call,
  { located, assertHolds, list: listOwn, isNamedByDigest, keep }: WhichPacks,
): Promise<Answer<PackFailure>> {
  const isWalked = (argument: string): boolean => asked.has("--recursive") && isFolder(argument);
  const named = new Map<string, string>();
  const positionals = asked.positionals.map((each) => {
    if (isWalked(each)) return each;
    const path = locatedOrNot(each, located);
    named.set(path, each);
    return path;
  });
  const call = { ...asked, positionals };
  const jobs = jobsOf(call);
  const shardText = call.option("--shard");
  const shard = shardText === undefined ? undefined : shardOf(shardText);
  const { platform: _, ...options } = await trustOf(call);
  const isShown = isAccounted(call);
  const withAccount = isShown || keep !== undefined;
  const trust = {
    ...options,
    ...(isNamedByDigest === true ? { isNamedByDigest } : {}),
    ...(withAccount ? { isAccounted: true } : {}),
  };
  const summary: Counts = {
    ...{ listed: 0, checked: 0, authentic: 0, intact: 0, failed: 0, unreadable: 0, broken: 0, stopped: false },
    ...(shard === undefined ? {} : { shard }),
  };
  const warnings = collectWarnings();
  const list = new Selection(listOwn ?? (() => listedIn(call)), shard, summary, warnings);
  const failFast = call.has("--fail-fast");
  const receipts = withAccount ? await receiptsOf(call, trust) : undefined;
  const reports = await reportsOf(call, { shown: isShown ? receipts : undefined, kept: keptReport(keep, receipts) });
  try {
    await withProgress(
      call,
      "pack verify",
      async () => {
        for await (const checked of verifyPacks(list.selected(), { jobs, trust })) {
          const result = resultOf(checked, (verification) =>
            assertHolds(named.get(checked.path) ?? checked.path, checked.path, verification),
          );
          count(summary, result);
          if ("warnings" in result) for (const warning of result.warnings ?? []) warnings.add(warning, result.path);
          const verification = "answer" in checked.settled ? checked.settled.answer : undefined;
          await reports.add(result, checked.milliseconds, verification);
          if (failFast && !result.ok) {
            summary.stopped = true;
            break;
          }
        }
      },
      () => ({ done: summary.checked, total: list.selectedInAll }),
    );
    if (summary.listed === 0) throw nothing(listOwn === undefined && call.has("--recursive"));
  } catch (error) {
    // A report of a CI system has to be there, and must not look like that of a list that was verified whole.
    await endWith(error, { reports, summary, warnings: warnings.list() }).catch(() => undefined);
    await call.flush().catch(() => undefined);
    reports.dispose();
    if (summary.failed === 0) throw error;
    return failedBefore(error, summary, call);
  }
  try {
    await reports.end({ summary, warnings: warnings.list() });
    await call.flush();
  } catch (error) {
    // A bad verdict stays bad even if its answer can't be written, as for a single pack.
    if (summary.failed === 0) throw error;
    return failedBefore(error, summary, call);
  } finally {
    reports.dispose();
  }
  const notes = reports.isText ? warningLines(warnings.list(), call.stderr) : "";
  return { exit: exitOfTold({ summary, warnings: [] }), json: undefined, text: "", written: true, notes };
}

/** Ends the reports of a list that is empty or could not be read. The error of the list comes before one of the reports. */
async function endWith(
  thrown: unknown,
  { reports, summary, warnings }: { reports: Reports; summary: PacksSummary; warnings: readonly string[] },
): Promise<void> {
  if (!(thrown instanceof GaitError)) return;
  const fault: ListFault = { reason: thrown.code, error: thrown.message, hint: hintOfError(thrown) };
  await reports.end({ summary, warnings, fault });
}

/** A missing path becomes its own unreadable result, so that the others are still verified. */
function locatedOrNot(argument: string, located: (argument: string) => string): string {
  try {
    return located(argument);
  } catch (error) {
    if (error instanceof GaitError) return argument;
    throw error;
  }
}

/** The answer when bad evidence was found and then the rest, or writing the report, failed. */
async function failedBefore(thrown: unknown, summary: Counts, call: Call): Promise<Answer<PackFailure>> {
  const error =
    thrown instanceof GaitError ? thrown : new GaitError("internal", `internal error: ${thrown}`, { cause: thrown });
  // The results so far.
  await call.flush().catch(() => undefined);
  const bad = `${summary.failed} of ${summary.checked} checked failed, and then: ${error.message}`;
  const code = { error_code: "verification_failed", error_category: "verification_failed" } as const;
  return {
    exit: EXIT.failed,
    json: { ...errorMembers(error), ...code, error: bad },
    text: "",
    notes: `${paint("gait pack verify", "bad", call.stderr)}: ${printable(bad)}\n  hint: ${printable(hintOfError(error))}\n`,
  };
}

function listedIn(call: Call): AsyncIterable<Listed> {
  return listPacks({
    paths: call.positionals,
    from: call.option("--files-from"),
    standardInput: () => call.stdin(),
    recursive: call.has("--recursive"),
  });
}

/** How many listed packs are in this call's shard. */
class Selection {
  readonly #list: () => AsyncIterable<Listed>;
  readonly #shard: Shard | undefined;
  readonly #summary: Counts;
  readonly #warnings: Warnings;
  #selected = 0;
  /** The total, once the list has ended. */
  selectedInAll: number | undefined;

  constructor(list: () => AsyncIterable<Listed>, shard: Shard | undefined, summary: Counts, warnings: Warnings) {
    this.#list = list;
    this.#shard = shard;
    this.#summary = summary;
    this.#warnings = warnings;
  }

  async *selected(): AsyncGenerator<Selected> {
    const shard = this.#shard;
    for await (const listed of this.#list()) {
      if ("left" in listed) {
        this.#warnings.add(listed.left, listed.path);
        continue;
      }
      this.#summary.listed += 1;
      if (shard !== undefined && !isInShard(listed.path, shard, hostPlatform)) continue;
      this.#selected += 1;
      yield listed;
    }
    this.selectedInAll = this.#selected;
  }
}

function resultOf({ path, settled }: Checked, assertHolds: (verification: VerificationData) => void): PackResult {
  if ("answer" in settled) {
    try {
      assertHolds(settled.answer);
    } catch (error) {
      if (!(error instanceof GaitError)) throw error;
      return { path, ok: false, exit: 6, reason: error.code, error: error.message, hint: hintOfError(error) };
    }
    const verification = withUncheckedBeside(path, settled.answer);
    const { verdict, warnings } = verification;
    const exit = exitOfVerdict(verdict) === 0 ? 0 : 2;
    const verify = verifyReport(verification);
    return { path, ok: exit === 0, exit, verify, ...(warnings.length > 0 ? { warnings } : {}) };
  }
  const error =
    "refused" in settled ? errorOf(settled.refused) : new GaitError("internal", `internal error: ${settled.broken}`);
  const exit = exitOfError(error) === 6 ? 6 : 1;
  const isToRecurse = error.code === "not_readable" && isFolder(path);
  const hint = isToRecurse ? "Give --recursive to take the packs in it." : hintOfError(error);
  return { path, ok: false, exit, reason: error.code, error: error.message, hint };
}

function count(summary: Counts, result: PackResult): void {
  summary.checked += 1;
  if ("verify" in result) summary[result.verify.verdict] += 1;
  else summary[result.exit === 6 ? "unreadable" : "broken"] += 1;
}

async function receiptsOf(call: Call, trust: Trust): Promise<ReceiptsOf> {
  const [{ trustId }, { PROGRAM_VERSION }] = await Promise.all([
    import("../../../../host/packs/trust-id.ts"),
    import("../../../../core/platform/program-version.ts"),
  ]);
  return { trustId: trustId(trust), gait: PROGRAM_VERSION, now: () => new Date(call.now()).toISOString() };
}

function jobsOf(call: Call): number {
  const text = call.option("--jobs");
  if (text === undefined) return Math.min(MOST_JOBS, availableParallelism());
  const jobs = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  throw new GaitError("invalid_input", `--jobs can't be ${JSON.stringify(text)}`, {
    hint: `Give a whole number from 1 to ${MOST_JOBS}; the default is the number of processors.`,
  });
}

/** Success on an empty list could be mistaken for a check of everything. */
function nothing(isRecursive: boolean): GaitError {
  const hint = isRecursive
    ? "Packs in a folder are the files whose names end in .zip."
    : "Did the command that makes the list fail?";
  return new GaitError("invalid_input", "there is no pack to verify: the list is empty", { hint });
}
