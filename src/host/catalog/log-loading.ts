/** Entries of logs as rows of a catalogue: which log has a pack, and where. */
import type { Database } from "bun:sqlite";
import { parseEntry } from "../../core/collection/entry.ts";
import { newestSigned } from "../../core/collection/head/newest.ts";
import { Log } from "../../core/collection/log.ts";
import { formatNoteKey, type NoteKey } from "../../core/collection/note.ts";
import { sameBytes } from "../../core/collection/tree.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { CollectionNames } from "../../core/store/names.ts";
import type { ObjectReader } from "../../core/store/objects.ts";
import type { CollectionEntry } from "../../schema/document/store/collection.ts";
import { hostPlatform } from "../platform/bun.ts";

/** What a catalogue has of a log. */
export interface KnownLog {
  readonly size: number;
  /** The root of that many entries. */
  readonly root: Uint8Array;
}

/** Where the entries of logs go, one log after the other. */
export interface LogTable {
  /** Begins with a log. @returns what is there of it */
  open(vkey: string, origin: string): Promise<KnownLog | undefined>;
  /** Drops the entries of the log that was opened. */
  clear(): Promise<void>;
  /** @param at its place in the log, from 0 */
  add(entry: CollectionEntry, at: number): void;
  /** Await it between pieces of the log. */
  drained(): Promise<void>;
  /** Ends with a log. */
  close(known: KnownLog): Promise<void>;
}

export interface CollectionOfStore {
  readonly store: ObjectReader;
  readonly names: CollectionNames;
  /** As it is shown. */
  readonly name: string;
  readonly key: NoteKey;
}

export interface LoadedLog {
  readonly name: string;
  readonly origin: string;
  /** Entries that the head covers. */
  readonly size: number;
  /** Of these, what was not in the catalogue. */
  readonly added: number;
  /** What the catalogue had of the log was another one's. */
  readonly isAnew: boolean;
}

/**
 * Loads what the newest signed head covers, and nothing of a log that is not what the head was signed over.
 * @throws GaitError `not_found` without a head, `not_readable`
 */
export async function loadLog(collection: CollectionOfStore, table: LogTable): Promise<LoadedLog> {
  const { store, names, name, key } = collection;
  const head = (await newestSigned(hostPlatform, store, names, key, () => undefined))?.checkpoint;
  if (head === undefined) {
    throw new GaitError("not_found", `${name} has no signed head yet`, {
      hint: "`gait collection checkpoint` signs one; what it covers is loaded.",
    });
  }
  const known = await table.open(formatNoteKey(key), head.origin);
  const isKnown = known !== undefined && known.size <= head.size && (await readInto(collection, head, known, table));
  const isAnew = known !== undefined && !isKnown;
  if (isAnew) await table.clear();
  if (!isKnown) await readInto(collection, head, undefined, table);
  await table.close(head);
  return { name, origin: head.origin, size: head.size, added: head.size - (isKnown ? known.size : 0), isAnew };
}

/** @returns whether the log begins with what is known of it; nothing is added where it does not */
async function readInto(
  { store, names, name }: CollectionOfStore,
  head: KnownLog,
  known: KnownLog | undefined,
  table: LogTable,
): Promise<boolean> {
  let isSame = true;
  let isHeads = head.size === 0;
  const log = new Log(hostPlatform, store, names, {
    onEntry: (bytes, tree) => {
      const at = tree.size - 1;
      if (tree.size === known?.size) isSame = sameBytes(tree.root(), known.root);
      if (tree.size === head.size) isHeads = sameBytes(tree.root(), head.root);
      if (!isSame || at >= head.size || at < (known?.size ?? 0)) return;
      const entry = parseEntry(bytes);
      if (entry !== undefined) table.add(entry, at);
    },
  });
  while (isSame && log.tree.size < head.size && (await log.next()) !== undefined) await table.drained();
  if (!isSame) return false;
  if (isHeads) return true;
  throw new GaitError("not_readable", `the entries of ${name} do not have the root of its newest head`, {
    hint: "`gait collection verify` says what is wrong; nothing was loaded.",
  });
}

/** The log of one collection at a time, in SQLite. */
export class LogRows implements LogTable {
  readonly #statements;
  #collection = 0;

  constructor(database: Database) {
    this.#statements = {
      known: database.query<{ id: number; size: number; root: Uint8Array }, [string]>(
        "SELECT id, size, root FROM collection WHERE vkey = ?",
      ),
      collection: database.query<{ id: number }, [string, string]>(
        "INSERT INTO collection (vkey, origin, size, root) VALUES (?, ?, 0, x'') RETURNING id",
      ),
      clear: database.query("DELETE FROM entry WHERE collection = ?"),
      close: database.query("UPDATE collection SET size = ?, root = ? WHERE id = ?"),
      pack: database.query<{ id: number }, [Uint8Array]>(
        "INSERT INTO pack (sha256) VALUES (?) ON CONFLICT (sha256) DO NOTHING RETURNING id",
      ),
      there: database.query<{ id: number }, [Uint8Array]>("SELECT id FROM pack WHERE sha256 = ?"),
      entry: database.query("INSERT INTO entry (collection, at, pack, type, reason) VALUES (?, ?, ?, ?, ?)"),
    };
  }

  async open(vkey: string, origin: string): Promise<KnownLog | undefined> {
    const known = this.#statements.known.get(vkey) ?? undefined;
    this.#collection = (known ?? this.#statements.collection.get(vkey, origin))?.id ?? 0;
    return known;
  }

  async clear(): Promise<void> {
    this.#statements.clear.run(this.#collection);
  }

  add(entry: CollectionEntry, at: number): void {
    const key = Buffer.from(entry.sha256, "hex");
    const pack = (this.#statements.pack.get(key) ?? this.#statements.there.get(key))?.id;
    if (pack === undefined) throw new GaitError("internal", "a pack of the catalogue is not found again");
    this.#statements.entry.run(this.#collection, at, pack, entry.type, entry.type === "removed" ? entry.reason : null);
  }

  async drained(): Promise<void> {
    // Each row is there at once.
  }

  async close({ size, root }: KnownLog): Promise<void> {
    this.#statements.close.run(size, root, this.#collection);
  }
}
