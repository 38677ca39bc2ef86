/** The digests of a file that signatures and timestamps ask for, all in one pass. */

import type { HashedFile } from "../../schema/account/trust.ts";
import { encodeHex } from "../bytes/encoding.ts";
import { type ByteSource, chunks } from "../bytes/source.ts";
import type { DigestName, Hasher, Platform } from "../platform/platform.ts";

export async function createHasher(name: DigestName, platform: Pick<Platform, "hasher">): Promise<Hasher> {
  const native = platform.hasher?.(name);
  if (native !== undefined) return native;
  if (name === "blake2b512") return (await import("@noble/hashes/blake2.js")).blake2b.create({ dkLen: 64 });
  const { sha256, sha384, sha512 } = await import("@noble/hashes/sha2.js");
  return { sha256, sha384, sha512 }[name].create();
}

export async function digestBytes(
  name: DigestName,
  bytes: Uint8Array,
  platform: Pick<Platform, "hasher">,
): Promise<Uint8Array> {
  const hasher = await createHasher(name, platform);
  hasher.update(bytes);
  return hasher.digest();
}

export interface FileDigests {
  readonly file: HashedFile;
  readonly digests: ReadonlyMap<DigestName, Uint8Array>;
}

/** Reads all of `source` once. SHA-256 is always among the digests. */
export async function digestFile(
  source: ByteSource,
  names: Iterable<DigestName>,
  platform: Pick<Platform, "hasher" | "collectGarbage">,
): Promise<FileDigests> {
  const hashers = new Map<DigestName, Hasher>();
  for (const name of new Set<DigestName>(["sha256", ...names])) hashers.set(name, await createHasher(name, platform));
  for await (const bytes of chunks(source)) for (const hasher of hashers.values()) hasher.update(bytes);
  const digests = new Map([...hashers].map(([name, hasher]) => [name, hasher.digest()] as const));
  return { file: { sha256: encodeHex(digests.get("sha256") ?? new Uint8Array(0)), size: source.size }, digests };
}
