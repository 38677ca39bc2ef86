/**
 * The contents of the file: every entry with sizes and digest, including those of an embedded archive, as a list and as
 * a tree.
 */
import type { ContentAccount, ContentFile } from "../../schema/account/parts.ts";
import { PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { RUN_SOURCE } from "../pack/run-payload.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { declaredFiles, runpackOf, type Verified } from "../verify/verified.ts";
import type { ZipEntry } from "../zip/layout.ts";
import type { Archive } from "../zip/reader.ts";
import { METHOD } from "../zip/record/fields.ts";

interface Declared {
  readonly path: string;
  readonly sha256: string;
  readonly type?: string;
}

/** `embedded` is the runpack in a run pack, if it could be opened. */
export function contentAccount(verified: Verified, embedded: Archive | undefined): ContentAccount {
  const { archive, contents, format } = verified;
  const manifest = format === "runpack" ? RUNPACK_MANIFEST : PACK_MANIFEST;
  const files = filesOf(archive, manifest, declaredFiles(verified), contents.sound);
  if (embedded !== undefined) {
    const inner = runpackOf(verified);
    const after = files.findIndex(({ path }) => path === RUN_SOURCE) + 1;
    const found = filesOf(
      embedded,
      RUNPACK_MANIFEST,
      inner?.manifest?.files ?? [],
      inner?.contents.sound ?? new Set(),
      RUN_SOURCE,
    );
    files.splice(after, 0, ...found);
  }
  const { entries } = archive.layout;
  return {
    file_size: archive.source.size,
    entries: entries.length,
    size: entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0),
    packed_size: entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0),
    files,
  };
}

function filesOf(
  archive: Archive,
  manifest: string,
  declared: readonly Declared[],
  sound: ReadonlySet<string>,
  container?: string,
): ContentFile[] {
  const entries = new Map(archive.layout.entries.map((entry) => [entry.name, entry]));
  const files: ContentFile[] = [];
  const place = container === undefined ? {} : { archive: container };
  const seen = new Set<string>();
  for (const { path, sha256, type } of declared) {
    if (seen.has(path) || path === manifest) continue;
    seen.add(path);
    const entry = entries.get(path);
    files.push({
      path,
      ...place,
      role: "content",
      state: stateOf(entry, sound.has(path)),
      ...(type === undefined ? {} : { type }),
      ...sizes(entry),
      sha256: sha256.toLowerCase(),
    });
  }
  for (const entry of entries.values()) {
    if (seen.has(entry.name)) continue;
    const isManifest = entry.name === manifest;
    files.push({
      path: entry.name,
      ...place,
      role: isManifest ? "manifest" : "content",
      state: isManifest ? "sound" : "undeclared",
      ...sizes(entry),
    });
  }
  return files.sort((left, right) => compareUtf8(left.path, right.path));
}

function stateOf(entry: ZipEntry | undefined, sound: boolean): ContentFile["state"] {
  if (entry === undefined) return "missing";
  return sound ? "sound" : "unsound";
}

function sizes(entry: ZipEntry | undefined): Pick<ContentFile, "size" | "packed_size" | "method"> {
  if (entry === undefined) return {};
  return {
    size: entry.uncompressedSize,
    packed_size: entry.compressedSize,
    method: entry.method === METHOD.stored ? "stored" : "deflated",
  };
}

/** Archives whose manifest could not be read, or was not believed, by path (the file itself: `undefined`). */
export type UncheckedArchives = ReadonlyMap<string | undefined, string>;

/** With the reason. An undeclared file in them is not suspicious: nothing that could declare it was read. */
export function uncheckedArchives({ files }: ContentAccount): UncheckedArchives {
  const content = files.filter(({ role }) => role === "content");
  const read = new Set(content.filter(({ state }) => state !== "undeclared").map(({ archive }) => archive));
  const manifests = new Set(files.filter(({ role }) => role === "manifest").map(({ archive }) => archive));
  const unread = content.map(({ archive }) => archive).filter((archive) => !read.has(archive));
  return new Map(
    unread.map((archive) => [archive, manifests.has(archive) ? "the manifest was not used" : "there is no manifest"]),
  );
}

/** A folder, a file, or an archive with its contents. */
export interface ContentNode {
  /** A folder whose only child is a folder is merged with it, as `a/b`. */
  readonly name: string;
  /** Absent for a folder. */
  readonly file?: ContentFile;
  /** Number of files below, including itself. */
  readonly files: number;
  /** Their total content size in bytes; for an archive, its own size. */
  readonly size: number;
  readonly packed_size: number;
  /** In byte order of the names. */
  readonly children: readonly ContentNode[];
}

/** Deeper folders stay part of the name: a name may have 32,000, and views walk the tree. */
const MAX_FOLDERS = 12;

interface Growing {
  readonly name: string;
  file?: ContentFile;
  readonly children: Map<string, Growing>;
}

/** The files as a tree; the root has no name. */
export function contentTree({ files }: Pick<ContentAccount, "files">): ContentNode {
  const root: Growing = { name: "", children: new Map() };
  for (const file of files) {
    let node = root;
    for (const name of stepsOf(file)) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = { name, children: new Map() };
        node.children.set(name, child);
      }
      node = child;
    }
    node.file = file;
  }
  return grown(root);
}

function stepsOf({ path, archive }: ContentFile): string[] {
  // Not by the name alone: a name may look as if it were inside an archive.
  if (archive !== undefined) return [...foldersOf(archive), path];
  return foldersOf(path);
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.length <= MAX_FOLDERS ? parts : [...parts.slice(0, MAX_FOLDERS), parts.slice(MAX_FOLDERS).join("/")];
}

function grown({ name, file, children }: Growing): ContentNode {
  const below = [...children.values()].map(grown).sort((left, right) => compareUtf8(left.name, right.name));
  if (file !== undefined) {
    const { size = 0, packed_size = 0 } = file;
    return { name, file, files: 1, size, packed_size, children: below };
  }
  const [only] = below;
  if (name !== "" && below.length === 1 && only !== undefined && only.file === undefined) {
    return { ...only, name: `${name}/${only.name}` };
  }
  const sum = (value: (node: ContentNode) => number): number => below.reduce((total, node) => total + value(node), 0);
  return {
    name,
    files: sum(({ files }) => files),
    size: sum(({ size }) => size),
    packed_size: sum(({ packed_size }) => packed_size),
    children: below,
  };
}
