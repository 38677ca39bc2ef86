/** Parts that rows of the table share. */
import { METHOD } from "../../record/fields.ts";
import type { AttributesForm, EndForm, EntryForm, ExtraForm, Zip64Form } from "./row.ts";

/** A regular file in the Unix half of the attributes, nothing in the other. */
export const REGULAR: AttributesForm = { mode: "regular", low: [0] };
export const NO_ATTRIBUTES: AttributesForm = { mode: "none", low: [0] };

const PLAIN = {
  needed: [20],
  flags: [0],
  attributes: REGULAR,
  internal: [0],
  date: "any",
  local: "values",
} as const satisfies Partial<EntryForm>;

type Given = Partial<EntryForm> & Pick<EntryForm, "madeBy">;

export function deflated(given: Given): EntryForm {
  return { ...PLAIN, method: METHOD.deflated, ...given };
}

export function stored(given: Given): EntryForm {
  return { ...PLAIN, method: METHOD.stored, ...given };
}

/** Deflated, with what the local header could not say behind the data. */
export function streamed(given: Given): EntryForm {
  return deflated({ flags: [0x0008], local: "zeros", descriptor: "signed", ...given });
}

/** The same data in either method. */
export function either(given: Given): readonly EntryForm[] {
  return [deflated(given), stored(given)];
}

export const FROM_4_GIB = 0xffffffff;
/** For entries that the tool can't make larger: it writes no zip64 records. */
export const NO_ZIP64: Zip64Form = { local: "never", central: "never", from: FROM_4_GIB, needed: 45 };
export const NO_ZIP64_END: EndForm = { zip64: "never", madeBy: 0, keeps: "fitting" };

export const ZIP64_FIELD: ExtraForm = { kind: "zip64" };
/** Version 1, ids of 4 bytes. */
export const OWNER: ExtraForm = { kind: "owner", width: [4] };
export const NTFS_TIMES: ExtraForm = { kind: "ntfs" };
/** Only the time of modification: flags 1, and 4 bytes. */
export const MODIFIED: ExtraForm = { kind: "times", flags: [1] };
