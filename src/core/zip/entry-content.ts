/** An entry's content: read once, and compared with its header's size and CRC-32 while it streams. */

import { type ByteSource, sliceSource } from "../bytes/source.ts";
import { type Finding, type FindingCode, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { ContentFault, TakePiece } from "./content/fault.ts";
import { inflate } from "./content/inflate.ts";
import { inflateSmallStream } from "./content/small-stream.ts";
import { copyStored } from "./content/stored.ts";
import { hasStrayBits } from "./content/stray-bits.ts";
import type { ZipEntry } from "./layout.ts";
import { METHOD } from "./record/fields.ts";

/** Receives content piece by piece; a chunk is valid until the call returns or its promise is fulfilled. */
export type ContentSink = (chunk: Uint8Array) => void | Promise<void>;

export interface EntryContent {
  /**
   * SHA-256 of the bytes that the sink got, 64 lower-case hex digits. Absent if these are not the whole content: it is
   * longer than its header says, or the data does not inflate (inflaters differ in how much they output first, but
   * answers must not).
   */
  readonly sha256?: string;
  /** SHA-256 of the bytes that the sink got, complete or not: reading the same file again gives the same. */
  readonly readSha256: string;
  /** Number of bytes that the sink got. */
  readonly size: number;
  readonly findings: readonly Finding[];
}

/** Takes the SHA-256 of what the sink gets, here or elsewhere: 64 lower-case hex digits. */
export interface ContentHash {
  update(bytes: Uint8Array): void;
  hex(): string | Promise<string>;
}

/** Content inflated in one call is passed on in pieces of this size, so that a bomb stops at the first excess piece. */
const INFLATED_PIECE = 64 * 1024;

/**
 * Streams the content of `entry` to `sink`, never more bytes than its header declares. `hash` is this thread's own, or one that
 * another thread feeds.
 *
 * @throws what `archive` and `sink` throw; bad content gives findings.
 */
export async function streamContent(
  archive: ByteSource,
  entry: ZipEntry,
  platform: Pick<Platform, "sha256" | "crc32" | "progress" | "InflateRaw" | "inflateSmall" | "inflater">,
  sink: ContentSink,
  hash: ContentHash = platform.sha256(),
): Promise<EntryContent> {
  const { name: path, uncompressedSize, method } = entry;
  const findings: Finding[] = [];
  let crc32 = 0;
  let size = 0;
  let excess = false;
  const take: TakePiece = (chunk) => {
    // Take all that fits, so that the result does not depend on the chunking.
    excess = size + chunk.length > uncompressedSize;
    const fitting = excess ? chunk.subarray(0, uncompressedSize - size) : chunk;
    hash.update(fitting);
    crc32 = platform.crc32(fitting, crc32);
    size += fitting.length;
    const taken = sink(fitting);
    const turn = platform.progress?.done(chunk.length);
    // Most sinks are synchronous, and a promise for each piece would cost more than the piece.
    return taken === undefined && turn === undefined ? !excess : Promise.all([taken, turn]).then(() => !excess);
  };
  const data = sliceSource(archive, entry.dataOffset, entry.compressedSize);
  const whole = method === METHOD.deflated ? await inflateSmallStream(data, platform) : undefined;
  let fault: ContentFault | undefined;
  if (method === METHOD.stored) fault = await copyStored(data, entry.hasDataDescriptor, take);
  else if (whole === undefined) fault = await inflate(data, platform, take);
  else await takeAll(whole, take);
  const report = (code: FindingCode, message: string, expected?: string, actual?: string): void => {
    findings.push(finding(code, { path, message, expected, actual }));
  };
  if (excess) {
    report(
      "zip_size_mismatch",
      "the content is longer than its header says",
      `${uncompressedSize}`,
      `more than ${size}`,
    );
  } else if (fault !== undefined) {
    report(fault.code, fault.message);
  } else if (size !== uncompressedSize) {
    report("zip_size_mismatch", "the content is shorter than its header says", `${uncompressedSize}`, `${size}`);
  } else if (crc32 !== entry.crc32) {
    report("zip_crc_mismatch", "the content's CRC-32 differs from its header", hex(entry.crc32), hex(crc32));
  }
  const isProven = method === METHOD.stored || whole !== undefined;
  if (!isProven && findings.length === 0 && (await hasStrayBits(data, entry, platform))) {
    const message = "the last byte of the data has non-zero bits after the end of the deflate stream";
    findings.push(finding("zip_deflate_invalid", { path, message }));
  }
  const readSha256 = await hash.hex();
  const isWhole = !excess && fault?.code !== "zip_deflate_invalid";
  return { ...(isWhole ? { sha256: readSha256 } : {}), readSha256, size, findings };
}

async function takeAll(content: Uint8Array, take: TakePiece): Promise<void> {
  for (let at = 0; at < content.length; at += INFLATED_PIECE) {
    if (!(await take(content.subarray(at, at + INFLATED_PIECE)))) return;
  }
}

function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, "0");
}
