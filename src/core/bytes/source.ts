/**
 * Random access to bytes that do not change while they are read: a file, a Blob, an array, or a part of one. A `read`
 * past the end, or that finds fewer bytes than `size`, throws `GaitError("input_changed")`.
 */
import { GaitError } from "../finding/error.ts";

/** The location of bytes on disk, so that another thread can read them. */
export interface FileRange {
  readonly path: string;
  /** Identity of the file as opened: a file that replaces it at the path has a different one. */
  readonly identity: string;
  readonly offset: number;
  readonly length: number;
}

export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Absent if the bytes are not part of a file. */
  readonly file?: FileRange | undefined;
  /** Exactly `length` bytes from `offset`; the result may be overwritten by the next `read`. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  // A Buffer of Node is a Uint8Array whose slice() does not copy: readers of the source must never get one.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    size: plain.length,
    read(offset, length) {
      assertRange(plain.length, offset, length);
      return plain.subarray(offset, offset + length);
    },
  };
}

export function blobSource(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length) {
      assertRange(blob.size, offset, length);
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
    },
  };
}

/** `length` bytes of `source` from `offset`, as a separate source. */
export function sliceSource(source: ByteSource, offset: number, length: number): ByteSource {
  assertRange(source.size, offset, length);
  const { file } = source;
  return {
    size: length,
    ...(file === undefined ? {} : { file: { ...file, offset: file.offset + offset, length } }),
    read(at, count) {
      assertRange(length, at, count);
      return source.read(offset + at, count);
    },
  };
}

/** The bytes of `source` in order, in chunks of at most `chunkSize` bytes, each valid until the next is requested. */
export async function* chunks(source: ByteSource, chunkSize = 256 * 1024): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.size; offset += chunkSize) {
    yield await source.read(offset, Math.min(chunkSize, source.size - offset));
  }
}

function assertRange(size: number, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > size) {
    throw new GaitError("input_changed", `read of ${length} bytes at ${offset} is outside of ${size} bytes`);
  }
}
