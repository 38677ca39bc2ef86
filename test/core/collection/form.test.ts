/** The texts and bytes of a log, each read in one way only: notes, keys, heads, proofs, entries, commits, names of tiles. */
import { describe, expect, test } from "bun:test";
import { Compile } from "typebox/compile";
import { checkpointText, parseCheckpoint, signCheckpoint } from "../../../src/core/collection/checkpoint.ts";
import { continues, formatCommit, parseCommit } from "../../../src/core/collection/commit.ts";
import { entryBytes, joinedEntries, packEntry, parseEntry, splitEntries } from "../../../src/core/collection/entry.ts";
import {
  cosignatureText,
  formatNote,
  formatNoteKey,
  isSignedBy,
  NOTE_COSIGNATURE,
  noteKey,
  parseNote,
  parseNoteKey,
} from "../../../src/core/collection/note.ts";
import { formatProof, parseProof } from "../../../src/core/collection/proof-file.ts";
import { tilePath, tilePlace } from "../../../src/core/collection/tile.ts";
import { leafHash, Tree } from "../../../src/core/collection/tree.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { CollectionEntrySchema } from "../../../src/schema/document/store/collection.ts";
import { testSigner } from "../artifacts.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
/** The example of Go's package golang.org/x/mod/sumdb/note. */
const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const GO_LINE =
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const GO_NOTE = `${GO_TEXT}\n${GO_LINE}`;
const DIGEST = "0123456789abcdef".repeat(4);

describe("a note", () => {
  test("of Go's example is read, checked with its key, and written again", async () => {
    const note = parseNote(utf8(GO_NOTE));
    const key = parseNoteKey(platform, GO_KEY);
    if (note === undefined || key === undefined) throw new Error("not read");
    expect(note.text).toBe(GO_TEXT);
    expect(await isSignedBy(platform, note, key)).toBeTrue();
    expect(formatNote(note)).toBe(GO_NOTE);
    expect(formatNoteKey(key)).toBe(GO_KEY);
  });

  test("by another key, or changed in any byte, is not signed by this one", async () => {
    const key = parseNoteKey(platform, GO_KEY);
    if (key === undefined) throw new Error("not read");
    for (let at = 0; at < utf8(GO_NOTE).length; at += 1) {
      const bytes = utf8(GO_NOTE);
      bytes[at] = (bytes[at] as number) ^ 1;
      const note = parseNote(bytes);
      if (note !== undefined) expect(await isSignedBy(platform, note, key)).not.toBe(true);
    }
  });

  test("with two lines of one key that differ is not signed; with one line twice it is", async () => {
    const key = parseNoteKey(platform, GO_KEY);
    const note = parseNote(utf8(`${GO_NOTE}${GO_LINE}`));
    if (note === undefined || key === undefined) throw new Error("not read");
    expect(await isSignedBy(platform, note, key)).toBeTrue();
    const [first] = note.signatures;
    if (first === undefined) throw new Error("no signature");
    const other = { ...first, bytes: first.bytes.map((byte) => byte ^ 1) };
    expect(await isSignedBy(platform, { ...note, signatures: [first, other] }, key)).toBeFalse();
    expect(await isSignedBy(platform, { ...note, signatures: [other, first] }, key)).toBeFalse();
  });

  test("has lines of others, which say nothing", async () => {
    const key = parseNoteKey(platform, GO_KEY);
    const note = parseNote(utf8(`${GO_NOTE}— witness AAAAAAAA\n`));
    if (note === undefined || key === undefined) throw new Error("not read");
    expect(note.signatures.length).toBe(2);
    expect(await isSignedBy(platform, note, key)).toBeTrue();
    expect(await isSignedBy(platform, { ...note, signatures: note.signatures.slice(1) }, key)).toBeUndefined();
  });

  test("with a cosignature is checked over its time and text", async () => {
    const signer = await testSigner();
    const key = noteKey(platform, "witness.example", signer.publicKey.bytes, NOTE_COSIGNATURE);
    const bytes = new Uint8Array(72);
    new DataView(bytes.buffer).setBigUint64(0, 1_700_000_000n);
    bytes.set(await signer.sign(utf8(cosignatureText(GO_TEXT, 1_700_000_000))), 8);
    const note = { text: GO_TEXT, signatures: [{ name: key.name, id: key.id, bytes }] };
    expect(await isSignedBy(platform, note, key)).toBeTrue();
    const later = bytes.slice();
    later[7] = (later[7] as number) + 1;
    expect(
      await isSignedBy(platform, { ...note, signatures: [{ name: key.name, id: key.id, bytes: later }] }, key),
    ).toBeFalse();
    expect(parseNoteKey(platform, formatNoteKey(key))).toEqual(key);
  });

  test.each([
    ["without an empty line", GO_NOTE.replace("\n\n", "\n")],
    ["without a signature", `${GO_TEXT}\n`],
    ["that does not end its last line", GO_NOTE.slice(0, -1)],
    ["with a carriage return", GO_NOTE.replace("problem,\n", "problem,\r\n")],
    ["with a hyphen for the dash", GO_NOTE.replace("—", "-")],
    ["with two spaces", GO_NOTE.replace("PeterNeumann ", "PeterNeumann  ")],
    ["with a signature of four bytes", `${GO_TEXT}\n— a AAAAAA==\n`],
    ["with base64 that is not canonical", GO_NOTE.replace("nAM=", "nAN=")],
    ["with a name that has a plus", GO_NOTE.replace("— Peter", "— Pe+er")],
    ["with 101 signatures", `${GO_TEXT}\n${GO_LINE.repeat(101)}`],
    ["with a byte order mark in a line", GO_NOTE.replace("— ", "\ufeff— ")],
  ])("%s is none", (_rule, text) => {
    expect(parseNote(utf8(text))).toBeUndefined();
  });

  test("that is not UTF-8, or longer than 64 KiB, is none", () => {
    expect(parseNote(Uint8Array.of(0xff, ...utf8(GO_NOTE)))).toBeUndefined();
    expect(parseNote(utf8(`${"a".repeat(65_536)}\n\n${GO_LINE}`))).toBeUndefined();
  });
});

describe("a key", () => {
  test.each([
    ["of another id", GO_KEY.replace("c74f20a3", "c74f20a4")],
    ["with an id in capitals", GO_KEY.replace("c74f20a3", "C74F20A3")],
    ["without a name", GO_KEY.replace("PeterNeumann", "")],
    ["with a space in its name", GO_KEY.replace("Peter", "Peter ")],
    ["cut off", GO_KEY.slice(0, -4)],
    ["that is a file's name", "keys/log_public.key"],
  ])("%s is none", (_rule, text) => {
    expect(parseNoteKey(platform, text)).toBeUndefined();
  });
});

describe("a head", () => {
  const root = leafHash(platform, utf8("a"));
  const text = checkpointText({ origin: "example.org/log", size: 7, root });
  const note = (body: string): Uint8Array => utf8(`${body}\n${GO_LINE}`);

  test("is written and read", async () => {
    const signer = await testSigner();
    const key = noteKey(platform, "example.org/log", signer.publicKey.bytes);
    const signed = await signCheckpoint(platform, { origin: "example.org/log", size: 7, root }, key, signer);
    const read = parseCheckpoint(utf8(signed));
    expect(read).toMatchObject({ origin: "example.org/log", size: 7, root });
    expect(read === undefined ? false : await isSignedBy(platform, read.note, key)).toBe(true);
  });

  test("with an extension line is one", () => {
    expect(parseCheckpoint(note(`${text}extension\n`))).toMatchObject({ size: 7 });
  });

  test.each([
    ["without a size", text.replace("\n7\n", "\n\n")],
    ["with a size that begins with 0", text.replace("\n7\n", "\n07\n")],
    ["with a size past 2^53", text.replace("\n7\n", "\n9007199254740993\n")],
    ["with a size below 0", text.replace("\n7\n", "\n-7\n")],
    ["with a root of 31 bytes", checkpointText({ origin: "o", size: 7, root: root.slice(1) })],
    ["without an origin", text.replace("example.org/log", "")],
    ["of two lines", "example.org/log\n7\n"],
  ])("%s is none", (_rule, body) => {
    expect(parseCheckpoint(note(body))).toBeUndefined();
  });
});

describe("a proof", () => {
  const root = leafHash(platform, utf8("a"));
  const head = parseCheckpoint(utf8(`${checkpointText({ origin: "o", size: 7, root })}\n${GO_LINE}`));
  if (head === undefined) throw new Error("no head");
  const text = formatProof({ index: 3, hashes: [root, root], checkpoint: head });

  test("is written and read", () => {
    expect(text).toStartWith("c2sp.org/tlog-proof@v1\nindex 3\n");
    expect(parseProof(utf8(text))).toEqual({ index: 3, hashes: [root, root], checkpoint: head });
  });

  test("may have an extra line, and no hash", () => {
    const bare = formatProof({ index: 0, hashes: [], checkpoint: head });
    expect(parseProof(utf8(bare))?.hashes).toEqual([]);
    expect(parseProof(utf8(bare.replace("index", "extra YQ==\nindex")))?.index).toBe(0);
  });

  test.each([
    ["of another version", text.replace("@v1", "@v2")],
    ["without an index", text.replace("index 3\n", "")],
    ["with an index that begins with 0", text.replace("index 3", "index 03")],
    ["with an extra line that is no base64", text.replace("index", "extra !\nindex")],
    ["with two extra lines", text.replace("index", "extra YQ==\nextra YQ==\nindex")],
    ["with a hash of three bytes", text.replace("index 3\n", "index 3\nAAAA\n")],
    ["with 65 hashes", formatProof({ index: 3, hashes: Array.from({ length: 65 }, () => root), checkpoint: head })],
    ["without a head", text.slice(0, text.indexOf("\n\n") + 2)],
    ["with carriage returns", text.replaceAll("\n", "\r\n")],
  ])("%s is none", (_rule, body) => {
    expect(parseProof(utf8(body))).toBeUndefined();
  });
});

describe("an entry", () => {
  const pack = packEntry({ packId: DIGEST.toUpperCase(), sha256: DIGEST, size: 3609 });
  const removed = { reason: "retention", sha256: DIGEST, type: "removed" } as const;
  const schema = Compile(CollectionEntrySchema);

  // An evidence pack has a short id. An entry that its own reader does not know would let the pack be taken away unseen.
  const evidence = packEntry({ packId: "pack_0123456789abcdef", sha256: DIGEST, size: 3609 });

  test.each([pack, evidence, removed])("is written and read, and fits its schema: %p", (entry) => {
    expect(parseEntry(entryBytes(entry))).toEqual(entry);
    expect(schema.Check(entry)).toBeTrue();
  });

  test("has its members in the order of RFC 8785", () => {
    const text = new TextDecoder().decode(entryBytes(pack));
    expect(text).toBe(`{"pack_id":"${DIGEST}","sha256":"${DIGEST}","size":3609,"type":"pack"}`);
  });

  test.each([
    ["with a space", new TextDecoder().decode(entryBytes(pack)).replace(",", ", ")],
    ["in another order", `{"sha256":"${DIGEST}","pack_id":"${DIGEST}","size":1,"type":"pack"}`],
    ["with hex in capitals", new TextDecoder().decode(entryBytes(pack)).replace("abcdef", "ABCDEF")],
    ["with another word before the short id", new TextDecoder().decode(entryBytes(evidence)).replace("pack_", "run_")],
    ["with a short id of 17 digits", new TextDecoder().decode(entryBytes(evidence)).replace("pack_", "pack_0")],
    ["with a short id alone", new TextDecoder().decode(entryBytes(evidence)).replace("pack_", "")],
    ["of no bytes", new TextDecoder().decode(entryBytes(pack)).replace("3609", "0")],
    ["with a size past 2^53", new TextDecoder().decode(entryBytes(pack)).replace("3609", "9007199254740993")],
    ["with another reason", `{"reason":"shame","sha256":"${DIGEST}","type":"removed"}`],
    ["with one member more", new TextDecoder().decode(entryBytes(pack)).replace("}", ',"x":1}')],
    ["with a line feed", `${new TextDecoder().decode(entryBytes(pack))}\n`],
    ["that is empty", ""],
  ])("%s is of no known kind", (_rule, text) => {
    expect(parseEntry(utf8(text))).toBeUndefined();
  });
});

describe("a bundle", () => {
  const entries = [utf8("a"), new Uint8Array(0), new Uint8Array(65_535).fill(7)];

  test("is written and read", () => {
    expect(splitEntries(joinedEntries(entries), 3)).toEqual(entries);
  });

  test("of another count, cut off or with more behind it is none", () => {
    const bytes = joinedEntries(entries);
    expect(splitEntries(bytes, 2)).toBeUndefined();
    expect(splitEntries(bytes, 4)).toBeUndefined();
    expect(splitEntries(bytes.slice(0, -1), 3)).toBeUndefined();
    expect(splitEntries(Uint8Array.of(...bytes, 0), 3)).toBeUndefined();
    expect(splitEntries(bytes.slice(0, 4), 2)).toBeUndefined();
  });

  test("has no entry of 64 KiB", () => {
    expect(() => joinedEntries([new Uint8Array(65_536)])).toThrow(RangeError);
  });
});

describe("a commit", () => {
  const tree = new Tree(platform);
  for (const text of ["a", "b", "c", "d", "e"]) tree.append(leafHash(platform, utf8(text)));
  const commit = { start: 5, range: tree.range(), nonce: "ab".repeat(16), entries: [utf8("f"), utf8("g")] };
  const bytes = formatCommit(commit);

  test("is written and read, and continues its log", () => {
    const read = parseCommit(bytes);
    expect(read).toEqual(commit);
    expect(read !== undefined && continues(read, 5, tree.range())).toBeTrue();
  });

  test("continues no log of another size or with another range", () => {
    expect(continues(commit, 6, tree.range())).toBeFalse();
    expect(continues(commit, 5, tree.range().toReversed())).toBeFalse();
    expect(continues(commit, 5, tree.range().slice(1))).toBeFalse();
  });

  test("cut off at any byte, or with more behind it, is none", () => {
    for (let end = 0; end < bytes.length; end += 1) expect(parseCommit(bytes.slice(0, end))).toBeUndefined();
    expect(parseCommit(Uint8Array.of(...bytes, 0))).toBeUndefined();
  });

  test.each([
    ["of another version", "gait-commit/2 0 1 "],
    ["of no entries", "gait-commit/1 0 0 "],
    ["of too many entries", "gait-commit/1 0 65536 "],
    ["with a start that begins with 0", "gait-commit/1 00 1 "],
    ["with a start past 2^53", "gait-commit/1 9007199254740992 1 "],
  ])("%s is none", (_rule, first) => {
    expect(parseCommit(Uint8Array.of(...utf8(`${first}${"ab".repeat(16)}\n`), 0, 1, 97))).toBeUndefined();
  });
});

describe("a name of a tile", () => {
  test.each([
    [{ level: 0, index: 0, width: 256 }, "tile/0/000"],
    [{ level: 0, index: 1_234_067, width: 256 }, "tile/0/x001/x234/067"],
    [{ level: 1, index: 999, width: 17 }, "tile/1/999.p/17"],
    [{ level: "entries", index: 1000, width: 256 }, "tile/entries/x001/000"],
  ] as const)("%p is %s, and back", (place, path) => {
    expect(tilePath(place)).toBe(path);
    expect(tilePlace(path)).toEqual(place);
  });

  test.each([
    ...["tile/0/0", "tile/0/x000/001", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/05", "tile/00/001"],
    ...["tile/0/x001/001/", "tile/x/001", "tile/0/001.p", "tile/0/../001", "tile/100/001"],
  ])("%s is none", (path) => {
    expect(tilePlace(path)).toBeUndefined();
  });
});
