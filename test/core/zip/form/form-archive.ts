/** Archives made from a row of the table and nothing else. */
import { crc32, deflateRawSync } from "node:zlib";
import type { EntryForm, ExtraForm, Form } from "../../../../src/core/zip/form/table/row.ts";
import { type ArchiveSpec, concat, type EntrySpec, extra, u16, u32, u64 } from "../archive/builder.ts";

export const SEE_ZIP64 = 0xffffffff;

/** An entry of a row, with its chosen values. */
export interface FormEntry {
  readonly shape: EntryForm;
  readonly spec: EntrySpec;
  /** The size of its whole record in the file, in bytes. */
  readonly length: number;
}

export interface FormContent {
  readonly name: string;
  readonly content: Uint8Array;
}

/** One entry for each shape of the row, and one more. */
export function formArchive(form: Form, name = "entry"): ArchiveSpec {
  return archiveOf(
    form,
    formEntries(form, 0, name).map(({ spec }) => spec),
  );
}

/** The entries of a row, starting at `offset`. */
export function formEntries(form: Form, offset: number, name: string): FormEntry[] {
  const shapes = [...form.entries, ...form.entries.slice(0, 1)];
  return placed(
    form,
    offset,
    shapes.map((shape, index) => {
      const text = shape.empty === true ? "" : `evidence of ${name}-${index} `.repeat(9);
      return { shape, name: `${name}-${index}`, content: new TextEncoder().encode(text) };
    }),
  );
}

/** An archive of these contents in the row's form, using its shapes in turn. */
export function inForm(form: Form, contents: readonly FormContent[], deflate?: Deflate): ArchiveSpec {
  const shapes = form.entries.filter((shape) => shape.empty !== true);
  const given = contents.map((content, index) => ({ shape: shapes[index % shapes.length] as EntryForm, ...content }));
  return archiveOf(
    form,
    placed(form, 0, given, deflate).map(({ spec }) => spec),
  );
}

type Deflate = (content: Uint8Array) => Uint8Array;

function placed(
  form: Form,
  offset: number,
  given: readonly (FormContent & { shape: EntryForm })[],
  deflate?: Deflate,
): FormEntry[] {
  const made: FormEntry[] = [];
  let at = offset;
  for (const each of given) {
    const entry = formEntry(form, each, at, deflate);
    made.push(entry);
    at += entry.length;
  }
  return made;
}

export function archiveOf({ end }: Form, entries: readonly EntrySpec[]): ArchiveSpec {
  if (end.zip64 !== "always") return { entries };
  const open = { directorySize: SEE_ZIP64, directoryOffset: SEE_ZIP64 };
  const count = { entries: 0xffff, diskEntries: 0xffff };
  const kept = {
    fitting: {},
    nothing: { ...open, ...count },
    "not even disks": { ...open, ...count, disk: 0xffff, directoryDisk: 0xffff },
    "all but offset": { directoryOffset: SEE_ZIP64 },
  };
  return { entries, zip64: { versionMadeBy: end.madeBy }, end: kept[end.keeps] };
}

function formEntry(
  form: Form,
  { shape, name, content }: FormContent & { shape: EntryForm },
  offset: number,
  deflate: Deflate = (bytes) => new Uint8Array(deflateRawSync(bytes)),
): FormEntry {
  const { zip64 } = form;
  const data = shape.method === 8 ? deflate(content) : content;
  const numbers = { uncompressedSize: content.length, compressedSize: data.length, offset };
  const inLocal = zip64.local === "always";
  const open = {
    size: ["uncompressedSize"],
    sizes: ["uncompressedSize", "compressedSize"],
    everything: Object.keys(numbers),
  };
  const opened = (zip64.central in open ? open[zip64.central as keyof typeof open] : []) as (keyof typeof numbers)[];
  const isWide = inLocal || opened.length > 0;
  const crc = crc32(content);
  const values = { uncompressedSize: content.length, compressedSize: data.length };
  const local = {
    values: { crc32: crc, ...values },
    zeros: { crc32: 0, uncompressedSize: 0, compressedSize: 0 },
    size: { crc32: 0, uncompressedSize: content.length, compressedSize: 0 },
  }[shape.local];
  const localZip64 = extra(1, u64(local.uncompressedSize, local.compressedSize));
  const centralZip64 = extra(1, u64(...opened.map((each) => numbers[each])));
  const context = { isFirst: offset === 0 };
  const localExtra = extras(form.local, inLocal ? localZip64 : undefined, context);
  const centralExtra = extras(form.central, opened.length > 0 ? centralZip64 : undefined, context);
  const isDescriptorWide = inLocal || (zip64.wideDescriptor === true && opened.length > 0);
  const descriptor = shape.descriptor && (`${shape.descriptor}${isDescriptorWide ? "64" : ""}` as const);
  const spec: EntrySpec = {
    name,
    content,
    deflate: shape.method === 8,
    data,
    ...(descriptor === undefined ? {} : { descriptor }),
    both: {
      flags: shape.flags[0] ?? 0,
      ...(shape.date === "zero" ? { date: 0 } : {}),
    },
    local: {
      ...local,
      ...(inLocal && zip64.repeats !== true ? { uncompressedSize: SEE_ZIP64, compressedSize: SEE_ZIP64 } : {}),
      versionNeeded: inLocal ? zip64.needed : (shape.needed[0] ?? 0),
      extra: localExtra,
    },
    central: {
      versionMadeBy: (isWide ? zip64.madeBy : undefined)?.[0] ?? shape.madeBy[0] ?? 0,
      versionNeeded: isWide ? zip64.needed : (shape.needed[0] ?? 0),
      internalAttributes: shape.marksText ? Number(!name.endsWith(".zip")) : (shape.internal[0] ?? 0),
      externalAttributes: attributesOf(shape),
      extra: centralExtra,
      ...Object.fromEntries(opened.map((each) => [each, SEE_ZIP64])),
    },
  };
  const behind =
    descriptor === undefined ? 0 : (descriptor.startsWith("signed") ? 4 : 0) + (isDescriptorWide ? 20 : 12);
  return { shape, spec, length: 30 + name.length + localExtra.length + data.length + behind };
}

function attributesOf({ attributes: { mode, low } }: EntryForm): number {
  const unix = { regular: 0o100644, permissions: 0o600, none: 0 }[mode];
  return unix * 0x1_0000 + (low[0] ?? 0);
}

function extras(
  forms: readonly ExtraForm[],
  zip64: Uint8Array | undefined,
  { isFirst }: { isFirst: boolean },
): Uint8Array {
  return concat(
    ...forms.map((form) => {
      if (form.kind === "zip64") return zip64 ?? new Uint8Array(0);
      if (form.kind === "jar") return isFirst ? extra(0xcafe) : new Uint8Array(0);
      return extraOf(form);
    }),
  );
}

const TIME = 0x6955_1234;

export function extraOf(form: Exclude<ExtraForm, { kind: "zip64" | "jar" }>): Uint8Array {
  switch (form.kind) {
    case "times": {
      const flags = form.flags[0] ?? 1;
      const count = form.first === true ? 1 : [1, 2, 4].filter((bit) => (flags & bit) !== 0).length;
      return extra(0x5455, concat(Uint8Array.of(flags), u32(...Array.from({ length: count }, () => TIME))));
    }
    case "owner": {
      const width = form.width[0] ?? 4;
      const id = concat(Uint8Array.of(width), new Uint8Array(width));
      return extra(0x7875, concat(Uint8Array.of(1), id, id));
    }
    case "ntfs":
      return extra(0x000a, concat(u32(0), u16(1, 24), u64(0x01dc_7b94_7440_0080n, 0n, 0n)));
    case "old times":
      return extra(0x5855, concat(u32(TIME, TIME), new Uint8Array(form.length - 8)));
    case "room for zip64":
      return extra(0x9999, new Uint8Array(16));
    case "old owner":
      return extra(0x7855, new Uint8Array(form.length));
  }
}
