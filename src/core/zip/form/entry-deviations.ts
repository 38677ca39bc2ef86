/** One entry of an archive against one row of the table. */
import type { FindingCode } from "../../finding/finding.ts";
import type { ExtraField } from "../record/extra-field.ts";
import { type CentralHeader, type EntryHeader, METHOD, SEE_ZIP64_32 } from "../record/fields.ts";
import { extraDeviation } from "./extra-deviation.ts";
import type { AttributesForm, EntryForm, Form, Zip64Form } from "./table/row.ts";

/** An entry's records as they are in the file, and the numbers that zip64 fields give. */
export interface EntryRecords {
  readonly name: string;
  /** The entry at the beginning of the file. */
  readonly isFirst: boolean;
  readonly central: CentralHeader;
  readonly local: EntryHeader;
  readonly centralExtra: readonly ExtraField[];
  readonly localExtra: readonly ExtraField[];
  readonly descriptor?: { readonly isSigned: boolean; readonly isWide: boolean };
  readonly uncompressedSize: number;
  readonly compressedSize: number;
  readonly localHeaderOffset: number;
}

export interface Deviation {
  readonly code: FindingCode;
  /** The row has no such entries at all. */
  readonly isShape?: true;
  /** What differs. */
  readonly what: string;
  readonly expected?: string;
  readonly actual?: string;
}

/** All that the entry has otherwise than the row; stops at the first where only the answer matters. */
export function entryDeviations(form: Form, entry: EntryRecords, firstOnly: boolean): Deviation[] {
  const { central, local } = entry;
  const shape = shapeOf(form, entry);
  if (shape === undefined) {
    const method = central.method === METHOD.stored ? "stored" : "deflated";
    const descriptor = entry.descriptor === undefined ? "without" : "with";
    return [
      {
        code: "zip_header_mismatch",
        isShape: true,
        what: `an entry that is ${method}, ${descriptor} a data descriptor`,
      },
    ];
  }
  const found: Deviation[] = [];
  for (const judge of [zip64, headers, localValues, extras]) {
    judge(form, shape, entry, (code, what, expected, actual) => {
      found.push({
        code,
        what,
        ...(expected === undefined ? {} : { expected }),
        ...(actual === undefined ? {} : { actual }),
      });
    });
    if (firstOnly && found.length > 0) return found;
  }
  if (local.flags !== central.flags) found.push({ code: "zip_header_mismatch", what: "the local header's flags" });
  return found;
}

type Report = (code: FindingCode, what: string, expected?: string, actual?: string) => void;

/**
 * Whether stored data with its size behind it could be of the tool that deflates to a stream like the row: it differs in
 * the version alone, and in what the local header says of the sizes.
 */
export function isStreamedLike(form: Form, entry: EntryRecords): boolean {
  const shape = form.entries.find((each) => each.descriptor !== undefined);
  const { central, descriptor } = entry;
  if (shape === undefined || descriptor === undefined) return false;
  let found = false;
  const report: Report = () => {
    found = true;
  };
  attributes(shape.attributes, central.externalAttributes, report);
  extras(form, shape, entry, report);
  const isSameHost = shape.madeBy.some((madeBy) => madeBy >>> 8 === central.versionMadeBy >>> 8);
  const isSigned = descriptor.isSigned === (shape.descriptor === "signed");
  return !found && isSameHost && isSigned && shape.flags.includes(central.flags);
}

/** An empty entry has the row's shape for empty ones, where there is one. */
function shapeOf({ entries }: Form, { central, uncompressedSize }: EntryRecords): EntryForm | undefined {
  const ofMethod = entries.filter((each) => each.method === central.method && hasDescriptor(each, central.flags));
  const empty = uncompressedSize === 0 ? ofMethod.find((each) => each.empty === true) : undefined;
  return empty ?? ofMethod.find((each) => each.empty === undefined);
}

function internalAttributes({ marksText, internal }: EntryForm, name: string): readonly number[] {
  if (marksText !== true) return internal;
  return [name.endsWith(".zip") ? 0 : 1];
}

/** Some tools write both kinds into one archive, by where the content comes from. */
function hasDescriptor({ descriptor }: EntryForm, flags: number): boolean {
  return (descriptor !== undefined) === ((flags & 0x0008) !== 0);
}

function headers(form: Form, shape: EntryForm, entry: EntryRecords, report: Report): void {
  const { central, local, descriptor } = entry;
  const opensSize = central.uncompressedSize === SEE_ZIP64_32 || central.compressedSize === SEE_ZIP64_32;
  const inLocal = hasZip64(entry.localExtra);
  const isWide = inLocal || opensSize;
  const one = (
    what: string,
    expected: readonly number[],
    actual: number,
    text: (value: number) => string = String,
  ): void => {
    if (!expected.includes(actual))
      report("zip_header_mismatch", what, expected.map((each) => text(each)).join(" or "), text(actual));
  };
  const { needed, madeBy = shape.madeBy } = form.zip64;
  one("version made by", isWide ? madeBy : shape.madeBy, central.versionMadeBy, hex16);
  const offsetOnly = !isWide && central.localHeaderOffset === SEE_ZIP64_32;
  const unlessOffset = offsetOnly ? [...shape.needed, needed] : shape.needed;
  one("version needed", isWide ? [needed] : unlessOffset, central.versionNeeded);
  one("version needed in the local header", inLocal ? [needed] : shape.needed, local.versionNeeded);
  one("set of flags", shape.flags, central.flags, hex16);
  one("set of internal attributes", internalAttributes(shape, entry.name), central.internalAttributes);
  attributes(shape.attributes, central.externalAttributes, report);
  if (shape.date === "epoch") {
    one("time", [0], central.time);
    one("date", [0x21], central.date);
  } else if (shape.date === "zero") {
    one("date", [0], central.date);
  } else if (central.date !== 0 && (central.date & MONTH) === 0) {
    report("zip_header_mismatch", "a date without a month", undefined, hex16(central.date));
  }
  if (descriptor === undefined || shape.descriptor === undefined) return;
  if (descriptor.isSigned !== (shape.descriptor === "signed"))
    report(
      "zip_header_mismatch",
      descriptor.isSigned ? "the data descriptor's signature" : "a data descriptor without signature",
    );
  const wide = inLocal || (form.zip64.wideDescriptor === true && opensSize);
  if (descriptor.isWide !== wide)
    report(
      "zip_header_mismatch",
      "the width of the sizes in the data descriptor",
      bytes(wide),
      bytes(descriptor.isWide),
    );
}

/** Of a date of MS-DOS. Time and date as a signature (local header, end record, ...) have none, and some readers look for those anywhere. */
const MONTH = 0x01e0;
const UNIX_TYPE = 0xf000;
const UNIX_REGULAR = 0x8000;

function attributes({ mode, permissions, low }: AttributesForm, actual: number, report: Report): void {
  const unix = actual >>> 16;
  const type = unix & UNIX_TYPE;
  const isFitting = mode === "none" ? unix === 0 : type === UNIX_REGULAR || (mode === "permissions" && type === 0);
  const isAllowed = permissions === undefined || (unix & ~UNIX_TYPE) === permissions;
  if (isFitting && isAllowed && low.includes(actual & 0xffff)) return;
  report("zip_not_regular_file", "set of attributes", undefined, `0x${actual.toString(16).padStart(8, "0")}`);
}

function localValues(form: Form, shape: EntryForm, entry: EntryRecords, report: Report): void {
  const { local, localExtra, central } = entry;
  const [size, packed] = sizesIn(shape, entry);
  const crc = shape.local === "values" ? central.crc32 : 0;
  const isOpen = hasZip64(localExtra) && form.zip64.repeats !== true;
  const expected = [crc, ...(isOpen ? [SEE_ZIP64_32, SEE_ZIP64_32] : [packed, size])];
  const actual = [local.crc32, local.compressedSize, local.uncompressedSize];
  if (expected.some((value, index) => value !== actual[index])) {
    report(
      "zip_header_mismatch",
      "what the local header says of CRC-32 and sizes",
      expected.join(", "),
      actual.join(", "),
    );
  }
}

/** Uncompressed and compressed size as the local header has them, or its zip64 field. */
function sizesIn({ local }: EntryForm, { uncompressedSize, compressedSize }: EntryRecords): [number, number] {
  if (local === "zeros") return [0, 0];
  return [uncompressedSize, local === "size" ? 0 : compressedSize];
}

function zip64(form: Form, shape: EntryForm, entry: EntryRecords, report: Report): void {
  const { zip64: rule } = form;
  const { central, localExtra, centralExtra } = entry;
  const sizes = [entry.uncompressedSize, entry.compressedSize];
  const inLocal = localExtra.find((field) => field.id === 1)?.data;
  const must = rule.local === "always" || (rule.local === "needed" && sizes.some(isTooLarge));
  const may = must || (rule.local === "needed" && sizes.some((size) => size >= rule.from));
  if (inLocal === undefined ? must : !may) {
    report(
      "zip64_mismatch",
      inLocal === undefined ? "the local header has no zip64 field" : "the local header has a zip64 field without need",
    );
  } else if (inLocal !== undefined) {
    const values = sizesIn(shape, entry);
    const fits = inLocal.byteLength === 16 && values.every((value, index) => readsAs(inLocal, 8 * index, value));
    if (!fits) report("zip64_mismatch", "the values of the local header's zip64 field");
  }
  const open = [central.uncompressedSize, central.compressedSize, central.localHeaderOffset].map(
    (value) => value === SEE_ZIP64_32,
  );
  const numbers = [...sizes, entry.localHeaderOffset];
  if (!opensAsWritten(rule, open, numbers)) {
    report(
      "zip64_mismatch",
      open.some(Boolean) ? "a number is left to a zip64 field that needs none" : "no number is left to a zip64 field",
    );
  }
  const field = centralExtra.find((each) => each.id === 1)?.data.byteLength;
  const count = open.filter(Boolean).length;
  const length = rule.central === "go" && count > 0 ? 24 : 8 * count;
  if ((field ?? 0) !== length || field === 0)
    report("zip64_mismatch", "the length of the zip64 field", `${length}`, `${field ?? 0}`);
}

function opensAsWritten({ central, from }: Zip64Form, open: readonly boolean[], numbers: readonly number[]): boolean {
  const [size = false, packed = false, offset = false] = open;
  const fits = (index: number): boolean => {
    const value = numbers[index] ?? 0;
    return open[index] === true ? value >= from : !isTooLarge(value);
  };
  const pairFits = (always: boolean): boolean => {
    if (size !== packed) return false;
    const [full = 0, less = 0] = numbers;
    return size ? always || Math.max(full, less) >= from : !always && !isTooLarge(full) && !isTooLarge(less);
  };
  switch (central) {
    case "never":
      return !size && !packed && !offset;
    case "each":
      return fits(0) && fits(1) && fits(2);
    case "pair":
      return pairFits(false) && fits(2);
    case "size":
      return size && fits(1) && fits(2);
    case "sizes":
      return pairFits(true) && fits(2);
    case "everything":
      return size && packed && offset;
    case "all":
      return numbers.some(isTooLarge) ? size && packed && offset : !size && !packed && !offset;
    case "go":
      return numbers.some(isTooLarge) ? size && packed && fits(2) : !size && !packed && !offset;
  }
}

function extras(form: Form, _shape: EntryForm, entry: EntryRecords, report: Report): void {
  const { isFirst, localExtra, centralExtra } = entry;
  const inLocal = extraDeviation(form.local, localExtra, { isFirst, zip64: hasZip64(localExtra) });
  if (inLocal !== undefined) report("zip_extra_field_invalid", `local header: ${inLocal}`);
  const inCentral = extraDeviation(form.central, centralExtra, { isFirst, zip64: hasZip64(centralExtra) });
  if (inCentral !== undefined) report("zip_extra_field_invalid", inCentral);
}

function hasZip64(fields: readonly ExtraField[]): boolean {
  return fields.some((field) => field.id === 1);
}

function readsAs(data: DataView, at: number, value: number): boolean {
  return (
    data.getUint32(at, true) === value % 0x1_0000_0000 &&
    data.getUint32(at + 4, true) === Math.floor(value / 0x1_0000_0000)
  );
}

function isTooLarge(value: number): boolean {
  return value >= SEE_ZIP64_32;
}

function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, "0")}`;
}

function bytes(isWide: boolean): string {
  return isWide ? "8 bytes" : "4 bytes";
}
