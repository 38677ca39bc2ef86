/** An output format for the results of many packs: for people, programs or CI systems. */
import type { PackResult, PacksSummary } from "../../schema/answer/packs.ts";
import { EXIT, type Exit } from "../command/exit.ts";

export interface Format {
  /** Whether results can be printed at once; otherwise they go between `begin` and `end`, which need the summary. */
  readonly streams: boolean;
  /** The items that a result adds to the format's list: none, one or several. */
  items(result: PackResult): readonly string[];
  /** Separates two items. */
  readonly separator: string;
  begin(summary: PacksSummary, warnings: readonly string[]): string;
  end(summary: PacksSummary, warnings: readonly string[]): string;
}

/** The combined exit: bad evidence first, then an internal error, then unreadable files. */
export function exitOfSummary({ failed, broken, unreadable }: PacksSummary): Exit {
  if (failed > 0) return EXIT.failed;
  if (broken > 0) return EXIT.internal;
  return unreadable > 0 ? EXIT.invalidInput : EXIT.ok;
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
