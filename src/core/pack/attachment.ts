/** Files that travel in a pack beside its evidence: the source of an import, and what was attached. Declared as all others are. */
import type { ByteSource } from "../bytes/source.ts";
import type { Measurements } from "../zip/measure.ts";
import { nameFault } from "../zip/name.ts";
import type { PackMember } from "./build-pack.ts";

/** Folder of the files that an import read. */
export const IMPORT_SOURCES = "source/import/";
/** Folder of everything else. */
export const ATTACHMENTS = "attachments/";

const MOST_NAME = 100;

export interface AttachedFile {
  /** Its base name. */
  readonly name: string;
  readonly source: ByteSource;
  readonly known?: Measurements | undefined;
}

/** Whether an entry of a pack is one of these. */
export function isAttachment(path: string): boolean {
  return [IMPORT_SOURCES, ATTACHMENTS].some((folder) => path.startsWith(folder) && path.length > folder.length);
}

/** The files as entries of `folder`, by names that mean the same on every system, each once. */
export function attachedMembers(folder: string, files: readonly AttachedFile[]): PackMember[] {
  const used = new Set<string>();
  return files.map(({ name, source, known }) => ({ path: folder + plainName(name, used), content: source, known }));
}

/** Two names that differ only in letter case are one on some systems. */
function plainName(name: string, used: Set<string>): string {
  const plain = name
    .replace(/[^A-Za-z0-9._-]/gu, "_")
    .slice(-MOST_NAME)
    .replace(/^\.+|\.+$/g, (dots) => "_".repeat(dots.length));
  // Windows opens a device for `con.json`.
  const base = nameFault(plain) === undefined ? plain : `_${plain}`;
  const [, stem = base, ending = ""] = /^(.+?)(\.[A-Za-z0-9]+)?$/.exec(base) ?? [];
  let free = base;
  for (let number = 2; used.has(free.toLowerCase()); number += 1) free = `${stem}_${number}${ending}`;
  used.add(free.toLowerCase());
  return free;
}
