/** Writes the tiles and bundles of a log that are not there, and holds those that are against its entries. */
import { type Finding, finding } from "../../finding/finding.ts";
import type { CollectionNames } from "../../store/names.ts";
import type { ObjectStore } from "../../store/objects.ts";
import { joinedEntries } from "../entry.ts";
import { joinedHashes, type TilePlace, tilePath } from "../tile.ts";
import { TileAudit } from "../tile-audit.ts";
import { sameBytes } from "../tree.ts";

export class TileWriter {
  readonly #store: ObjectStore;
  readonly #names: CollectionNames;
  readonly #findings: Finding[];
  readonly #audit: TileAudit;
  readonly #there = new Set<string>();
  #pending: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  written = 0;

  /** @param before entries of the head before: the tiles of it were held against the log when it was signed */
  constructor(store: ObjectStore, names: CollectionNames, before: number, findings: Finding[]) {
    this.#store = store;
    this.#names = names;
    this.#findings = findings;
    this.#audit = new TileAudit(store, names, { signed: 0, from: before }, findings);
  }

  /** Before the log is read: what is there then has no entries but those that are read. */
  async list(): Promise<void> {
    await this.#audit.list((name) => this.#there.add(name));
  }

  hashes(level: number, index: number, hashes: readonly Uint8Array[]): void {
    this.#audit.tile(level, index, hashes);
    this.#add({ level, index, width: hashes.length }, () => joinedHashes(hashes));
  }

  entries(index: number, entries: readonly Uint8Array[]): void {
    this.#audit.bundle(index, entries);
    this.#add({ level: "entries", index, width: entries.length }, () => joinedEntries(entries));
  }

  /** @param isKnown whether the log is known to be that of the head before; until then nothing is written */
  async write(isKnown: boolean): Promise<void> {
    await this.#audit.check();
    if (this.#findings.length > 0) this.#pending = [];
    if (!isKnown) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const { name, bytes } of pending) {
      if (this.#findings.length > 0) return;
      if (await this.#store.create(name, bytes, { lasting: false })) this.written += 1;
      else await this.#compare(name, bytes);
    }
  }

  /** What is there and belongs to no log of these entries. */
  finish(): void {
    this.#audit.finish();
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
