/**
 * Deflate as packs have it: level 6 of zip.js's own codec, in WASM, or in JavaScript where that can't load. The two give
 * the same bytes everywhere, for every way that the content is cut; a platform's native deflate gives others from one
 * version to the next. zip.js takes the native one silently where its WASM does not load, so that is made impossible here,
 * and a known answer is asked for before the first entry.
 */

import type { Scratch } from "../bytes/scratch.ts";
import { MemoryScratch } from "../bytes/scratch.ts";
import { type ByteSource, sliceSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import { decodeLocalHeader, LENGTH, METHOD } from "./record/fields.ts";

/** For good: another level gives other bytes. */
const LEVEL = 6;

export interface Deflater {
  readonly codec: "wasm" | "js";
  /** Deflates `content` into `scratch`, which is empty, and returns where the deflate stream is in it. */
  deflate(content: AsyncIterable<Uint8Array>, scratch: Scratch): Promise<ByteSource>;
  /**
   * The same in two steps, for two threads: `write` gets what a scratch has to hold, and the returned size of the deflate
   * stream is what `deflateStreamIn` needs to find it there.
   */
  deflateTo(content: AsyncIterable<Uint8Array>, write: Write): Promise<number>;
}

/** The bytes are valid until it returns, or until its promise is fulfilled. */
export type Write = (bytes: Uint8Array) => void | Promise<void> | undefined;

let loaded: Promise<Deflater> | undefined;

/**
 * The codec, loaded at first use (30 ms).
 *
 * @throws GaitError `internal` where neither codec gives the known answer.
 */
export function loadDeflater(): Promise<Deflater> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Deflater> {
  const { ZipWriter, configure } = await import("@zip.js/zip.js/lib/zip-core.js");
  // Workers would keep a compiled program alive for 5 seconds after its last line.
  configure({ useWebWorkers: false, useCompressionStream: false, CompressionStream: NoNativeDeflate });
  const deflateTo: Deflater["deflateTo"] = (content, write) => deflateWith(ZipWriter, content, write);
  const deflate: Deflater["deflate"] = async (content, scratch) =>
    deflateStreamIn(scratch, await deflateTo(content, (bytes) => scratch.write(bytes)));
  if (await givesKnownAnswer(deflate)) return { codec: "wasm", deflate, deflateTo };
  // Loading this module makes zip.js use its JavaScript codec from here on.
  await import("@zip.js/zip.js/lib/zip-core-native.js");
  if (await givesKnownAnswer(deflate)) return { codec: "js", deflate, deflateTo };
  throw new GaitError("internal", "neither of zip.js's codecs deflates as it should");
}

/** What zip.js turns to where its WASM did not load. */
class NoNativeDeflate {
  declare readonly readable: ReadableStream;
  declare readonly writable: WritableStream;

  constructor() {
    throw new Error("native deflate is not used: its bytes differ between platforms");
  }
}

/**
 * zip.js has its codecs for itself, so what is asked for is an archive of one entry: local header, deflate stream, data
 * descriptor. It is all written, and the size of the deflate stream is returned.
 */
async function deflateWith(
  ZipWriter: typeof import("@zip.js/zip.js/lib/zip-core.js").ZipWriter,
  content: AsyncIterable<Uint8Array>,
  write: Write,
): Promise<number> {
  const writable = new WritableStream<Uint8Array>({ write });
  const writer = new ZipWriter(writable, { level: LEVEL, zip64: true, dataDescriptor: true, keepOrder: true });
  const { compressedSize, compressionMethod } = await writer.add("entry", { readable: toStream(content) });
  if (compressionMethod !== METHOD.deflated) throw new GaitError("internal", "zip.js did not deflate");
  return compressedSize;
}

/** The deflate stream in a scratch that holds what `deflateTo` wrote. */
export async function deflateStreamIn(scratch: Scratch, size: number): Promise<ByteSource> {
  const entry = scratch.source();
  const header = await entry.read(0, LENGTH.localHeader);
  const { nameLength, extraLength } = decodeLocalHeader(new DataView(header.buffer, header.byteOffset, header.length));
  return sliceSource(entry, LENGTH.localHeader + nameLength + extraLength, size);
}

/** zip.js keeps pieces until it has enough of them, and the content may use one buffer for all: so they are copied. */
function toStream(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = content[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value.slice());
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Native deflate of Bun, node:zlib and libdeflate give others; zip.js's codecs and zlib 1.x give this one. */
const QUESTION = "aabbbbabaabbaabbbbbaaabbbabbaaabaabbabbaaabbbabbaabaabaaabbb";
const ANSWER = "4b4c4c0282c4a444209d086603a944b01098011647118320101700";

async function givesKnownAnswer(deflate: Deflater["deflate"]): Promise<boolean> {
  const scratch = new MemoryScratch();
  try {
    const deflated = await deflate(once(new TextEncoder().encode(QUESTION)), scratch);
    const bytes = await deflated.read(0, deflated.size);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") === ANSWER;
  } catch {
    // A codec that can't load is as good as one that is wrong: the next one is tried.
    return false;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
