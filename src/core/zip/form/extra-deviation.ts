/** Extra fields against those of a row: each with its exact length, in its place (APPNOTE 4.5). */
import { type ExtraField, ZIP64_EXTRA } from "../record/extra-field.ts";
import { SIGNATURE } from "../record/fields.ts";
import type { ExtraForm } from "./table/row.ts";

const ID: Record<ExtraForm["kind"], number> = {
  zip64: ZIP64_EXTRA,
  times: 0x5455,
  owner: 0x7875,
  ntfs: 0x000a,
  "old times": 0x5855,
  "old owner": 0x7855,
  "room for zip64": 0x9999,
  jar: 0xcafe,
};

const SIGNATURES: ReadonlySet<number> = new Set(Object.values(SIGNATURE));

/** What of `fields` is not as the row has it; the zip64 field's content is judged elsewhere. */
export function extraDeviation(
  forms: readonly ExtraForm[],
  fields: readonly ExtraField[],
  entry: { readonly isFirst: boolean; readonly zip64: boolean },
): string | undefined {
  let at = 0;
  for (const form of forms) {
    if (form.kind === "jar" && !entry.isFirst) continue;
    if (form.kind === "zip64" && !entry.zip64) continue;
    const field = fields[at];
    if (field?.id !== ID[form.kind]) return `extra field ${hex(ID[form.kind])} is missing here`;
    if (field.id !== ZIP64_EXTRA && hasSignature(field.data))
      return `extra field ${hex(field.id)} has a record's signature`;
    if (!fits(form, field.data)) return `extra field ${hex(field.id)} has other data than its values`;
    at += 1;
  }
  const surplus = fields[at];
  return surplus === undefined ? undefined : `extra field ${hex(surplus.id)} is not written here`;
}

/** Readers of a stream look for the next record by its signature alone, in the times of files too. */
function hasSignature(data: DataView): boolean {
  for (let at = 0; at + 4 <= data.byteLength; at += 1) {
    if (data.getUint8(at) === 0x50 && SIGNATURES.has(data.getUint32(at, true))) return true;
  }
  return false;
}

function fits(form: ExtraForm, data: DataView): boolean {
  const length = data.byteLength;
  switch (form.kind) {
    case "zip64":
      return true;
    case "times": {
      if (length === 0) return false;
      const flags = data.getUint8(0);
      return form.flags.includes(flags) && length === (form.first === true ? 5 : 1 + 4 * bits(flags));
    }
    case "owner": {
      if (length < 3 || data.getUint8(0) !== 1) return false;
      const width = data.getUint8(1);
      return form.width.includes(width) && length === 3 + 2 * width && data.getUint8(2 + width) === width;
    }
    case "ntfs":
      return length === 32 && data.getUint32(0, true) === 0 && data.getUint32(4, true) === 0x0018_0001;
    case "old times":
    case "old owner":
      return length === form.length;
    case "room for zip64":
      return length === 16 && [0, 4, 8, 12].every((at) => data.getUint32(at, true) === 0);
    case "jar":
      return length === 0;
  }
}

function bits(flags: number): number {
  return (flags & 1) + ((flags >>> 1) & 1) + ((flags >>> 2) & 1);
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
