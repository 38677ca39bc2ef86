/** Each field of a row, changed once, in the last entry or in the end records. */
import type { Form } from "../../../../src/core/zip/form/table/row.ts";
import { type ArchiveSpec, concat, type EntrySpec, extra, u16, u64 } from "../archive/builder.ts";
import { archiveOf, formEntries, SEE_ZIP64 } from "./form-archive.ts";

export function deviationsOf(form: Form): [field: string, spec: ArchiveSpec][] {
  const entries = formEntries(form, 0, "entry");
  const last = entries.at(-1);
  if (last === undefined) return [];
  const { shape, spec } = last;
  const { local = {}, central = {}, both = {} } = spec;
  const rest = entries.slice(0, -1).map((each) => each.spec);
  const entry = (field: string, changed: Partial<EntrySpec>): [string, ArchiveSpec] => [
    field,
    archiveOf(form, [...rest, { ...spec, ...changed }]),
  ];
  const otherFlag =
    [0x0800, 2, 4, 6].map((bits) => (both.flags ?? 0) ^ bits).find((flags) => !shape.flags.includes(flags)) ?? 0;
  const attributes = central.externalAttributes ?? 0;
  const found = [
    entry("made by another host", { central: { ...central, versionMadeBy: 0x0714 } }),
    entry("made by another version", { central: { ...central, versionMadeBy: (central.versionMadeBy ?? 0) + 9 } }),
    entry("version needed", { central: { ...central, versionNeeded: 11 } }),
    entry("version needed in the local header", { local: { ...local, versionNeeded: 11 } }),
    entry("flags", { both: { ...both, flags: otherFlag } }),
    entry("internal attributes", { central: { ...central, internalAttributes: 4 } }),
    entry("MS-DOS attributes", { central: { ...central, externalAttributes: attributes ^ 0x02 } }),
    entry("mode", {
      central: {
        ...central,
        externalAttributes:
          attributes >= 0x1_0000
            ? (attributes ^ (0o100000 * 0x1_0000) ^ (0o010000 * 0x1_0000)) >>> 0
            : 0o100644 * 0x1_0000 + attributes,
      },
    }),
    entry("an entry comment", { central: { ...central, comment: "x" } }),
    entry("CRC-32 in the local header", { local: { ...local, crc32: 7 } }),
    entry("size in the local header", { local: { ...local, uncompressedSize: 3 } }),
    entry("compressed size in the local header", { local: { ...local, compressedSize: 3 } }),
    entry("an unknown extra field", {
      local: { ...local, extra: concat(local.extra ?? new Uint8Array(0), extra(0x4242)) },
    }),
    ...extraDeviations(local.extra, "local header", (changed) => entry("", { local: { ...local, extra: changed } })[1]),
    ...extraDeviations(
      central.extra,
      "central header",
      (changed) => entry("", { central: { ...central, extra: changed } })[1],
    ),
  ];
  if (shape.date === "zero") found.push(entry("date", { both: { ...both, date: 0x21 } }));
  if (spec.descriptor === undefined) {
    found.push(entry("a descriptor", { descriptor: "signed", both: { ...both, flags: (both.flags ?? 0) | 8 } }));
  } else {
    const descriptor = `${spec.descriptor}`;
    const isSigned = descriptor.startsWith("signed");
    const isWide = descriptor.endsWith("64");
    const named = (signed: boolean, wide: boolean) =>
      `${signed ? "signed" : "unsigned"}${wide ? "64" : ""}` as "signed" | "unsigned" | "signed64" | "unsigned64";
    found.push(entry("the descriptor's signature", { descriptor: named(!isSigned, isWide) }));
    found.push(entry("the descriptor's width", { descriptor: named(isSigned, !isWide) }));
  }
  const size = { uncompressedSize: SEE_ZIP64 };
  found.push(
    entry("a size left to a zip64 field", {
      central: {
        ...central,
        ...(central.uncompressedSize === SEE_ZIP64 ? { uncompressedSize: 1 } : { ...size, extra: extra(1, u64(1)) }),
      },
    }),
    ...endDeviations(
      form,
      entries.map((each) => each.spec),
    ),
  );
  return found;
}

function extraDeviations(
  bytes: Uint8Array | undefined,
  where: string,
  make: (changed: Uint8Array) => ArchiveSpec,
): [string, ArchiveSpec][] {
  const fields = split(bytes ?? new Uint8Array(0));
  const found: [string, ArchiveSpec][] = [];
  for (const [index, field] of fields.entries()) {
    const id = `0x${((field[1] ?? 0) * 256 + (field[0] ?? 0)).toString(16).padStart(4, "0")}`;
    const others = (mine: Uint8Array): Uint8Array => concat(...fields.map((each, at) => (at === index ? mine : each)));
    found.push([`${id} missing in the ${where}`, make(others(new Uint8Array(0)))]);
    const longer = concat(field.subarray(0, 2), u16(field.length - 4 + 1), field.subarray(4), Uint8Array.of(0));
    found.push([`${id} longer in the ${where}`, make(others(longer))]);
    if (field.length > 4) {
      const shorter = concat(field.subarray(0, 2), u16(field.length - 4 - 1), field.subarray(4, -1));
      found.push([`${id} shorter in the ${where}`, make(others(shorter))]);
    }
  }
  if (fields.length > 1)
    found.push([`fields in a different order in the ${where}`, make(concat(...[...fields].reverse()))]);
  for (const more of [extra(0xcafe), extra(0x5455, Uint8Array.of(1, 0, 0, 0, 0)), extra(0x7855)]) {
    const id = (more[1] ?? 0) * 256 + (more[0] ?? 0);
    if (fields.some((field) => (field[1] ?? 0) * 256 + (field[0] ?? 0) === id)) continue;
    found.push([`0x${id.toString(16)} more in the ${where}`, make(concat(...fields, more))]);
  }
  return found;
}

function split(bytes: Uint8Array): Uint8Array[] {
  const fields: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = 4 + (bytes[at + 2] ?? 0) + 256 * (bytes[at + 3] ?? 0);
    fields.push(bytes.subarray(at, at + length));
    at += length;
  }
  return fields;
}

function endDeviations(form: Form, entries: readonly EntrySpec[]): [string, ArchiveSpec][] {
  const whole = archiveOf(form, entries);
  const found: [string, ArchiveSpec][] = [["an archive comment", { ...whole, end: { ...whole.end, comment: "x" } }]];
  if (whole.zip64 === undefined) {
    found.push(["a zip64 end record", { ...whole, zip64: { versionMadeBy: form.end.madeBy } }]);
    return found;
  }
  const { zip64: _, end: __, ...without } = whole;
  found.push(
    ["no zip64 end record", without],
    ["version made by in the zip64 end record", { ...whole, zip64: { versionMadeBy: 0x0a14 } }],
    ["version needed in the zip64 end record", { ...whole, zip64: { ...whole.zip64, versionNeeded: 46 } }],
    ["the end record keeps a different number", { ...whole, end: { ...whole.end, ...otherEnd(whole) } }],
  );
  return found;
}

function otherEnd({ end, entries }: ArchiveSpec): ArchiveSpec["end"] & object {
  return end?.entries === 0xffff ? { entries: entries.length } : { directorySize: SEE_ZIP64 };
}
