/** The tree of a log, held against RFC 6962 section 2.1 written down as it stands there. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  consistencyProof,
  inclusionProof,
  isConsistent,
  type NodeReader,
  rootOfInclusion,
} from "../../../src/core/collection/proof.ts";
import { nodesOfTiles, tileWidth } from "../../../src/core/collection/tile.ts";
import { emptyRoot, leafHash, rangeLength, rootOfRange, TILE_WIDTH, Tree } from "../../../src/core/collection/tree.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";

const sha = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const entry = (index: number): Uint8Array => new TextEncoder().encode(`entry ${index}`);
const LEAVES = Array.from({ length: 600 }, (_, index) => sha(Uint8Array.of(0), entry(index)));

/** MTH of the RFC. */
function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return sha();
  if (leaves.length === 1) return first;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha(Uint8Array.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

const ROOTS = Array.from({ length: 71 }, (_, size) => rootOf(LEAVES.slice(0, size)));
const node: NodeReader = async (level, index) => rootOf(LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level));

function treeOf(size: number): Tree {
  const tree = new Tree(platform);
  for (let index = 0; index < size; index += 1) tree.append(leafHash(platform, entry(index)));
  return tree;
}

describe("a tree", () => {
  test("without leaves has the hash of nothing as its root", () => {
    expect(emptyRoot(platform)).toEqual(sha());
    expect(new Tree(platform).root()).toEqual(sha());
  });

  test("has the root of the RFC for every size up to 70, and its compact range", () => {
    for (const [size, root] of ROOTS.entries()) {
      const tree = treeOf(size);
      expect(tree.root()).toEqual(root);
      expect(tree.range().length).toBe(rangeLength(size));
      expect(rootOfRange(platform, tree.range())).toEqual(root);
    }
  });

  test.each([1, 255, 256, 257, 511, 512, 600])("of %d leaves goes on from the tiles at its edge", (size) => {
    const tiles = new Map<string, readonly Uint8Array[]>();
    const tree = new Tree(platform, (level, index, hashes) => tiles.set(`${level}/${index}`, hashes));
    for (const leaf of LEAVES.slice(0, size)) tree.append(leaf);
    const again = Tree.from(
      platform,
      size,
      tree.edges().map(({ hashes }) => hashes),
    );
    expect(again.root()).toEqual(rootOf(LEAVES.slice(0, size)));
    expect(again.edges()).toEqual(tree.edges());
    for (const leaf of LEAVES.slice(size)) again.append(leaf);
    expect(again.root()).toEqual(rootOf(LEAVES));
    expect(tiles.size).toBe(Math.floor(size / TILE_WIDTH));
    for (const [key, hashes] of tiles) {
      const index = Number(key.slice(2));
      expect(hashes).toEqual(LEAVES.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH));
    }
  });

  test("gives its tiles of the second level: 65,536 leaves and one more", () => {
    const told: string[] = [];
    const tree = new Tree(platform, (level, index) => told.push(`${level}/${index}`));
    const leaf = LEAVES[0] as Uint8Array;
    for (let index = 0; index <= 65_536; index += 1) tree.append(leaf);
    expect(told.filter((each) => each.startsWith("1/"))).toEqual(["1/0"]);
    expect(told.length).toBe(257);
    expect(tree.edges().map(({ hashes, index }) => [hashes.length, index])).toEqual([
      [1, 256],
      [0, 1],
      [1, 0],
    ]);
  });
});

describe("inclusion", () => {
  test("is proven for every leaf of every size up to 70, and for no other", async () => {
    for (let size = 1; size <= 70; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(platform, index, size, node);
        const leaf = LEAVES[index] as Uint8Array;
        const root = ROOTS[size] as Uint8Array;
        expect(rootOfInclusion(platform, index, size, leaf, proof)).toEqual(root);
        for (const wrong of [
          rootOfInclusion(platform, index, size, LEAVES[index + 1] as Uint8Array, proof),
          rootOfInclusion(platform, index + 1, size, leaf, proof),
          rootOfInclusion(platform, index, size, leaf, [...proof, leaf]),
          ...(proof.length === 0 ? [] : [rootOfInclusion(platform, index, size, leaf, proof.slice(1))]),
          ...proof.map((_, at) => rootOfInclusion(platform, index, size, leaf, flipped(proof, at))),
        ])
          expect(wrong).not.toEqual(root);
      }
    }
  });

  test("is proven from tiles as from leaves", async () => {
    for (const size of [1, 70, 256, 257, 600]) {
      const fromTiles = nodesOfTiles(platform, size, async ({ level, index, width }) => {
        const span = TILE_WIDTH ** Number(level);
        return Array.from({ length: width }, (_, at) => {
          const start = (index * TILE_WIDTH + at) * span;
          return rootOf(LEAVES.slice(start, start + span));
        });
      });
      for (const index of [0, size >> 1, size - 1]) {
        const proof = await inclusionProof(platform, index, size, fromTiles);
        expect(rootOfInclusion(platform, index, size, LEAVES[index] as Uint8Array, proof)).toEqual(
          rootOf(LEAVES.slice(0, size)),
        );
      }
    }
  });

  test("is of no leaf behind the end", () => {
    expect(rootOfInclusion(platform, 1, 1, LEAVES[0] as Uint8Array, [])).toBeUndefined();
  });
});

describe("consistency", () => {
  test("is proven for every pair of sizes up to 70, and for no other", async () => {
    for (let size = 1; size <= 70; size += 1) {
      for (let old = 1; old <= size; old += 1) {
        const proof = await consistencyProof(platform, old, size, node);
        const before = { size: old, root: ROOTS[old] as Uint8Array };
        const now = { size, root: ROOTS[size] as Uint8Array };
        expect(isConsistent(platform, before, now, proof)).toBeTrue();
        const other = { ...before, root: ROOTS[old - 1] as Uint8Array };
        expect(isConsistent(platform, other, now, proof)).toBeFalse();
        expect(isConsistent(platform, before, { ...now, root: LEAVES[0] as Uint8Array }, proof)).toBe(size === 1);
        expect(isConsistent(platform, before, now, [...proof, now.root])).toBeFalse();
        if (proof.length > 0) expect(isConsistent(platform, before, now, proof.slice(1))).toBeFalse();
        for (const [at] of proof.entries()) expect(isConsistent(platform, before, now, flipped(proof, at))).toBeFalse();
        if (old < size) expect(isConsistent(platform, now, before, proof)).toBeFalse();
      }
    }
  });

  test("of a tree without leaves needs no hash, and its root", () => {
    const now = { size: 3, root: ROOTS[3] as Uint8Array };
    expect(isConsistent(platform, { size: 0, root: sha() }, now, [])).toBeTrue();
    expect(isConsistent(platform, { size: 0, root: now.root }, now, [])).toBeFalse();
    expect(isConsistent(platform, { size: 0, root: sha() }, now, [now.root])).toBeFalse();
  });
});

test("a tile is as wide as the tree lets it be", () => {
  expect([
    tileWidth(0, 0, 256),
    tileWidth(0, 1, 256),
    tileWidth(0, 0, 70),
    tileWidth(1, 0, 70_000),
    tileWidth(1, 1, 70_000),
  ]).toEqual([...[256, 0, 70, 256, 17]]);
});

function flipped(proof: readonly Uint8Array[], at: number): Uint8Array[] {
  return proof.map((hash, index) => (index === at ? hash.map((byte, place) => (place === 7 ? byte ^ 1 : byte)) : hash));
}
