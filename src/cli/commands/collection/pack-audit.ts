/** Holds the packs of a store or a folder against the entries of a log. */
import { basename } from "node:path";
import { parseEntry } from "../../../core/collection/entry.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Finding, finding, MAX_FINDINGS_OF_A_CODE } from "../../../core/finding/finding.ts";
import { IdSet } from "../../../core/signature/digest-set.ts";
import type { ObjectLocks } from "../../../core/store/lock.ts";
import { putDay, STORE_NAME } from "../../../core/store/names.ts";
import type { PackStore } from "../../../core/store/objects.ts";
import { countText } from "../../../core/text/quantities.ts";
import { packsBelow } from "../../../host/files/folder-walk.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import { digestOf } from "../../../host/packs/named-by-digest.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { openPlace } from "../../../host/store/open.ts";
import { storedPacks, withObject } from "../../../host/store/packs.ts";
import { errorOf } from "../../../host/threads/settled.ts";
import type { CollectionVerifyOutput, Removal } from "../../../schema/answer/store/log.ts";
import type { Call } from "../../command/command.ts";
import { netOf } from "../../flags/net.ts";

const DAY_MS = 86_400_000;

/** A pack that is put around midnight, or by a clock that is wrong by less than a day, is not yet called old. */
const OLDER_BY_MS = 2 * DAY_MS;

export interface Counted {
  readonly packs: NonNullable<CollectionVerifyOutput["packs"]>;
  readonly removals: readonly Removal[];
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Entries that this version can't read: whether what they name is there is not known. */
  readonly unknown: number;
}

interface Present {
  readonly path: string;
  readonly sha256: string;
  /** Of a store: when it was put, in milliseconds since 1970. */
  readonly day: number | undefined;
}

/** A pack of an entry. */
interface Entered {
  readonly packId: string;
  readonly index: number;
}

export class PackAudit {
  readonly #present: readonly Present[];
  /** Of a store, and of a bucket. */
  readonly #store: PackStore | undefined;
  readonly #locks: ObjectLocks | undefined;
  readonly #digests: IdSet;
  readonly #findings: Finding[];
  readonly #warnings: readonly string[];
  readonly #logged = new IdSet(hostPlatform);
  /** Of these, what no head covers. */
  readonly #unsigned = new IdSet(hostPlatform);
  /** Packs of signed entries that are not there, and that no entry says were removed. */
  readonly #missing = new Map<string, Entered>();
  /** By the pack, in the order of the log. */
  readonly #removals = new Map<string, Omit<Removal, "head">>();
  /** Packs that are there, of which an entry says that they were removed. */
  readonly #still = new Set<string>();
  #entries = 0;
  #there = 0;
  #unknown = 0;

  private constructor(
    present: readonly Present[],
    { findings, warnings }: { readonly findings: Finding[]; readonly warnings: readonly string[] },
    store: PackStore | undefined,
  ) {
    this.#present = present;
    this.#store = store;
    this.#locks = store?.locks;
    this.#findings = findings;
    this.#warnings = warnings;
    this.#digests = new IdSet(hostPlatform);
    for (const { sha256 } of present) this.#digests.add(sha256);
  }

  /** Reads and hashes every pack of a store, or of a folder. */
  static async of(place: string, call: Call): Promise<PackAudit> {
    const store = await openPlace(place, netOf(call));
    const present: Present[] = [];
    const findings: Finding[] = [];
    const warnings: string[] = [];
    const onLeft = (path: string, why: string): void => void warnings.push(`${path}: ${why}`);
    const isStore = store.isRemote || (await store.read(STORE_NAME, 1)) !== undefined;
    for await (const { path, expected, day, digest } of isStore ? stored(store) : inFolder(place, onLeft)) {
      const actual = await digest();
      // Its entry is of a pack that is missing.
      if (actual === undefined) onLeft(path, "it is listed, and not there");
      else if (expected === undefined || expected === actual) present.push({ path, sha256: actual, day });
      else {
        const message = "the file has other content than its name in the store says";
        findings.push(finding("pack_changed", { path, expected, actual, message }));
      }
    }
    return new PackAudit(present, { findings, warnings }, isStore ? store : undefined);
  }

  /** @param index its place in the log, from 0 */
  entry(bytes: Uint8Array, isSigned: boolean, index: number): void {
    const entry = parseEntry(bytes);
    if (entry === undefined) {
      this.#unknown += 1;
      return;
    }
    const { sha256 } = entry;
    if (entry.type === "removed") {
      // Anybody can append: what no head covers excuses nothing.
      if (isSigned) this.#remove(sha256, entry.reason, index);
      return;
    }
    if (!this.#logged.add(sha256)) {
      // A removal excuses what stands before it: a pack that is entered again has to be there again.
      if (isSigned && this.#removals.delete(sha256)) this.#missing.set(sha256, { packId: entry.pack_id, index });
      if (isSigned) this.#still.delete(sha256);
      return;
    }
    if (!isSigned) {
      this.#unsigned.add(sha256);
      return;
    }
    this.#entries += 1;
    if (this.#digests.has(sha256)) this.#there += 1;
    else this.#missing.set(sha256, { packId: entry.pack_id, index });
  }

  #remove(sha256: string, reason: Removal["reason"], index: number): void {
    const entered = this.#missing.get(sha256);
    if (entered === undefined) {
      if (this.#digests.has(sha256) && this.#logged.has(sha256)) this.#still.add(sha256);
      return;
    }
    this.#missing.delete(sha256);
    const { packId, index: enteredAt } = entered;
    this.#removals.set(sha256, { sha256, pack_id: packId, reason, index: enteredAt, removal_index: index });
  }

  /**
   * @param heads the entries of each signed head, the smallest first
   * @param now in milliseconds since 1970
   */
  async end(heads: readonly number[], now: number): Promise<Counted> {
    const unlisted = this.#present.filter(({ sha256 }) => !this.#logged.has(sha256));
    const old = this.#older(unlisted, now);
    await this.#lookAgain();
    const hidden = await this.#hidden();
    const missing = [...this.#missing].slice(0, MAX_FINDINGS_OF_A_CODE + 1).map(([sha256, { packId }]) => {
      const about = { path: `${sha256}.zip`, expected: sha256 };
      const entry = `the log has an entry for it (pack ${packId.slice(0, 12)}…)`;
      if (!hidden.has(sha256)) return finding("pack_missing", { ...about, message: `${entry}, and it is not there` });
      const message = `${entry}, and it is there as an older version alone: another object or a delete marker is on top of it`;
      return finding("pack_hidden", { ...about, message });
    });
    const pending = unlisted.filter((pack) => !old.has(pack));
    const [still] = this.#still;
    const warnings = [
      ...this.#warnings,
      ...(pending.length === 0 ? [] : [pendingText(pending)]),
      ...(still === undefined ? [] : [stillText(still, this.#still.size)]),
      ...(this.#unknown === 0
        ? []
        : [`${countText(this.#unknown, "entry is", "entries are")} of a kind that this version does not know`]),
    ];
    const changed = this.#findings.length;
    return {
      packs: {
        ...{ entries: this.#entries, present: this.#there, removed: this.#removals.size },
        ...{ missing: this.#missing.size, changed, unlisted: unlisted.length, pending: pending.length },
      },
      removals: withHeads([...this.#removals.values()], heads),
      findings: [...this.#findings, ...missing, ...[...old].map(unlistedPack)],
      warnings,
      unknown: this.#unknown,
    };
  }

  /**
   * Those of `unlisted` that are older than the head. A head has no time in it, and that of its file changes with every copy:
   * the packs that it covers have theirs in their names, and it is no older than they are.
   */
  #older(unlisted: readonly Present[], now: number): ReadonlySet<Present> {
    if (unlisted.length === 0) return new Set();
    const firstDays = new Map<string, number>();
    for (const { sha256, day } of this.#present) {
      if (day === undefined || !this.#logged.has(sha256) || this.#unsigned.has(sha256)) continue;
      // The same pack put again says nothing of when it was entered.
      firstDays.set(sha256, Math.min(day, firstDays.get(sha256) ?? day));
    }
    // One that was put by a clock that is ahead would make all others old.
    let newest = Number.NEGATIVE_INFINITY;
    for (const day of firstDays.values()) if (day <= now && day > newest) newest = day;
    return new Set(unlisted.filter(({ day }) => day !== undefined && day + OLDER_BY_MS <= newest));
  }

  /** What was put, entered and signed after the packs were listed, which takes as long as it takes to read them all. */
  async #lookAgain(): Promise<void> {
    if (this.#store === undefined || this.#missing.size === 0) return;
    for await (const { expected = "", digest } of stored(this.#store)) {
      if (!this.#missing.has(expected) || (await digest()) !== expected) continue;
      this.#missing.delete(expected);
      this.#there += 1;
    }
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

/** Each with the first head that covers it; both are in the order of the log. */
function withHeads(removals: readonly Omit<Removal, "head">[], heads: readonly number[]): Removal[] {
  let at = 0;
  return removals.map((each) => {
    while ((heads[at] ?? Number.POSITIVE_INFINITY) <= each.removal_index) at += 1;
    return { ...each, head: heads[at] ?? each.removal_index + 1 };
  });
}

function unlistedPack({ path }: Present): Finding {
  const message = "no entry of the log names it, and the head covers packs that were put two days later or more";
  return finding("pack_unlisted", { path, message });
}

function pendingText(packs: readonly Present[]): string {
  const what = countText(packs.length, "pack is in no entry", "packs are in no entry");
  return `${what}, not yet appended: ${named(basename(packs[0]?.path ?? ""), packs.length)}`;
}

function stillText(sha256: string, count: number): string {
  const what = countText(count, "pack is entered as removed, and is", "packs are entered as removed, and are");
  return `${what} there: ${named(`${sha256}.zip`, count)}`;
}

function named(first: string, count: number): string {
  return count > 1 ? `${first}, …` : first;
}

interface Found {
  readonly path: string;
  /** What the name says. */
  readonly expected?: string;
  readonly day?: number;
  /** Of what is there; `undefined` where a store lists it and has nothing under the name. */
  readonly digest: () => Promise<string | undefined>;
}

async function* stored(store: PackStore): AsyncGenerator<Found> {
  for await (const { name, sha256 } of storedPacks(store, "packs/"))
    yield {
      ...{ path: store.path(name), expected: sha256, day: putDay(name) },
      digest: () => digestOfListed(store, name),
    };
}

async function digestOfListed(store: PackStore, name: string): Promise<string | undefined> {
  try {
    return await withObject(store, name, digestOf);
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_found") return undefined;
    throw error;
  }
}

async function* inFolder(place: string, onLeft: (path: string, why: string) => void): AsyncGenerator<Found> {
  for await (const found of packsBelow(place)) {
    if ("refused" in found) throw errorOf(found.refused);
    if ("left" in found) onLeft(found.path, found.left);
    else yield { path: found.path, digest: () => withArtifact(found.path, digestOf) };
  }
}
