/** Manifests that two programs read differently, that lie about the archive, or that cost too much. */

import { PACK_MANIFEST } from "../../../src/core/contents/manifest.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { membersOf } from "../../core/artifacts.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { type Changes, manifestPathOf, memberText } from "./artifact.ts";
import { type Format, refusedBy, type Scenario } from "./vector.ts";

function json(rule: string, code: FindingCode, text: (stored: string) => string | Uint8Array) {
  return { class: "json", rule, changes: { text }, verdict: refusedBy("json", code) };
}

const utf8 = new TextEncoder();
const insert = (member: string) => (text: string) => `{${member},${text.slice(1)}`;
/** Above the size limit of a manifest. */
const FIFTY_MB = 50_000_000;

/** The runpack of another run, as files of an archive that is a pack. */
const BRAVO = Object.fromEntries(await membersOf(vectorBytes("runpacks/raw/runpack_run_bravo.zip")));

/** Both manifests in one archive: a reader that looks for the other one sees a different artifact. */
export function twoManifests(format: Format): Scenario {
  const isPack = manifestPathOf(format) === PACK_MANIFEST;
  return document("the manifest of another format too, whole with its files", "document", "manifest_ambiguous", {
    members: isPack ? BRAVO : { [PACK_MANIFEST]: memberText("pack", PACK_MANIFEST) },
  });
}

export const MANIFEST_TEXTS: readonly Scenario[] = [
  json("a name twice", "json_duplicate_name", insert('"schema_id":"x"')),
  json("a name twice, once escaped", "json_duplicate_name", insert('"schema\\u005fid":"x"')),
  json("a name twice, all of it escaped", "json_duplicate_name", insert('"\\u0073chema_id":"x"')),
  json("a name twice, in a list", "json_duplicate_name", (text) => text.replace('{"path":', '{"path":"x","path":')),
  json("signatures twice", "json_duplicate_name", insert('"signatures":[],"signatures":[]')),
  json("__proto__ twice", "json_duplicate_name", insert('"__proto__":{},"__proto__":{}')),
  json("a name twice beyond ASCII", "json_duplicate_name", insert('"é":1,"\\u00e9":1')),
  json("a byte order mark", "json_encoding_invalid", (text) => `\ufeff${text}`),
  json("UTF-16", "json_encoding_invalid", (text) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"))),
  json("bytes that are not UTF-8", "json_encoding_invalid", (text) => splice(text, 0xff)),
  json("an overlong slash", "json_encoding_invalid", (text) => splice(text, 0xc0, 0xaf)),
  json("a surrogate in UTF-8", "json_encoding_invalid", (text) => splice(text, 0xed, 0xa0, 0x80)),
  json("an escaped lone surrogate", "json_encoding_invalid", insert('"x":"\\ud83d"')),
  json("a number past what a double holds", "json_number_lossy", insert('"x":12345678901234567890')),
  json("a number that is infinite to a double", "json_number_lossy", insert('"x":1e400')),
  json("a number that a double rounds", "json_number_lossy", insert('"x":9007199254740993')),
  json("a second document after it", "json_invalid", (text) => `${text}${text}`),
  json("a NUL after it", "json_invalid", (text) => `${text}\0`),
  json("a trailing comma", "json_invalid", (text) => `${text.slice(0, -1)},}`),
  json("a comment", "json_invalid", (text) => `${text}/* x */`),
  json("NaN", "json_invalid", insert('"x":NaN')),
  json("a number with a leading zero", "json_invalid", insert('"x":01')),
  json("single quotes", "json_invalid", insert("'x':1")),
  json("a newline in a string", "json_invalid", insert('"x":"\n"')),
  json("an escape that JSON does not have", "json_invalid", insert('"x":"\\x41"')),
  json("a form feed between tokens", "json_invalid", (text) => `{\f${text.slice(1)}`),
  json("no text", "json_invalid", () => ""),
  json("half a document", "json_invalid", (text) => text.slice(0, text.length / 2)),
  json("513 lists in each other", "json_too_deep", insert(`"x":${"[".repeat(513)}${"]".repeat(513)}`)),
  { ...json("a million lists in each other", "json_too_deep", () => "[".repeat(1_000_000)), generated: true },
  {
    ...json("a million objects in each other", "json_too_deep", () => '{"":'.repeat(1_000_000)),
    generated: true,
  },
  document("a list", "document", "schema_invalid", { text: () => "[]" }),
  document("null", "document", "schema_invalid", { text: () => "null" }),
  {
    ...document("50 MB of spaces", "document", "document_too_large", {
      text: (text) => `${text}${" ".repeat(FIFTY_MB)}`,
    }),
    generated: true,
  },
  {
    ...document("50 MB in one string", "document", "document_too_large", {
      text: insert(`"x":"${"x".repeat(FIFTY_MB)}"`),
    }),
    generated: true,
  },
];

/** The manifest's statements about the archive; `list` and `digest` are its member names. */
export function manifestClaims(format: Format): readonly Scenario[] {
  const runpack = format === "runpack" || format === "embedded runpack";
  const list = runpack ? "files" : "contents";
  const digest = runpack ? "manifest_digest" : "pack_id";
  const mismatch = runpack ? "manifest_digest_mismatch" : "pack_id_mismatch";
  const files = (manifest: JsonObject): JsonObject[] => manifest[list] as JsonObject[];
  const listed =
    (change: (all: JsonObject[]) => JsonValue) =>
    (manifest: JsonObject): JsonObject => ({ ...manifest, [list]: change(files(manifest)) });
  const firstListed = (over: JsonObject) =>
    listed((all) => all.map((file, index) => (index === 0 ? { ...file, ...over } : file)));
  const type = runpack ? {} : { type: "json" };
  const zeros = "0".repeat(64);
  const member = (name: string, value: JsonValue): Changes => ({ manifest: (all) => ({ ...all, [name]: value }) });
  return [
    document("a path listed twice", "document", "file_declared_twice", {
      manifest: listed((all) => [...all, ...all.slice(0, 1)]),
    }),
    document("a path listed twice, with two digests", "document", "file_declared_twice", {
      manifest: listed((all) => [...all.slice(0, 1).map((file) => ({ ...file, sha256: zeros })), ...all]),
    }),
    document("the manifest lists itself", "document", "file_declared_twice", {
      manifest: listed((all) => [...all, { path: manifestPathOf(format), sha256: zeros, ...type }]),
    }),
    document("a missing file", "document", "file_missing", {
      manifest: listed((all) => [...all, { path: "x.json", sha256: zeros, ...type }]),
    }),
    document("a file outside the archive", "document", "file_missing", {
      manifest: listed((all) => [...all, { path: "../../etc/passwd.json", sha256: zeros, ...type }]),
    }),
    document("a file of the archive as another path to it", "document", "file_missing", {
      manifest: listed((all) => [...all, ...all.slice(0, 1).map((file) => ({ ...file, path: `./${file["path"]}` }))]),
    }),
    document("a file with a different digest", "document", "file_hash_mismatch", {
      manifest: firstListed({ sha256: zeros }),
    }),
    document("an unlisted file", "document", "file_undeclared", {
      archive: (entries) => ({ entries: [{ name: "x.json", content: "{}" }, ...entries] }),
    }),
    document("a required file not listed", "document", "required_file_undeclared", {
      manifest: listed((all) => all.slice(1)),
    }),
    document("no file listed", "document", "required_file_undeclared", { manifest: listed(() => []) }),
    document("a list that is null", "document", "schema_invalid", { manifest: listed(() => null) }),
    document("a list that is an object", "document", "schema_invalid", { manifest: listed(() => ({ length: 1 })) }),
    document("a digest that is too short", "document", "schema_invalid", { manifest: firstListed({ sha256: "00" }) }),
    document("a digest that is not hex", "document", "schema_invalid", {
      manifest: firstListed({ sha256: "g".repeat(64) }),
    }),
    document("a digest with a newline after it", "document", "schema_invalid", {
      manifest: firstListed({ sha256: `${zeros}\n` }),
    }),
    document("a path that is a number", "document", "schema_invalid", { manifest: firstListed({ path: 1 }) }),
    document("a path that is empty", "document", "schema_invalid", { manifest: firstListed({ path: "" }) }),
    document("another schema", "document", "schema_version_unsupported", member("schema_id", "gait.x")),
    document("another version", "document", "schema_version_unsupported", member("schema_version", "2.0.0")),
    document("no schema", "document", "schema_invalid", {
      manifest: ({ schema_id: _, ...rest }) => rest,
    }),
    document("a day that does not exist", "document", "schema_invalid", member("created_at", "2026-02-30T00:00:00Z")),
    document("a wrong self digest", "document", mismatch, { sealed: (all) => ({ ...all, [digest]: zeros }) }),
    document("an empty self digest", "document", "schema_invalid", { sealed: (all) => ({ ...all, [digest]: "" }) }),
    document("a member changed after its digest was taken", "document", mismatch, {
      sealed: (all) => ({ ...all, producer_version: "6.6.6" }),
    }),
    document("a member in capitals beside the right one", "document", "schema_invalid", {
      sealed: (all) => ({ ...all, [digest.toUpperCase()]: zeros }),
    }),
    document("the digest's name in capitals", "document", "schema_invalid", {
      sealed: ({ [digest]: value = "", ...rest }) => ({ ...rest, [digest.toUpperCase()]: value }),
    }),
    document("__proto__ as a member", "document", runpack ? mismatch : "schema_invalid", {
      text: insert(`"__proto__":{"${digest}":"${zeros}"}`),
    }),
    document("required members in __proto__ only", "document", "schema_invalid", {
      text: (text) => `{"__proto__":${text}}`,
    }),
    document("no manifest", "document", "manifest_missing", {
      archive: (entries) => ({ entries: entries.slice(0, -1) }),
    }),
    document("a manifest in a folder", "document", "manifest_missing", {
      archive: (entries) => ({
        entries: entries.map((entry, index) =>
          index === entries.length - 1 ? { ...entry, name: `x/${entry.name}` } : entry,
        ),
      }),
    }),
    ...(runpack ? [] : PACK_CLAIMS),
  ];
}

const PACK_CLAIMS: readonly Scenario[] = [
  document("an unknown type of pack", "document", "pack_type_unsupported", {
    manifest: (manifest) => ({ ...manifest, pack_type: "chat" }),
  }),
  document("a type of pack in capitals", "document", "pack_type_unsupported", {
    manifest: (manifest) => ({ ...manifest, pack_type: "RUN" }),
  }),
  document("a type of file that contradicts its extension", "document", "schema_invalid", {
    manifest: (manifest) => ({
      ...manifest,
      contents: (manifest["contents"] as JsonObject[]).map((file) => ({ ...file, type: "blob" })),
    }),
  }),
  document("an unknown member", "document", "schema_invalid", {
    manifest: (manifest) => ({ ...manifest, x: 1 }),
  }),
  document("the zero time", "document", "schema_invalid", {
    manifest: (manifest) => ({ ...manifest, created_at: "0001-01-01T00:00:00Z" }),
  }),
];

/** Within the size limit of a manifest, with as much work as possible; a runpack's may have unknown members. */
export function costlyManifests(unknownMembers: FindingCode): readonly Scenario[] {
  return [
    costly("1,200,000 unknown members", unknownMembers, {
      text: (text) => `{${Array.from({ length: 1_200_000 }, (_, index) => `"${index}":0,`).join("")}${text.slice(1)}`,
    }),
    costly("a million numbers in the list of files", "schema_invalid", {
      text: (text) => text.replace(/"(contents|files)":\[/, (start) => `${start}${"0,".repeat(1_000_000)}`),
    }),
    costly(
      "50,000 missing files",
      "file_missing",
      listedToo((index) => `${index}`),
    ),
    costly(
      "50,000 times the same missing file",
      "file_missing",
      listedToo(() => "a"),
    ),
  ];
}

function costly(rule: string, code: FindingCode, changes: Changes): Scenario {
  return { ...document(rule, "document", code, changes), class: "cost", generated: true };
}

/** 50,000 more files in the list, none of them in the archive. */
function listedToo(path: (index: number) => string): Changes {
  const sha256 = "0".repeat(64);
  const manifest = (stored: JsonObject): JsonObject => {
    const name = "contents" in stored ? "contents" : "files";
    const type = name === "contents" ? { type: "blob" } : {};
    const more = Array.from({ length: 50_000 }, (_, index) => ({ path: path(index), sha256, ...type }));
    return { ...stored, [name]: [...(stored[name] as JsonObject[]), ...more] };
  };
  return { manifest };
}

function document(rule: string, layer: "document", code: FindingCode, changes: Changes): Scenario {
  return { class: "manifest", rule, changes, verdict: refusedBy(layer, code) };
}

/** The text with bytes in a string that are not text. */
function splice(text: string, ...bytes: number[]): Uint8Array {
  const at = text.indexOf('"') + 1;
  return Uint8Array.of(...utf8.encode(text.slice(0, at)), ...bytes, ...utf8.encode(text.slice(at)));
}

/** The manifest as a person would write it. */
export function prettyPrinted(text: string): string {
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
}

/** Members in the reverse of their canonical order. */
export function reversed(text: string): string {
  const members = Object.entries(JSON.parse(text) as JsonObject).reverse();
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${canonicalize(value)}`).join(",")}}`;
}
