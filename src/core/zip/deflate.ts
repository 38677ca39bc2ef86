/**
 * Deflate for packs: level 6 of zip.js's own codec, in WASM, or in JavaScript if that can't load. Both give the same
 * bytes everywhere, however the content is chunked; native deflate differs between versions. zip.js silently falls back
 * to native deflate if its WASM does not load, so that is disabled here, and a known answer is checked before the first
 * entry.
 */

import type { Scratch } from "../bytes/scratch.ts";
import { MemoryScratch } from "../bytes/scratch.ts";
import { type ByteSource, sliceSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import { decodeLocalHeader, LENGTH, METHOD } from "./record/fields.ts";

/** Fixed: another level gives different bytes. */
const LEVEL = 6;

export interface Deflater {
  readonly codec: "wasm" | "js";
  /** Deflates `content` into `scratch`, which is empty, and returns where the deflate stream is in it. */
  deflate(content: AsyncIterable<Uint8Array>, scratch: Scratch): Promise<ByteSource>;
  /**
   * The same in two steps, for two threads: `write` gets the scratch's content, and `deflateStreamIn` finds the deflate
   * stream in it by the returned size.
   */
  deflateTo(content: AsyncIterable<Uint8Array>, write: Write): Promise<number>;
}

/** The bytes are valid until it returns, or until its promise is fulfilled. */
export type Write = (bytes: Uint8Array) => void | Promise<void> | undefined;

let loaded: Promise<Deflater> | undefined;

/**
 * The codec, loaded at first use (30 ms).
 *
 * @throws GaitError `internal` if neither codec gives the known answer.
 */
export function loadDeflater(): Promise<Deflater> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Deflater> {
  const { ZipWriter, configure } = await import("@zip.js/zip.js/lib/zip-core.js");
  // Workers would keep a compiled program alive for 5 seconds after it ends.
  configure({ useWebWorkers: false, useCompressionStream: false, CompressionStream: NoNativeDeflate });
  const deflateTo: Deflater["deflateTo"] = (content, write) => deflateWith(ZipWriter, content, write);
  const deflate: Deflater["deflate"] = async (content, scratch) =>
    deflateStreamIn(scratch, await deflateTo(content, (bytes) => scratch.write(bytes)));
  if (await givesKnownAnswer(deflate)) return { codec: "wasm", deflate, deflateTo };
  // Loading this module makes zip.js use its JavaScript codec from here on.
  await import("@zip.js/zip.js/lib/zip-core-native.js");
  if (await givesKnownAnswer(deflate)) return { codec: "js", deflate, deflateTo };
  throw new GaitError("internal", "neither of zip.js's codecs deflates correctly");
}

/** The fallback of zip.js if its WASM did not load. */
class NoNativeDeflate {
  declare readonly readable: ReadableStream;
  declare readonly writable: WritableStream;

  constructor() {
    throw new Error("native deflate is not used: its bytes differ between platforms");
  }
}

/**
 * zip.js does not export its codecs, so this makes an archive with one entry: local header, deflate stream, data
 * descriptor. Writes all of it and returns the size of the deflate stream.
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

/** zip.js buffers pieces, but the content may reuse one buffer: so they are copied. */
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

/** Bun's native deflate, node:zlib and libdeflate give different bytes; zip.js's codecs and zlib 1.x give these. */
const QUESTION = "aabbbbabaabbaabbbbbaaabbbabbaaabaabbabbaaabbbabbaabaabaaabbb";
const ANSWER = "4b4c4c0282c4a444209d086603a944b01098011647118320101700";

async function givesKnownAnswer(deflate: Deflater["deflate"]): Promise<boolean> {
  const scratch = new MemoryScratch();
  try {
    const deflated = await deflate(once(new TextEncoder().encode(QUESTION)), scratch);
    const bytes = await deflated.read(0, deflated.size);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") === ANSWER;
  } catch {
    // A codec that can't load counts as wrong: try the next one.
    return false;
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
