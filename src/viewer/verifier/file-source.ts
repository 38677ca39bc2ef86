/** A file that a person chose, as bytes: read in blocks as they are asked for, never whole. */

import type { ByteSource } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";

/** Asking the browser for some bytes costs the same for 16 and for a million. */
const BLOCK = 1024 * 1024;

/**
 * @param read told after each block how many bytes have been read so far, some of them perhaps twice
 * @throws GaitError `input_changed` from `read`, where the browser can't read what it could when the file was chosen
 */
export function fileSource(file: Blob, read: (bytes: number) => void = () => undefined): ByteSource {
  const { size } = file;
  let total = 0;
  let start = 0;
  let block = new Uint8Array(0);
  const load = async (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    const bytes = await bytesOf(file.slice(offset, offset + length));
    if (bytes.length !== length) throw changed();
    total += length;
    read(total);
    return bytes;
  };
  return {
    size,
    async read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new GaitError(
          "input_changed",
          `read of ${length} bytes at ${offset} is outside the ${size} bytes there are`,
        );
      }
      if (length > BLOCK) return load(offset, length);
      if (offset < start || offset + length > start + block.length) {
        block = await load(offset, Math.min(BLOCK, size - offset));
        start = offset;
      }
      return block.subarray(offset - start, offset - start + length);
    },
  };
}

async function bytesOf(part: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (error) {
    // What a browser says of a file that was changed, removed or is a folder differs from one to the next.
    throw changed(error);
  }
}

function changed(cause?: unknown): GaitError {
  return new GaitError(
    "input_changed",
    "the file can't be read: it was changed or removed since it was chosen, or is a folder",
    {
      hint: "Choose the file again.",
      cause,
    },
  );
}
