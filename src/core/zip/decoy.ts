/**
 * Records of the end that are not this archive's, in its content or in an extra field, where some reader takes them for
 * it. An archive in an archive has such records, but its offsets count from its own beginning: taken as offsets of the
 * whole file they do not meet a record. Those of a decoy do. Readers that were seen to take one: libzip (where it finds
 * fault with the real one), busybox (where the real one leaves its numbers to zip64), minizip and rubyzip (zip64 locators
 * anywhere near the end), npm's unzipper (the first of the last 80 bytes).
 */

import type { ByteSource } from "../bytes/source.ts";
import { type Finding, finding } from "../finding/finding.ts";
import {
  decodeEndRecord,
  decodeZip64EndRecord,
  decodeZip64Locator,
  LENGTH,
  SEE_ZIP64_32,
  SIGNATURE,
} from "./record/fields.ts";

/** As far as readers look back from the end for an end record: its longest comment, and the zip64 records before it. */
const SEARCHED = LENGTH.endRecord + 0xffff + LENGTH.zip64Locator + LENGTH.zip64EndRecord;

/** Of these last bytes npm's unzipper takes the first end record, whatever its numbers are, and asks for no other signature. */
const LAST = 80;

/** The archive's own records of the end: where the end record is, and where the first of them begins. */
interface Own {
  readonly offset: number;
  readonly start: number;
}

export interface Decoys {
  readonly findings: readonly Finding[];
  /** Another end record, a decoy where no file is stored: a stored file may be an ordinary empty archive. */
  readonly emptyArchive?: Finding;
  /** Another end record in the last bytes. It is said of what has no other fault. */
  readonly inLast?: Finding;
}

export async function findDecoys(source: ByteSource, own: Own): Promise<Decoys> {
  const length = Math.min(source.size, SEARCHED);
  const start = source.size - length;
  // The source may use its block again for the signatures that are looked up below.
  const tail = new Uint8Array(await source.read(start, length));
  const view = new DataView(tail.buffer);
  let emptyArchive: Finding | undefined;
  let inLast: Finding | undefined;
  const isOwnWide = own.start < own.offset;
  for (let at = tail.indexOf(0x50); at >= 0; at = tail.indexOf(0x50, at + 1)) {
    const place = start + at;
    if (at + LENGTH.zip64Locator > length) break;
    if (place === own.start || place === own.offset) continue;
    if (isOwnWide && place === own.offset - LENGTH.zip64Locator) continue;
    const signature = view.getUint32(at, true);
    const what = KINDS.get(signature);
    if (what === undefined) continue;
    const size = LENGTH_OF[signature] ?? 0;
    if (at + size > length) continue;
    const isFirstOfLast = signature === SIGNATURE.endRecord && place >= source.size - LAST;
    const record = new DataView(tail.buffer, at, size);
    const message = `there is a second ${what} at ${place}, and some readers take it for the archive's`;
    const decoy = finding("zip_end_record_ambiguous", { message, actual: `${place}` });
    if (await meetsRecord(source, signature, record)) return { findings: [decoy] };
    if (isFirstOfLast) inLast ??= decoy;
    if (signature === SIGNATURE.endRecord && decodeEndRecord(record).entries === 0) emptyArchive ??= decoy;
  }
  return {
    findings: [],
    ...(emptyArchive === undefined ? {} : { emptyArchive }),
    ...(inLast === undefined ? {} : { inLast }),
  };
}

const KINDS = new Map<number, string>([
  [SIGNATURE.endRecord, "end record"],
  [SIGNATURE.zip64Locator, "zip64 locator"],
  [SIGNATURE.zip64EndRecord, "zip64 end record"],
]);

const LENGTH_OF: Readonly<Record<number, number>> = {
  [SIGNATURE.endRecord]: LENGTH.endRecord,
  [SIGNATURE.zip64Locator]: LENGTH.zip64Locator,
  [SIGNATURE.zip64EndRecord]: LENGTH.zip64EndRecord,
};

async function meetsRecord(source: ByteSource, signature: number, view: DataView): Promise<boolean> {
  if (signature === SIGNATURE.zip64Locator) {
    return (await signatureAt(source, decodeZip64Locator(view).endRecordOffset)) === SIGNATURE.zip64EndRecord;
  }
  const isWide = signature === SIGNATURE.zip64EndRecord;
  const { directoryOffset, entries } = isWide ? decodeZip64EndRecord(view) : decodeEndRecord(view);
  // An empty archive has no central header to meet, and libzip asks for none; rubyzip does not even ask where a zip64 end
  // record is. An ordinary empty archive, in a stored file, begins with its directory.
  if (entries === 0 && (isWide || directoryOffset !== 0)) return true;
  if (!isWide && directoryOffset === SEE_ZIP64_32) return false;
  const met = await signatureAt(source, directoryOffset);
  // To busybox a directory that begins with its end is empty, whatever the number of entries says.
  return met !== undefined && (met === SIGNATURE.centralHeader || KINDS.has(met));
}

async function signatureAt(source: ByteSource, offset: number): Promise<number | undefined> {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + 4 > source.size) return undefined;
  const bytes = await source.read(offset, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
