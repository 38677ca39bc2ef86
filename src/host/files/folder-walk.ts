/** Lists the paths in folders and patterns, in the byte order of the names. */

import { isUtf8 } from "node:buffer";
import { type Dirent, lstatSync, type Stats, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { GaitError } from "../../core/finding/error.ts";
import type { RemotePack } from "../../core/store/objects.ts";
import { compareUtf8 } from "../../core/text/utf8-order.ts";
import { yieldWhenDue } from "../threads/event-loop.ts";
import { type Refusal, refusalOf } from "../threads/settled.ts";
import { fileError, statOrNothing } from "./errno.ts";
import { isPattern, nameTest } from "./pattern.ts";

export type Listed =
  /** `remote`: the path is only how it is shown. */
  | { readonly path: string; readonly remote?: RemotePack }
  /** An item that could not be listed, and why. */
  | { readonly path: string; readonly refused: Refusal }
  /** An item that was skipped, and why. */
  | { readonly path: string; readonly left: string };

/** What counts as a pack in a folder. */
export function isPackName(name: string): boolean {
  return name.toLowerCase().endsWith(".zip");
}

/** Every pack in a folder and its subfolders. Links to folders are skipped: they may be circular. */
export async function* packsBelow(folder: string): AsyncGenerator<Listed> {
  await yieldWhenDue();
  const content = await contentOf(folder);
  if ("refused" in content) return yield content;
  for (const { name, kind } of content.entries) {
    const path = pathIn(folder, name);
    if (kind === "folder") yield* packsBelow(path);
    else if (kind === "link to a folder") yield { path, left: "a link to a folder, which is not followed" };
    else if (isPackName(name)) yield { path };
  }
  yield* content.unnamed;
}

/** The matches of a pattern, including links to folders, as in shells. Reports unreadable folders. */
export async function* matches(pattern: string): AsyncGenerator<Listed> {
  const root = /^\/+/.exec(pattern)?.[0] ?? "";
  yield* matchesIn(root, pattern.slice(root.length).split(/\/+/));
}

async function* matchesIn(folder: string, parts: readonly string[]): AsyncGenerator<Listed> {
  const [part = "", ...rest] = parts;
  if (!isPattern(part)) {
    const path = pathIn(folder, part);
    if (rest.length > 0) return yield* matchesIn(path, rest);
    if (statOrNothing(() => lstatSync(path)) !== undefined) yield { path };
    return;
  }
  const content = await contentOf(folder === "" ? "." : folder);
  if ("refused" in content) {
    // A name in the middle of the pattern must be a folder.
    if (content.refused.code !== "not_found") yield content;
    return;
  }
  if (part === "**") yield* matchesIn(folder, rest.length === 0 ? ["*"] : rest);
  const fits = part === "**" ? (name: string) => !name.startsWith(".") : nameTest(part);
  for (const { name, kind } of content.entries) {
    if (!fits(name)) continue;
    const path = pathIn(folder, name);
    // Any number of folders, but never through a link, which may be circular.
    if (part === "**") {
      if (kind === "folder") yield* matchesIn(path, parts);
    } else if (rest.length === 0) yield { path };
    else if (kind !== "file") yield* matchesIn(path, rest);
  }
  if (rest.length === 0) yield* content.unnamed;
}

interface Content {
  readonly entries: readonly { readonly name: string; readonly kind: Kind }[];
  /** Packs and folders whose names are not valid UTF-8, so not valid paths. */
  readonly unnamed: readonly Listed[];
}

type Kind = "file" | "folder" | "link to a folder";

async function contentOf(folder: string): Promise<Content | { path: string; refused: Refusal }> {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    const raw = found.some(({ name }) => name.includes("\ufffd")) ? await readdir(folder, { encoding: "buffer" }) : [];
    const unnamed = raw.filter((name) => !isUtf8(name));
    const sound = raw.length > 0 ? new Set(raw.filter((name) => isUtf8(name)).map(String)) : undefined;
    const entries = found
      .filter(({ name }) => sound?.has(name) ?? true)
      .map((entry) => ({ name: entry.name, kind: kindOf(entry, pathIn(folder, entry.name)) }));
    entries.sort((left, right) => compareUtf8(left.name, right.name));
    return { entries, unnamed: unnamed.flatMap((name) => unnamedIn(folder, name)) };
  } catch (thrown) {
    const error = fileError(thrown, "read", folder);
    if (!(error instanceof GaitError)) throw error;
    return { path: folder, refused: refusalOf(error) };
  }
}

function kindOf(entry: Dirent, path: string): Kind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  // A link, or a file system that does not report types.
  const own = quietly(() => lstatSync(path));
  if (own?.isDirectory()) return "folder";
  return own?.isSymbolicLink() && quietly(() => statSync(path))?.isDirectory() ? "link to a folder" : "file";
}

function unnamedIn(folder: string, name: Buffer): Listed[] {
  const raw = Buffer.concat([Buffer.from(pathIn(folder, "")), name]);
  if (!isPackName(name.toString("latin1")) && !quietly(() => lstatSync(raw))?.isDirectory()) return [];
  return [{ path: pathIn(folder, shownBytes(name)), refused: NO_TEXT }];
}

export const NO_TEXT: Refusal = {
  code: "not_readable",
  message: "the name is not UTF-8, so it can't be shown in an answer",
  hint: "Give it another name.",
};

/** Escapes bytes that are not UTF-8: `\xff`. */
export function shownBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("latin1")
    .replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** Whether a path is a folder or a link to one. */
export function isFolder(path: string): boolean {
  return quietly(() => statSync(path))?.isDirectory() ?? false;
}

/** An error here is reported when the path is opened. */
function quietly(stat: () => Stats): Stats | undefined {
  try {
    return stat();
  } catch {
    return undefined;
  }
}

function pathIn(folder: string, name: string): string {
  return folder === "" || folder.endsWith("/") ? `${folder}${name}` : `${folder}/${name}`;
}
