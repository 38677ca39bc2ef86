/** The table of forms: each row is accepted, every deviation from it and every mixture of two rows is refused. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../../src/core/bytes/source.ts";
import { FORMS } from "../../../../src/core/zip/form/table/all-forms.ts";
import type { Form } from "../../../../src/core/zip/form/table/row.ts";
import { readLayout } from "../../../../src/core/zip/layout.ts";
import { type ArchiveSpec, archive } from "../archive/builder.ts";
import { deviationsOf } from "./deviations.ts";
import { archiveOf, formArchive, formEntries } from "./form-archive.ts";

async function judged(spec: ArchiveSpec): Promise<{ form: string | undefined; codes: string[] }> {
  const { form, findings } = await readLayout(bytesSource(archive(spec)));
  return { form, codes: [...new Set(findings.map(({ code }) => code))] };
}

/** Rows whose example also fits an earlier row. */
const COVERED: Record<string, string> = {
  fflate: "python zipfile on Windows",
  "fflate Zip": "python zipfile on Windows to a pipe",
  "perl IO::Compress::Zip": "python zipfile to a pipe",
  "perl IO::Compress::Zip with times": "Go archive/zip",
};

/** Deviations that give another tool's form, in all entries alike. */
const OF_ANOTHER: Record<string, string[]> = {
  "Go archive/zip without mode and time": [
    "mode: python zipfile on Windows to a pipe",
    "date: python zipfile on Windows to a pipe",
  ],
  "perl IO::Compress::Zip, Zip64": ["no zip64 end record: python zipfile to a pipe, force_zip64"],
  "yazl, zip64 end records": ["no zip64 end record: yazl"],
  "yazl, forceDosTimestamp, zip64 end records": ["no zip64 end record: yazl, forceDosTimestamp"],
  "archiver, forceZip64": ["no zip64 end record: archiver"],
  "archiver, store: true, forceZip64": ["no zip64 end record: archiver, store: true"],
  "zip-stream, forceZip64": ["no zip64 end record: zip-stream"],
  "zip-stream, store: true, forceZip64": ["no zip64 end record: zip-stream, store: true"],
  fflate: ["mode: python zipfile on Windows"],
  "fflate Zip": ["mode: python zipfile on Windows to a pipe"],
};

/** Pairs of rows where one of them, or a third row, allows both entries. */
const MIXED: string[] = [
  "Go archive/zip + perl IO::Compress::Zip with times: Go archive/zip",
  "Go archive/zip without mode and time + .NET to a stream: python zipfile on Windows to a pipe",
  "Go archive/zip without mode and time + fflate Zip: python zipfile on Windows to a pipe",
  "Go archive/zip without mode and time + python zipfile on Windows to a pipe: python zipfile on Windows to a pipe",
  "archiver + archiver, forceZip64: archiver",
  "archiver + archiver, forceZip64: archiver, forceZip64",
  "archiver, store: true + archiver, store: true, forceZip64: archiver, store: true",
  "archiver, store: true + archiver, store: true, forceZip64: archiver, store: true, forceZip64",
  "fflate + .NET: python zipfile on Windows",
  "fflate Zip + .NET to a stream: python zipfile on Windows to a pipe",
  "gait + .NET on Unix: gait",
  "gait + python zipfile: python zipfile",
  "jar + Java ZipOutputStream: jar",
  "jar, of times before 1980 + Java ZipOutputStream with times: jar, of times before 1980",
  "python zipfile + .NET on Unix: python zipfile",
  "python zipfile on Windows + .NET: python zipfile on Windows",
  "python zipfile on Windows + fflate: python zipfile on Windows",
  "python zipfile on Windows to a pipe + .NET to a stream: python zipfile on Windows to a pipe",
  "python zipfile on Windows to a pipe + fflate Zip: python zipfile on Windows to a pipe",
  "python zipfile to a pipe + perl IO::Compress::Zip: python zipfile to a pipe",
  "python zipfile to a pipe, force_zip64 + perl IO::Compress::Zip, Zip64: python zipfile to a pipe, force_zip64",
  "yazl + yazl, zip64 end records: yazl",
  "yazl + yazl, zip64 end records: yazl, zip64 end records",
  "yazl, forceDosTimestamp + yazl, forceDosTimestamp, zip64 end records: yazl, forceDosTimestamp",
  "yazl, forceDosTimestamp + yazl, forceDosTimestamp, zip64 end records: yazl, forceDosTimestamp, zip64 end records",
  "yazl, forceDosTimestamp, forceZip64Format + yazl, forceDosTimestamp, forceZip64Format of entries: yazl, forceDosTimestamp, forceZip64Format",
  "yazl, forceDosTimestamp, forceZip64Format + yazl, forceDosTimestamp, forceZip64Format of entries: yazl, forceDosTimestamp, forceZip64Format of entries",
  "yazl, forceZip64Format + yazl, forceZip64Format of entries: yazl, forceZip64Format",
  "yazl, forceZip64Format + yazl, forceZip64Format of entries: yazl, forceZip64Format of entries",
  "zip-stream + zip-stream, forceZip64: zip-stream",
  "zip-stream + zip-stream, forceZip64: zip-stream, forceZip64",
  "zip-stream, store: true + zip-stream, store: true, forceZip64: zip-stream, store: true",
  "zip-stream, store: true + zip-stream, store: true, forceZip64: zip-stream, store: true, forceZip64",
];

test("every row has a unique name", () => {
  expect(new Set(FORMS.map(({ name }) => name)).size).toBe(FORMS.length);
});

describe("each row is accepted, as itself or as an earlier row that allows more", () => {
  const covered: [string, string][] = [];
  for (const form of FORMS) {
    test(form.name, async () => {
      const { form: name, codes } = await judged(formArchive(form));
      expect(codes).toEqual([]);
      if (name !== form.name) covered.push([form.name, name ?? ""]);
    });
  }

  test("rows that are covered by another", () => {
    expect(Object.fromEntries(covered)).toEqual(COVERED);
  });
});

describe("each deviation of each field of each row is refused", () => {
  for (const form of FORMS) {
    test(form.name, async () => {
      const accepted: string[] = [];
      for (const [field, spec] of deviationsOf(form)) {
        const { form: name } = await judged(spec);
        if (name !== undefined) accepted.push(`${field}: ${name}`);
      }
      expect(accepted).toEqual(OF_ANOTHER[form.name] ?? []);
    });
  }
});

test("entries of any two rows are refused together, unless a third row allows both", async () => {
  const accepted: string[] = [];
  for (const [index, first] of FORMS.entries()) {
    for (const second of FORMS.slice(index + 1)) {
      const ends = first.end === second.end ? [first] : [first, second];
      for (const end of ends) {
        const { form } = await judged(mixed(first, second, end));
        if (form !== undefined) accepted.push(`${first.name} + ${second.name}: ${form}`);
      }
    }
  }
  expect([...new Set(accepted)].sort()).toEqual(MIXED);
}, 120_000);

/** One entry of each, with the end records of `end`. */
function mixed(first: Form, second: Form, end: Form): ArchiveSpec {
  const [one] = formEntries(first, 0, "one");
  const [two] = formEntries(second, one?.length ?? 0, "two");
  return archiveOf(
    end,
    [one, two].flatMap((entry) => (entry === undefined ? [] : [entry.spec])),
  );
}
