/** The tiles and bundles of a log, each compared with what its entries give: the partial ones of earlier heads too. */
import { type Finding, finding } from "../finding/finding.ts";
import type { CollectionNames } from "../store/names.ts";
import type { ObjectReader } from "../store/objects.ts";
import { joinedEntries, MAX_BUNDLE_BYTES } from "./entry.ts";
import { endOf, joinedHashes, type TilePlace, tilePath, tilePlace, tileWidth } from "./tile.ts";
import { sameBytes, TILE_WIDTH } from "./tree.ts";

interface Expected {
  readonly level: TilePlace["level"];
  readonly index: number;
  /** Hashes, or entries. */
  readonly parts: readonly Uint8Array[];
}

export interface TileRange {
  /** Entries of the newest head: its tiles have to be there. */
  readonly signed: number;
  /** What ends before this many entries is not read: it was, when a head of that size was signed. */
  readonly from: number;
}

export class TileAudit {
  readonly #store: ObjectReader;
  readonly #names: CollectionNames;
  readonly #findings: Finding[];
  /** By the place without its width: the widths that are there. */
  readonly #there = new Map<string, number[]>();
  #expected: Expected[] = [];
  readonly #range: TileRange;
  #missing = 0;

  constructor(store: ObjectReader, names: CollectionNames, range: TileRange, findings: Finding[]) {
    this.#store = store;
    this.#names = names;
    this.#range = range;
    this.#findings = findings;
  }

  /** @param onTile told of each that is there */
  async list(onTile: (name: string) => void = () => undefined): Promise<void> {
    for await (const { name } of this.#store.list(this.#names.tiles)) {
      const place = tilePlace(name.slice(this.#names.root.length));
      if (place === undefined) continue;
      onTile(name);
      if (endOf(place) <= this.#range.from) continue;
      const key = `${place.level}/${place.index}`;
      this.#there.set(key, [...(this.#there.get(key) ?? []), place.width]);
    }
  }

  tile(level: number, index: number, hashes: readonly Uint8Array[]): void {
    this.#expected.push({ level, index, parts: hashes });
  }

  bundle(index: number, entries: readonly Uint8Array[]): void {
    this.#expected.push({ level: "entries", index, parts: entries });
  }

  /** Reads what is there of what was told. */
  async check(): Promise<void> {
    const expected = this.#expected;
    this.#expected = [];
    for (const { level, index, parts } of expected) {
      const key = `${level}/${index}`;
      const widths = this.#there.get(key) ?? [];
      this.#there.delete(key);
      for (const width of widths) await this.#compare({ level, index, width }, parts);
      const width = tileWidth(level === "entries" ? 0 : level, index, this.#range.signed);
      if (width > 0 && !widths.includes(width) && !widths.includes(TILE_WIDTH)) this.#missing += 1;
    }
  }

  /** What is there, and in no log of this size. */
  finish(): void {
    for (const [key, widths] of this.#there) {
      const [level = "", index] = key.split("/");
      const place = { level: level === "entries" ? level : Number(level), index: Number(index) } as const;
      for (const width of widths) this.#differs({ ...place, width }, "the log has no entries for it");
    }
  }

  /** What to say of tiles that are not there. */
  warnings(): readonly string[] {
    if (this.#missing === 0) return [];
    const what =
      this.#missing === 1 ? "1 tile of the log is not there" : `${this.#missing} tiles of the log are not there`;
    return [`${what}: \`gait collection checkpoint\` writes them again`];
  }

  async #compare(place: TilePlace, parts: readonly Uint8Array[]): Promise<void> {
    if (place.width > parts.length) return this.#differs(place, "the log has fewer entries");
    const own = parts.slice(0, place.width);
    const expected = place.level === "entries" ? joinedEntries(own) : joinedHashes(own);
    const bytes = await this.#store.read(`${this.#names.root}${tilePath(place)}`, MAX_BUNDLE_BYTES);
    if (bytes === undefined || !sameBytes(bytes, expected)) this.#differs(place, "it is not what the entries give");
  }

  #differs(place: TilePlace, message: string): void {
    this.#findings.push(finding("log_tile_mismatch", { path: `${this.#names.root}${tilePath(place)}`, message }));
  }
}
