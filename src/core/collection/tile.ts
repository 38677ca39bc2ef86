/** Where the hashes and the entries of a log lie: the names of C2SP tlog-tiles, and reading a tree from its tiles. */
import type { Hashing } from "../signature/digest.ts";
import type { NodeReader } from "./proof.ts";
import { HASH_BYTES, nodeHash, TILE_WIDTH } from "./tree.ts";

/** A tile of hashes, or a bundle of entries (level `entries`); `width` below 256 is one that is not full. */
export interface TilePlace {
  readonly level: number | "entries";
  readonly index: number;
  readonly width: number;
}

const PLACE = /^tile\/(0|[1-9][0-9]?|entries)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** `tile/0/x001/234.p/5`. */
export function tilePath({ level, index, width }: TilePlace): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/g) ?? [];
  const name = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
  return `tile/${level}/${name}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

/** The place that a name stands for; `undefined` for any other name, and for another spelling of one. */
export function tilePlace(path: string): TilePlace | undefined {
  const [, level = "", digits = "", width] = PLACE.exec(path) ?? [];
  if (digits === "") return undefined;
  const index = Number(digits.replace(/[x/]/g, ""));
  const place: TilePlace = {
    level: level === "entries" ? level : Number(level),
    ...{ index, width: width === undefined ? TILE_WIDTH : Number(width) },
  };
  return Number.isSafeInteger(index) && place.width <= TILE_WIDTH && tilePath(place) === path ? place : undefined;
}

/** How many hashes (or entries) the tile has in a tree of `size` leaves: 256 when it is full, 0 when it is not there. */
export function tileWidth(level: number, index: number, size: number): number {
  const count = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, count));
}

/** So many entries a log has at least that has this tile. */
export function endOf({ level, index, width }: TilePlace): number {
  return (index * TILE_WIDTH + width) * (level === "entries" ? 1 : TILE_WIDTH ** level);
}

export function joinedHashes(hashes: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * HASH_BYTES);
  for (const [at, hash] of hashes.entries()) bytes.set(hash, at * HASH_BYTES);
  return bytes;
}

/** The hashes of a tile of that width; `undefined` for another length. */
export function splitHashes(bytes: Uint8Array, width: number): readonly Uint8Array[] | undefined {
  if (bytes.length !== width * HASH_BYTES) return undefined;
  return Array.from({ length: width }, (_, at) => bytes.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}

/** The nodes of the tree of `size` leaves, from its tiles. @param tile the hashes of one; throws where it has none */
export function nodesOfTiles(
  hashing: Hashing,
  size: number,
  tile: (place: TilePlace) => Promise<readonly Uint8Array[]>,
): NodeReader {
  return async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const span = 2 ** (level % 8);
    const first = index * span;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const width = tileWidth(tileLevel, tileIndex, size);
    const hashes = await tile({ level: tileLevel, index: tileIndex, width });
    const from = first - tileIndex * TILE_WIDTH;
    let nodes = hashes.slice(from, from + span);
    if (nodes.length !== span) throw new RangeError(`no node ${index} of level ${level} in a tree of ${size}`);
    while (nodes.length > 1) {
      nodes = Array.from({ length: nodes.length / 2 }, (_, at) =>
        nodeHash(hashing, nodes[2 * at] as Uint8Array, nodes[2 * at + 1] as Uint8Array),
      );
    }
    return nodes[0] as Uint8Array;
  };
}
