/** Archives that all readers read in the same way, however unusual: they are accepted. The forms of tools are in ../form/. */
import { type ArchiveSpec, archive } from "./builder.ts";
import { A, B, UNIX_TIMES } from "./specs.ts";

export const VALID_ARCHIVES: readonly [rule: string, spec: ArchiveSpec][] = [
  ["no entries", { entries: [] }],
  ["a stored entry", { entries: [A] }],
  ["a deflated entry", { entries: [B] }],
  ["stored and deflated, in either order", { entries: [B, A] }],
  ["an empty stored entry", { entries: [{ ...A, content: "" }] }],
  [
    "an empty deflated entry, as Go writes it",
    { entries: [{ ...B, content: "", data: Uint8Array.of(1, 0, 0, 0xff, 0xff) }] },
  ],
  ["central headers in a different order from the entries", { entries: [A, B], centralOrder: [1, 0] }],
  [
    "a signed data descriptor and zeros in the local header, as Go writes it",
    { entries: [{ ...B, descriptor: "signed", both: { extra: UNIX_TIMES } }] },
  ],
  [
    "deflate option flags, as Info-ZIP writes them",
    { entries: [{ ...B, both: { flags: 6 }, central: { versionMadeBy: 0x031e } }] },
  ],
  ["attributes without meaning", { entries: [{ ...A, central: { externalAttributes: 0 } }] }],
  ["a different time and date", { entries: [{ ...A, both: { time: 0x7a31, date: 0x5c9f } }] }],
  [
    "names with a common prefix",
    { entries: [A, { ...A, name: "a.txt2" }, { ...A, name: "b/a" }, { ...A, name: "b/ab" }] },
  ],
  ["an archive in the archive", { entries: [A, { name: "source/b.zip", content: archive({ entries: [A, B] }) }] }],
];
