/** The central directory: one header for each entry (APPNOTE 4.3.12), each checked on its own. */

import { type Finding, type FindingCode, finding } from "../finding/finding.ts";
import { bytesText, countText } from "../text/quantities.ts";
import type { DirectoryPlace } from "./end-record.ts";
import { decodeName, pathFault } from "./name.ts";
import { type ExtraField, readExtraFields, resolveZip64 } from "./record/extra-field.ts";
import {
  type CentralHeader,
  decodeCentralHeader,
  FLAG,
  LATEST_VERSION,
  LENGTH,
  METHOD,
  SEE_ZIP64_32,
  SIGNATURE,
} from "./record/fields.ts";
import type { Reading } from "./record/reading.ts";
import type { Window } from "./record/window.ts";

/** An entry from the central directory, with sizes and offset from the zip64 field where needed. */
export interface CentralEntry extends CentralHeader {
  readonly name: string;
  /** Whether its name is valid; an invalid name is only for display. */
  readonly named: boolean;
  readonly nameBytes: Uint8Array;
  /** An empty folder of an archive that is read as rezipped; no entry of evidence is one. */
  readonly isFolder: boolean;
  /** The header as it is in the file. */
  readonly header: CentralHeader;
  readonly extra: readonly ExtraField[];
  /** The header leaves a size to the zip64 field, so its data descriptor has 8-byte sizes. */
  readonly zip64Sizes: boolean;
  /** Whether its sizes and offset are known: the zip64 field, if needed, is valid. */
  readonly placed: boolean;
  /** Its central header says that it is encrypted, and a finding does. */
  readonly encrypted: boolean;
  /** It has no findings. */
  readonly sound: boolean;
}

export interface CentralDirectory {
  readonly entries: readonly CentralEntry[];
  /** Whether every byte of the directory was read as a header. */
  readonly complete: boolean;
  readonly findings: readonly Finding[];
}

/** The flags that any entry may have (4.4.4); all others change the meaning of the bytes, or are undefined. */
const KNOWN_FLAGS = FLAG.deflateOption | FLAG.dataDescriptor | FLAG.utf8;
const ENCRYPTION_FLAGS = FLAG.encrypted | FLAG.strongEncryption | FLAG.maskedHeaders;

/** External attributes: the low byte is MS-DOS's, the high half Unix's mode. */
const DOS_VOLUME_OR_DEVICE = 0x48;
const DOS_DIRECTORY = 0x10;
const UNIX_TYPE = 0xf000;
const UNIX_DIRECTORY = 0x4000;
const UNIX_REGULAR = 0x8000;
/** Set user id, set group id, sticky: no file of evidence needs them, and root unpacks them. */
const UNIX_SPECIAL = 0o7000;

export async function readDirectory(
  window: Window,
  place: DirectoryPlace,
  limit: { readonly maxEntries: number; readonly around: number },
  reading: Reading,
): Promise<CentralDirectory> {
  const entries: CentralEntry[] = [];
  const findings: Finding[] = [];
  const incomplete = (
    code: FindingCode,
    message: string,
    more: { expected?: string; actual?: string } = {},
  ): CentralDirectory => {
    findings.push(finding(code, { message, ...more }));
    return { entries, complete: false, findings };
  };
  const end = place.offset + place.size;
  for (let at = place.offset; at < end; ) {
    // The count in the end record is not trusted: headers are counted.
    const { maxEntries, around } = limit;
    if (around + entries.length >= maxEntries || around + place.entries > maxEntries) {
      const more = {
        expected: `at most ${maxEntries}`,
        actual: `${around + Math.max(place.entries, entries.length + 1)}`,
      };
      return {
        ...incomplete(
          "zip_too_many_entries",
          `the archive has more than ${countText(maxEntries, "entry", "entries")}`,
          more,
        ),
        entries: [],
      };
    }
    const view = end - at < LENGTH.centralHeader ? undefined : await window.view(at, LENGTH.centralHeader);
    if (view?.getUint32(0, true) !== SIGNATURE.centralHeader) {
      return incomplete("zip_gap", `the central directory has bytes at ${at} that are not an entry's header`);
    }
    const header = decodeCentralHeader(view);
    const length = LENGTH.centralHeader + header.nameLength + header.extraLength + header.commentLength;
    if (at + length > end) {
      return incomplete("zip_offset_mismatch", `the header at ${at} runs past the end of the central directory`);
    }
    const rest = await window.bytes(at + LENGTH.centralHeader, header.nameLength + header.extraLength);
    entries.push(judge(header, rest, findings, reading));
    at += length;
  }
  if (entries.length !== place.entries) {
    const message = "the number of entries in the end record differs from the central directory";
    const more = { expected: `${place.entries}`, actual: `${entries.length}` };
    findings.push(finding("zip_count_mismatch", { message, ...more }));
  }
  return { entries, complete: true, findings };
}

/** `rest` is the name and the extra field. */
function judge(header: CentralHeader, rest: Uint8Array, findings: Finding[], reading: Reading): CentralEntry {
  const nameBytes = rest.slice(0, header.nameLength);
  const decoded = decodeName(nameBytes, (header.flags & FLAG.utf8) !== 0);
  const isFolder = reading === "rezipped" && decoded.fault?.code === "zip_directory_entry" && isEmpty(header);
  const name = isFolder ? decoded.name.slice(0, -1) : decoded.name;
  const fault = isFolder ? pathFault(name) : decoded.fault;
  let sound = true;
  const report = (code: FindingCode, message: string, actual?: string): void => {
    sound = false;
    findings.push(finding(code, { path: name, message, actual }));
  };
  if (fault !== undefined) report(fault.code, fault.message);
  judgeMethod(header, report);
  if (!isFolder) judgeType(header.externalAttributes, fault?.code === "zip_directory_entry", report);
  if (header.diskStart !== 0) report("zip_multi_disk", "the entry starts on another disk");
  if (header.commentLength > 0) report("zip_comment", `the entry has a comment of ${bytesText(header.commentLength)}`);

  const extra = readExtraFields(rest.subarray(header.nameLength));
  // That it is encrypted is said once, by whichever place says it first.
  const isSaid = extra.fault?.code === "zip_encrypted" && isEncrypted(header);
  if (extra.fault !== undefined && !isSaid) report(extra.fault.code, extra.fault.message);
  const { uncompressedSize, compressedSize, localHeaderOffset } = header;
  const wide = resolveZip64([uncompressedSize, compressedSize, localHeaderOffset], extra.zip64);
  if (typeof wide === "string" && extra.fault === undefined) report("zip64_mismatch", wide);
  const [full, packed, offset] = typeof wide === "string" ? [] : wide;
  if (header.method === METHOD.stored && full !== packed) {
    report("zip_header_mismatch", "the entry is stored, but its two sizes differ", `${packed}`);
  }
  return {
    ...header,
    header,
    extra: extra.fields,
    uncompressedSize: full ?? uncompressedSize,
    compressedSize: packed ?? compressedSize,
    localHeaderOffset: offset ?? localHeaderOffset,
    zip64Sizes: uncompressedSize === SEE_ZIP64_32 || compressedSize === SEE_ZIP64_32,
    name,
    named: fault === undefined,
    isFolder,
    nameBytes,
    placed: typeof wide !== "string",
    encrypted: isEncrypted(header) || extra.fault?.code === "zip_encrypted",
    sound,
  };
}

type ReportFinding = (code: FindingCode, message: string, actual?: string) => void;

function judgeMethod(header: CentralHeader, report: ReportFinding): void {
  const { flags, method } = header;
  if (isEncrypted(header)) {
    report("zip_encrypted", "the entry is encrypted");
  } else if (method !== METHOD.stored && method !== METHOD.deflated) {
    report("zip_method_unsupported", "the entry is neither stored nor deflated", `${method}`);
  }
  if (header.versionNeeded > LATEST_VERSION) {
    report("zip_method_unsupported", "the entry needs an unknown version of the format", version(header));
  }
  const unknown = flags & ~(KNOWN_FLAGS | ENCRYPTION_FLAGS);
  if (unknown !== 0) {
    report("zip_flag_unsupported", "the entry has a flag that changes its meaning", `0x${unknown.toString(16)}`);
  }
}

/** Nothing stored, or a deflate stream of nothing. */
function isEmpty({ uncompressedSize, compressedSize, flags }: CentralHeader): boolean {
  return uncompressedSize === 0 && compressedSize <= 5 && (flags & FLAG.dataDescriptor) === 0;
}

function isEncrypted({ flags, method }: CentralHeader): boolean {
  return (flags & ENCRYPTION_FLAGS) !== 0 || method === METHOD.aes;
}

function version({ versionNeeded }: CentralHeader): string {
  return `${Math.floor(versionNeeded / 10)}.${versionNeeded % 10}`;
}

/**
 * What the entry would become when unpacked. Readers differ in whether "made by" selects the half of the attributes, so
 * both halves must say regular file, or nothing.
 */
function judgeType(externalAttributes: number, namedAsDirectory: boolean, report: ReportFinding): void {
  const mode = externalAttributes >>> 16;
  const type = mode & UNIX_TYPE;
  if ((externalAttributes & DOS_DIRECTORY) !== 0 || type === UNIX_DIRECTORY) {
    if (!namedAsDirectory) report("zip_directory_entry", "the attributes say that the entry is a directory");
  } else if ((type !== 0 && type !== UNIX_REGULAR) || (externalAttributes & DOS_VOLUME_OR_DEVICE) !== 0) {
    report(
      "zip_not_regular_file",
      "the attributes say that the entry is not a regular file",
      `0x${externalAttributes.toString(16)}`,
    );
  } else if ((mode & UNIX_SPECIAL) !== 0) {
    report("zip_not_regular_file", "the mode sets the user or group id, or the sticky bit", `0${mode.toString(8)}`);
  }
}
