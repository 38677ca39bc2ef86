/** Writes the records in one fixed form each (see `writer.ts`), where the format allows several. */
import { ZIP64_EXTRA } from "./record/extra-field.ts";
import { FLAG, LENGTH, RecordBytes, SEE_ZIP64_16, SEE_ZIP64_32, SIGNATURE } from "./record/fields.ts";

/** The fields that vary between entries. Sizes and offsets in bytes. */
export interface WrittenHeader {
  /** UTF-8. */
  readonly name: Uint8Array;
  readonly method: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly localHeaderOffset: number;
}

/** 2.0 has deflate, 4.5 has zip64 (APPNOTE 4.4.3.2). */
const VERSION_DEFLATE = 20;
const VERSION_ZIP64 = 45;
/** Unix, 2.0 (4.4.2): what the Go implementation of the format writes. */
const VERSION_MADE_BY = 0x0314;
/** 1980-01-01 00:00:00, the first moment of MS-DOS. */
const TIME = 0x0000;
const DATE = 0x0021;
/** A regular file, rw-r--r--, in the Unix half. */
const EXTERNAL_ATTRIBUTES = 0o100644 * 0x1_0000;

/** 4.3.7. With a size of 4 GiB or more, both sizes are in the zip64 field (4.5.3). */
export function localHeader(entry: WrittenHeader): Uint8Array {
  const { name, compressedSize, uncompressedSize } = entry;
  const zip64 = isWide(compressedSize) || isWide(uncompressedSize) ? [uncompressedSize, compressedSize] : [];
  const sizes = zip64.length > 0 ? [SEE_ZIP64_32, SEE_ZIP64_32] : [compressedSize, uncompressedSize];
  const extra = zip64Extra(zip64);
  return new RecordBytes(LENGTH.localHeader + name.length + extra.length)
    .uint32(SIGNATURE.localHeader)
    .uint16(zip64.length > 0 ? VERSION_ZIP64 : VERSION_DEFLATE, flagsOf(name), entry.method, TIME, DATE)
    .uint32(entry.crc32, ...sizes)
    .uint16(name.length, extra.length)
    .raw(name)
    .raw(extra).bytes;
}

/** 4.3.12. Sizes and offset go to the zip64 field only if needed. */
export function centralHeader(entry: WrittenHeader): Uint8Array {
  const { name, compressedSize, uncompressedSize, localHeaderOffset } = entry;
  const extra = zip64Extra([uncompressedSize, compressedSize, localHeaderOffset].filter(isWide));
  return new RecordBytes(LENGTH.centralHeader + name.length + extra.length)
    .uint32(SIGNATURE.centralHeader)
    .uint16(
      VERSION_MADE_BY,
      extra.length > 0 ? VERSION_ZIP64 : VERSION_DEFLATE,
      flagsOf(name),
      entry.method,
      TIME,
      DATE,
    )
    .uint32(entry.crc32, narrow(compressedSize), narrow(uncompressedSize))
    .uint16(name.length, extra.length, 0, 0, 0)
    .uint32(EXTERNAL_ATTRIBUTES, narrow(localHeaderOffset))
    .raw(name)
    .raw(extra).bytes;
}

/** 4.3.16, and before it 4.3.14 and 4.3.15 if a number needs them. */
export function endRecords(directory: { entries: number; directoryOffset: number; directorySize: number }): Uint8Array {
  const { entries, directoryOffset, directorySize } = directory;
  const wide = entries >= SEE_ZIP64_16 || isWide(directoryOffset) || isWide(directorySize);
  const record = new RecordBytes(LENGTH.endRecord + (wide ? LENGTH.zip64EndRecord + LENGTH.zip64Locator : 0));
  if (wide) {
    record
      .uint32(SIGNATURE.zip64EndRecord)
      .uint64(LENGTH.zip64EndRecord - 12)
      .uint16(VERSION_MADE_BY, VERSION_ZIP64)
      .uint32(0, 0)
      .uint64(entries, entries, directorySize, directoryOffset)
      .uint32(SIGNATURE.zip64Locator, 0)
      .uint64(directoryOffset + directorySize)
      .uint32(1);
  }
  const count = Math.min(entries, SEE_ZIP64_16);
  return record
    .uint32(SIGNATURE.endRecord)
    .uint16(0, 0, count, count)
    .uint32(narrow(directorySize), narrow(directoryOffset))
    .uint16(0).bytes;
}

function zip64Extra(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array(0);
  return new RecordBytes(4 + 8 * values.length).uint16(ZIP64_EXTRA, 8 * values.length).uint64(...values).bytes;
}

function flagsOf(name: Uint8Array): number {
  return name.some((byte) => byte > 0x7f) ? FLAG.utf8 : 0;
}

/** The value that means "see zip64" can't be used literally. */
function isWide(value: number): boolean {
  return value >= SEE_ZIP64_32;
}

function narrow(value: number): number {
  return Math.min(value, SEE_ZIP64_32);
}
