/**
 * A copy of a file that nobody else can change, for what is read twice: once to verify it, once for the digests that its
 * signatures are over. Otherwise one file could be verified, and another vouched for.
 */
import { type ByteSource, chunks } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";

export interface HeldSource {
  readonly source: ByteSource;
  dispose(): void;
}

/** Bytes in memory are held already. @throws what reading, and a full disk for the copy, throw */
export async function heldSource(source: ByteSource, platform: Pick<Platform, "scratch">): Promise<HeldSource> {
  if (source.file === undefined) return { source, dispose: () => undefined };
  const scratch = platform.scratch();
  try {
    for await (const chunk of chunks(source)) scratch.write(chunk);
    return { source: scratch.source(), dispose: () => scratch.dispose() };
  } catch (error) {
    scratch.dispose();
    throw error;
  }
}
