/** The files beside a pack that vouch for it, found by their names: one listing for each folder in a process. */
import { readdirSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import type { Sidecar } from "../../core/trust/format/read-file.ts";
import { besideNames, withUnchecked } from "../../core/verify/unchecked.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import { errnoOf, fileError, withFileErrors } from "../files/errno.ts";
import { readInput } from "../files/input.ts";

/** Larger folders are not listed only to name what is not checked. */
const MOST_NAMES = 1000;
/** A listing reads the whole folder: one of this many bytes has more than those names on common file systems. */
const MOST_FOLDER_BYTES = 128 * 1024;
/** Files that are read beside one pack. */
const MOST_FILES = 200;

const listings = new Map<string, readonly string[]>();

/** What is in a folder; each is listed once in a process. */
export function namesIn(folder: string): readonly string[] {
  let names = listings.get(folder);
  if (names === undefined) {
    names = withFileErrors("read", folder, () => readdirSync(folder));
    listings.set(folder, names);
  }
  return names;
}

/** A verification without a trust file, with what lies beside the pack named: it was not checked. */
export function withUncheckedBeside<T extends VerificationData>(path: string, verification: T): T {
  if (verification.verdict === "failed" || verification.trust !== undefined) return verification;
  return withUnchecked(verification, uncheckedBeside(path));
}

/** Never fails: it is a courtesy. */
function uncheckedBeside(path: string): readonly string[] {
  const folder = dirname(path);
  try {
    if (!listings.has(folder) && statSync(folder).size > MOST_FOLDER_BYTES) listings.set(folder, []);
    const names = namesIn(folder);
    return names.length > MOST_NAMES ? [] : besideNames(names, basename(path));
  } catch {
    return [];
  }
}

/** The names of what lies beside the pack, in byte order. */
export function namesBeside(path: string): readonly string[] {
  return besideNames(namesIn(dirname(path)), basename(path));
}

/** The same of several; nothing beside one whose folder can't be listed: reading that pack fails, and says why. */
export function namesBesideEach(paths: readonly string[]): readonly (readonly string[])[] {
  return paths.map((path) => {
    try {
      return namesBeside(path);
    } catch (error) {
      if (error instanceof GaitError) return [];
      throw error;
    }
  });
}

/** Reads what lies beside the pack, by name. @throws GaitError `not_readable` where a file may not be read */
export async function sidecarsOf(path: string, names: readonly string[], limit: number): Promise<readonly Sidecar[]> {
  const folder = dirname(path);
  const sidecars: Sidecar[] = [];
  for (const name of names.slice(0, MOST_FILES)) sidecars.push(await readSidecar(join(folder, name), name, limit));
  const next = names[MOST_FILES];
  if (next !== undefined)
    sidecars.push({ name: next, fault: `there are more than ${MOST_FILES} files beside the pack` });
  return sidecars;
}

/** @param name as it is shown */
export async function readSidecar(path: string, name: string, limit: number): Promise<Sidecar> {
  const stats = statOf(path);
  // Somebody put it there; what this user may not read is an error instead.
  if (stats === undefined) return { name, fault: "it does not exist" };
  if (!stats.isFile()) return { name, fault: "it is no regular file" };
  if (stats.size > limit) return { name, fault: `it is larger than ${limit / 1024 / 1024} MiB` };
  try {
    return { name, bytes: await readInput(path, { limit }) };
  } catch (error) {
    // Removed since.
    if (error instanceof GaitError && error.code === "not_found") return { name, fault: "it does not exist" };
    throw error;
  }
}

/** `undefined` for nothing, and for a link that leads nowhere. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) return undefined;
    throw fileError(error, "read", path);
  }
}
