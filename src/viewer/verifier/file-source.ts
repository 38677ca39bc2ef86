/** A chosen file as a byte source: read in blocks on request, never completely. */

import type { ByteSource } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";

/** Reading from the browser costs the same for 16 bytes and for a million. */
const BLOCK = 1024 * 1024;

/**
 * @param read called after each block with the total bytes read, some perhaps twice
 * @throws GaitError `input_changed` from `read`, if the browser can no longer read the file
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
        throw new GaitError("input_changed", `read of ${length} bytes at ${offset} is outside of ${size} bytes`);
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
    // Browsers differ in their errors for a changed or removed file or a folder.
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
