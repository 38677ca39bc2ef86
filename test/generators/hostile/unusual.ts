import { FORMS } from "../../../src/core/zip/form/table/all-forms.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { type ArchiveSpec, concat, contentOf, type EntrySpec } from "../../core/zip/archive/builder.ts";
import { inForm } from "../../core/zip/form/form-archive.ts";
import type { Changes } from "./artifact.ts";
import { EMPTY_BLOCK, storedBlock } from "./deflate.ts";
import { UNIX_TIMES } from "./entry-scenarios.ts";
import { prettyPrinted, reversed } from "./manifest-scenarios.ts";

export interface UnusualScenario {
  readonly rule: string;
  readonly changes: Changes;
}

const each = (over: (entry: EntrySpec) => Partial<EntrySpec>) => (entries: readonly EntrySpec[]) => ({
  entries: entries.map((entry) => ({ ...entry, ...over(entry) })),
});

function row(rule: string, archive: (entries: readonly EntrySpec[]) => ArchiveSpec): UnusualScenario {
  return { rule, changes: { archive } };
}

/** An artifact in the form of each row of the table. */
export const FORM_SCENARIOS: readonly UnusualScenario[] = FORMS.map((form) => ({
  rule: `form of ${form.name}`,
  changes: {
    archive: (entries) =>
      inForm(
        form,
        entries.map((entry) => ({ name: `${entry.name}`, content: contentOf(entry) })),
        storedBlock,
      ),
  },
}));

export const UNUSUAL_SCENARIOS: readonly UnusualScenario[] = [
  row("stored", (entries) => ({ entries })),
  row(
    "deflated",
    each((entry) => ({ deflate: true, data: storedBlock(contentOf(entry)) })),
  ),
  row(
    "deflated in several blocks",
    each((entry) => ({ deflate: true, data: concat(EMPTY_BLOCK, storedBlock(contentOf(entry))) })),
  ),
  row("the manifest first", (entries) => ({ entries: [...entries.slice(-1), ...entries.slice(0, -1)] })),
  row("entries in reverse order", (entries) => ({ entries: [...entries].reverse() })),
  row("central headers in reverse order", (entries) => ({ entries, centralOrder: [...entries.keys()].reverse() })),
  row(
    "signed data descriptors",
    each((entry) => ({ deflate: true, data: storedBlock(contentOf(entry)), descriptor: "signed" })),
  ),
  row(
    "as Go writes it",
    each((entry) => ({
      deflate: true,
      data: concat(storedBlock(contentOf(entry)).fill(0, 0, 1), Uint8Array.of(1, 0, 0, 0xff, 0xff)),
      descriptor: "signed",
      both: { extra: UNIX_TIMES },
    })),
  ),
  row(
    "as python writes it",
    each((entry) => ({
      deflate: true,
      data: storedBlock(contentOf(entry)),
      both: { time: 0x7a31, date: 0x5c9f },
      central: { externalAttributes: 0o600 * 0x1_0000 },
    })),
  ),
  row(
    "as Windows writes it",
    each(() => ({ central: { versionMadeBy: 20, externalAttributes: 0x20 } })),
  ),
  row(
    "attributes without meaning",
    each(() => ({ central: { externalAttributes: 0 } })),
  ),
  { rule: "a pretty-printed manifest", changes: { text: prettyPrinted } },
  { rule: "a manifest in a different order", changes: { text: reversed } },
  { rule: "a manifest with escapes", changes: { text: (text) => text.replaceAll("a", "\\u0061") } },
  { rule: "digests in capitals", changes: { manifest: (manifest) => mapFiles(manifest, capitalDigest) } },
  { rule: "files listed in a different order", changes: { manifest: (manifest) => mapFiles(manifest, undefined) } },
  {
    rule: "the self digest in capitals",
    changes: {
      sealed: (manifest) => {
        const name = "pack_id" in manifest ? "pack_id" : "manifest_digest";
        return { ...manifest, [name]: `${manifest[name]}`.toUpperCase() };
      },
    },
  },
  { rule: "one more file, listed", changes: { members: { "notes/more.json": "{}" } } },
  { rule: "one more file, empty", changes: { members: { "notes/empty.bin": "" } } },
  { rule: "a file named constructor", changes: { members: { constructor: "x" } } },
  { rule: "a file of ten thousand zeros", changes: { members: { "zeros.bin": new Uint8Array(4000) } } },
];

function capitalDigest(file: JsonObject): JsonObject {
  return { ...file, sha256: `${file["sha256"]}`.toUpperCase() };
}

/** Without `change`, the list in reverse. */
function mapFiles(manifest: JsonObject, change: ((file: JsonObject) => JsonObject) | undefined): JsonObject {
  const name = "contents" in manifest ? "contents" : "files";
  const files = manifest[name] as JsonObject[];
  return { ...manifest, [name]: change === undefined ? [...files].reverse() : files.map(change) };
}
