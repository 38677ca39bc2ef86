/** Lists the packs of a call: paths, patterns, folders, and lists of paths, in order. */
import { isUtf8 } from "node:buffer";
import { lstatSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { withoutByteOrderMark } from "../../core/text/byte-order-mark.ts";
import { fileError, statOrNothing } from "../files/errno.ts";
import { isFolder, type Listed, matches, NO_TEXT, packsBelow, shownBytes } from "../files/folder-walk.ts";
import { isPattern } from "../files/pattern.ts";
import { openStream } from "../files/stream.ts";
import { refusalOf } from "../threads/settled.ts";

export interface PackList {
  readonly paths: readonly string[];
  /** A file of paths, or `-`. */
  readonly from?: string | undefined;
  readonly standardInput: () => AsyncIterable<Uint8Array>;
  /** Include the packs below a folder, instead of refusing it. */
  readonly recursive: boolean;
}

/** No path is longer on any system. */
const LONGEST_PATH = 64 * 1024;

export async function* listPacks({ paths, from, standardInput, recursive }: PackList): AsyncGenerator<Listed> {
  for (const path of paths) yield* isUnmatched(path) ? fitting(path, recursive) : named(path, recursive);
  if (from === undefined) return;
  const bytes = from === "-" ? standardInput() : bytesOf(from);
  for await (const listed of pathsIn(bytes, from === "-" ? "the standard input" : from)) {
    if ("refused" in listed) yield listed;
    else yield* named(listed.path, recursive);
  }
}

/** Whether `path` is a pattern; a file with exactly that name takes precedence. */
function isUnmatched(path: string): boolean {
  return isPattern(path) && !path.includes("\0") && statOrNothing(() => lstatSync(path)) === undefined;
}

/** Whether `path` is a pattern that fits something, or can't be followed to its end. */
export async function isFitting(path: string): Promise<boolean> {
  if (!isUnmatched(path)) return false;
  for await (const _ of matches(path)) return true;
  return false;
}

/** The matches of a pattern. Without a match it is used literally, as in a shell, and then not found. */
async function* fitting(pattern: string, recursive: boolean): AsyncGenerator<Listed> {
  let any = false;
  for await (const listed of matches(pattern)) {
    any = true;
    if ("refused" in listed) yield listed;
    else yield* named(listed.path, recursive);
  }
  if (!any) yield { path: pattern };
}

async function* named(path: string, recursive: boolean): AsyncGenerator<Listed> {
  if (recursive && !path.includes("\0") && isFolder(path)) yield* packsBelow(path);
  else yield { path };
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const { chunks, close } = await openStream(path);
  try {
    yield* chunks;
  } finally {
    close();
  }
}

/**
 * Paths ended by NUL, where one has come by the time that the first line end has, else by line ends: a pipe that trickles
 * gives its paths as they come. A list that is taken wrongly so has names with NUL in them, which no file has. Empty
 * paths are passed over.
 * @throws GaitError if not even the first could be read; later failures are reported in their place
 */
async function* pathsIn(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Listed> {
  let rest: Uint8Array = new Uint8Array(0);
  let end: number | undefined;
  let any = false;
  let first = true;
  try {
    for await (const chunk of bytes) {
      rest = Buffer.concat([rest, chunk]);
      end ??= endOf(rest);
      if (end === undefined) continue;
      if (first) rest = withoutMark(rest, name);
      first = false;
      let start = 0;
      for (let at = rest.indexOf(end); at >= 0; at = rest.indexOf(end, start)) {
        const path = end === 0 ? rest.subarray(start, at) : withoutReturn(rest.subarray(start, at));
        if (path.length > 0) yield pathOf(path);
        any ||= path.length > 0;
        start = at + 1;
      }
      rest = rest.slice(start);
      if (rest.length > LONGEST_PATH) throw noList(name);
    }
    if (first) rest = withoutMark(rest, name);
    if (end !== 0) rest = withoutReturn(rest);
    if (rest.length > 0) yield pathOf(rest);
  } catch (thrown) {
    const error = fileError(thrown, "read", name);
    if (!any || !(error instanceof GaitError)) throw error;
    yield { path: name, refused: refusalOf(error) };
  }
}

/** The byte that ends a path of the list; not known before one was seen that may. */
function endOf(start: Uint8Array): number | undefined {
  if (start.includes(0)) return 0;
  return start.includes(0x0a) || start.length >= LONGEST_PATH ? 0x0a : undefined;
}

/** A list that an editor saved with a byte order mark; a file of a name that begins with one is written ./NAME. */
function withoutMark(start: Uint8Array, name: string): Uint8Array {
  const { bytes, isUtf16 } = withoutByteOrderMark(start);
  if (!isUtf16) return bytes;
  throw new GaitError("invalid_input", `${name} is in UTF-16, and a list of paths is in UTF-8`, {
    hint: "Save it as UTF-8; in PowerShell: `Out-File -Encoding utf8`.",
  });
}

/** Windows ends lines with CR LF. A CR is part of a name only where a file of that name exists. */
function withoutReturn(path: Uint8Array): Uint8Array {
  if (path.at(-1) !== 0x0d) return path;
  const name = Buffer.from(path);
  const exists = path.length > 1 && !name.includes(0) && statOrNothing(() => lstatSync(name)) !== undefined;
  return exists ? path : path.subarray(0, -1);
}

function pathOf(bytes: Uint8Array): Listed {
  if (!isUtf8(bytes)) return { path: shownBytes(bytes), refused: NO_TEXT };
  return { path: Buffer.from(bytes).toString("utf8") };
}

function noList(name: string): GaitError {
  return new GaitError("invalid_input", `${name} is not a list of paths: one is longer than ${LONGEST_PATH} bytes`, {
    hint: "End each path with a newline, or with NUL as `find -print0` does.",
  });
}
