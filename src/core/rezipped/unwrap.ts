/** Finds the one artifact in an archive that a ZIP program made: as it is, in a folder, or in an archive in it. */
import type { ByteSource } from "../bytes/source.ts";
import { PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { ZipLimits } from "../zip/limits.ts";
import { isAddition } from "../zip/name.ts";
import { type Archive, openRezipped } from "../zip/reader.ts";

/** What was around the artifact, from the outside in. */
export type Wrapping = { readonly kind: "folder" | "archive"; readonly name: string };

export interface Unwrapped {
  readonly archive: Archive;
  /** Of each entry its name in the archive, by its name in the artifact. */
  readonly entries: ReadonlyMap<string, string>;
  readonly wrappings: readonly Wrapping[];
  /** Entries that macOS or Windows added. */
  readonly leftOut: readonly string[];
}

/** An archive in an archive in an archive: CI systems and mail gateways add one each. */
const MAX_DEPTH = 4;

export async function unwrap(
  source: ByteSource,
  platform: Platform,
  limits: ZipLimits | undefined,
  found: Pick<Unwrapped, "wrappings" | "leftOut"> = { wrappings: [], leftOut: [] },
): Promise<Unwrapped | readonly Finding[]> {
  const archive = await openRezipped(source, platform, limits);
  if (archive.layout.findings.length > 0) return archive.layout.findings;
  const names = archive.layout.entries.map(({ name }) => name);
  const files = names.filter((name) => !isAddition(name));
  const leftOut = [...found.leftOut, ...names.filter(isAddition)];
  const folder = isArtifact(files) ? undefined : commonFolder(files);
  const wrappings: Wrapping[] = [
    ...found.wrappings,
    ...(folder === undefined ? [] : [{ kind: "folder", name: folder } as const]),
  ];
  const entries = new Map(files.map((name) => [folder === undefined ? name : name.slice(folder.length + 1), name]));
  if (isArtifact([...entries.keys()])) return { archive, entries, wrappings, leftOut };
  const [only, ...others] = entries;
  if (only === undefined || others.length > 0 || !only[1].endsWith(".zip") || wrappings.length >= MAX_DEPTH) {
    return [missing([...entries.keys()])];
  }
  const [name, path] = only;
  const inner = await archive.open(path);
  const content = await archive.stream(path, () => undefined);
  if (content.findings.length > 0) return content.findings;
  return unwrap(inner, platform, limits, { wrappings: [...wrappings, { kind: "archive", name }], leftOut });
}

function isArtifact(names: readonly string[]): boolean {
  return names.includes(PACK_MANIFEST) || names.includes(RUNPACK_MANIFEST);
}

function commonFolder(names: readonly string[]): string | undefined {
  const [first = ""] = names;
  const end = first.indexOf("/");
  const folder = first.slice(0, end);
  return end > 0 && names.every((name) => name.startsWith(`${folder}/`)) ? folder : undefined;
}

function missing(names: readonly string[]): Finding {
  const archives = names.filter((name) => name.endsWith(".zip"));
  const message = `the archive has neither ${PACK_MANIFEST} nor ${RUNPACK_MANIFEST}, nor one archive or folder that has`;
  const hint = archives.length > 1 ? `Unpack ${archives.slice(0, 3).join(", ")} and give one of them.` : undefined;
  return finding("manifest_missing", { message, hint });
}
