/** Known answers for inflate (RFC 1951): a verdict depends on what it accepts and refuses. */
import { bytesSource, chunks } from "../bytes/source.ts";
import { base64, type Check, expectRefused, expectSame, type Parts } from "./check.ts";
import { DEFLATED_TEXT } from "./golden.ts";
import { TEXT } from "./text.ts";

async function inflated({ platform }: Parts, bytes: Uint8Array): Promise<Uint8Array> {
  const { readable, writable } = new platform.InflateRaw("deflate-raw");
  const writing = write(writable, bytes);
  // Reading may fail first; the write's rejection must still be handled.
  writing.catch(() => undefined);
  const parts: number[][] = [];
  const reader = readable.getReader();
  for (let next = await reader.read(); next.done !== true; next = await reader.read()) parts.push([...next.value]);
  await writing;
  return Uint8Array.from(parts.flat());
}

/** The same with the inflater without streams; `undefined` if the platform has none. */
async function inflatedInParts({ platform }: Parts, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  const inflater = platform.inflater?.();
  if (inflater === undefined) return undefined;
  const parts: number[][] = [];
  try {
    for await (const chunk of chunks(bytesSource(bytes), 7)) {
      inflater.give(chunk);
      for (let part = inflater.next(); part !== undefined; part = inflater.next()) parts.push([...part]);
    }
    inflater.end();
  } finally {
    inflater.dispose();
  }
  return Uint8Array.from(parts.flat());
}

async function write(writable: WritableStream<BufferSource>, bytes: Uint8Array): Promise<void> {
  const writer = writable.getWriter();
  for await (const chunk of chunks(bytesSource(bytes), 7)) await writer.write(chunk.slice());
  await writer.close();
}

export const INFLATE_CHECKS: readonly Check[] = [
  {
    name: "inflate",
    shows: "inflate restores content, and refuses data that is truncated, damaged or followed by more",
    async run(parts) {
      const data = base64(DEFLATED_TEXT);
      const hasInflater = (await inflatedInParts(parts, data)) !== undefined;
      for (const inflate of hasInflater ? [inflated, inflatedInParts] : [inflated]) {
        expectSame("the text", new TextDecoder().decode(await inflate(parts, data)), TEXT);
        await expectRefused("truncated deflate data", () => inflate(parts, data.subarray(0, -1)));
        await expectRefused("deflate data with a trailing byte", () => inflate(parts, Uint8Array.of(...data, 0)));
        await expectRefused("data that is not deflate", () => inflate(parts, Uint8Array.of(7, ...data)));
      }
    },
  },
];
