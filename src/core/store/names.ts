/** The names in a store (contract 14.1). Whatever fits none of them is foreign: it is told, and never opened. */
import { isSidecarName } from "../trust/sidecar-name.ts";
import type { Shard } from "../verify/shard.ts";

export const STORE_NAME = "gait-store.json";

export interface PackName {
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Of a file beside the pack: what follows the pack's own name, `.tlog-proof` for example. */
  readonly beside?: string;
}

const PACK = /^packs\/[0-9]{4}\/(?:0[1-9]|1[0-2])\/(?:0[1-9]|[12][0-9]|3[01])\/([0-9a-f]{64})\.zip(\..+)?$/;
const RECEIPTS =
  /^receipts\/([0-9]{4}\/(?:0[1-9]|1[0-2])\/(?:0[1-9]|[12][0-9]|3[01]))\/([a-z0-9][a-z0-9._-]{0,63})\/(0|[1-9][0-9]{0,8})-of-([1-9][0-9]{0,8})\.ndjson$/;
const COLLECTION = "[a-z0-9][a-z0-9._-]{0,63}";
const OF_COLLECTION = new RegExp(
  `^collections/${COLLECTION}/(?:commits/[0-9]{12}|checkpoints/[0-9]{16}|cosignatures/[0-9]{16}/[0-9a-f]{8}|checkpoint|vkey|tile/.+)$`,
);

/** Whether a collection may have this name. */
export function isCollectionName(name: string): boolean {
  return new RegExp(`^${COLLECTION}$`).test(name);
}

/** Receipts of one part of a run of `store verify`. */
export interface ReceiptsName {
  /** What all parts of one verification have in common. */
  readonly run: string;
  readonly shard: Shard;
}

/** Whether a run of `store verify --receipts` may have this name. */
export function isRunName(name: string): boolean {
  return isCollectionName(name);
}

/** @param milliseconds since 1970: the day in UTC on which the verification began */
export function receiptsName({ run, shard }: ReceiptsName, milliseconds: number): string {
  return `receipts/${dayOf(milliseconds)}/${run}/${shard.index}-of-${shard.count}.ndjson`;
}

/** What a name says; `undefined` for one that no receipts have. */
export function parseReceiptsName(name: string): ReceiptsName | undefined {
  const [, , run, index, count] = RECEIPTS.exec(name) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return run === undefined || shard.index >= shard.count ? undefined : { run, shard };
}

/** `packs/2026/11/25/`: packs lie by the day on which they were put, in UTC. @param milliseconds since 1970 */
export function dayPrefix(milliseconds: number): string {
  return `packs/${dayOf(milliseconds)}/`;
}

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10).replaceAll("-", "/");
}

/** The day in UTC on which a pack was put, in milliseconds since 1970. @param name as `packName` gives it */
export function putDay(name: string): number {
  const [year, month, day] = name.slice("packs/".length).split("/").map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day);
}

/** @param day as `dayPrefix` gives it */
export function packName(day: string, { sha256, beside = "" }: PackName): string {
  return `${day}${sha256}.zip${beside}`;
}

/** What a name says; `undefined` for one that is not of a pack or of a file beside one. */
export function parsePackName(name: string): PackName | undefined {
  const [, sha256, beside] = PACK.exec(name) ?? [];
  if (sha256 === undefined) return undefined;
  if (beside === undefined) return { sha256 };
  return isBesideEnding(sha256, beside) ? { sha256, beside } : undefined;
}

/** Whether a file of this ending may lie beside a pack in a store. */
export function isBesideEnding(pack: string, ending: string): boolean {
  return ending === ".tlog-proof" || isSidecarName(`${pack}.zip${ending}`, `${pack}.zip`);
}

/** Whether the name is one that a store has. */
export function isStoreName(name: string): boolean {
  return (
    name === STORE_NAME ||
    parsePackName(name) !== undefined ||
    parseReceiptsName(name) !== undefined ||
    OF_COLLECTION.test(name)
  );
}

/** The names of one collection, each below `collections/NAME/`. */
export function collectionNames(collection: string) {
  const root = `collections/${collection}/`;
  return {
    root,
    vkey: `${root}vkey`,
    commit: (number: number) => `${root}commits/${String(number).padStart(12, "0")}`,
    checkpoints: `${root}checkpoints/`,
    checkpoint: (size: number) => `${root}checkpoints/${String(size).padStart(16, "0")}`,
    /** Of all cosignatures of the head of `size` entries. */
    cosignatures: (size: number) => `${root}cosignatures/${String(size).padStart(16, "0")}/`,
    isCosignature: (name: string) => /\/cosignatures\/[0-9]{16}\/[0-9a-f]{8}$/.test(name),
    newest: `${root}checkpoint`,
    tiles: `${root}tile/`,
  };
}

export type CollectionNames = ReturnType<typeof collectionNames>;

/** The size that a checkpoint's name gives; `undefined` for another name. */
export function checkpointSize(names: CollectionNames, name: string): number | undefined {
  const digits = name.startsWith(names.checkpoints) ? name.slice(names.checkpoints.length) : "";
  const size = /^[0-9]{16}$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
