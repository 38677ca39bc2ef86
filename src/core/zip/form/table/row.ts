/**
 * What a row of the table says: one tool, and the bytes of every record that it writes. An archive is accepted when one
 * row holds for all of it. Readers differ in what they make of bytes that no tool writes; of these they were tested on.
 */
import type { METHOD } from "../../record/fields.ts";

export interface Form {
  /** Unique; the tool, and the option that makes it write this form. */
  readonly name: string;
  /** One for each method, or one for each method and emptiness: what depends on the method is tied to it. */
  readonly entries: readonly EntryForm[];
  /** Extra fields in their order, `zip64` in the place of its field. */
  readonly local: readonly ExtraForm[];
  readonly central: readonly ExtraForm[];
  readonly zip64: Zip64Form;
  readonly end: EndForm;
}

export interface EntryForm {
  readonly method: (typeof METHOD)["stored" | "deflated"];
  /** The shape is only for entries without content; without it, for any. */
  readonly empty?: true;
  /** Host and version (APPNOTE 4.4.2). */
  readonly madeBy: readonly number[];
  /** The same in both headers, unless a zip64 field raises it. */
  readonly needed: readonly number[];
  readonly flags: readonly number[];
  readonly attributes: AttributesForm;
  readonly internal: readonly number[];
  /** In place of `internal`: marked as text (APPNOTE 4.4.14) is what is not a ZIP by its name, and nothing else. */
  readonly marksText?: true;
  /** Any time, 1980-01-01 00:00:00, or all bits zero. */
  readonly date: "any" | "epoch" | "zero";
  /** Absent where there is none. */
  readonly descriptor?: "signed" | "unsigned";
  /** CRC-32 and sizes in the local header: right, all zero, or the uncompressed size alone. */
  readonly local: "values" | "zeros" | "size";
}

export interface AttributesForm {
  /** The Unix half: a regular file, a regular file or only permissions, or nothing. */
  readonly mode: "regular" | "permissions" | "none";
  /** These and no others, where the tool has no choice. */
  readonly permissions?: number;
  /** The MS-DOS half. */
  readonly low: readonly number[];
}

/** Where zip64 fields stand, and which numbers are left to them (4.5.3). */
export interface Zip64Form {
  /** `needed`: both sizes, where one of them is too large. */
  readonly local: "never" | "needed" | "always";
  /**
   * - `each`, `pair`, `all`: what is too large; both sizes if one is; all three numbers if one is.
   * - `go`: both sizes if any number is too large, and the field has all three.
   * - `size`, `sizes`, `everything`: always the size, both sizes, or all three.
   */
  readonly central: "never" | "each" | "pair" | "all" | "go" | "size" | "sizes" | "everything";
  /** The least number that may be left to the field; from 2^32 - 1 on it must be. */
  readonly from: number;
  /** Version needed, and made by, of an entry that leaves a size to a field. */
  readonly needed: number;
  readonly madeBy?: readonly number[];
  /** The local header gives the sizes itself too (python before 3.11.4). */
  readonly repeats?: true;
  /** A data descriptor has 8-byte sizes without a field in the local header: for these sizes in the central header. */
  readonly wideDescriptor?: true;
}

/** The records of the end (4.3.14 to 4.3.16). */
export interface EndForm {
  readonly zip64: "never" | "needed" | "always";
  readonly madeBy: number;
  /** What the end record keeps beside a zip64 one: what fits, nothing, nothing and no number of a disk, or what fits but the directory's offset. */
  readonly keeps: "fitting" | "nothing" | "not even disks" | "all but offset";
}

/** One extra field of a row. Lengths are of the data, in bytes. */
export type ExtraForm =
  | { readonly kind: "zip64" }
  /** 0x5455: flags for modification, access and creation time, then 4 bytes for each; in the central header often the first alone. */
  | { readonly kind: "times"; readonly flags: readonly number[]; readonly first?: true }
  /** 0x7875: version 1, user and group id of so many bytes each. */
  | { readonly kind: "owner"; readonly width: readonly number[] }
  /** 0x000a: reserved, one tag, three times. */
  | { readonly kind: "ntfs" }
  /** 0x5855: two times, and in the local header two ids. */
  | { readonly kind: "old times"; readonly length: 8 | 12 }
  /** 0x7855: two ids in the local header, nothing in the central one. */
  | { readonly kind: "old owner"; readonly length: 0 | 4 }
  /** 0x9999: 16 zero bytes, where both sizes of a zip64 field would go. */
  | { readonly kind: "room for zip64" }
  /** 0xcafe, empty, in the first entry. */
  | { readonly kind: "jar" };
