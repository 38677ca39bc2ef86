/** Traces and evidence packs that are older than they have to be kept (contract 3.9). */
import { type BigIntStats, lstatSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { utcTimestamp } from "../../core/time/timestamp.ts";
import type { RetainedFile } from "../../schema/document/evidence-pack.ts";
import { fileError, statOrNothing, withFileErrors } from "../files/errno.ts";
import { yieldWhenDue } from "../threads/event-loop.ts";

export type RetainedKind = RetainedFile["kind"];

const NANOSECONDS = 1_000_000_000n;

export interface FoundFile {
  readonly file: RetainedFile;
  readonly stats: BigIntStats;
}

/**
 * Every trace and evidence pack in `root` and its folders, sorted by path, with what is to become of it. A link counts as itself
 * and is not followed. PackSpec packs and runpacks are none of them.
 *
 * @param ttl nanoseconds by kind; 0 keeps
 * @throws GaitError for a folder that can't be read: nothing is deleted then
 */
export async function findRetained(
  root: string,
  now: bigint,
  ttl: Readonly<Record<RetainedKind, bigint>>,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const isFolder = withFileErrors("read", root, () => lstatSync(root).isDirectory());
  if (!isFolder) throw new GaitError("invalid_input", `${root} is no folder`, { hint: "Give a folder, not a link." });
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    await yieldWhenDue();
    const at = folder;
    for (const entry of withFileErrors("read", at, () => readdirSync(at, { withFileTypes: true }))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const kind = entry.isFile() || entry.isSymbolicLink() ? kindOfName(entry.name) : undefined;
      if (kind === undefined) continue;
      // A file that another process has just removed is not there.
      const stats = withFileErrors("read", path, () => statOrNothing(() => lstatSync(path, { bigint: true })));
      if (stats !== undefined) found.push({ stats, file: judged(path, kind, stats, now, ttl[kind]) });
    }
  }
  return found.sort((left, right) => compareUtf8(left.file.path, right.file.path));
}

export function kindOfName(name: string): RetainedKind | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith("trace_") && lower.endsWith(".json")) return "trace";
  return /^(evidence|incident)_pack_.*\.(zip|gaitenc)$/s.test(lower) ? "pack" : undefined;
}

function judged(path: string, kind: RetainedKind, stats: BigIntStats, now: bigint, ttl: bigint): RetainedFile {
  const { mtimeNs } = stats;
  const age = now - mtimeNs;
  const nanosecond = ((mtimeNs % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  return {
    path,
    kind,
    modified_at: utcTimestamp(Number((mtimeNs - nanosecond) / NANOSECONDS), Number(nanosecond)),
    age_seconds: Number(age / NANOSECONDS),
    action: ttl > 0n && age > ttl ? "deleted" : "kept",
  };
}

/** Deletes the file, unless it is another or was written to since it was found. @returns whether it was deleted */
export function deleteFound({ file, stats }: FoundFile): boolean {
  try {
    const now = statOrNothing(() => lstatSync(file.path, { bigint: true }));
    if (now === undefined || now.ino !== stats.ino || now.dev !== stats.dev || now.mtimeNs !== stats.mtimeNs)
      return false;
    unlinkSync(file.path);
    return true;
  } catch (error) {
    throw fileError(error, "write", file.path);
  }
}
