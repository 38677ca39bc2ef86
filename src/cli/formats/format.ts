/** The results of many packs in one of the formats that people, programs and CI systems read. */
import type { PackResult, PacksSummary } from "../../schema/answer/packs.ts";
import { EXIT, type Exit } from "../command/exit.ts";

export interface Format {
  /** The text of a result can go out at once; else all of them stand between `begin` and `end`, which know the summary. */
  readonly streams: boolean;
  /** What a result adds; there may be none, or several of which each is an item of the format's list. */
  items(result: PackResult): readonly string[];
  /** Stands between two items. */
  readonly separator: string;
  begin(summary: PacksSummary, warnings: readonly string[]): string;
  end(summary: PacksSummary, warnings: readonly string[]): string;
}

/** The exit of all of them: bad evidence above all, then a defect here, then what could not be read. */
export function exitOfSummary({ failed, broken, unreadable }: PacksSummary): Exit {
  if (failed > 0) return EXIT.failed;
  if (broken > 0) return EXIT.internal;
  return unreadable > 0 ? EXIT.invalidInput : EXIT.ok;
}

/** `3 packs: 1 authentic, 2 failed`, with what makes it less than all of them. */
export function summaryText(summary: PacksSummary): string {
  const { listed, checked, shard, stopped } = summary;
  const kinds = (["authentic", "intact", "failed", "unreadable", "broken"] as const)
    .filter((kind) => summary[kind] > 0)
    .map((kind) => `${summary[kind]} ${kind}`);
  const all = shard === undefined ? checked : listed;
  const packs = `${shard === undefined ? "" : `${checked} of `}${all} ${all === 1 ? "pack" : "packs"}`;
  const counted = kinds.length === 0 ? packs : `${packs}: ${kinds.join(", ")}`;
  const share = shard === undefined ? "" : ` (shard ${shard.index} of ${shard.count}, counted from 0)`;
  return `${counted}${share}${stopped ? "; stopped at the first that is not fine (--fail-fast)" : ""}`;
}
