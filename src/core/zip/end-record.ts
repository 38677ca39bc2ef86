/**
 * The end of an archive: end record, zip64 end record and locator (APPNOTE 4.3.14 to 4.3.16), and through them the
 * place of the central directory. A reader that picks a different end record sees a different archive (classes C2, C3
 * and C5 of "My ZIP isn't your ZIP"), so only one is accepted: the one that ends with the file.
 */

import type { ByteSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { bytesText } from "../text/quantities.ts";
import { type Decoys, findDecoys } from "./decoy.ts";
import {
  decodeEndRecord,
  decodeZip64EndRecord,
  decodeZip64Locator,
  type EndRecord,
  type EndRecords,
  LENGTH,
  SEE_ZIP64_16,
  SEE_ZIP64_32,
  SIGNATURE,
  type Zip64EndRecord,
} from "./record/fields.ts";
import type { Reading } from "./record/reading.ts";

/** Where the central directory is, and how many headers it should have. */
export interface DirectoryPlace {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

/** `place` is absent if the directory can't be read. */
export interface ArchiveEnd {
  readonly place?: DirectoryPlace;
  readonly records?: EndRecords;
  readonly decoys?: Decoys;
  readonly findings: readonly Finding[];
}

const MAX_COMMENT = 0xffff;

/** `recordSize` of a zip64 end record that has nothing after its fields. */
const ZIP64_RECORD_SIZE = LENGTH.zip64EndRecord - 12;

/** Enough of a file to see which one it is. */
const BEGINNING = 512;

/** Files that stand beside packs and are taken for one, by how they begin. */
const BESIDE_PACKS: readonly (readonly [begins: RegExp, hint: string])[] = [
  [
    /^\{"(?:dsseEnvelope|mediaType|payload|payloadType|verificationMaterial)":/,
    "It looks like signatures that lie beside a pack: verify the pack itself, with --trust.",
  ],
  [/^\{\s*"schema_id"\s*:\s*"gait\.trust"/, "It is a trust file: `gait trust show` reads it, and --trust takes it."],
  [/^-----BEGIN [A-Z ]*(?:PUBLIC|PRIVATE) KEY-----/, "It looks like a key: `gait keys show` reads it."],
  [/^(?:ssh|ecdsa|sk)-\S+ AAAA/, "It looks like a key: `gait keys show` reads it."],
  [/^[A-Za-z0-9+/]{43}=\s*$/, "It looks like a public key: `gait keys show` reads it, and --public-key takes it."],
  [
    /^[{[]/,
    "It looks like JSON: `gait run import` makes a runpack of what an agent wrote, `gait run record` of a run's record.",
  ],
];

const NO_ARCHIVE = "the file is not a ZIP archive: it neither starts nor ends like one";

async function noArchive(source: ByteSource): Promise<GaitError> {
  if (source.size === 0) return new GaitError("not_an_archive", NO_ARCHIVE, { hint: "It is empty: copy it again." });
  const beginning = await source.read(0, Math.min(source.size, BEGINNING));
  const text = Array.from(beginning, (byte) => String.fromCharCode(byte)).join("");
  const hint = BESIDE_PACKS.find(([begins]) => begins.test(text))?.[1];
  return new GaitError("not_an_archive", NO_ARCHIVE, hint === undefined ? {} : { hint });
}

/** @throws GaitError `not_an_archive` if the file neither starts like a ZIP nor has an end record. */
export async function readEnd(source: ByteSource, reading: Reading): Promise<ArchiveEnd> {
  const begins = await beginsAsArchive(source);
  const located = await locateEndRecord(source);
  if (located.length === 0) {
    if (!begins) throw await noArchive(source);
    return broken("zip_truncated", "the file starts like a ZIP archive, but has no end record");
  }
  const [last] = located;
  const whole = located.filter((candidate) => candidate.end === source.size);
  if (whole.length > 1) {
    return broken("zip_end_record_ambiguous", `${whole.length} end records say that the archive ends here`);
  }
  const [record] = whole;
  if (record === undefined) return notAtEnd(source, begins, last ?? { offset: 0, end: 0 });
  if (!begins) return broken("zip_prefix", "the file does not start with an entry");

  const findings: Finding[] = [];
  if (record.commentLength > 0 && reading === "evidence") {
    findings.push(
      finding("zip_comment", { message: `the archive has a comment of ${bytesText(record.commentLength)}` }),
    );
  }
  const end = await withZip64(source, record, findings);
  if (end === undefined) return { findings };
  const { wide } = end;
  const placed = await placeDirectory(source, end, findings);
  if (findings.length > 0) return { ...placed, records: wide === undefined ? { record } : { record, wide } };
  const decoys = await findDecoys(source, { offset: record.offset, start: end.start });
  findings.push(...decoys.findings);
  return {
    ...placed,
    decoys,
    records: wide === undefined ? { record } : { record, wide },
  };
}

interface Candidate extends EndRecord {
  readonly offset: number;
  readonly commentLength: number;
  /** Where its comment ends. */
  readonly end: number;
}

async function beginsAsArchive(source: ByteSource): Promise<boolean> {
  const signature = await signatureAt(source, 0);
  return signature === SIGNATURE.localHeader || signature === SIGNATURE.endRecord;
}

/** Everything near the end of the file that could be an end record, the last one first. */
async function locateEndRecord(source: ByteSource): Promise<Candidate[]> {
  const length = Math.min(source.size, LENGTH.endRecord + MAX_COMMENT);
  const start = source.size - length;
  const tail = await source.read(start, length);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const found: Candidate[] = [];
  const before = (at: number): number => (at > 0 ? tail.lastIndexOf(SIGNATURE.endRecord & 0xff, at - 1) : -1);
  for (let at = before(length - LENGTH.endRecord + 1); at >= 0; at = before(at)) {
    if (view.getUint32(at, true) !== SIGNATURE.endRecord) continue;
    const record = decodeEndRecord(new DataView(tail.buffer, tail.byteOffset + at, LENGTH.endRecord));
    found.push({ ...record, offset: start + at, end: start + at + LENGTH.endRecord + record.commentLength });
  }
  return found;
}

/**
 * No end record ends with the file: either bytes were added, or the file is truncated (and this record belongs to a
 * nested archive).
 */
async function notAtEnd(
  source: ByteSource,
  begins: boolean,
  last: { offset: number; end: number },
): Promise<ArchiveEnd> {
  const surplus = source.size - last.end;
  if (surplus < 0)
    return broken("zip_truncated", `the file ends ${bytesText(-surplus)} before the end record's comment does`);
  const record = await source.read(last.offset, LENGTH.endRecord);
  const { directoryOffset, directorySize } = decodeEndRecord(
    new DataView(record.buffer, record.byteOffset, record.byteLength),
  );
  // A nested stored archive has its own end record; what follows it was not added at the end.
  const own = directoryOffset + directorySize === last.offset || directoryOffset === SEE_ZIP64_32;
  if (begins && !own)
    return broken("zip_truncated", "the file starts like a ZIP archive, but has no end record of its own");
  return broken("zip_suffix", `the end record is followed by ${bytesText(surplus)}`);
}

/** The end record completed by the zip64 end record, and the start of the end records. */
async function withZip64(
  source: ByteSource,
  record: Candidate,
  findings: Finding[],
): Promise<(EndRecord & { readonly start: number; readonly wide?: Zip64EndRecord }) | undefined> {
  const report = (code: Parameters<typeof finding>[0], message: string): undefined => {
    findings.push(finding(code, { message }));
    return undefined;
  };
  const locatorOffset = record.offset - LENGTH.zip64Locator;
  const present = (await signatureAt(source, locatorOffset)) === SIGNATURE.zip64Locator;
  if (!present) {
    if (record.disk !== 0 || record.directoryDisk !== 0)
      return report("zip_multi_disk", "the end record belongs to a split archive");
    const open =
      record.entries === SEE_ZIP64_16 ||
      record.directorySize === SEE_ZIP64_32 ||
      record.directoryOffset === SEE_ZIP64_32;
    if (open) return report("zip64_mismatch", "the end record leaves a number to a missing zip64 record");
    return { ...record, start: record.offset };
  }
  const locator = decodeZip64Locator(await view(source, locatorOffset, LENGTH.zip64Locator));
  if (locator.disk !== 0 || locator.disks !== 1)
    return report("zip_multi_disk", "the zip64 locator belongs to a split archive");
  const start = locatorOffset - LENGTH.zip64EndRecord;
  if (locator.endRecordOffset !== start || (await signatureAt(source, start)) !== SIGNATURE.zip64EndRecord) {
    return report("zip64_mismatch", "the zip64 end record is not directly before its locator, where that must point");
  }
  const wide = decodeZip64EndRecord(await view(source, start, LENGTH.zip64EndRecord));
  if (wide.recordSize !== ZIP64_RECORD_SIZE)
    return report("zip64_mismatch", "the zip64 end record's length differs from its fields");
  if (wide.disk !== 0 || wide.directoryDisk !== 0)
    return report("zip_multi_disk", "the zip64 end record belongs to a split archive");
  const agrees = (narrow: number, open: number, full: number): boolean => narrow === open || narrow === full;
  const agree =
    agrees(record.disk, SEE_ZIP64_16, wide.disk) &&
    agrees(record.directoryDisk, SEE_ZIP64_16, wide.directoryDisk) &&
    agrees(record.diskEntries, SEE_ZIP64_16, wide.diskEntries) &&
    agrees(record.entries, SEE_ZIP64_16, wide.entries) &&
    agrees(record.directorySize, SEE_ZIP64_32, wide.directorySize) &&
    agrees(record.directoryOffset, SEE_ZIP64_32, wide.directoryOffset);
  if (!agree) return report("zip64_mismatch", "a number in the end record differs from the zip64 end record");
  if (![wide.diskEntries, wide.entries, wide.directorySize, wide.directoryOffset].every(Number.isSafeInteger)) {
    return report("zip64_mismatch", "the zip64 end record gives a number past 2^53");
  }
  return { ...wide, start, wide };
}

/** The central directory must end where the end records start. */
async function placeDirectory(
  source: ByteSource,
  end: EndRecord & { readonly start: number },
  findings: Finding[],
): Promise<ArchiveEnd> {
  const { directoryOffset: offset, directorySize: size, entries, start } = end;
  if (end.diskEntries !== entries) {
    const message = "the end record has two different numbers of entries, but the archive is not split";
    findings.push(finding("zip_count_mismatch", { expected: `${entries}`, actual: `${end.diskEntries}`, message }));
  }
  const surplus = start - (offset + size);
  if (surplus === 0) return { place: { offset, size, entries }, findings };
  if (surplus < 0) {
    const message = "the central directory runs past the end record";
    findings.push(finding("zip_offset_mismatch", { expected: `${start}`, actual: `${offset + size}`, message }));
    return { findings };
  }
  const stated = size === 0 || (await signatureAt(source, offset)) === SIGNATURE.centralHeader;
  if (stated) {
    findings.push(
      finding("zip_gap", { message: `between the central directory and the end record: ${bytesText(surplus)}` }),
    );
    return { place: { offset, size, entries }, findings };
  }
  if ((await signatureAt(source, start - size)) === SIGNATURE.centralHeader) {
    findings.push(
      finding("zip_prefix", {
        message: `the archive of this end record is preceded by ${bytesText(surplus)} (or the file is truncated after a nested archive)`,
      }),
    );
  } else {
    const message = "there is no central directory at the end record's offset";
    findings.push(finding("zip_offset_mismatch", { actual: `${offset}`, message }));
  }
  return { findings };
}

function broken(code: Parameters<typeof finding>[0], message: string): ArchiveEnd {
  return { findings: [finding(code, { message })] };
}

async function view(source: ByteSource, offset: number, length: number): Promise<DataView> {
  const bytes = await source.read(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The four bytes at `offset`, or `undefined` if the file is too short. */
async function signatureAt(source: ByteSource, offset: number): Promise<number | undefined> {
  if (offset < 0 || offset + 4 > source.size) return undefined;
  return (await view(source, offset, 4)).getUint32(0, true);
}
