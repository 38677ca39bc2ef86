/**
 * Brings an artifact that a ZIP program packed again back into this project's own form: the same files, in the order and
 * with the bytes that `gait` gives them. Documents, digests, ids and the signatures in the manifest stay as they are.
 */
import type { ByteSource } from "../bytes/source.ts";
import { PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import type { Finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import type { ZipLimits } from "../zip/limits.ts";
import { type ByteSink, createZipWriter } from "../zip/writer.ts";
import { type Unwrapped, unwrap, type Wrapping } from "./unwrap.ts";

export interface Normalized {
  /** The form that the artifact was in: the tool that packed it. */
  readonly form: string;
  readonly wrappings: readonly Wrapping[];
  readonly leftOut: readonly string[];
}

/**
 * Writes the artifact in `source` to `sink`. Whether it verifies, and so whether every declared digest is right, is for the
 * caller to ask of what was written, before it gets its name.
 *
 * @returns findings where two readings of the archive are possible, or where no single artifact is in it: what was written
 * is worth nothing then
 * @throws GaitError `not_an_archive`, and what `sink` throws
 */
export async function normalizeArtifact(
  source: ByteSource,
  sink: ByteSink,
  platform: Platform,
  limits?: ZipLimits,
): Promise<Normalized | readonly Finding[]> {
  const unwrapped = await unwrap(source, platform, limits);
  if (!("archive" in unwrapped)) return unwrapped;
  const findings = await rewrite(unwrapped, sink, platform);
  if (findings.length > 0) return findings;
  const { archive, wrappings, leftOut } = unwrapped;
  return { form: archive.layout.form ?? "", wrappings, leftOut };
}

/** In the order of the builders: by the bytes of the names, the manifest last. */
async function rewrite(
  { archive, entries }: Unwrapped,
  sink: ByteSink,
  platform: Platform,
): Promise<readonly Finding[]> {
  const writer = createZipWriter(sink, platform);
  const order = [...entries].sort(
    ([left], [right]) => Number(isManifest(left)) - Number(isManifest(right)) || compareUtf8(left, right),
  );
  for (const [name, path] of order) {
    // Stored content is opened where it is, without a look at its CRC-32.
    const { findings } = await archive.stream(path, () => undefined);
    if (findings.length > 0) return findings;
    const content = await archive.open(path);
    try {
      await writer.add(name, content);
    } finally {
      content.dispose();
    }
  }
  await writer.close();
  return [];
}

function isManifest(name: string): boolean {
  return name === PACK_MANIFEST || name === RUNPACK_MANIFEST;
}
