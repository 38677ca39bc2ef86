/** Files of receipts, read once from front to back; a line at a time is held. */
import { dirname, resolve } from "node:path";
import { readReceiptLine } from "../../core/catalog/receipt-line.ts";
import { assertWhole, PartCounts, type VerifiedPart } from "../../core/catalog/whole-run.ts";
import { GaitError } from "../../core/finding/error.ts";
import { createLineReader, isBlankLine } from "../../core/json/lines.ts";
import type { Shard } from "../../core/verify/shard.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import { openStream } from "../files/stream.ts";
import { hostPlatform } from "../platform/bun.ts";
import { yieldWhenDue } from "../threads/event-loop.ts";

/** Far more than a run with every tool that there is. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

export interface ReceiptSource {
  /** `-` for the standard input. */
  readonly path: string;
  /** Of what is no file: it, from front to back. */
  readonly chunks?: () => AsyncIterable<Uint8Array>;
  /** Shards of one run are in one group. */
  readonly group: string;
  /** Which shard the file has by its name; then it holds nothing else. */
  readonly shard?: Shard;
}

/** Files as they are given: those of one folder are of one group. */
export function* givenReceipts(paths: readonly string[]): Generator<ReceiptSource> {
  for (const path of paths) yield { path, group: path === "-" ? "-" : resolve(dirname(path)) };
}

export interface ReadReceipts {
  /** Whole runs of `verify`, all shards of one together. */
  readonly runs: number;
  readonly files: number;
  readonly receipts: number;
  /** Packs without a verdict, which have no receipt. */
  readonly unjudged: number;
}

/**
 * Hands each receipt on before it is known whether the run is whole: the caller takes all back where this throws.
 * @throws GaitError `invalid_input` with file and line for what is no receipt, and for a run that is not whole
 */
export async function readReceiptFiles(
  sources: AsyncIterable<ReceiptSource> | Iterable<ReceiptSource>,
  standardInput: () => AsyncIterable<Uint8Array>,
  add: (receipt: PackReceipt, where: string) => void,
  drained: () => Promise<void> | undefined = () => undefined,
): Promise<ReadReceipts> {
  const parts = new Map<string, VerifiedPart[]>();
  const done = { files: 0, receipts: 0, unjudged: 0 };
  for await (const { path, chunks, group, shard } of sources) {
    const place = path === "-" ? "the standard input" : path;
    const found = parts.get(group) ?? [];
    const before = found.length;
    parts.set(group, found);
    const taken = (receipt: PackReceipt, where: string): void => {
      done.receipts += 1;
      add(receipt, where);
    };
    const file = new ReceiptFile(place, found, taken, drained);
    if (chunks !== undefined) await file.read(chunks());
    else if (path === "-") await file.read(standardInput());
    else {
      const stream = await openStream(path);
      try {
        await file.read(stream.chunks);
        stream.assertUnchanged();
      } finally {
        stream.close();
      }
    }
    if (shard !== undefined) assertNamed(found.slice(before), shard);
    done.files += 1;
    done.unjudged += file.unjudged;
  }
  if (done.files === 0) {
    throw new GaitError("invalid_input", "there are no receipts", {
      hint: "Verify with --format ndjson --account, and give what that wrote; of a store, with --receipts.",
    });
  }
  let runs = 0;
  for (const each of parts.values()) runs += assertWhole(each);
  return { runs, ...done };
}

/** Verified without `--shard`, it is the only one. */
function assertNamed(parts: readonly VerifiedPart[], { index, count }: Shard): void {
  for (const [at, { place, summary }] of parts.entries()) {
    const own = summary.shard ?? { index: 0, count: 1 };
    if (at === 0 && own.index === index && own.count === count) continue;
    throw new GaitError(
      "invalid_input",
      `${place} has not what its file's name says: shard ${index} of ${count}, alone`,
      {
        hint: "The file was put there by another program, or changed. Give --run for the runs that are well.",
      },
    );
  }
}

class ReceiptFile {
  unjudged = 0;
  readonly #place: string;
  readonly #parts: VerifiedPart[];
  readonly #add: (receipt: PackReceipt, where: string) => void;
  readonly #drained: () => Promise<void> | undefined;
  #counts = new PartCounts();
  #hash = hostPlatform.sha256();

  constructor(
    place: string,
    parts: VerifiedPart[],
    add: (receipt: PackReceipt, where: string) => void,
    drained: () => Promise<void> | undefined,
  ) {
    this.#drained = drained;
    this.#place = place;
    this.#parts = parts;
    this.#add = add;
  }

  async read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const before = this.#parts.length;
    const lines = createLineReader(
      (bytes, start, end, line) => this.#line({ bytes, start, end }, line),
      MAX_LINE_BYTES,
    );
    for await (const chunk of chunks) {
      lines.push(chunk);
      if (lines.tooLong !== undefined) break;
      await (this.#drained() ?? yieldWhenDue());
    }
    lines.end();
    if (lines.tooLong !== undefined) {
      throw new GaitError("invalid_input", `${this.#place} line ${lines.tooLong} is longer than a receipt can be`, {
        hint: "Give what `gait pack verify … --format ndjson --account` wrote, as it was written.",
      });
    }
    if (this.#parts.length > before && this.#counts.isEmpty) return;
    const what = this.#counts.isEmpty ? "has no receipts" : "has no summary line at its end";
    throw new GaitError("invalid_input", `${this.#place} ${what}: it was cut off, or the verification did not end`, {
      hint: "Verify again, and give all that it writes.",
    });
  }

  #line(at: Parameters<typeof readReceiptLine>[0], line: number): void {
    if (isBlankLine(at.bytes, at.start, at.end)) return;
    const where = `${this.#place} line ${line}`;
    const read = readReceiptLine(at, where);
    this.#hash.update(at.bytes.subarray(at.start, at.end));
    if (read.kind !== "summary") {
      this.#counts.add(read);
      if (read.kind === "receipt") this.#add(read.receipt, where);
      else this.unjudged += 1;
      return;
    }
    this.#counts.assertAgrees(read.summary, where);
    const { trusts } = this.#counts;
    this.#parts.push({ place: where, summary: read.summary, sha256: this.#hash.hex(), trusts });
    this.#counts = new PartCounts();
    this.#hash = hostPlatform.sha256();
  }
}
