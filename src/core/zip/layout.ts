/**
 * The proof that an archive can be read in one way only: every byte of the file belongs to exactly one record, and the
 * records agree (APPNOTE 6.3.10; the ambiguity classes of "My ZIP isn't your ZIP", USENIX Security 2025). Content is not
 * read here: `reader.ts` holds it against its CRC-32 and size while it streams.
 */

import type { ByteSource } from "../bytes/source.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { type CentralEntry, readDirectory } from "./central-directory.ts";
import { readEnd } from "./end-record.ts";
import { DEFAULT_LIMITS, RATIO_FREE_BYTES, type Surroundings, type ZipLimits } from "./limits.ts";
import { readLocalRecord } from "./local-record.ts";
import { collisions } from "./name.ts";
import { Window } from "./record-window.ts";
import { FLAG, METHOD } from "./records.ts";

/** An entry that nothing was found against: its data can be read. Sizes and offsets in bytes, from the file's start. */
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
   * In the order of the file, each name once. Entries with a finding of their own are left out; all are where the
   * records could not be found, or where a limit is passed.
   */
  readonly entries: readonly ZipEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Reads the records of an archive, in memory that grows with the number of entries only.
 *
 * @throws GaitError `not_an_archive` for a file that neither begins as a ZIP nor has an end record.
 */
export async function readLayout(
  source: ByteSource,
  limits: ZipLimits = DEFAULT_LIMITS,
  around: Surroundings = { entries: 0, bytes: 0, archiveSize: source.size },
): Promise<ZipLayout> {
  const end = await readEnd(source);
  const findings = [...end.findings];
  if (end.place === undefined) return { entries: [], findings };
  const window = new Window(source);
  const directory = await readDirectory(window, end.place, limits.maxEntries - around.entries);
  findings.push(...directory.findings);
  if (!directory.complete) return { entries: [], findings };

  const inOrder = [...directory.entries].sort((left, right) => left.localHeaderOffset - right.localHeaderOffset);
  findings.push(...nameFindings(inOrder));
  // One entry of which nobody knows where it is leaves nothing that can be said of the others' places.
  if (inOrder.some((entry) => !entry.placed)) return { entries: [], findings };
  const placed = await tile(window, inOrder, end.place.offset, findings);
  const passed = limitFindings(inOrder, limits, around);
  findings.push(...passed);
  return { entries: passed.length > 0 ? [] : firstOfEachName(placed), findings };
}

/**
 * Lays the entries end to end from the first byte of the file to the central directory. Hidden entries, overlaps (and so
 * bombs whose entries share data) and anything else between records come out here.
 */
async function tile(
  window: Window,
  inOrder: readonly CentralEntry[],
  directoryOffset: number,
  findings: Finding[],
): Promise<ZipEntry[]> {
  const placed: ZipEntry[] = [];
  let at = 0;
  for (const [index, central] of inOrder.entries()) {
    const { name: path, localHeaderOffset: start } = central;
    const before = at;
    if (start < at) {
      const message = "the entry begins before the one before it ends";
      findings.push(finding("zip_overlap", { path, expected: `${at}`, actual: `${start}`, message }));
    } else if (start > at && at === 0) {
      findings.push(finding("zip_prefix", { message: `${start} bytes stand before the first entry` }));
    } else if (start > at) {
      findings.push(
        finding("zip_gap", { path, message: `${start - at} bytes stand before the entry and belong to none` }),
      );
    }
    const next = inOrder[index + 1]?.localHeaderOffset ?? directoryOffset;
    const local = await readLocalRecord(window, central, directoryOffset);
    findings.push(...local.findings);
    // Where the record could not be read, the next one is taken to begin in the right place: one finding, not two.
    at = Math.max(at, local.end ?? next);
    const found = !central.sound || local.findings.length > 0 || start < before;
    if (!found && local.dataOffset !== undefined) placed.push(toEntry(central, local.dataOffset));
  }
  if (at < directoryOffset) {
    const message = `${directoryOffset - at} bytes stand before the central directory and belong to no entry`;
    findings.push(finding(at === 0 ? "zip_prefix" : "zip_gap", { message }));
  } else if (at > directoryOffset) {
    findings.push(finding("zip_overlap", { message: "the last entry runs into the central directory" }));
  }
  return placed;
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

/** Names are compared as a file system would: two that are one file there can't both be what was meant. */
function nameFindings(entries: readonly CentralEntry[]): Finding[] {
  const names = entries.filter((entry) => entry.named).map((entry) => entry.name);
  return collisions(names).map(([first, second]) => {
    const path = names[second];
    const other = names[first];
    if (path === other)
      return finding("zip_duplicate_entry", { path, message: "the name stands in the archive more than once" });
    return finding("zip_name_collision", {
      path,
      actual: other,
      message: `the name and "${other}" are one on some systems`,
    });
  });
}

function limitFindings(entries: readonly CentralEntry[], limits: ZipLimits, around: Surroundings): Finding[] {
  const total = entries.reduce((sum, entry) => sum + entry.uncompressedSize, around.bytes);
  const findings: Finding[] = [];
  if (total > limits.maxBytes) {
    const sizes = { expected: `at most ${limits.maxBytes}`, actual: `${total}` };
    findings.push(finding("zip_too_large", { ...sizes, message: `the archive's content is ${total} bytes` }));
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
