/**
 * Archives for tests: valid by default, invalid by overriding fields. Every field of every record can be set; the
 * default is the value that a careful writer would use.
 */
import { crc32, deflateRawSync } from "node:zlib";

type Bytes = string | Uint8Array;

export interface EntryFields {
  readonly name: Bytes;
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly nameLength: number;
  readonly extra: Uint8Array;
  readonly extraLength: number;
  readonly comment: Bytes;
  readonly disk: number;
  readonly internalAttributes: number;
  readonly externalAttributes: number;
  readonly offset: number;
  readonly signature: number;
}

export interface EntrySpec {
  readonly name: Bytes;
  readonly content?: Bytes;
  /** Deflated if true, stored if not. */
  readonly deflate?: boolean;
  /** Replaces the stored or deflated content. */
  readonly data?: Uint8Array;
  /** Overrides for both headers, the local or the central one. */
  readonly both?: Partial<EntryFields>;
  readonly local?: Partial<EntryFields>;
  readonly central?: Partial<EntryFields>;
  /** Sets flag 0x0008, leaves CRC-32 and sizes of the local header at zero and adds this descriptor. */
  readonly descriptor?: "signed" | "unsigned" | "signed64" | "unsigned64" | Uint8Array;
  /** Bytes before the local header. */
  readonly before?: Bytes;
  /** The entry has no central header. */
  readonly hidden?: boolean;
}

export interface EndFields {
  readonly signature: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly diskEntries: number;
  readonly entries: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
  readonly comment: Bytes;
  readonly commentLength: number;
}

export interface Zip64Fields {
  readonly signature: number;
  readonly recordSize: number;
  readonly disk: number;
  readonly directoryDisk: number;
  readonly diskEntries: number;
  readonly entries: number;
  readonly directorySize: number;
  readonly directoryOffset: number;
  readonly versionMadeBy: number;
  readonly versionNeeded: number;
  readonly surplus: Bytes;
  readonly locatorDisk: number;
  readonly locatorOffset: number;
  readonly locatorDisks: number;
}

export interface ArchiveSpec {
  readonly entries: readonly EntrySpec[];
  /** Bytes before everything, not counted in the offsets. */
  readonly prefix?: Bytes;
  /** Bytes between the last entry and the central directory, and between that and the end. */
  readonly beforeDirectory?: Bytes;
  readonly afterDirectory?: Bytes;
  readonly suffix?: Bytes;
  /** The order of the central headers, by index in `entries`. */
  readonly centralOrder?: readonly number[];
  readonly end?: Partial<EndFields>;
  /** Adds zip64 end record and locator; the end record keeps its numbers unless `end` says otherwise. */
  readonly zip64?: Partial<Zip64Fields>;
}

export function archive(spec: ArchiveSpec): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  const add = (bytes: Bytes | undefined): void => {
    const part = toBytes(bytes ?? "");
    parts.push(part);
    offset += part.length;
  };
  const central: Uint8Array[] = [];
  for (const entry of spec.entries) {
    add(entry.before);
    const fields = fieldsOf(entry, offset);
    const { data, descriptor } = payload(entry);
    if (entry.hidden !== true) central.push(centralHeader({ ...fields, ...entry.both, ...entry.central }));
    const deferred = entry.descriptor === undefined ? {} : { crc32: 0, compressedSize: 0, uncompressedSize: 0 };
    add(localHeader({ ...fields, ...deferred, ...entry.both, ...entry.local }));
    add(data);
    add(descriptor);
  }
  add(spec.beforeDirectory);
  const directoryOffset = offset;
  const order = spec.centralOrder ?? central.map((_, index) => index);
  for (const index of order) add(central[index]);
  const directorySize = offset - directoryOffset;
  add(spec.afterDirectory);
  const place = { entries: order.length, diskEntries: order.length, directorySize, directoryOffset };
  if (spec.zip64 !== undefined) add(zip64Records(offset, { ...place, ...spec.zip64 }));
  add(endRecord({ ...place, ...spec.end }));
  add(spec.suffix);
  return concat(toBytes(spec.prefix ?? ""), ...parts);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, (value >>> 8) & 0xff]));
}

export function u32(...values: readonly number[]): Uint8Array {
  return concat(...values.map((value) => u16(value & 0xffff, value >>> 16)));
}

export function u64(...values: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

/** One extra field. */
export function extra(id: number, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concat(u16(id, data.length), data);
}

export function toBytes(bytes: Bytes): Uint8Array {
  return typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
}

export function contentOf(entry: EntrySpec): Uint8Array {
  return toBytes(entry.content ?? "evidence\n");
}

function fieldsOf(entry: EntrySpec, offset: number): EntryFields {
  const content = contentOf(entry);
  const { data } = payload(entry);
  const nonAscii = toBytes(entry.name).some((byte) => byte > 0x7f);
  return {
    name: entry.name,
    versionMadeBy: 0x0314,
    versionNeeded: 20,
    flags: (entry.descriptor === undefined ? 0 : 0x0008) | (nonAscii ? 0x0800 : 0),
    method: entry.deflate === true ? 8 : 0,
    time: 0,
    date: 0x0021,
    crc32: crc32(content),
    compressedSize: data.length,
    uncompressedSize: content.length,
    nameLength: toBytes(entry.name).length,
    extra: new Uint8Array(0),
    extraLength: -1,
    comment: "",
    disk: 0,
    internalAttributes: 0,
    externalAttributes: 0o100644 * 0x1_0000,
    offset,
    signature: -1,
  };
}

function payload(entry: EntrySpec): { data: Uint8Array; descriptor: Uint8Array | undefined } {
  const content = contentOf(entry);
  const data = entry.data ?? (entry.deflate === true ? new Uint8Array(deflateRawSync(content)) : content);
  const { descriptor } = entry;
  if (descriptor === undefined || descriptor instanceof Uint8Array) return { data, descriptor };
  const sizes = descriptor.endsWith("64") ? u64(data.length, content.length) : u32(data.length, content.length);
  const signature = descriptor.startsWith("signed") ? u32(0x08074b50) : new Uint8Array(0);
  return { data, descriptor: concat(signature, u32(crc32(content)), sizes) };
}

function localHeader(fields: EntryFields): Uint8Array {
  return concat(
    u32(signatureOf(fields, 0x04034b50)),
    u16(fields.versionNeeded),
    commonFields(fields),
    toBytes(fields.name),
    fields.extra,
  );
}

function centralHeader(fields: EntryFields): Uint8Array {
  const comment = toBytes(fields.comment);
  return concat(
    u32(signatureOf(fields, 0x02014b50)),
    u16(fields.versionMadeBy, fields.versionNeeded),
    commonFields(fields),
    u16(comment.length, fields.disk, fields.internalAttributes),
    u32(fields.externalAttributes, fields.offset),
    toBytes(fields.name),
    fields.extra,
    comment,
  );
}

function commonFields(fields: EntryFields): Uint8Array {
  const { flags, method, time, date, compressedSize, uncompressedSize } = fields;
  const lengths = u16(fields.nameLength, fields.extraLength === -1 ? fields.extra.length : fields.extraLength);
  return concat(u16(flags, method, time, date), u32(fields.crc32, compressedSize, uncompressedSize), lengths);
}

function signatureOf(fields: EntryFields, usual: number): number {
  return fields.signature === -1 ? usual : fields.signature;
}

function endRecord(fields: Partial<EndFields>): Uint8Array {
  const { signature = 0x06054b50, disk = 0, directoryDisk = 0, diskEntries = 0, entries = 0 } = fields;
  const comment = toBytes(fields.comment ?? "");
  return concat(
    u32(signature),
    u16(disk, directoryDisk, diskEntries, entries),
    u32(fields.directorySize ?? 0, fields.directoryOffset ?? 0),
    u16(fields.commentLength ?? comment.length),
    comment,
  );
}

function zip64Records(offset: number, fields: Partial<Zip64Fields>): Uint8Array {
  const { signature = 0x06064b50, disk = 0, directoryDisk = 0, diskEntries = 0, entries = 0 } = fields;
  const surplus = toBytes(fields.surplus ?? "");
  return concat(
    u32(signature),
    u64(fields.recordSize ?? 44 + surplus.length),
    u16(fields.versionMadeBy ?? 0x032d, fields.versionNeeded ?? 45),
    u32(disk, directoryDisk),
    u64(diskEntries, entries, fields.directorySize ?? 0, fields.directoryOffset ?? 0),
    surplus,
    u32(0x07064b50, fields.locatorDisk ?? 0),
    u64(fields.locatorOffset ?? offset),
    u32(fields.locatorDisks ?? 1),
  );
}
