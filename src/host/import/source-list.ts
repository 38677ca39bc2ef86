/** The records that a call is about: files as they were named, and what is in folders. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { IMPORT_FORMATS } from "../../core/import/formats.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { withFileErrors } from "../files/errno.ts";
import { isFolder } from "../files/folder-walk.ts";
import { yieldWhenDue } from "../threads/event-loop.ts";

export interface ListedSource {
  readonly path: string;
  /** In a folder that was named: it may be something else, and may have been imported before. */
  readonly isFound: boolean;
}

/** Files older than this are left out: milliseconds since 1970. */
export type Since = number | undefined;

/** In the order given, those of a folder by their paths, and behind them what may belong to another of them. */
export async function* listSources(paths: readonly string[], since: Since): AsyncGenerator<ListedSource> {
  for (const path of paths) {
    if (path === "-" || !isFolder(path)) {
      yield { path, isFound: false };
      continue;
    }
    const found = await filesBelow(path, since);
    const isCompanion = (file: string): boolean =>
      IMPORT_FORMATS.some(({ companionName }) => companionName?.test(basename(file)) === true);
    for (const file of found.filter((each) => !isCompanion(each))) yield { path: file, isFound: true };
    for (const file of found.filter(isCompanion)) yield { path: file, isFound: true };
  }
}

/** Links are not followed: they may lead back, or out. */
async function filesBelow(folder: string, since: Since): Promise<string[]> {
  await yieldWhenDue();
  const entries = withFileErrors("read", folder, () => readdirSync(folder, { withFileTypes: true }));
  entries.sort((left: Dirent, right: Dirent) => compareUtf8(left.name, right.name));
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path, since)));
    else if (entry.isFile() && isNewer(path, since)) files.push(path);
  }
  return files;
}

function isNewer(path: string, since: Since): boolean {
  return since === undefined || withFileErrors("read", path, () => statSync(path).mtimeMs) >= since;
}
