/** An output format for the results of many packs: for people, programs or CI systems. */
import type { VerificationData } from "../../core/verify/verified.ts";
import type { TrustReport } from "../../schema/account/trust.ts";
import type { PackResult, PacksSummary } from "../../schema/answer/packs.ts";
import { EXIT, type Exit } from "../command/exit.ts";

/** What is known at the end of a list. */
export interface Told {
  readonly summary: PacksSummary;
  readonly warnings: readonly string[];
  /** Why there is no list, or no whole one: it is empty, or could not be read. */
  readonly fault?: ListFault | undefined;
}

export interface ListFault {
  /** `invalid_input`, `not_found` and the like. */
  readonly reason: string;
  readonly error: string;
  readonly hint: string;
}

export interface Format {
  /** Whether results can be printed at once; otherwise they go between `begin` and `end`, which need the summary. */
  readonly streams: boolean;
  /** Whether the document can say that there is no whole list; the others are not written then. */
  readonly tellsFault: boolean;
  /**
   * The items that a result adds to the format's list: none, one or several.
   * @param milliseconds how long its verification took
   * @param verification what the result was made of, where there is a verdict
   */
  items(result: PackResult, milliseconds: number, verification?: VerificationData): readonly string[];
  /** Separates two items. */
  readonly separator: string;
  begin(told: Told): string;
  end(told: Told): string;
}

/** The trust file by which all packs of a call were judged, and the clock: an answer says which (contract 11.8). */
export type TrustTold = Pick<TrustReport, "name" | "version" | "sha256" | "at" | "clock">;

/** `undefined` for a result without a verdict, or one without a trust file. */
export function trustOfResult(result: PackResult): TrustTold | undefined {
  if (!("verify" in result) || result.verify.trust === undefined) return undefined;
  const { name, version, sha256, at, clock } = result.verify.trust;
  return { name, version, sha256, at, clock };
}

/** `trust file  Example Corp (v7), SHA-256 …, as of TIME, given with --at`, with the texts as they are. */
export function trustLine({ name, version, sha256, at, clock }: TrustTold): string {
  const named = `${name}${version === 0 ? "" : ` (v${version})`}`;
  return `trust file  ${named}, SHA-256 ${sha256}, as of ${at}, ${clock === "given" ? "given with --at" : "by this machine's clock"}`;
}

/** The combined exit: bad evidence first, then an internal error, then unreadable files or an unreadable list. */
export function exitOfTold({ summary: { failed, broken, unreadable }, fault }: Told): Exit {
  if (failed > 0) return EXIT.failed;
  if (broken > 0) return EXIT.internal;
  return unreadable > 0 || fault !== undefined ? EXIT.invalidInput : EXIT.ok;
}

/** `3 packs: 1 authentic, 2 failed`, and why it is not all of them, if so. */
export function summaryText(summary: PacksSummary): string {
  const { listed, checked, shard, stopped } = summary;
  const kinds = (["authentic", "intact", "failed", "unreadable", "broken"] as const)
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind]} ${kind}`);
  const all = shard === undefined ? checked : listed;
  const packs = `${shard === undefined ? "" : `${checked} of `}${all} ${all === 1 ? "pack" : "packs"}`;
  const counted = kinds.length === 0 ? packs : `${packs}: ${kinds.join(", ")}`;
  const share = shard === undefined ? "" : ` (shard ${shard.index} of ${shard.count}, counted from 0)`;
  return `${counted}${share}${stopped ? "; stopped at the first bad or unreadable pack (--fail-fast)" : ""}`;
}
