/** An entry's content: read once, and held against its header's size and CRC-32 while it goes by. */

import { type ByteSource, bytesSource, chunks, sliceSource } from "../bytes/source.ts";
import { type Finding, type FindingCode, finding } from "../finding/finding.ts";
import type { Inflater, Platform } from "../platform/platform.ts";
import type { ZipEntry } from "./layout.ts";
import { METHOD } from "./records.ts";

/** Takes content piece by piece; a chunk is valid until the call returns, or until its promise is fulfilled. */
export type ContentSink = (chunk: Uint8Array) => void | Promise<void>;

export interface EntryContent {
  /**
   * SHA-256 of the bytes that the sink got, 64 lower-case hex digits. Absent where these are not all of the content, so
   * that there is none to compare: it is longer than its header says, or the data does not inflate (how much of it comes
   * out before that shows differs from one inflater to the next, and an answer must not).
   */
  readonly sha256?: string;
  /** SHA-256 of the bytes that the sink got, whole or not: another reading of the same file gives the same. */
  readonly readSha256: string;
  /** How many the sink got. */
  readonly size: number;
  readonly findings: readonly Finding[];
}

/**
 * Deflate data is fed in pieces of this size: some platforms inflate a piece whole before anyone takes the result, and a
 * piece can become 1032 times as much.
 */
const DEFLATED_PIECE = 16 * 1024;
/** Deflate data of more than this goes through the platform's inflater, where it has one. */
const LARGE_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;
/** What is inflated at once goes on in pieces of this size: a bomb stops at the first that is too much. */
const INFLATED_PIECE = 64 * 1024;

/**
 * Streams the content of `entry` to `sink`, never more bytes than its header declares.
 *
 * @throws what `archive` and `sink` throw; bad content is findings.
 */
export async function streamContent(
  archive: ByteSource,
  entry: ZipEntry,
  platform: Pick<Platform, "sha256" | "crc32" | "progress" | "InflateRaw" | "inflateSmall" | "inflater">,
  sink: ContentSink,
): Promise<EntryContent> {
  const { name: path, uncompressedSize, method } = entry;
  const findings: Finding[] = [];
  const hash = platform.sha256();
  let crc32 = 0;
  let size = 0;
  let excess = false;
  const take: Take = (chunk) => {
    // All that fits is taken, so that it is the same however the content was cut.
    excess = size + chunk.length > uncompressedSize;
    const fitting = excess ? chunk.subarray(0, uncompressedSize - size) : chunk;
    hash.update(fitting);
    crc32 = platform.crc32(fitting, crc32);
    size += fitting.length;
    const taken = sink(fitting);
    const turn = platform.progress?.done(chunk.length);
    // Most have nobody to wait for, and a promise for each piece would cost more than the piece.
    return taken === undefined && turn === undefined ? !excess : Promise.all([taken, turn]).then(() => !excess);
  };
  const data = sliceSource(archive, entry.dataOffset, entry.compressedSize);
  const whole = method === METHOD.deflated ? await inflateWhole(data, platform) : undefined;
  let fault: Fault | undefined;
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
    report("zip_crc_mismatch", "the content has another CRC-32 than its header says", hex(entry.crc32), hex(crc32));
  }
  const isProven = method === METHOD.stored || whole !== undefined;
  if (!isProven && findings.length === 0 && (await hasStrayBits(data, entry, platform))) {
    const message = "the last byte of the data has bits after the end of the deflate stream that are not zero";
    findings.push(finding("zip_deflate_invalid", { path, message }));
  }
  const readSha256 = hash.hex();
  const isWhole = !excess && fault?.code !== "zip_deflate_invalid";
  return { ...(isWhole ? { sha256: readSha256 } : {}), readSha256, size, findings };
}

/** Up to these sizes, deflated and inflated, an entry is inflated once more to find stray bits. */
const STRAY_BITS_BYTES = { deflated: 1024 * 1024, inflated: 16 * 1024 * 1024 };

/**
 * A deflate stream ends within a byte, and no inflater says where: the bits after its end may be changed and nobody
 * sees it. So the highest bit that is set is cleared: if what is left is still whole and the same, it was no part of
 * the stream. Writers leave these bits zero. Large entries would pay with half their speed for eight bits without
 * meaning, so they are let be.
 */
async function hasStrayBits(
  data: ByteSource,
  { compressedSize, uncompressedSize, crc32 }: ZipEntry,
  platform: Pick<Platform, "crc32" | "InflateRaw">,
): Promise<boolean> {
  if (compressedSize > STRAY_BITS_BYTES.deflated || uncompressedSize > STRAY_BITS_BYTES.inflated) return false;
  const cleared = Uint8Array.from(await data.read(0, compressedSize));
  const last = cleared.at(-1) ?? 0;
  if (last === 0) return false;
  cleared[compressedSize - 1] = last & ~(1 << (31 - Math.clz32(last)));
  let crc = 0;
  let size = 0;
  const fault = await inflate(bytesSource(cleared), platform, (chunk) => {
    crc = platform.crc32(chunk, crc);
    size += chunk.length;
    return size <= uncompressedSize;
  });
  return fault === undefined && size === uncompressedSize && crc === crc32;
}

/** Whether a piece was taken; `false` asks for no more. */
type Take = (chunk: Uint8Array) => boolean | Promise<boolean>;

interface Fault {
  readonly code: FindingCode;
  readonly message: string;
}

async function copyStored(data: ByteSource, hasDataDescriptor: boolean, take: Take): Promise<Fault | undefined> {
  const search = hasDataDescriptor ? descriptorSearch() : undefined;
  for await (const chunk of chunks(data)) {
    search?.add(chunk);
    if (!(await take(chunk))) return undefined;
  }
  return search?.found() ? HIDDEN_DESCRIPTOR : undefined;
}

const HIDDEN_DESCRIPTOR: Fault = {
  code: "zip_header_mismatch",
  message:
    "the data is stored, its size stands behind it, and in it is the signature of what some readers take for its end",
};

/** "PK" and two bytes, the first on top: a data descriptor, a local and a central header. */
const RECORD_STARTS: ReadonlySet<number> = new Set([0x504b0708, 0x504b0304, 0x504b0102]);

/**
 * Stored data says nowhere that it ends. Where its size stands behind it only, a reader of the stream ends it at the
 * first thing that looks like a data descriptor, or like what follows one, and reads what comes then as more entries (class C1).
 */
function descriptorSearch(): { add(chunk: Uint8Array): void; found(): boolean } {
  let found = false;
  let last = 0;
  return {
    add(chunk) {
      for (const byte of chunk) {
        last = (last << 8) | byte;
        if (RECORD_STARTS.has(last)) found = true;
      }
    },
    found: () => found,
  };
}

/**
 * The content of a small deflate stream that ends in the very last bit that is set in `data`. Of anything else nothing is
 * said here: the stream of pieces, and `hasStrayBits`, say what is wrong with it.
 */
async function inflateWhole(
  data: ByteSource,
  { inflateSmall }: Pick<Platform, "inflateSmall">,
): Promise<Uint8Array | undefined> {
  if (inflateSmall === undefined || data.size === 0 || data.size > DEFLATED_PIECE) return undefined;
  const bytes = Uint8Array.from(await data.read(0, data.size));
  try {
    const content = inflateSmall(bytes);
    return hasEndBefore(bytes, inflateSmall) ? undefined : content;
  } catch {
    return undefined;
  }
}

/** Whether the data still inflates, to whatever, without its last bit that is set, or its last byte where that has none. */
function hasEndBefore(bytes: Uint8Array, inflateSmall: (bytes: Uint8Array) => Uint8Array): boolean {
  const last = bytes.at(-1) ?? 0;
  if (last !== 0) bytes[bytes.length - 1] = last & ~(1 << (31 - Math.clz32(last)));
  try {
    inflateSmall(last === 0 ? bytes.subarray(0, -1) : bytes);
    return true;
  } catch {
    return false;
  }
}

async function takeAll(content: Uint8Array, take: Take): Promise<void> {
  for (let at = 0; at < content.length; at += INFLATED_PIECE) {
    if (!(await take(content.subarray(at, at + INFLATED_PIECE)))) return;
  }
}

const NOT_DEFLATE: Fault = {
  code: "zip_deflate_invalid",
  // Each platform has words of its own for why.
  message: "the data is not one whole deflate stream with nothing after it",
};

async function inflate(
  data: ByteSource,
  platform: Pick<Platform, "InflateRaw" | "inflater">,
  take: Take,
): Promise<Fault | undefined> {
  const inflater = data.size > LARGE_BYTES ? platform.inflater?.() : undefined;
  if (inflater === undefined) return inflateStream(data, platform, take);
  try {
    return await inflateWith(inflater, data, take);
  } finally {
    inflater.dispose();
  }
}

async function inflateWith(inflater: Inflater, data: ByteSource, take: Take): Promise<Fault | undefined> {
  // A source may use its block again while what came out is waited for.
  const given = new Uint8Array(READ_BYTES);
  /** Tells what the codec says from what the sink does. */
  const ask = <T>(call: () => T): T | Fault => {
    try {
      return call();
    } catch {
      return NOT_DEFLATE;
    }
  };
  for await (const block of chunks(data, READ_BYTES)) {
    given.set(block);
    inflater.give(given.subarray(0, block.length));
    for (let part = ask(inflater.next); part !== undefined; part = ask(inflater.next)) {
      if ("code" in part) return part;
      if (!(await take(part))) return undefined;
    }
  }
  return ask(inflater.end) ?? undefined;
}

async function inflateStream(
  data: ByteSource,
  platform: Pick<Platform, "InflateRaw">,
  take: Take,
): Promise<Fault | undefined> {
  // A source that fails is no fault of the evidence, so its error is told apart from what the codec says.
  let sourceFailure: { readonly error: unknown } | undefined;
  const deflated = pieces(data, (error) => {
    sourceFailure = { error };
  });
  const reader = deflated.pipeThrough(new platform.InflateRaw("deflate-raw")).getReader();
  try {
    for (;;) {
      const next = await reader.read().catch((error: unknown) => ({ error }));
      if ("error" in next) {
        if (sourceFailure !== undefined) throw sourceFailure.error;
        return NOT_DEFLATE;
      }
      if (next.value === undefined || !(await take(next.value))) return undefined;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The bytes of `data` as a stream of small pieces, read only as they are asked for. */
function pieces(data: ByteSource, failed: (error: unknown) => void): ReadableStream<Uint8Array<ArrayBuffer>> {
  const blocks = chunks(data);
  let block = new Uint8Array(0);
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          if (block.length === 0) {
            const next = await blocks.next();
            if (next.done === true) return controller.close();
            // The codec may hold on to a piece for longer than the source keeps its block.
            block = next.value.slice();
          }
        } catch (error) {
          failed(error);
          throw error;
        }
        controller.enqueue(block.subarray(0, DEFLATED_PIECE));
        block = block.subarray(DEFLATED_PIECE);
      },
    },
    { highWaterMark: 0 },
  );
}

function hex(crc32: number): string {
  return crc32.toString(16).padStart(8, "0");
}
