/** A store in memory, and a log in it. */
import { appendEntries } from "../../../src/core/collection/append.ts";
import { entryBytes, packEntry } from "../../../src/core/collection/entry.ts";
import { writeCheckpoint } from "../../../src/core/collection/head/sign.ts";
import { Log } from "../../../src/core/collection/log.ts";
import { type NoteKey, noteKey } from "../../../src/core/collection/note.ts";
import type { Signer } from "../../../src/core/signature/signature.ts";
import { collectionNames } from "../../../src/core/store/names.ts";
import type { ObjectStore } from "../../../src/core/store/objects.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { testSigner } from "../artifacts.ts";

export const NAMES = collectionNames("c");

export interface MemoryStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array>;
}

export function memoryStore(objects: ReadonlyMap<string, Uint8Array> = new Map()): MemoryStore {
  const own = new Map(objects);
  return {
    place: "memory",
    objects: own,
    async read(name, limit) {
      await Promise.resolve();
      return own.get(name)?.slice(0, limit + 1);
    },
    async *list(prefix) {
      for (const [name, { length }] of own) if (name.startsWith(prefix)) yield { name, size: length };
    },
    async create(name, bytes) {
      await Promise.resolve();
      if (own.has(name)) return false;
      own.set(name, bytes.slice());
      return true;
    },
    async replace(name, bytes) {
      own.set(name, bytes.slice());
    },
  };
}

export const hex = (index: number): string => index.toString(16).padStart(64, "0");

/** The entry of the pack `index`. */
export const entry = (index: number): Uint8Array =>
  entryBytes(packEntry({ packId: hex(index), sha256: hex(index), size: index + 1 }));

export async function logSigner(
  origin = "example.org/log",
): Promise<{ readonly key: NoteKey; readonly signer: Signer }> {
  const signer = await testSigner();
  return { key: noteKey(platform, origin, signer.publicKey.bytes), signer };
}

export async function append(store: ObjectStore, entries: readonly Uint8Array[]): Promise<void> {
  const log = await new Log(platform, store, NAMES).readAll();
  await appendEntries(store, NAMES, log, entries, () => crypto.getRandomValues(new Uint8Array(16)));
}

export async function checkpoint(store: ObjectStore) {
  const { key, signer } = await logSigner();
  return writeCheckpoint(platform, store, NAMES, key, signer);
}

/** A log of 300 entries, with heads at 70 and 300. */
export async function writtenLog(): Promise<MemoryStore> {
  const store = memoryStore();
  await append(
    store,
    Array.from({ length: 40 }, (_, index) => entry(index)),
  );
  await append(
    store,
    Array.from({ length: 30 }, (_, index) => entry(40 + index)),
  );
  await checkpoint(store);
  await append(
    store,
    Array.from({ length: 230 }, (_, index) => entry(70 + index)),
  );
  await checkpoint(store);
  return store;
}
