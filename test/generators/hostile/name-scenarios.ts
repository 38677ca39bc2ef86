/** Names that are one file or two to different readers: class B of "My ZIP isn't your ZIP" (USENIX Security 2025). */
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import type { EntrySpec } from "../../core/zip/archive/builder.ts";
import { type ArchiveScenario, more, row, same } from "./entry-scenarios.ts";

/** A file with that name, which the manifest declares: only the name is wrong. */
function named(letter: string, rule: string, path: string, code: FindingCode): ArchiveScenario {
  return { class: letter, rule, member: [path, "{}"], archive: same, codes: [code] };
}

/** A name made of bytes that no manifest could declare. */
function bytesNamed(rule: string, ...name: number[]): ArchiveScenario {
  return row(
    "B2",
    rule,
    more({ name: Uint8Array.from(name), content: "{}", both: { flags: 0x0800 } }),
    "zip_name_invalid",
  );
}

export const NAME_SCENARIOS: readonly ArchiveScenario[] = [
  row(
    "B1",
    "the manifest twice",
    (entries) => ({ entries: [...entries, ...entries.slice(-1)] }),
    "zip_duplicate_entry",
  ),
  row(
    "B1",
    "an evidence file twice, the second time other bytes",
    (entries) => ({ entries: [...entries, ...entries.slice(0, 1).map((entry) => ({ ...entry, content: "{}" }))] }),
    "zip_duplicate_entry",
  ),
  row(
    "B1",
    "an evidence file twice, the first time other bytes",
    (entries) => ({ entries: [...entries.slice(0, 1).map((entry) => ({ ...entry, content: "{}" })), ...entries] }),
    "zip_duplicate_entry",
  ),
  row(
    "B1",
    "one entry in two central headers",
    (entries) => ({ entries, centralOrder: [...entries.keys(), 0] }),
    "zip_duplicate_entry",
    "zip_overlap",
  ),

  row("B2", "an empty name", more({ name: "", content: "{}" }), "zip_name_invalid"),
  named("B2", "a NUL in a name", "a.json\0.txt", "zip_name_invalid"),
  named("B2", "a newline in a name", "a\n.json", "zip_name_invalid"),
  named("B2", "an escape sequence in a name", "\u001b[2J", "zip_name_invalid"),
  named("B2", "text direction turned around", "txt\u202enosj.exe", "zip_name_invalid"),
  named("B2", "a byte order mark in a name", "\ufeffa.json", "zip_name_invalid"),
  named("B2", "a name longer than any path", "a".repeat(1025), "zip_name_invalid"),
  bytesNamed("a name that is not UTF-8", 0x61, 0xff),
  bytesNamed("an overlong slash", 0x61, 0xc0, 0xaf, 0x62),
  bytesNamed("half a surrogate pair", 0x61, 0xed, 0xa0, 0x80),
  {
    ...row(
      "B2",
      "not ASCII and not flagged",
      (entries) => ({
        entries: entries.map((entry) => (entry.name === "é.json" ? { ...entry, both: { flags: 0 } } : entry)),
      }),
      "zip_name_invalid",
    ),
    member: ["é.json", "{}"],
  },

  named("B3", "a parent", "../a.json", "zip_name_unsafe"),
  named("B3", "a parent inside", "x/../../a.json", "zip_name_unsafe"),
  named("B3", "a parent at the end", "x/..", "zip_name_unsafe"),
  named("B3", "the folder itself", "./a.json", "zip_name_unsafe"),
  named("B3", "two slashes", "x//a.json", "zip_name_unsafe"),
  named("B3", "absolute", "/a.json", "zip_name_unsafe"),
  named("B3", "a backslash", "x\\a.json", "zip_name_unsafe"),
  named("B3", "a drive", "c:a.json", "zip_name_unsafe"),
  named("B3", "a stream of another file, on Windows", "x/a.json:b", "zip_name_unsafe"),
  named("B3", "the data of another file, on Windows", "a.json::$DATA", "zip_name_unsafe"),
  named("B3", "a device of Windows", "x/nul", "zip_name_unsafe"),
  named("B3", "a device of Windows with an extension", "COM1.json", "zip_name_unsafe"),
  named("B3", "a parent with a space, which Windows drops", "x/.. /a.json", "zip_name_unsafe"),
  named("B3", "a full-width slash after dots", "..／a.json", "zip_name_unsafe"),
  named("B3", "a semicolon and a version, which Info-ZIP drops", "a.json;1", "zip_name_unsafe"),
  named("B3", "a semicolon at the end, which Info-ZIP drops", "a.json;", "zip_name_unsafe"),
  named("B3", "a character that readers on Windows replace", "a|b.json", "zip_name_unsafe"),
  named("B3", "a dot at the end of a part, which Windows drops", "a./b.json", "zip_name_unsafe"),
  named("B3", "the prototype of an object", "__proto__", "zip_name_unsafe"),
  named("B3", "a folder that extract-zip skips", "__MACOSX/a.json", "zip_name_unsafe"),
  named("B3", "another version of a file to Java", "META-INF/versions/11/a.json", "zip_name_unsafe"),
  named("B3", "decomposed letters, which libarchive composes", "e\u0301tat.json", "zip_name_unsafe"),
  named("B3", "letters beyond ASCII", "prüfung/日本.json", "zip_name_unsafe"),
  named("B3", "a space", "a b.json", "zip_name_unsafe"),
  named("B3", "a dot at the beginning", ".a.json", "zip_name_unsafe"),

  {
    ...row("B4", "the manifest in capitals", same, "zip_name_collision"),
    member: ["MANIFEST.JSON", "{}"],
    archive: (entries) => ({
      entries: entries.map((entry) =>
        entry.name === "MANIFEST.JSON" ? { ...entry, name: `${entries.at(-1)?.name}`.toUpperCase() } : entry,
      ),
    }),
  },
  row(
    "B4",
    "an evidence file in capitals",
    (entries) => ({ entries: [...entries, ...entries.slice(0, 1).map(inCapitals)] }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "composed and decomposed",
    (entries) => ({ entries: [{ name: "\u00e9.json" }, { name: "e\u0301.json" }, ...entries] }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "letter case beyond ASCII",
    (entries) => ({ entries: [{ name: "ÄÖ" }, { name: "äö" }, ...entries] }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "sharp s",
    (entries) => ({ entries: [{ name: "straße" }, { name: "STRASSE" }, ...entries] }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "a dot at the end, which Windows drops",
    (entries) => ({
      entries: [...entries, ...entries.slice(0, 1).map((entry) => ({ ...entry, name: `${entry.name}.` }))],
    }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "an invisible joiner, which HFS+ drops",
    (entries) => ({ entries: [{ name: "a\u200db" }, { name: "ab" }, ...entries] }),
    "zip_name_collision",
  ),
  row(
    "B4",
    "a file that is also a folder",
    (entries) => ({
      entries: [...entries, ...entries.slice(0, 1).map((entry) => ({ ...entry, name: `${entry.name}/x` }))],
    }),
    "zip_name_collision",
  ),
];

function inCapitals(entry: EntrySpec): EntrySpec {
  return { ...entry, name: `${entry.name}`.toUpperCase() };
}
