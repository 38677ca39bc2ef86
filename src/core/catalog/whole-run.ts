/** Whether what a verification wrote is all of it: a part that is lost would pass for packs that are well (contract 14.8). */
import type { PacksSummary } from "../../schema/answer/packs.ts";
import { GaitError } from "../finding/error.ts";
import { countText, grouped } from "../text/quantities.ts";
import type { ReceiptLine } from "./receipt-line.ts";

/** What one call of `verify` wrote: its lines up to a summary. */
export interface VerifiedPart {
  /** For messages: the file, and the line of the summary. */
  readonly place: string;
  readonly summary: PacksSummary;
  /** SHA-256 of its lines: a file that is given twice counts once. */
  readonly sha256: string;
  /** The trust of its receipts. */
  readonly trusts: ReadonlySet<string>;
}

const AGAIN = "Verify again, and give all that it writes.";

/** Counts the lines of one part. */
export class PartCounts {
  readonly #counts = { authentic: 0, intact: 0, failed: 0, unjudged: 0 };
  readonly trusts = new Set<string>();

  add(line: Exclude<ReceiptLine, { kind: "summary" }>): void {
    if (line.kind === "unjudged") this.#counts.unjudged += 1;
    else {
      this.#counts[line.receipt.verdict] += 1;
      this.trusts.add(line.receipt.trust_id);
    }
  }

  get isEmpty(): boolean {
    return Object.values(this.#counts).every((count) => count === 0);
  }

  get unjudged(): number {
    return this.#counts.unjudged;
  }

  /** @throws GaitError `invalid_input` where the summary tells of other lines than those that stand before it */
  assertAgrees(summary: PacksSummary, where: string): void {
    const { authentic, intact, failed, unjudged } = this.#counts;
    const lines = authentic + intact + failed + unjudged;
    const { unreadable, broken, checked, listed, stopped, shard } = summary;
    if (shard !== undefined && shard.index >= shard.count) {
      throw new GaitError("invalid_input", `${where} has no shard ${shard.index} of ${shard.count}`, { hint: AGAIN });
    }
    if (stopped) {
      throw new GaitError("invalid_input", `${where} says that the verification was stopped before its end`, {
        hint: "Verify again without --fail-fast.",
      });
    }
    const said = summary.authentic + summary.intact + summary.failed + unreadable + broken;
    const isSame = summary.authentic === authentic && summary.intact === intact && summary.failed === failed;
    if (!isSame || checked !== lines || said !== lines) {
      throw new GaitError(
        "invalid_input",
        `${where} is the summary of ${countText(checked, "pack")}, and the ${grouped(lines)} before it are not those`,
        { hint: AGAIN },
      );
    }
    if (listed === 0) throw new GaitError("invalid_input", `${where} says that no pack was listed`, { hint: AGAIN });
    if (shard === undefined ? checked === listed : checked <= listed) return;
    const counted = `${grouped(checked)} of ${countText(listed, "pack")}`;
    throw new GaitError("invalid_input", `${where} is of a verification that is not whole: ${counted}`, {
      hint: AGAIN,
    });
  }
}

/**
 * @param parts those of one folder: shards among them are of one run
 * @returns how many runs they are
 * @throws GaitError `invalid_input` for shards that are missing, there twice, or not of one run
 */
export function assertWhole(parts: readonly VerifiedPart[]): number {
  const once = [...new Map(parts.map((part) => [part.sha256, part])).values()];
  const shards = once.filter(({ summary }) => summary.shard !== undefined);
  if (shards.length > 0) assertAllShards(shards);
  return once.length - shards.length + (shards.length > 0 ? 1 : 0);
}

const ONE_RUN = "Give the receipts of one run, all of them; those of several runs in a folder each.";

function assertAllShards(shards: readonly VerifiedPart[]): void {
  const [first, ...others] = shards as [VerifiedPart, ...VerifiedPart[]];
  const { shard, listed } = first.summary;
  const count = shard?.count ?? 0;
  const there = new Map<number, VerifiedPart>();
  for (const part of shards) {
    const own = part.summary.shard;
    if (own === undefined) continue;
    if (own.count !== count)
      throw unlike(`shards of different runs: ${first.place} is one of ${count}, ${part.place} one of ${own.count}`);
    const same = there.get(own.index);
    if (same !== undefined)
      throw unlike(`shard ${own.index} of ${count} is there twice, with other lines: ${same.place} and ${part.place}`);
    there.set(own.index, part);
  }
  const unlisted = others.find(({ summary }) => summary.listed !== listed);
  if (unlisted !== undefined) {
    const numbers = `${first.place} ${countText(listed, "pack")}, ${unlisted.place} ${grouped(unlisted.summary.listed)}`;
    throw new GaitError("invalid_input", `shards that listed different numbers: ${numbers}`, {
      hint: "The list changed between them, or the machines saw different folders: verify again with one list.",
    });
  }
  const missing: number[] = [];
  let missed = 0;
  // A count of 2^53 is a number that a line may have.
  for (let index = 0; there.size + missed < count && missing.length < MOST_NAMED; index += 1) {
    if (there.has(index)) continue;
    missed += 1;
    missing.push(index);
  }
  if (missing.length > 0) {
    const more = count - there.size - missing.length;
    const named = `${missing.join(", ")}${more > 0 ? ` and ${grouped(more)} more,` : ""} of ${count}`;
    throw new GaitError("invalid_input", `shards missing: ${named} (${first.place})`, {
      hint: "Give the receipts of every shard; verify those that are missing again.",
    });
  }
  const checked = shards.reduce((sum, { summary }) => sum + summary.checked, 0);
  if (checked !== listed) {
    throw unlike(`the shards have ${grouped(checked)} of ${countText(listed, "pack")} (${first.place})`);
  }
  const trusts = new Set(shards.flatMap((part) => [...part.trusts]));
  if (trusts.size > 1)
    throw unlike(
      `the shards were not judged by the same trust: ${[...trusts].slice(0, 2).join(", ")} (${first.place})`,
    );
}

const MOST_NAMED = 20;

function unlike(message: string): GaitError {
  return new GaitError("invalid_input", message, { hint: ONE_RUN });
}
