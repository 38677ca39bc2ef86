/** Deflate data of any size, inflated in pieces: by the platform's inflater where it has one, else by its stream. */
import { type ByteSource, chunks } from "../../bytes/source.ts";
import type { Inflater, Platform } from "../../platform/platform.ts";
import type { ContentFault, TakePiece } from "./fault.ts";

/**
 * Deflate data is fed in pieces of this size: some platforms inflate a piece whole before anyone takes the result, and a
 * piece can become 1032 times as much.
 */
const DEFLATED_PIECE = 16 * 1024;
/** Deflate data of more than this goes through the platform's inflater, where it has one. */
const LARGE_BYTES = 1024 * 1024;
const READ_BYTES = 256 * 1024;

const NOT_DEFLATE: ContentFault = {
  code: "zip_deflate_invalid",
  // Each platform has words of its own for why.
  message: "the data is not one whole deflate stream with nothing after it",
};

/** Inflates `data` to `take`. */
export async function inflate(
  data: ByteSource,
  platform: Pick<Platform, "InflateRaw" | "inflater">,
  take: TakePiece,
): Promise<ContentFault | undefined> {
  const inflater = data.size > LARGE_BYTES ? platform.inflater?.() : undefined;
  if (inflater === undefined) return inflateStream(data, platform, take);
  try {
    return await inflateWith(inflater, data, take);
  } finally {
    inflater.dispose();
  }
}

async function inflateWith(inflater: Inflater, data: ByteSource, take: TakePiece): Promise<ContentFault | undefined> {
  // A source may use its block again while what came out is waited for.
  const given = new Uint8Array(READ_BYTES);
  /** Tells what the codec says from what the sink does. */
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
