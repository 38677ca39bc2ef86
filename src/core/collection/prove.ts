/** Makes and checks the proof that a pack is in a log. */
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { CollectionNames } from "../store/names.ts";
import type { ObjectReader } from "../store/objects.ts";
import { signatureFindings } from "./audit.ts";
import type { CheckpointNote } from "./checkpoint.ts";
import { entryBytes, MAX_BUNDLE_BYTES, packEntry, parseEntry, splitEntries } from "./entry.ts";
import { Log } from "./log.ts";
import type { NoteKey } from "./note.ts";
import { inclusionProof, rootOfInclusion } from "./proof.ts";
import type { LogProof } from "./proof-file.ts";
import { nodesOfTiles, splitHashes, type TilePlace, tilePath, tileWidth } from "./tile.ts";
import { HASH_BYTES, leafHash, sameBytes, TILE_WIDTH } from "./tree.ts";

/** Tiles that are kept in memory, of 8 KiB each. */
const MOST_TILES = 1024;

export interface LoggedEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
}

/** The first entry of each of these packs that the head covers. */
export async function findEntries(
  platform: Platform,
  store: ObjectReader,
  names: CollectionNames,
  size: number,
  digests: ReadonlySet<string>,
): Promise<ReadonlyMap<string, LoggedEntry>> {
  const found = new Map<string, LoggedEntry>();
  const log = new Log(platform, store, names, {
    onEntry: (bytes, tree) => {
      const entry = tree.size > size ? undefined : parseEntry(bytes);
      if (entry?.type !== "pack" || !digests.has(entry.sha256) || found.has(entry.sha256)) return;
      found.set(entry.sha256, { index: tree.size - 1, leaf: leafHash(platform, bytes) });
    },
  });
  while (log.tree.size < size && found.size < digests.size && (await log.next()) !== undefined);
  return found;
}

/**
 * The entry at that place of the log, where it is of that pack: from the bundle that it lies in, without the log before it.
 * `undefined` where that does not say so.
 */
export async function entryAt(
  platform: Platform,
  store: ObjectReader,
  names: CollectionNames,
  size: number,
  { index, sha256 }: { readonly index: number; readonly sha256: string },
): Promise<LoggedEntry | undefined> {
  if (index >= size) return undefined;
  const bundle = Math.floor(index / TILE_WIDTH);
  // A bundle that is full by now stands for the partial one too.
  for (const width of new Set([tileWidth(0, bundle, size), TILE_WIDTH])) {
    const path = tilePath({ level: "entries", index: bundle, width });
    const bytes = await store.read(`${names.root}${path}`, MAX_BUNDLE_BYTES);
    const entry = bytes === undefined ? undefined : splitEntries(bytes, width)?.[index % TILE_WIDTH];
    if (entry === undefined) continue;
    const said = parseEntry(entry);
    return said?.type === "pack" && said.sha256 === sha256 ? { index, leaf: leafHash(platform, entry) } : undefined;
  }
  return undefined;
}

/** Proofs against one head, from the tiles. */
export class Prover {
  readonly #platform: Platform;
  readonly #checkpoint: CheckpointNote;
  readonly #store: ObjectReader;
  readonly #names: CollectionNames;
  readonly #tiles = new Map<string, readonly Uint8Array[]>();

  constructor(platform: Platform, store: ObjectReader, names: CollectionNames, checkpoint: CheckpointNote) {
    this.#platform = platform;
    this.#store = store;
    this.#names = names;
    this.#checkpoint = checkpoint;
  }

  /** The proof, held against the head; `undefined` where the tiles do not give one. */
  async prove({ index, leaf }: LoggedEntry): Promise<LogProof | undefined> {
    const { size, root } = this.#checkpoint;
    const nodes = nodesOfTiles(this.#platform, size, (place) => this.#tile(place));
    let hashes: readonly Uint8Array[];
    try {
      hashes = await inclusionProof(this.#platform, index, size, nodes);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
    const reached = rootOfInclusion(this.#platform, index, size, leaf, hashes);
    if (reached === undefined || !sameBytes(reached, root)) return undefined;
    return { index, hashes, checkpoint: this.#checkpoint };
  }

  async #tile(place: TilePlace): Promise<readonly Uint8Array[]> {
    const path = tilePath(place);
    const known = this.#tiles.get(path);
    if (known !== undefined) return known;
    const bytes = await this.#read(place);
    const hashes = splitHashes(bytes.subarray(0, place.width * HASH_BYTES), place.width);
    if (hashes === undefined) throw new RangeError(`no tile ${path}`);
    if (this.#tiles.size >= MOST_TILES) this.#tiles.clear();
    this.#tiles.set(path, hashes);
    return hashes;
  }

  /** A tile that is full by now stands for the partial one too. */
  async #read(place: TilePlace): Promise<Uint8Array> {
    for (const width of new Set([place.width, TILE_WIDTH])) {
      const name = `${this.#names.root}${tilePath({ ...place, width })}`;
      const bytes = await this.#store.read(name, TILE_WIDTH * HASH_BYTES);
      if (bytes !== undefined) return bytes;
    }
    return new Uint8Array(0);
  }
}

/** What is wrong with the proof for this pack; nothing, where it is in the log. */
export async function proofFindings(
  platform: Platform,
  path: string,
  { index, hashes, checkpoint }: LogProof,
  pack: { readonly packId: string; readonly sha256: string; readonly size: number },
  key: NoteKey | undefined,
): Promise<readonly Finding[]> {
  const leaf = leafHash(platform, entryBytes(packEntry(pack)));
  const root = rootOfInclusion(platform, index, checkpoint.size, leaf, hashes);
  const isIn = root !== undefined && sameBytes(root, checkpoint.root);
  const message = "the proof does not lead from this pack to the head of the log";
  return [
    ...(isIn ? [] : [finding("log_proof_invalid", { path, message })]),
    ...(await signatureFindings(platform, path, checkpoint, key)),
  ];
}
