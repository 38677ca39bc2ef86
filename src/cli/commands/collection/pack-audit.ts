/** Holds the packs of a store or a folder against the entries of a log. */
import { basename } from "node:path";
import { parseEntry } from "../../../core/collection/entry.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Finding, finding, MAX_FINDINGS_OF_A_CODE } from "../../../core/finding/finding.ts";
import { IdSet } from "../../../core/signature/digest-set.ts";
import type { ObjectLocks } from "../../../core/store/lock.ts";
import { STORE_NAME } from "../../../core/store/names.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { countText } from "../../../core/text/quantities.ts";
import { packsBelow } from "../../../host/files/folder-walk.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import { digestOf } from "../../../host/packs/named-by-digest.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { openPlace } from "../../../host/store/open.ts";
import { storedPacks, withObject } from "../../../host/store/packs.ts";
import { errorOf } from "../../../host/threads/settled.ts";
import type { CollectionVerifyOutput } from "../../../schema/answer/store/log.ts";
import type { Call } from "../../command/command.ts";
import { netOf } from "../../flags/net.ts";

export interface Counted {
  readonly packs: NonNullable<CollectionVerifyOutput["packs"]>;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Entries that this version can't read: whether what they name is there is not known. */
  readonly unknown: number;
}

interface Present {
  readonly path: string;
  readonly sha256: string;
}

export class PackAudit {
  readonly #present: readonly Present[];
  /** Of a bucket. */
  readonly #locks: ObjectLocks | undefined;
  readonly #digests: IdSet;
  readonly #findings: Finding[];
  readonly #logged = new IdSet(hostPlatform);
  /** Packs of signed entries that are not there, and that no entry says were removed. */
  readonly #missing = new Map<string, string>();
  readonly #removed = new Set<string>();
  #entries = 0;
  #there = 0;
  #unknown = 0;

  private constructor(present: readonly Present[], findings: Finding[], locks: ObjectLocks | undefined) {
    this.#present = present;
    this.#locks = locks;
    this.#findings = findings;
    this.#digests = new IdSet(hostPlatform);
    for (const { sha256 } of present) this.#digests.add(sha256);
  }

  /** Reads and hashes every pack of a store, or of a folder. */
  static async of(place: string, call: Call): Promise<PackAudit> {
    const store = await openPlace(place, netOf(call));
    const present: Present[] = [];
    const findings: Finding[] = [];
    const isStore = store.isRemote || (await store.read(STORE_NAME, 1)) !== undefined;
    for await (const { path, expected, digest } of isStore ? stored(store) : inFolder(place, call)) {
      const actual = await digest();
      if (expected === undefined || expected === actual) present.push({ path, sha256: actual });
      else {
        const message = "the file has other content than its name in the store says";
        findings.push(finding("pack_changed", { path, expected, actual, message }));
      }
    }
    return new PackAudit(present, findings, store.locks);
  }

  entry(bytes: Uint8Array, isSigned: boolean): void {
    const entry = parseEntry(bytes);
    if (entry === undefined) {
      this.#unknown += 1;
      return;
    }
    const { sha256 } = entry;
    if (entry.type === "removed") {
      // Anybody can append: what no head covers excuses nothing.
      if (isSigned && this.#missing.delete(sha256)) this.#removed.add(sha256);
      return;
    }
    if (!this.#logged.add(sha256)) return;
    if (!isSigned) return;
    this.#entries += 1;
    if (this.#digests.has(sha256)) this.#there += 1;
    else this.#missing.set(sha256, entry.pack_id);
  }

  async end(): Promise<Counted> {
    const unlisted = this.#present.filter(({ sha256 }) => !this.#logged.has(sha256));
    const hidden = await this.#hidden();
    const missing = [...this.#missing].slice(0, MAX_FINDINGS_OF_A_CODE + 1).map(([sha256, packId]) => {
      const about = { path: `${sha256}.zip`, expected: sha256 };
      const entry = `the log has an entry for it (pack ${packId.slice(0, 12)}…)`;
      if (!hidden.has(sha256)) return finding("pack_missing", { ...about, message: `${entry}, and it is not there` });
      const message = `${entry}, and it is there as an older version alone: another object or a delete marker is on top of it`;
      return finding("pack_hidden", { ...about, message });
    });
    const warnings = [
      ...(unlisted.length === 0 ? [] : [unlistedText(unlisted.map(({ path }) => path))]),
      ...(this.#unknown === 0
        ? []
        : [`${countText(this.#unknown, "entry is", "entries are")} of a kind that this version does not know`]),
    ];
    const changed = this.#findings.length;
    return {
      packs: {
        ...{ entries: this.#entries, present: this.#there, removed: this.#removed.size },
        ...{ missing: this.#missing.size, changed, unlisted: unlisted.length },
      },
      findings: [...this.#findings, ...missing],
      warnings,
      unknown: this.#unknown,
    };
  }

  /** Of what is missing, what a bucket still has out of sight. */
  async #hidden(): Promise<ReadonlySet<string>> {
    if (this.#locks === undefined || this.#missing.size === 0) return new Set();
    try {
      return await this.#locks.hidden(new Set(this.#missing.keys()));
    } catch (error) {
      // Without versions, or the right to list them, a pack is missing all the same.
      if (error instanceof GaitError && error.code === "store_refused") return new Set();
      throw error;
    }
  }
}

function unlistedText(paths: readonly string[]): string {
  const what = countText(paths.length, "pack is in no entry, and was", "packs are in no entry, and were");
  return `${what} put later or never entered: ${basename(paths[0] ?? "")}${paths.length > 1 ? ", …" : ""}`;
}

interface Found {
  readonly path: string;
  /** What the name says. */
  readonly expected?: string;
  readonly digest: () => Promise<string>;
}

async function* stored(store: PackStore): AsyncGenerator<Found> {
  for await (const { name, sha256 } of storedPacks(store, "packs/"))
    yield { path: store.path(name), expected: sha256, digest: () => withObject(store, name, digestOf) };
}

async function* inFolder(place: string, call: Call): AsyncGenerator<Found> {
  for await (const found of packsBelow(place)) {
    if ("refused" in found) throw errorOf(found.refused);
    if ("left" in found) call.warn(`${found.path}: ${found.left}`);
    else yield { path: found.path, digest: () => withArtifact(found.path, digestOf) };
  }
}
