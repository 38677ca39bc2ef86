/** The Merkle tree of a log (RFC 6962 section 2.1): hashes of leaves and nodes, and a tree that grows leaf by leaf. */
import { type Hashing, sha256OfBytesInto } from "../signature/digest.ts";

export const HASH_BYTES = 32;

/** Leaves of a full tile, and the levels of the tree that one level of tiles steps over. */
export const TILE_WIDTH = 256;
const TILE_LEVELS = 8;

/** What is hashed: used again for each, since a log has millions. The first byte tells leaves from nodes. */
const LEAF = new Uint8Array(1024);
const NODE = new Uint8Array(1 + 2 * HASH_BYTES);
NODE[0] = 1;

/** SHA-256(0x00 || entry). */
export function leafHash(hashing: Hashing, entry: Uint8Array): Uint8Array {
  const bytes = entry.length < LEAF.length ? LEAF.subarray(0, 1 + entry.length) : new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return hashed(hashing, bytes);
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(hashing: Hashing, left: Uint8Array, right: Uint8Array): Uint8Array {
  NODE.set(left, 1);
  NODE.set(right, 1 + HASH_BYTES);
  return hashed(hashing, NODE);
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(hashing: Hashing): Uint8Array {
  return hashed(hashing, new Uint8Array(0));
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

function hashed(hashing: Hashing, bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(HASH_BYTES);
  sha256OfBytesInto(hashing, bytes, digest);
  return digest;
}

/** Told of each tile that is full: its level, its place, and its 256 hashes. */
export type TileSink = (level: number, index: number, hashes: readonly Uint8Array[]) => void;

/** How many perfect trees a tree of `size` leaves consists of: the hashes of its compact range. */
export function rangeLength(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** A tree that grows at its right edge, in memory that does not grow with it. */
export class Tree {
  readonly #hashing: Hashing;
  readonly #onTile: TileSink | undefined;
  /** The perfect trees that it consists of, from left to right: each smaller than the one before. */
  readonly #range: { readonly level: number; readonly hash: Uint8Array }[] = [];
  /** By level of tiles: the hashes of the tile that is not full yet, and how many full ones stand before it. */
  readonly #tiles: { hashes: Uint8Array[]; before: number }[] = [];
  #size = 0;

  constructor(hashing: Hashing, onTile?: TileSink) {
    this.#hashing = hashing;
    this.#onTile = onTile;
  }

  /**
   * The tree with these tiles at its right edge.
   * @param edges by level of tiles, lowest first: the hashes of the tile that is not full
   */
  static from(hashing: Hashing, size: number, edges: readonly (readonly Uint8Array[])[], onTile?: TileSink): Tree {
    const tree = new Tree(hashing, onTile);
    for (let level = edges.length - 1; level >= 0; level -= 1) {
      tree.#tiles[level] = { hashes: [...(edges[level] ?? [])], before: Math.floor(size / TILE_WIDTH ** (level + 1)) };
      for (const hash of edges[level] ?? []) tree.#join(level * TILE_LEVELS, hash);
    }
    tree.#size = size;
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** @param hash of a leaf, as `leafHash` makes it */
  append(hash: Uint8Array): void {
    this.#size += 1;
    this.#keep(0, hash);
    this.#join(0, hash);
  }

  /** The compact range [0, size): the hashes of the perfect trees that it consists of, from left to right. */
  range(): readonly Uint8Array[] {
    return this.#range.map(({ hash }) => hash);
  }

  root(): Uint8Array {
    return rootOfRange(this.#hashing, this.range());
  }

  /** By level of tiles, lowest first: the hashes of the tile that is not full, and its place. */
  edges(): readonly { readonly hashes: readonly Uint8Array[]; readonly index: number }[] {
    return this.#tiles.map(({ hashes, before }) => ({ hashes, index: before }));
  }

  /** Adds a perfect tree of 2^level leaves at the right edge, and joins what is of one size. */
  #join(level: number, hash: Uint8Array): void {
    let joined = { level, hash };
    for (let last = this.#range.at(-1); last?.level === joined.level; last = this.#range.at(-1)) {
      this.#range.pop();
      joined = { level: joined.level + 1, hash: nodeHash(this.#hashing, last.hash, joined.hash) };
      if (joined.level > level && joined.level % TILE_LEVELS === 0) this.#keep(joined.level / TILE_LEVELS, joined.hash);
    }
    this.#range.push(joined);
  }

  #keep(level: number, hash: Uint8Array): void {
    this.#tiles[level] ??= { hashes: [], before: 0 };
    const tile = this.#tiles[level];
    tile.hashes.push(hash);
    if (tile.hashes.length < TILE_WIDTH) return;
    const { hashes, before } = tile;
    tile.hashes = [];
    tile.before += 1;
    this.#onTile?.(level, before, hashes);
  }
}

/** The root of the tree that consists of these perfect trees, from left to right. */
export function rootOfRange(hashing: Hashing, range: readonly Uint8Array[]): Uint8Array {
  let root: Uint8Array | undefined;
  for (const hash of range.toReversed()) root = root === undefined ? hash : nodeHash(hashing, hash, root);
  return root ?? emptyRoot(hashing);
}
