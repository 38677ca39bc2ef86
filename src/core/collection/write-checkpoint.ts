/** Signs a new head of a log: everything that it covers is read, what tlog-tiles clients need is written, then the head. */
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { Signer } from "../signature/signature.ts";
import { type CollectionNames, checkpointSize } from "../store/names.ts";
import type { ObjectStore } from "../store/objects.ts";
import { signatureFindings } from "./audit.ts";
import { type CheckpointNote, parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { joinedEntries } from "./entry.ts";
import { Log } from "./log.ts";
import { MAX_NOTE_BYTES, type NoteKey, parseNote } from "./note.ts";
import { joinedHashes, type TilePlace, tilePath } from "./tile.ts";
import { sameBytes, TILE_WIDTH } from "./tree.ts";

export interface WrittenCheckpoint {
  /** Entries of the log. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Entries of the head before; 0 where there was none. */
  readonly before: number;
  /** Whether there was something to sign. */
  readonly isNew: boolean;
  /** Tiles and bundles that were written. */
  readonly tiles: number;
  readonly ignored: number;
  /** Why nothing was signed. */
  readonly findings: readonly Finding[];
}

export async function writeCheckpoint(
  platform: Platform,
  store: ObjectStore,
  names: CollectionNames,
  key: NoteKey,
  signer: Signer,
): Promise<WrittenCheckpoint> {
  const old = await newestCheckpoint(store, names);
  const findings: Finding[] = [];
  if (old !== undefined) {
    const read = old.checkpoint;
    if (read === undefined)
      findings.push(
        finding("log_checkpoint_malformed", { path: old.name, message: "it is not a signed head of a log" }),
      );
    else findings.push(...(await signatureFindings(platform, old.name, read, key)));
  }
  const before = old?.checkpoint?.size ?? 0;
  const writer = new TileWriter(store, names, findings);
  await writer.list();
  const log = new Log(platform, store, names, {
    onTile: (level, index, hashes) => writer.hashes(level, index, hashes),
    onBundle: (index, entries) => writer.entries(index, entries),
    onEntry: (_, tree) => {
      if (tree.size !== before || old?.checkpoint === undefined || sameBytes(old.checkpoint.root, tree.root())) return;
      const message = `the first ${before} entries have another root than the head before`;
      findings.push(finding("log_root_mismatch", { path: old.name, message }));
    },
  });
  while ((await log.next()) !== undefined) {
    await writer.write();
  }
  const { size } = log.tree;
  if (size < before) {
    const message = "the log has fewer entries than the head before";
    findings.push(finding("log_root_mismatch", { path: old?.name, expected: `${before}`, actual: `${size}`, message }));
  }
  for (const [level, { hashes, index }] of log.tree.edges().entries()) writer.hashes(level, index, hashes);
  writer.entries(Math.floor(size / TILE_WIDTH), log.bundle);
  await writer.write();
  const root = log.tree.root();
  let isNew = size > before && findings.length === 0;
  if (isNew) {
    const note = await signCheckpoint(platform, { origin: key.name, size, root }, key, signer);
    const fault = await create(store, names, note, size);
    if (fault !== undefined) findings.push(fault);
    isNew = fault === undefined;
  }
  return { size, root, before, isNew, tiles: writer.written, ignored: log.ignored, findings };
}

/** What is wrong where something else has the head's name: everybody knows it. */
async function create(
  store: ObjectStore,
  names: CollectionNames,
  note: string,
  size: number,
): Promise<Finding | undefined> {
  const bytes = new TextEncoder().encode(note);
  const path = names.checkpoint(size);
  if (!(await store.create(path, bytes, { lasting: true }))) {
    // Another signer may have been first: it has signed the same text.
    const there = parseNote((await store.read(path, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
    if (there?.text !== parseNote(bytes)?.text) {
      return finding("log_checkpoint_malformed", {
        path,
        message: "it came while this head was signed, and is another",
      });
    }
  }
  const copy = parseCheckpoint((await store.read(names.newest, MAX_NOTE_BYTES)) ?? new Uint8Array(0));
  if (copy === undefined || copy.size < size) {
    const signed = await store.read(names.checkpoint(size), MAX_NOTE_BYTES);
    await store.replace(names.newest, signed ?? bytes);
  }
  return undefined;
}

interface FoundCheckpoint {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Absent where the bytes are none of that size. */
  readonly checkpoint: CheckpointNote | undefined;
}

/** The head with the largest size in its name. */
export async function newestCheckpoint(
  store: Pick<ObjectStore, "list" | "read">,
  names: CollectionNames,
): Promise<FoundCheckpoint | undefined> {
  let largest: number | undefined;
  for await (const { name } of store.list(names.checkpoints)) {
    const size = checkpointSize(names, name);
    if (size !== undefined) largest = Math.max(largest ?? 0, size);
  }
  if (largest === undefined) return undefined;
  const name = names.checkpoint(largest);
  const bytes = (await store.read(name, MAX_NOTE_BYTES)) ?? new Uint8Array(0);
  const checkpoint = parseCheckpoint(bytes);
  return { name, bytes, checkpoint: checkpoint?.size === largest ? checkpoint : undefined };
}

class TileWriter {
  readonly #store: ObjectStore;
  readonly #names: CollectionNames;
  readonly #findings: Finding[];
  readonly #there = new Set<string>();
  #pending: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  written = 0;

  constructor(store: ObjectStore, names: CollectionNames, findings: Finding[]) {
    this.#store = store;
    this.#names = names;
    this.#findings = findings;
  }

  async list(): Promise<void> {
    for await (const { name } of this.#store.list(this.#names.tiles)) this.#there.add(name);
  }

  hashes(level: number, index: number, hashes: readonly Uint8Array[]): void {
    this.#add({ level, index, width: hashes.length }, () => joinedHashes(hashes));
  }

  entries(index: number, entries: readonly Uint8Array[]): void {
    this.#add({ level: "entries", index, width: entries.length }, () => joinedEntries(entries));
  }

  async write(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    for (const { name, bytes } of pending) {
      if (await this.#store.create(name, bytes, { lasting: false })) this.written += 1;
      else await this.#compare(name, bytes);
    }
  }

  #add(place: TilePlace, bytes: () => Uint8Array): void {
    const name = `${this.#names.root}${tilePath(place)}`;
    if (place.width > 0 && !this.#there.has(name)) this.#pending.push({ name, bytes: bytes() });
  }

  /** Somebody wrote it in the meantime. */
  async #compare(name: string, bytes: Uint8Array): Promise<void> {
    const there = await this.#store.read(name, bytes.length);
    if (there !== undefined && sameBytes(there, bytes)) return;
    this.#findings.push(finding("log_tile_mismatch", { path: name, message: "it is not what the entries give" }));
  }
}
