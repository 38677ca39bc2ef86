/**
 * Which row of the table an archive has the form of. One row holds for every entry and every record of the end: an archive
 * of which one entry looks as one tool writes it and the next as another does was written by neither.
 */
import { type Finding, finding } from "../../finding/finding.ts";
import { type EndRecords, METHOD } from "../record/fields.ts";
import type { Reading } from "../record/reading.ts";
import { endDeviations } from "./end-deviations.ts";
import { type Deviation, type EntryRecords, entryDeviations, isStreamedLike } from "./entry-deviations.ts";
import { FIRST_FORMS } from "./table/own.ts";
import type { Form } from "./table/row.ts";

export interface FoundForm {
  /** The name of the row that holds; absent where none does. */
  readonly name?: string;
  readonly findings: readonly Finding[];
}

export async function findForm(
  entries: readonly EntryRecords[],
  end: EndRecords,
  reading: Reading,
): Promise<FoundForm> {
  const isForm = (form: Form): boolean => holds(form, entries, end, reading);
  const first = FIRST_FORMS.find(isForm);
  if (first !== undefined) return { name: first.name, findings: [] };
  // Loaded lazily: nearly all packs have one of the first forms, and the table takes a tenth of verifying a small one.
  const { FORMS } = await import("./table/all-forms.ts");
  const form = FORMS.slice(FIRST_FORMS.length).find(isForm);
  if (form !== undefined) return { name: form.name, findings: [] };
  return { findings: deviationsFrom(nearest(FORMS, entries, end), entries, end) };
}

function holds(form: Form, entries: readonly EntryRecords[], end: EndRecords, reading: Reading): boolean {
  if (endDeviations(form, end).length > 0) return false;
  let before: EntryRecords | undefined;
  for (const entry of entries) {
    if (before !== undefined && areAlike(before, entry)) continue;
    if (!holdsFor(form, entry, reading)) return false;
    before = isPlain(entry) ? entry : undefined;
  }
  return true;
}

/** From here on, some row may leave a number to a zip64 field. */
const LARGE = 2_000_000_000;

/** Nothing but the header, and in it what all rows judge by itself: what holds for one such entry holds for its like. */
function isPlain(entry: EntryRecords): boolean {
  const { isFirst, localExtra, centralExtra, descriptor, central, local } = entry;
  const { uncompressedSize, compressedSize, localHeaderOffset } = entry;
  return (
    !isFirst &&
    localExtra.length === 0 &&
    centralExtra.length === 0 &&
    descriptor === undefined &&
    uncompressedSize < LARGE &&
    compressedSize < LARGE &&
    localHeaderOffset < LARGE &&
    local.crc32 === central.crc32 &&
    local.compressedSize === compressedSize &&
    local.uncompressedSize === uncompressedSize
  );
}

/** Archives have thousands of entries that differ in name, sizes and CRC-32 alone. */
function areAlike(plain: EntryRecords, entry: EntryRecords): boolean {
  const { central: one, local } = plain;
  const { central: other } = entry;
  return (
    one.versionMadeBy === other.versionMadeBy &&
    one.versionNeeded === other.versionNeeded &&
    local.versionNeeded === entry.local.versionNeeded &&
    one.flags === other.flags &&
    one.method === other.method &&
    one.time === other.time &&
    one.date === other.date &&
    one.internalAttributes === other.internalAttributes &&
    plain.name.endsWith(".zip") === entry.name.endsWith(".zip") &&
    one.externalAttributes === other.externalAttributes &&
    (plain.uncompressedSize === 0) === (entry.uncompressedSize === 0) &&
    isPlain(entry)
  );
}

/** Of what is read as rezipped, stored data with its size behind it is one form with the deflated entries of the tool. */
function holdsFor(form: Form, entry: EntryRecords, reading: Reading): boolean {
  const isOpenEnded = entry.central.method === METHOD.stored && entry.descriptor !== undefined;
  if (reading === "rezipped" && isOpenEnded) return isStreamedLike(form, entry);
  return entryDeviations(form, entry, true).length === 0;
}

/** As many entries as it takes to see which tool was meant. */
const SAMPLE = 200;

/** The row with the fewest deviations; of equals the first. */
function nearest(forms: readonly Form[], entries: readonly EntryRecords[], end: EndRecords): Form {
  const sample = entries.slice(0, SAMPLE);
  let least = Number.POSITIVE_INFINITY;
  let found = forms[0] as Form;
  for (const form of forms) {
    let count = endDeviations(form, end).length;
    for (const entry of sample) {
      count += weight(entryDeviations(form, entry, false));
      if (count >= least) break;
    }
    if (count >= least) continue;
    least = count;
    found = form;
  }
  return found;
}

/** Of an entry that the row has no shape for, nothing else is compared: that is further away than two fields. */
function weight(deviations: readonly Deviation[]): number {
  return deviations.length + (deviations.some(({ isShape }) => isShape === true) ? 2 : 0);
}

/** Each deviation once, with the first entry that has it. */
function deviationsFrom(form: Form, entries: readonly EntryRecords[], end: EndRecords): Finding[] {
  const seen = new Map<string, { readonly deviation: Deviation; readonly path?: string; entries: number }>();
  const add = (deviation: Deviation, path?: string): void => {
    const key = `${deviation.code} ${deviation.what}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, { deviation, entries: 1, ...(path === undefined ? {} : { path }) });
    else before.entries += 1;
  };
  for (const deviation of endDeviations(form, end)) add(deviation);
  for (const entry of entries) {
    for (const deviation of entryDeviations(form, entry, false)) add(deviation, entry.name);
  }
  return [...seen.values()].map(({ deviation: { code, what, expected, actual }, path, entries: count }) => {
    const others = count > 1 ? `, here and in ${count - 1} more` : "";
    const message = `no known tool writes an archive like this; nearest is ${form.name}, but for ${what}${others}`;
    return finding(code, { message, path, expected, actual });
  });
}
