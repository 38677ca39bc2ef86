/** Deflate data of any size, inflated in pieces: by the platform's inflater if it has one, otherwise by its stream. */
import { type ByteSource, chunks } from "../../bytes/source.ts";
import type { Inflater, Platform } from "../../platform/platform.ts";
import type { ContentFault, TakePiece } from "./fault.ts";

/**
 * Deflate data is fed in pieces of this size: some platforms inflate a whole piece before the result is consumed, and a
 * piece can expand 1032 times.
 */
const DEFLATED_PIECE = 16 * 1024;
const READ_BYTES = 256 * 1024;

const NOT_DEFLATE: ContentFault = {
  code: "zip_deflate_invalid",
  // Each platform words the reason differently.
  message: "the data is not exactly one complete deflate stream",
};

/**
 * Inflates `data` to `take`. With the platform's inflater, data that is broken gives the same output before its fault each
 * time. A stream may lose what it had put out when the fault comes, so it depends on how fast `take` is.
 */
export async function inflate(
  data: ByteSource,
  platform: Pick<Platform, "InflateRaw" | "inflater">,
  take: TakePiece,
): Promise<ContentFault | undefined> {
  const inflater = platform.inflater?.();
  if (inflater === undefined) return inflateStream(data, platform, take);
  try {
    return await inflateWith(inflater, data, take);
  } finally {
    inflater.dispose();
  }
}

async function inflateWith(inflater: Inflater, data: ByteSource, take: TakePiece): Promise<ContentFault | undefined> {
  // A source may reuse its block while the output is awaited.
  const given = new Uint8Array(READ_BYTES);
  /** Distinguishes codec errors from sink errors. */
  const ask = <T>(call: () => T): T | ContentFault => {
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
  take: TakePiece,
): Promise<ContentFault | undefined> {
  // A failing source is not bad evidence, so its error is kept apart from codec errors.
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

/** The bytes of `data` as a stream of small pieces, read only on request. */
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
            // The codec may keep a piece longer than the source keeps its block.
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
