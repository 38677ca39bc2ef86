/** Extra fields: lists of (id, length, data) after a name (APPNOTE 4.5), and the numbers of the zip64 one (4.5.3). */
import type { FindingCode } from "../../finding/finding.ts";
import { readUint64, SEE_ZIP64_32 } from "./fields.ts";

export const ZIP64_EXTRA = 0x0001;

/**
 * Fields for times and owners only. An allow list, because some fields give an entry a second name, method or content
 * (0x7075, 0x6375, 0x9901, 0x2605, 0x07c8, ...), and a reader that knows one of them sees a different archive from one
 * that does not.
 */
const HARMLESS = new Map([
  [0x000a, "NTFS times"],
  [0x5455, "Unix times"],
  [0x5855, "Info-ZIP Unix times and owner"],
  [0x7855, "Info-ZIP Unix owner"],
  [0x7875, "Unix owner"],
  [0x9999, "rubyzip's room for a zip64 field"],
  [0xcafe, "Java archive mark"],
]);

/** Fields of encryption: strong encryption (PKWARE) and AES (WinZip). */
const ENCRYPTION = new Set([0x0017, 0x9901]);

const SECOND_NAME = new Map([
  [0x6375, "Unicode comment"],
  [0x7075, "Unicode path"],
]);

export interface ExtraField {
  readonly id: number;
  readonly data: DataView;
}

export interface ExtraFields {
  /** In their order, each id once; those before the fault, where there is one. */
  readonly fields: readonly ExtraField[];
  /** Data of the zip64 field. */
  readonly zip64?: DataView;
  readonly fault?: {
    readonly code: Extract<FindingCode, "zip_extra_field_invalid" | "zip_encrypted">;
    readonly message: string;
  };
}

const NONE: ExtraFields = { fields: [] };

/** @param given may be used again by the caller: what is returned is of a copy */
export function readExtraFields(given: Uint8Array): ExtraFields {
  if (given.length === 0) return NONE;
  const bytes = given.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: ExtraField[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return invalid("the extra field ends inside a header");
    const id = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (at + 4 + length > bytes.length) return invalid(`extra field ${hex(id)} is longer than its record`);
    if (fields.some((field) => field.id === id)) return invalid(`extra field ${hex(id)} occurs twice`);
    if (ENCRYPTION.has(id))
      return {
        fields,
        fault: { code: "zip_encrypted", message: `extra field ${hex(id)} says the entry is encrypted` },
      };
    const second = SECOND_NAME.get(id);
    if (second !== undefined) return invalid(`extra field ${hex(id)} gives a second ${second} to some readers`);
    if (id !== ZIP64_EXTRA && !HARMLESS.has(id)) return invalid(`extra field ${hex(id)} is unknown`);
    fields.push({ id, data: new DataView(bytes.buffer, bytes.byteOffset + at + 4, length) });
    at += 4 + length;
  }
  const zip64 = fields.find((field) => field.id === ZIP64_EXTRA)?.data;
  return zip64 === undefined ? { fields } : { fields, zip64 };
}

/**
 * The values of `fields`, which stand in the zip64 field's order (uncompressed size, compressed size, offset). The field
 * has exactly those that the header leaves to it (readers take its values one after the other), with two exceptions: Go
 * writes all three where both sizes are open, and python before 3.11.4 repeats both sizes in the local header.
 *
 * @returns a message if the two do not agree.
 */
export function resolveZip64(fields: readonly number[], zip64: DataView | undefined): number[] | string {
  const open = fields.filter((value) => value === SEE_ZIP64_32).length;
  if (zip64 === undefined) return open === 0 ? [...fields] : "a size or offset is left to a missing zip64 field";
  // It is empty, but some readers conclude from its presence that the data descriptor has 8-byte sizes.
  if (zip64.byteLength === 0) return "the zip64 field is empty";
  let resolved: number[];
  if (zip64.byteLength === 8 * open) {
    let at = 0;
    resolved = fields.map((value) => {
      if (value !== SEE_ZIP64_32) return value;
      at += 8;
      return readUint64(zip64, at - 8);
    });
  } else {
    const count = zip64.byteLength / 8;
    const isGo = fields.length === 3 && fields[0] === SEE_ZIP64_32 && fields[1] === SEE_ZIP64_32;
    const repeats = fields.length === 2 && open === 0;
    if (count !== fields.length || !(isGo || repeats)) return "the zip64 field's length differs from its values";
    resolved = fields.map((value, index) => (index < count ? readUint64(zip64, 8 * index) : value));
    if (fields.some((value, index) => value !== SEE_ZIP64_32 && value !== resolved[index])) {
      return "a value in the zip64 field differs from the header";
    }
  }
  return resolved.every(Number.isSafeInteger) ? resolved : "the zip64 field gives a number past 2^53";
}

function invalid(message: string): ExtraFields {
  return { fields: [], fault: { code: "zip_extra_field_invalid", message } };
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
