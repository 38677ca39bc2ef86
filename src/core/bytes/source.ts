/**
 * Random access to bytes that do not change while they are read: a file, a Blob, an array, or a part of one.
 * A `read` past the end, or one that finds fewer bytes than `size` promised, throws `GaitError("input_changed")`.
 */
import { GaitError } from "../finding/error.ts";

/** Where bytes are on disk, so that another thread can read them for itself. */
export interface FileRange {
  readonly path: string;
  /** Of the very file, as it was when it was opened: another one that has got its path has another. */
  readonly identity: string;
  readonly offset: number;
  readonly length: number;
}

export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Absent where the bytes are not a part of one file. */
  readonly file?: FileRange | undefined;
  /** Exactly `length` bytes from `offset`; the result may be overwritten by the next `read`. */
  read(offset: number, length: number): Uint8Array | Promise<Uint8Array>;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, length) {
      assertRange(bytes.length, offset, length);
      return bytes.subarray(offset, offset + length);
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

/** `length` bytes of `source` from `offset`, as a source of their own. */
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

/** The bytes of `source` in order, in chunks of at most `chunkSize` bytes, each valid until the next is asked for. */
export async function* chunks(source: ByteSource, chunkSize = 256 * 1024): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < source.size; offset += chunkSize) {
    yield await source.read(offset, Math.min(chunkSize, source.size - offset));
  }
}

function assertRange(size: number, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > size) {
    throw new GaitError("input_changed", `read of ${length} bytes at ${offset} is outside the ${size} bytes there are`);
  }
}
