/**
 * Proves that an archive is unambiguous: every byte of the file belongs to exactly one record, and the records agree
 * (APPNOTE 6.3.10; the ambiguity classes of "My ZIP isn't your ZIP", USENIX Security 2025). Content is not read here:
 * `reader.ts` checks its CRC-32 and size while it streams.
 */

import type { ByteSource } from "../bytes/source.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { bytesText } from "../text/quantities.ts";
import { type CentralEntry, readDirectory } from "./central-directory.ts";
import { readEnd } from "./end-record.ts";
import type { EntryRecords } from "./form/entry-deviations.ts";
import { findForm } from "./form/find-form.ts";
import { DEFAULT_LIMITS, RATIO_FREE_BYTES, type Surroundings, type ZipLimits } from "./limits.ts";
import { type LocalRecord, readLocalRecord } from "./local-record.ts";
import { collisions, isAddition, strangeName } from "./name.ts";
import { FLAG, METHOD } from "./record/fields.ts";
import type { Reading } from "./record/reading.ts";
import { Window } from "./record/window.ts";

/** An entry without findings: its data can be read. Sizes and offsets in bytes, from the file's start. */
export interface ZipEntry {
  readonly name: string;
  readonly method: typeof METHOD.stored | typeof METHOD.deflated;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly crc32: number;
  readonly localHeaderOffset: number;
  readonly dataOffset: number;
  readonly hasDataDescriptor: boolean;
}

export interface ZipLayout {
  /**
   * In file order, each name once. Entries with findings are left out; all are left out if the records could not be
   * found or a limit is exceeded.
   */
  readonly entries: readonly ZipEntry[];
  /** The form of the archive (`form/`): the tool that writes all its records so. Absent where there are findings. */
  readonly form?: string;
  readonly findings: readonly Finding[];
}

/**
 * Reads the records of an archive, in memory that grows with the number of entries only.
 *
 * @throws GaitError `not_an_archive` for a file that neither starts like a ZIP nor has an end record.
 */
export async function readLayout(
  source: ByteSource,
  limits: ZipLimits = DEFAULT_LIMITS,
  around: Surroundings = { entries: 0, bytes: 0, archiveSize: source.size },
  reading: Reading = "evidence",
): Promise<ZipLayout> {
  const end = await readEnd(source, reading);
  const findings = [...end.findings];
  if (end.place === undefined) return { entries: [], findings };
  const window = new Window(source);
  const directory = await readDirectory(
    window,
    end.place,
    { maxEntries: limits.maxEntries, around: around.entries },
    reading,
  );
  findings.push(...directory.findings);
  if (!directory.complete) return { entries: [], findings };

  const inOrder = [...directory.entries].sort((left, right) => left.localHeaderOffset - right.localHeaderOffset);
  const named = nameFindings(inOrder, reading);
  findings.push(...named);
  // If one entry's position is unknown, the positions of the others can't be checked.
  if (inOrder.some((entry) => !entry.placed)) return { entries: [], findings };
  const strange = new Set(named.filter(({ code }) => code === "zip_name_unsafe").map(({ path }) => path));
  const tiled = await tile(window, inOrder, end.place.offset, findings, reading);
  const passed = limitFindings(inOrder, limits, around);
  findings.push(...passed);
  const entries = passed.length > 0 ? [] : firstOfEachName(tiled.placed).filter(({ name }) => !strange.has(name));
  // If the records contradict each other, the archive's form does not matter.
  if (findings.length > 0 || end.records === undefined) return { entries, findings };
  const { name: form, findings: deviations } = await findForm(tiled.records, end.records, reading);
  if (form === undefined) return { entries, findings: deviations };
  const { inLast, emptyArchive } = end.decoys ?? {};
  const isStored = tiled.records.some(({ central }) => central.method === METHOD.stored);
  const decoy = inLast ?? (isStored ? undefined : emptyArchive);
  return decoy === undefined ? { entries, form, findings } : { entries, findings: [decoy] };
}

/**
 * Checks that the entries are adjacent from the first byte of the file to the central directory. This finds hidden
 * entries, overlaps (and so bombs whose entries share data) and anything else between records.
 */
async function tile(
  window: Window,
  inOrder: readonly CentralEntry[],
  directoryOffset: number,
  findings: Finding[],
  reading: Reading,
): Promise<{ readonly placed: ZipEntry[]; readonly records: EntryRecords[] }> {
  const placed: ZipEntry[] = [];
  const records: EntryRecords[] = [];
  let at = 0;
  for (const [index, central] of inOrder.entries()) {
    const { name: path, localHeaderOffset: start } = central;
    const before = at;
    if (start < at) {
      const message = "the entry starts before the previous one ends";
      findings.push(finding("zip_overlap", { path, expected: `${at}`, actual: `${start}`, message }));
    } else if (start > at && at === 0) {
      findings.push(finding("zip_prefix", { message: `the first entry is preceded by ${bytesText(start)}` }));
    } else if (start > at) {
      findings.push(finding("zip_gap", { path, message: `before the entry: ${bytesText(start - at)} of no entry` }));
    }
    const next = inOrder[index + 1]?.localHeaderOffset ?? directoryOffset;
    const local = await readLocalRecord(window, central, directoryOffset, reading);
    findings.push(...local.findings);
    // If the record could not be read, assume that the next one is in the right place: one finding, not two.
    at = Math.max(at, local.end ?? next);
    const found = !central.sound || local.findings.length > 0 || start < before;
    if (!found && local.dataOffset !== undefined && !central.isFolder) {
      placed.push(toEntry(central, local.dataOffset));
      records.push(recordsOf(central, local));
    }
  }
  if (at < directoryOffset) {
    const message = `before the central directory: ${bytesText(directoryOffset - at)} of no entry`;
    findings.push(finding(at === 0 ? "zip_prefix" : "zip_gap", { message }));
  } else if (at > directoryOffset) {
    findings.push(finding("zip_overlap", { message: "the last entry runs into the central directory" }));
  }
  return { placed, records };
}

function recordsOf(central: CentralEntry, { header, extra, descriptor }: LocalRecord): EntryRecords {
  const { name, localHeaderOffset, uncompressedSize, compressedSize } = central;
  return {
    name,
    isFirst: localHeaderOffset === 0,
    central: central.header,
    local: header ?? central.header,
    centralExtra: central.extra,
    localExtra: extra ?? [],
    ...(descriptor === undefined ? {} : { descriptor }),
    uncompressedSize,
    compressedSize,
    localHeaderOffset,
  };
}

function toEntry(central: CentralEntry, dataOffset: number): ZipEntry {
  return {
    name: central.name,
    method: central.method === METHOD.stored ? METHOD.stored : METHOD.deflated,
    compressedSize: central.compressedSize,
    uncompressedSize: central.uncompressedSize,
    crc32: central.crc32,
    localHeaderOffset: central.localHeaderOffset,
    dataOffset,
    hasDataDescriptor: (central.flags & FLAG.dataDescriptor) !== 0,
  };
}

/**
 * Names are compared as a file system would: two names for the same file are ambiguous. What is no name of the closed
 * set is refused too, once: a collision says more.
 */
function nameFindings(entries: readonly CentralEntry[], reading: Reading): Finding[] {
  const files = entries.filter((entry) => entry.named && !entry.isFolder).map((entry) => entry.name);
  const names = reading === "rezipped" ? files.filter((name) => !isAddition(name)) : files;
  const colliding = new Set<string>();
  const findings = collisions(names).map(([first, second]) => {
    const path = names[second] ?? "";
    const other = names[first] ?? "";
    colliding.add(path).add(other);
    if (path === other)
      return finding("zip_duplicate_entry", { path, message: "the name occurs more than once in the archive" });
    return finding("zip_name_collision", {
      path,
      actual: other,
      message: `the name and "${other}" are the same on some systems`,
    });
  });
  const hasEvidence = names.includes(AUTHORIZATION_BUNDLE);
  for (const path of names) {
    const fault = colliding.has(path) ? undefined : strangeName(path, hasEvidence);
    if (fault !== undefined) findings.push(finding(fault.code, { path, message: fault.message }));
  }
  return findings;
}

/** The document that makes a pack one of an authorization: files of people's own are below `evidence/` in it. */
const AUTHORIZATION_BUNDLE = "authorization_bundle.json";

function limitFindings(entries: readonly CentralEntry[], limits: ZipLimits, around: Surroundings): Finding[] {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, around.bytes);
  const findings: Finding[] = [];
  if (total > limits.maxBytes) {
    const sizes = { expected: `at most ${limits.maxBytes}`, actual: `${total}` };
    findings.push(finding("zip_too_large", { ...sizes, message: `the archive's content is ${bytesText(total)}` }));
  }
  const ratio = total / around.archiveSize;
  if (total > RATIO_FREE_BYTES && ratio > limits.maxRatio) {
    const ratios = { expected: `at most ${limits.maxRatio}`, actual: ratio.toFixed(1) };
    findings.push(
      finding("zip_ratio_exceeded", {
        ...ratios,
        message: `the archive's content is ${ratio.toFixed(1)} times its size`,
      }),
    );
  }
  return findings;
}

function firstOfEachName(entries: readonly ZipEntry[]): ZipEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => !seen.has(entry.name) && seen.add(entry.name));
}
