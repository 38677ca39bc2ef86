/**
 * An entry's local record: local header, data, data descriptor (APPNOTE 4.3.7 to 4.3.9), compared with its central
 * header.
 */
import { type Finding, type FindingCode, finding } from "../finding/finding.ts";
import type { CentralEntry } from "./central-directory.ts";
import { type ExtraField, readExtraFields, resolveZip64 } from "./record/extra-field.ts";
import {
  decodeLocalHeader,
  type EntryHeader,
  FLAG,
  LATEST_VERSION,
  LENGTH,
  METHOD,
  readUint64,
  SEE_ZIP64_32,
  SIGNATURE,
} from "./record/fields.ts";
import type { Reading } from "./record/reading.ts";
import type { Window } from "./record/window.ts";

export interface LocalRecord {
  /** Start of the data. */
  readonly dataOffset?: number;
  /** End of the record, including the data descriptor; absent if unknown. */
  readonly end?: number;
  /** The header and its extra fields as they are in the file. */
  readonly header?: EntryHeader;
  readonly extra?: readonly ExtraField[];
  readonly descriptor?: Descriptor;
  readonly findings: readonly Finding[];
}

/** How the data descriptor is written (4.3.9): its signature is optional, its sizes have 4 or 8 bytes. */
export interface Descriptor {
  readonly isSigned: boolean;
  readonly isWide: boolean;
  /** Of the whole descriptor, in bytes. */
  readonly length: number;
}

/** Reads the record of `central`, which must end before `limit`, the central directory's offset. */
export async function readLocalRecord(
  window: Window,
  central: CentralEntry,
  limit: number,
  reading: Reading,
): Promise<LocalRecord> {
  const { name: path, localHeaderOffset: start } = central;
  const findings: Finding[] = [];
  const report = (code: FindingCode, message: string, expected?: string, actual?: string): void => {
    findings.push(finding(code, { path, message, expected, actual }));
  };
  const inside = start + LENGTH.localHeader <= limit;
  const view = inside ? await window.view(start, LENGTH.localHeader) : undefined;
  if (view?.getUint32(0, true) !== SIGNATURE.localHeader) {
    report("zip_offset_mismatch", "there is no local header at the central directory's offset", `${start}`);
    return { findings };
  }
  const local = decodeLocalHeader(view);
  const dataOffset = start + LENGTH.localHeader + local.nameLength + local.extraLength;
  const dataEnd = dataOffset + central.compressedSize;
  if (dataEnd > limit) {
    report("zip_overlap", "the entry runs into the central directory", `${limit}`, `${dataEnd}`);
    return { findings };
  }
  const rest = await window.bytes(start + LENGTH.localHeader, local.nameLength + local.extraLength);
  const names = rest.subarray(0, local.nameLength);
  if (!sameBytes(names, central.nameBytes)) {
    report("zip_header_mismatch", "the local header's name differs", central.name, new TextDecoder().decode(names));
  }
  compareFields(central, local, report);
  const extra = readExtraFields(rest.subarray(local.nameLength));
  if (extra.fault?.code === "zip_encrypted" && central.encrypted) {
    // Said of the central header already.
  } else if (extra.fault !== undefined) {
    report(extra.fault.code, `local header: ${extra.fault.message}`);
  } else {
    compareSizes(central, local, extra.zip64, report);
  }
  const read = { dataOffset, header: local, extra: extra.fields, findings };
  if ((central.flags & FLAG.dataDescriptor) === 0) return { ...read, end: dataEnd };
  if (central.method === METHOD.stored && reading === "evidence") {
    const message =
      "the entry is stored, and its sizes are behind its data: a reader of the stream can't tell where it ends";
    report("zip_header_mismatch", message);
  }
  const leavesSizes = local.compressedSize === SEE_ZIP64_32 || local.uncompressedSize === SEE_ZIP64_32;
  if (extra.zip64 !== undefined && !leavesSizes) {
    // By the field its sizes have 8 bytes, by the header 4: streaming readers disagree about what follows.
    report("zip64_mismatch", "the local header has an unneeded zip64 field and a data descriptor");
  }
  const wide = extra.zip64 !== undefined || central.zip64Sizes;
  const descriptor = await readDescriptor(window, dataEnd, limit, central, wide, report);
  return descriptor === undefined ? read : { ...read, descriptor, end: dataEnd + descriptor.length };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) {
    if (left[at] !== right[at]) return false;
  }
  return true;
}

type ReportFinding = (code: FindingCode, message: string, expected?: string, actual?: string) => void;

/**
 * Compares all but the sizes. Not "version needed": writers that add zip64 late (Go) leave the lower one in the local
 * header.
 */
function compareFields(central: CentralEntry, local: EntryHeader, report: ReportFinding): void {
  const compare = (what: string, expected: number, actual: number): void => {
    if (expected !== actual)
      report("zip_header_mismatch", `the local header's ${what} differs`, `${expected}`, `${actual}`);
  };
  compare("method", central.method, local.method);
  // A lower version is fine; a higher one is not covered by the check of the central header.
  if (local.versionNeeded > LATEST_VERSION) compare("version needed", central.versionNeeded, local.versionNeeded);
  compare("set of flags", central.flags, local.flags);
  compare("time", central.time, local.time);
  compare("date", central.date, local.date);
  if (!isDeferred(central, local.crc32)) compare("CRC-32", central.crc32, local.crc32);
}

/** With a data descriptor the local header may have zero CRC-32 and sizes (4.4.4 bit 3), but not different ones. */
function isDeferred(central: CentralEntry, value: number): boolean {
  return (central.flags & FLAG.dataDescriptor) !== 0 && value === 0;
}

function compareSizes(
  central: CentralEntry,
  local: EntryHeader,
  zip64: DataView | undefined,
  report: ReportFinding,
): void {
  const wide = resolveZip64([local.uncompressedSize, local.compressedSize], zip64);
  if (typeof wide === "string") {
    report("zip64_mismatch", `local header: ${wide}`);
    return;
  }
  // Class A2: a streaming reader uses these sizes, a directory reader the others.
  const [uncompressed = 0, compressed = 0] = wide;
  if (uncompressed !== central.uncompressedSize && !isDeferred(central, uncompressed)) {
    report("zip_header_mismatch", "the local header's size differs", `${central.uncompressedSize}`, `${uncompressed}`);
  }
  if (compressed !== central.compressedSize && !isDeferred(central, compressed)) {
    report(
      "zip_header_mismatch",
      "the local header's compressed size differs",
      `${central.compressedSize}`,
      `${compressed}`,
    );
  }
}

/**
 * The descriptor, once it says what the central header says; its signature is optional (4.3.9.3). Sizes have
 * 8 bytes where the entry has a zip64 field (4.3.9.2), which Go writes in the central header only.
 */
async function readDescriptor(
  window: Window,
  at: number,
  limit: number,
  central: CentralEntry,
  wide: boolean,
  report: ReportFinding,
): Promise<Descriptor | undefined> {
  const most = 4 + (wide ? LENGTH.zip64DataDescriptor : LENGTH.dataDescriptor);
  const view = await window.view(at, Math.min(most, limit - at));
  const signed = view.byteLength >= 4 && view.getUint32(0, true) === SIGNATURE.dataDescriptor;
  const fields = signed ? 4 : 0;
  const length = signed ? most : most - 4;
  if (view.byteLength < length) {
    report("zip_header_mismatch", "the entry's data descriptor is missing");
    return undefined;
  }
  const size = (index: number): number =>
    wide ? readUint64(view, fields + 4 + 8 * index) : view.getUint32(fields + 4 + 4 * index, true);
  const found = [view.getUint32(fields, true), size(0), size(1)];
  const stated = [central.crc32, central.compressedSize, central.uncompressedSize];
  if (found.some((value, index) => value !== stated[index])) {
    const text = (values: readonly number[]): string => `CRC-32 ${values[0]}, sizes ${values[1]} and ${values[2]}`;
    report("zip_header_mismatch", "the data descriptor differs from the central header", text(stated), text(found));
    return undefined;
  }
  return { isSigned: signed, isWide: wide, length };
}
