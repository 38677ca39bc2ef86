/** Proofs of a log: that an entry is in a tree, and that one tree is the beginning of another (RFC 6962 section 2.1). */
import type { Hashing } from "../signature/digest.ts";
import { emptyRoot, nodeHash, sameBytes } from "./tree.ts";

/** The hash of the perfect tree of the leaves [index * 2^level, (index + 1) * 2^level). */
export type NodeReader = (level: number, index: number) => Promise<Uint8Array>;

/** A proof has no more hashes than this: a tree of 2^53 leaves has as many levels. */
export const MOST_PROOF_HASHES = 64;

/** The audit path of the leaf `index` in the tree of `size` leaves, lowest first (RFC 6962 section 2.1.1). */
export async function inclusionProof(
  hashing: Hashing,
  index: number,
  size: number,
  node: NodeReader,
): Promise<readonly Uint8Array[]> {
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    const [from, to] = index < middle ? [middle, end] : [start, middle];
    path.push(await rangeHash(hashing, from, to, node));
    [start, end] = index < middle ? [start, middle] : [middle, end];
  }
  return path.reverse();
}

/** The proof that the tree of `old` leaves is the beginning of the one of `size` (RFC 6962 section 2.1.2). */
export async function consistencyProof(
  hashing: Hashing,
  old: number,
  size: number,
  node: NodeReader,
): Promise<readonly Uint8Array[]> {
  if (old === 0 || old === size) return [];
  const path: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end !== old) {
    const middle = start + split(end - start);
    const [from, to] = old <= middle ? [middle, end] : [start, middle];
    path.push(await rangeHash(hashing, from, to, node));
    [start, end] = old <= middle ? [start, middle] : [middle, end];
  }
  if (start > 0) path.push(await rangeHash(hashing, start, end, node));
  return path.reverse();
}

/**
 * The root that the proof leads to; `undefined` for a proof of another length (RFC 9162 section 2.1.3.2).
 * @param leaf the hash of the leaf
 */
export function rootOfInclusion(
  hashing: Hashing,
  index: number,
  size: number,
  leaf: Uint8Array,
  proof: readonly Uint8Array[],
): Uint8Array | undefined {
  if (index >= size) return undefined;
  let [at, last, root] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = nodeHash(hashing, hash, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      root = nodeHash(hashing, root, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : undefined;
}

/** Whether the proof shows that the tree of `old` leaves is the beginning of the other (RFC 9162 section 2.1.4.2). */
export function isConsistent(
  hashing: Hashing,
  old: { readonly size: number; readonly root: Uint8Array },
  now: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  if (old.size > now.size) return false;
  if (old.size === now.size) return proof.length === 0 && sameBytes(old.root, now.root);
  if (old.size === 0) return proof.length === 0 && sameBytes(old.root, emptyRoot(hashing));
  const rest = isPowerOfTwo(old.size) ? [old.root, ...proof] : [...proof];
  const [first, ...path] = rest;
  if (first === undefined) return false;
  let [at, last] = [old.size - 1, now.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [before, after] = [first, first];
  for (const hash of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      [before, after] = [nodeHash(hashing, hash, before), nodeHash(hashing, hash, after)];
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, half(last)];
    } else {
      after = nodeHash(hashing, after, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(before, old.root) && sameBytes(after, now.root);
}

/** The root of the leaves [start, end), where `start` is a multiple of the largest power of two in its length. */
async function rangeHash(hashing: Hashing, start: number, end: number, node: NodeReader): Promise<Uint8Array> {
  const length = end - start;
  if (isPowerOfTwo(length)) return node(Math.log2(length), start / length);
  const middle = start + split(length);
  const left = await rangeHash(hashing, start, middle, node);
  return nodeHash(hashing, left, await rangeHash(hashing, middle, end, node));
}

/** The largest power of two that is less than `length`. */
function split(length: number): number {
  let power = 1;
  while (power * 2 < length) power *= 2;
  return power;
}

function isPowerOfTwo(length: number): boolean {
  return split(length) * 2 === length || length === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
