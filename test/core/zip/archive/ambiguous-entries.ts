/** Entries that two readers could read in two ways: classes A and B of "My ZIP isn't your ZIP" (USENIX Security 2025). */
import { crc32 } from "node:zlib";
import { type ArchiveSpec, concat, type EntrySpec, extra, u16, u32 } from "./builder.ts";
import { A, B, UNIX_TIMES, valuesOf } from "./specs.ts";

const stored = (over: Partial<EntrySpec>): ArchiveSpec => ({ entries: [{ ...A, ...over }, B] });
const deflated = (over: Partial<EntrySpec>): ArchiveSpec => ({ entries: [{ ...B, ...over }, A] });
const named = (name: string | Uint8Array): ArchiveSpec => ({ entries: [{ ...A, name }, B] });
const pair = (first: string, second: string): ArchiveSpec => ({
  entries: [
    { ...A, name: first },
    { ...A, name: second },
  ],
});

/** With the codes of all expected findings, sorted. */
export const AMBIGUOUS_ENTRIES: readonly [rule: string, spec: ArchiveSpec, ...codes: string[]][] = [
  // A1: method.
  ["A1 bzip2", stored({ both: { method: 12 } }), "zip_method_unsupported"],
  ["A1 deflate64", stored({ both: { method: 9 } }), "zip_method_unsupported"],
  ["A1 local header says stored", deflated({ local: { method: 0 } }), "zip_header_mismatch"],
  ["A1 central header says deflated", stored({ central: { method: 8 } }), "zip_header_mismatch"],
  // A2: sizes.
  ["A2 a different size in the local header", stored({ local: { uncompressedSize: 5 } }), "zip_header_mismatch"],
  [
    "A2 a different compressed size in the local header",
    stored({ local: { compressedSize: 5 } }),
    "zip_header_mismatch",
  ],
  [
    "A2 zero sizes in the local header without a descriptor",
    stored({ local: { compressedSize: 0, uncompressedSize: 0 } }),
    "zip_header_mismatch",
  ],
  ["A2 zero CRC-32 in the local header without a descriptor", stored({ local: { crc32: 0 } }), "zip_header_mismatch"],
  ["A2 a different CRC-32 in the central header", stored({ central: { crc32: 1 } }), "zip_header_mismatch"],
  ["A2 stored with two sizes", stored({ both: { uncompressedSize: 5 } }), "zip_header_mismatch"],
  [
    "A2 a descriptor with a different size",
    deflated({ descriptor: concat(u32(0x08074b50), u32(crc32("second\n"), 9, 8)) }),
    "zip_header_mismatch",
  ],
  [
    "A2 a descriptor with a different CRC-32",
    deflated({ descriptor: concat(u32(0x08074b50), u32(1, 9, 7)) }),
    "zip_header_mismatch",
  ],
  ["A2 a descriptor flag without a descriptor", { entries: [A, { ...B, both: { flags: 8 } }] }, "zip_header_mismatch"],
  [
    "A2 a descriptor, and a different size in the local header",
    deflated({ descriptor: "signed", local: { uncompressedSize: 8 } }),
    "zip_header_mismatch",
  ],
  ["A2 a descriptor flag in the local header only", deflated({ local: { flags: 8 } }), "zip_header_mismatch"],
  ["A2 a wide descriptor without a zip64 field", deflated({ descriptor: "signed64" }), "zip_header_mismatch"],
  ["A2 stored, with a descriptor", stored({ descriptor: "signed" }), "zip_header_mismatch"],
  ["A2 stored, with a descriptor without signature", stored({ descriptor: "unsigned" }), "zip_header_mismatch"],
  // A3: names.
  ["A3 a different name in the local header", stored({ local: { name: "x.txt" } }), "zip_header_mismatch"],
  ["A3 a different letter case in the local header", stored({ local: { name: "A.txt" } }), "zip_header_mismatch"],
  [
    "A3 a Unicode path field",
    stored({ both: { extra: extra(0x7075, concat(Uint8Array.of(1), u32(0), u16(0x6161))) } }),
    "zip_extra_field_invalid",
  ],
  [
    "A3 a Unicode path field in the local header",
    stored({ local: { extra: extra(0x7075, Uint8Array.of(1)) } }),
    "zip_extra_field_invalid",
  ],
  [
    "A3 a Unicode comment field",
    stored({ central: { extra: extra(0x6375, Uint8Array.of(1)) } }),
    "zip_extra_field_invalid",
  ],
  ["A3 an unknown field", stored({ both: { extra: extra(0x4242, u32(1)) } }), "zip_extra_field_invalid"],
  ["A3 a field twice", stored({ both: { extra: concat(UNIX_TIMES, UNIX_TIMES) } }), "zip_extra_field_invalid"],
  ["A3 a field that is longer than its record", stored({ both: { extra: u16(0x5455, 9) } }), "zip_extra_field_invalid"],
  ["A3 bytes that are not a field", stored({ both: { extra: Uint8Array.of(0, 0, 0) } }), "zip_extra_field_invalid"],
  // A4: file types.
  ["A4 a directory by its name", named("dir/"), "zip_directory_entry"],
  ["A4 a directory by MS-DOS attributes", stored({ central: { externalAttributes: 0x10 } }), "zip_directory_entry"],
  [
    "A4 a directory by its mode",
    stored({ central: { externalAttributes: 0o040755 * 0x1_0000 } }),
    "zip_directory_entry",
  ],
  ["A4 a symbolic link", stored({ central: { externalAttributes: 0o120777 * 0x1_0000 } }), "zip_not_regular_file"],
  [
    "A4 a symbolic link, made by MS-DOS",
    stored({ central: { versionMadeBy: 20, externalAttributes: 0o120777 * 0x1_0000 } }),
    "zip_not_regular_file",
  ],
  ["A4 a device", stored({ central: { externalAttributes: 0o060644 * 0x1_0000 } }), "zip_not_regular_file"],
  ["A4 a pipe", stored({ central: { externalAttributes: 0o010644 * 0x1_0000 } }), "zip_not_regular_file"],
  ["A4 a volume label", stored({ central: { externalAttributes: 0x08 } }), "zip_not_regular_file"],
  // A5: encryption and other flags.
  ["A5 encrypted", stored({ both: { flags: 0x0001 } }), "zip_encrypted"],
  ["A5 encrypted by the local header only", stored({ local: { flags: 0x0001 } }), "zip_header_mismatch"],
  ["A5 strongly encrypted", stored({ both: { flags: 0x0041 } }), "zip_encrypted"],
  ["A5 masked headers", stored({ both: { flags: 0x2000 } }), "zip_encrypted"],
  ["A5 AES by its method", stored({ both: { method: 99 } }), "zip_encrypted"],
  ["A5 AES by its field", stored({ both: { extra: extra(0x9901, u32(0)) } }), "zip_encrypted"],
  ["A5 patch data", stored({ both: { flags: 0x0020 } }), "zip_flag_unsupported"],
  ["A5 a reserved flag", stored({ both: { flags: 0x8000 } }), "zip_flag_unsupported"],
  // B1: duplicates.
  ["B1 a name twice", { entries: [A, B, { ...A, content: "other\n" }] }, "zip_duplicate_entry"],
  [
    "B1 one entry in two central headers",
    { entries: [A, B], centralOrder: [0, 1, 0] },
    "zip_duplicate_entry",
    "zip_overlap",
  ],
  // B2: special bytes.
  ["B2 an empty name", named(""), "zip_name_invalid"],
  ["B2 a NUL", named("a.txt\0.json"), "zip_name_invalid"],
  ["B2 a newline", named("a\n.txt"), "zip_name_invalid"],
  ["B2 an escape sequence", named("\u001b[2J"), "zip_name_invalid"],
  ["B2 text direction turned around", named("txt\u202egnp.exe"), "zip_name_invalid"],
  [
    "B2 bytes that are not UTF-8",
    { entries: [{ ...A, name: Uint8Array.of(0x61, 0xff), both: { flags: 0x0800 } }] },
    "zip_name_invalid",
  ],
  [
    "B2 an overlong slash",
    { entries: [{ ...A, name: Uint8Array.of(0x61, 0xc0, 0xaf), both: { flags: 0x0800 } }] },
    "zip_name_invalid",
  ],
  ["B2 not ASCII, and not flagged", { entries: [{ ...A, name: "é.txt", both: { flags: 0 } }] }, "zip_name_invalid"],
  ["B2 longer than any path", named("a".repeat(1025)), "zip_name_invalid"],
  // B3: paths.
  ["B3 a parent", named("../a.txt"), "zip_name_unsafe"],
  ["B3 a parent inside", named("x/../../a.txt"), "zip_name_unsafe"],
  ["B3 a parent at the end", named("x/.."), "zip_name_unsafe"],
  ["B3 the folder itself", named("./a.txt"), "zip_name_unsafe"],
  ["B3 two slashes", named("x//a.txt"), "zip_name_unsafe"],
  ["B3 absolute", named("/a.txt"), "zip_name_unsafe"],
  ["B3 a backslash", named("x\\a.txt"), "zip_name_unsafe"],
  ["B3 a drive", named("c:a.txt"), "zip_name_unsafe"],
  ["B3 a parent with a space, which Windows drops", named("x/.. /a.txt"), "zip_name_unsafe"],
  // B3: names that a reader changes, drops or misinterprets.
  ["B3 a semicolon and a version, which Info-ZIP drops", named("a;1"), "zip_name_unsafe"],
  ["B3 a semicolon at the end, which Info-ZIP drops", named("a;"), "zip_name_unsafe"],
  ["B3 characters that readers on Windows replace", named("run|payload.json"), "zip_name_unsafe"],
  ["B3 decomposed letters, which libarchive composes", named("e\u0301tat.txt"), "zip_name_unsafe"],
  ["B3 letters beyond ASCII", named("pr\u00fcfung/\u65e5\u672c.txt"), "zip_name_unsafe"],
  ["B3 a space", named("a b"), "zip_name_unsafe"],
  ["B3 a space below evidence of another artifact", named("evidence/a b"), "zip_name_unsafe"],
  ["B3 a dot at the beginning of a part", named("a/.b"), "zip_name_unsafe"],
  ["B3 the prototype of an object", named("a/__proto__"), "zip_name_unsafe"],
  ["B3 a folder that extract-zip skips", named("__MACOSX/a"), "zip_name_unsafe"],
  ["B3 another version of a file to Java", named("META-INF/versions/11/a"), "zip_name_unsafe"],
  ["B3 the manifest of a jar", named("meta-inf/MANIFEST.MF"), "zip_name_unsafe"],
  // A4: modes that matter when root unpacks.
  ["A4 set user id", stored({ central: { externalAttributes: 0o104755 * 0x1_0000 } }), "zip_not_regular_file"],
  ["A4 sticky", stored({ central: { externalAttributes: 0o101644 * 0x1_0000 } }), "zip_not_regular_file"],
  // Forms that no tool writes.
  ["made by a host with directories", stored({ central: { versionMadeBy: 0x0114 } }), "zip_header_mismatch"],
  [
    "made by MS-DOS, with its attributes, beside an entry of Unix",
    stored({ central: { versionMadeBy: 20, externalAttributes: 0x20 } }),
    "zip_header_mismatch",
    "zip_not_regular_file",
  ],
  ["a different version needed in the local header", stored({ local: { versionNeeded: 10 } }), "zip_header_mismatch"],
  [
    "a name of ASCII, flagged as UTF-8, beside one that is not flagged",
    stored({ both: { flags: 0x0800 } }),
    "zip_header_mismatch",
  ],
  [
    "a descriptor, and its values in the local header",
    deflated({ descriptor: "signed", local: valuesOf(B) }),
    "zip_header_mismatch",
  ],
  ["a descriptor without signature", { entries: [{ ...B, descriptor: "unsigned" }] }, "zip_header_mismatch"],
  ["an extra field in the local header alone", stored({ local: { extra: UNIX_TIMES } }), "zip_extra_field_invalid"],
  [
    "an extra field that is longer than its values",
    stored({ both: { extra: extra(0x5455, new Uint8Array(9)) } }),
    "zip_extra_field_invalid",
  ],
  [
    "a mark of jar in the second entry",
    { entries: [A, { ...A, name: "b", both: { extra: extra(0xcafe) } }] },
    "zip_extra_field_invalid",
  ],
  // B4: one file on some systems.
  ["B4 letter case", pair("a.txt", "A.TXT"), "zip_name_collision"],
  ["B4 letter case of a folder", pair("Dir/a", "dir/A"), "zip_name_collision"],
  ["B4 composed and decomposed", pair("\u00e9.txt", "e\u0301.txt"), "zip_name_collision"],
  ["B4 letter case beyond ASCII", pair("ÄÖ.txt", "äö.txt"), "zip_name_collision"],
  ["B4 sharp s", pair("straße", "STRASSE"), "zip_name_collision"],
  ["B4 a dot at the end, which Windows drops", pair("a", "a."), "zip_name_collision"],
  ["B4 a file that is also a folder", pair("a", "a/b"), "zip_name_collision"],
  [
    "B4 a file that is also a folder, other names between",
    {
      entries: [
        { ...A, name: "a" },
        { ...A, name: "a-b" },
        { ...A, name: "A/b/c" },
      ],
    },
    "zip_name_collision",
  ],
];
