/** A log, read from its commits: the entries in their order, and the tree over them. */
import { GaitError } from "../finding/error.ts";
import { GarbageCollection } from "../platform/collect-garbage.ts";
import type { Platform } from "../platform/platform.ts";
import type { CollectionNames } from "../store/names.ts";
import type { ObjectReader } from "../store/objects.ts";
import { type Commit, continues, MAX_COMMIT_BYTES, parseCommit } from "./commit.ts";
import { leafHash, sameBytes, TILE_WIDTH, type TileSink, Tree } from "./tree.ts";

/** Told of what is full: tiles, and bundles of 256 entries. */
export interface LogSinks {
  readonly onTile?: TileSink;
  readonly onBundle?: (index: number, entries: readonly Uint8Array[]) => void;
  /** Told of each entry, with the tree that ends with it. */
  readonly onEntry?: (entry: Uint8Array, tree: Tree) => void;
  /**
   * Whether the next commit is read twice: nothing else would show that a bit of it flipped on its way, and what is built
   * on it would be void for everybody.
   */
  readonly readTwice?: () => boolean;
}

/** Commits that are larger are not read ahead: some of them would not fit into memory. */
const SMALL_COMMIT = 1024 * 1024;

export class Log {
  readonly #platform: Platform;
  readonly #store: ObjectReader;
  readonly #names: CollectionNames;
  readonly #sinks: LogSinks;
  readonly #garbage: GarbageCollection;
  /** By their numbers, commits that were asked for before it was their turn. */
  readonly #asked = new Map<number, Promise<Uint8Array | undefined>>();
  readonly tree: Tree;
  /** The entries of the bundle that is not full yet. */
  bundle: Uint8Array[] = [];
  /** Commits read, with those that have no entries. */
  commits = 0;
  /** Those that do not fit what stands before them. */
  ignored = 0;

  constructor(platform: Platform, store: ObjectReader, names: CollectionNames, sinks: LogSinks = {}) {
    this.#platform = platform;
    this.#garbage = new GarbageCollection(platform, 16 * 1024 * 1024);
    this.#store = store;
    this.#names = names;
    this.#sinks = sinks;
    this.tree = new Tree(platform, sinks.onTile);
  }

  /** Reads the next commit. @returns whether there was one; the commit itself where it has entries */
  async next(): Promise<{ readonly commit: Commit | undefined } | undefined> {
    const bytes = await this.#read(this.commits);
    if (bytes === undefined) return undefined;
    if (this.#sinks.readTwice?.() === true) await this.#sameAgain(this.commits, bytes);
    this.#garbage.after(bytes.length);
    this.commits += 1;
    const commit = parseCommit(bytes);
    if (commit === undefined || !continues(commit, this.tree.size, this.tree.range())) {
      this.ignored += 1;
      return { commit: undefined };
    }
    for (const entry of commit.entries) this.#add(entry);
    return { commit };
  }

  /** Takes over the commit that was just written as the next one. */
  take(commit: Commit): void {
    this.commits += 1;
    this.#asked.clear();
    for (const entry of commit.entries) this.#add(entry);
  }

  /** Reads all that there is. */
  async readAll(): Promise<this> {
    while ((await this.next()) !== undefined);
    return this;
  }

  /** @throws GaitError `input_changed` */
  async #sameAgain(number: number, bytes: Uint8Array): Promise<void> {
    const name = this.#names.commit(number);
    const again = await this.#store.read(name, MAX_COMMIT_BYTES);
    if (again !== undefined && sameBytes(again, bytes)) return;
    throw new GaitError("input_changed", `${this.#store.place}: ${name} was another one when it was read again`, {
      hint: "Nothing was made of it. Run the command again; if it stays, look at the disk, the memory or the server.",
    });
  }

  async #read(number: number): Promise<Uint8Array | undefined> {
    const read = (commit: number) => this.#store.read(this.#names.commit(commit), MAX_COMMIT_BYTES);
    const asked = this.#asked.get(number);
    this.#asked.delete(number);
    // What was not there when it was asked for may be there now.
    const bytes = (await asked?.catch(() => undefined)) ?? (await read(number));
    if (bytes === undefined || bytes.length > SMALL_COMMIT) return bytes;
    for (let next = number + 1; next <= number + (this.#store.readAhead ?? 0); next += 1) {
      if (this.#asked.has(next)) continue;
      const ahead = read(next);
      ahead.catch(() => undefined);
      this.#asked.set(next, ahead);
    }
    return bytes;
  }

  #add(entry: Uint8Array): void {
    const bundleIndex = Math.floor(this.tree.size / TILE_WIDTH);
    this.tree.append(leafHash(this.#platform, entry));
    this.bundle.push(entry);
    this.#sinks.onEntry?.(entry, this.tree);
    if (this.bundle.length < TILE_WIDTH) return;
    const full = this.bundle;
    this.bundle = [];
    this.#sinks.onBundle?.(bundleIndex, full);
  }
}
