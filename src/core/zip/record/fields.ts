/**
 * The records of a ZIP file, by the names and sections of PKWARE's APPNOTE 6.3.10. Numbers are little-endian. Only
 * parsing is here; `layout.ts` has the rules.
 */

/** The signature of each record: its first four bytes. */
export const SIGNATURE = {
  localHeader: 0x04034b50,
  dataDescriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  zip64EndRecord: 0x06064b50,
  zip64Locator: 0x07064b50,
  endRecord: 0x06054b50,
} as const;

/** Length in bytes of the fixed part of each record. */
export const LENGTH = {
  localHeader: 30,
  centralHeader: 46,
  zip64EndRecord: 56,
  zip64Locator: 20,
  endRecord: 22,
  /** CRC-32 and two sizes of 4 bytes, without the signature. */
  dataDescriptor: 12,
  /** CRC-32 and two sizes of 8 bytes, without the signature. */
  zip64DataDescriptor: 20,
} as const;

/** General purpose bit flags (4.4.4). */
export const FLAG = {
  encrypted: 0x0001,
  /** The two bits of the compression level. */
  deflateOption: 0x0006,
  dataDescriptor: 0x0008,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeaders: 0x2000,
} as const;

/** Compression methods (4.4.5); `aes` is WinZip's mark for an encrypted entry. */
export const METHOD = { stored: 0, deflated: 8, aes: 99 } as const;

/** 6.3, the latest version of the format: other readers refuse higher ones (4.4.3). */
export const LATEST_VERSION = 63;

/** In a field of 16 or 32 bits: the value is in the zip64 record (4.4.1.4). */
export const SEE_ZIP64_16 = 0xffff;
export const SEE_ZIP64_32 = 0xffffffff;

/** The fields shared by local and central header. */
export interface EntryHeader {
  readonly versionNeeded: number;
  readonly flags: number;
  readonly method: number;
  /** MS-DOS time and date, as stored. */
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly nameLength: number;
  readonly extraLength: number;
}

/** 4.3.12 */
export interface CentralHeader extends EntryHeader {
  readonly versionMadeBy: number;
  readonly commentLength: number;
  readonly diskStart: number;
  readonly internalAttributes: number;
  readonly externalAttributes: number;
  readonly localHeaderOffset: number;
}

/** 4.3.16, and without the comment length 4.3.14: where the central directory is. */
export interface EndRecord {
  readonly disk: number;
  readonly directoryDisk: number;
  readonly diskEntries: number;
  readonly entries: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
}

/** 4.3.14; versions as in a central header. */
export interface Zip64EndRecord extends EndRecord {
  readonly recordSize: number;
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
}

/** The end record as it is in the file, and the zip64 one where there is one. */
export interface EndRecords {
  readonly record: EndRecord;
  readonly wide?: Zip64EndRecord;
}

/** 4.3.7, without its signature check; `view` has at least `LENGTH.localHeader` bytes. */
export function decodeLocalHeader(view: DataView): EntryHeader {
  return decodeEntryHeader(view, 4);
}

/** 4.3.12, without its signature check; `view` has at least `LENGTH.centralHeader` bytes. */
export function decodeCentralHeader(view: DataView): CentralHeader {
  return {
    ...decodeEntryHeader(view, 6),
    versionMadeBy: view.getUint16(4, true),
    commentLength: view.getUint16(32, true),
    diskStart: view.getUint16(34, true),
    internalAttributes: view.getUint16(36, true),
    externalAttributes: view.getUint32(38, true),
    localHeaderOffset: view.getUint32(42, true),
  };
}

/** The ten fields that both headers have, in the same order, from `at`. */
function decodeEntryHeader(view: DataView, at: number): EntryHeader {
  return {
    versionNeeded: view.getUint16(at, true),
    flags: view.getUint16(at + 2, true),
    method: view.getUint16(at + 4, true),
    time: view.getUint16(at + 6, true),
    date: view.getUint16(at + 8, true),
    crc32: view.getUint32(at + 10, true),
    compressedSize: view.getUint32(at + 14, true),
    uncompressedSize: view.getUint32(at + 18, true),
    nameLength: view.getUint16(at + 22, true),
    extraLength: view.getUint16(at + 24, true),
  };
}

/** 4.3.16, without its signature check; `view` has at least `LENGTH.endRecord` bytes. */
export function decodeEndRecord(view: DataView): EndRecord & { readonly commentLength: number } {
  return {
    disk: view.getUint16(4, true),
    directoryDisk: view.getUint16(6, true),
    diskEntries: view.getUint16(8, true),
    entries: view.getUint16(10, true),
    directorySize: view.getUint32(12, true),
    directoryOffset: view.getUint32(16, true),
    commentLength: view.getUint16(20, true),
  };
}

/** 4.3.14, without its signature check; `recordSize` counts from after itself, so it is 44 without extensions. */
export function decodeZip64EndRecord(view: DataView): Zip64EndRecord {
  return {
    recordSize: readUint64(view, 4),
    versionMadeBy: view.getUint16(12, true),
    versionNeeded: view.getUint16(14, true),
    disk: view.getUint32(16, true),
    directoryDisk: view.getUint32(20, true),
    diskEntries: readUint64(view, 24),
    entries: readUint64(view, 32),
    directorySize: readUint64(view, 40),
    directoryOffset: readUint64(view, 48),
  };
}

/** 4.3.15, without its signature check. */
export function decodeZip64Locator(view: DataView): { disk: number; endRecordOffset: number; disks: number } {
  return {
    disk: view.getUint32(4, true),
    endRecordOffset: readUint64(view, 8),
    disks: view.getUint32(16, true),
  };
}

/** Past 2^53 the number is inexact and `Number.isSafeInteger` is false: no file is that long. */
export function readUint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}

/** A record under construction: fields are written one after the other. */
export class RecordBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  uint16(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint16(this.#at, value, true);
      this.#at += 2;
    }
    return this;
  }

  uint32(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value, true);
      this.#at += 4;
    }
    return this;
  }

  uint64(...values: readonly number[]): this {
    for (const value of values) this.uint32(value % 0x1_0000_0000, Math.floor(value / 0x1_0000_0000));
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}
