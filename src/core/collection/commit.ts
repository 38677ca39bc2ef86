/**
 * A batch of entries, as it is appended to a collection (contract 14.4). The log is its commits, one after the other; a
 * commit that does not fit what stands before it has no entries, for everybody and for ever.
 */
import { joinedEntries, splitEntries } from "./entry.ts";
import { joinedHashes } from "./tile.ts";
import { HASH_BYTES, rangeLength, sameBytes } from "./tree.ts";

export const MOST_COMMIT_ENTRIES = 65_535;
/** The first line, the range, and as many entries as there may be, of some 170 bytes each; longer ones may be fewer. */
export const MAX_COMMIT_BYTES = 64 * 1024 * 1024;

export interface Commit {
  /** How many entries stand before it. */
  readonly start: number;
  /** The compact range of the tree before it. */
  readonly range: readonly Uint8Array[];
  /** Whose it is: 32 lower-case hex digits, different for each attempt. */
  readonly nonce: string;
  readonly entries: readonly Uint8Array[];
}

const FIRST = /^gait-commit\/1 (0|[1-9][0-9]{0,15}) ([1-9][0-9]{0,4}) ([0-9a-f]{32})$/;

export function formatCommit({ start, range, nonce, entries }: Commit): Uint8Array {
  const first = new TextEncoder().encode(`gait-commit/1 ${start} ${entries.length} ${nonce}\n`);
  const hashes = joinedHashes(range);
  const bundle = joinedEntries(entries);
  const bytes = new Uint8Array(first.length + hashes.length + bundle.length);
  bytes.set(first);
  bytes.set(hashes, first.length);
  bytes.set(bundle, first.length + hashes.length);
  return bytes;
}

/** The commit in `bytes`, as it calls itself; `undefined` where there is none. */
export function parseCommit(bytes: Uint8Array): Commit | undefined {
  if (bytes.length > MAX_COMMIT_BYTES) return undefined;
  const end = bytes.subarray(0, 128).indexOf(0x0a);
  const [, startText, countText, nonce] =
    FIRST.exec(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)))) ?? [];
  if (nonce === undefined) return undefined;
  const [start, count] = [Number(startText), Number(countText)];
  if (!Number.isSafeInteger(start + count) || count > MOST_COMMIT_ENTRIES) return undefined;
  const hashesEnd = end + 1 + rangeLength(start) * HASH_BYTES;
  const entries = bytes.length < hashesEnd ? undefined : splitEntries(bytes.subarray(hashesEnd), count);
  if (entries === undefined) return undefined;
  const range: Uint8Array[] = [];
  for (let at = end + 1; at < hashesEnd; at += HASH_BYTES) range.push(bytes.slice(at, at + HASH_BYTES));
  return { start, range, nonce, entries };
}

/** Whether it continues a log of `size` entries with that compact range. */
export function continues({ start, range }: Commit, size: number, before: readonly Uint8Array[]): boolean {
  return (
    start === size &&
    range.length === before.length &&
    range.every((hash, at) => sameBytes(hash, before[at] ?? new Uint8Array(0)))
  );
}
