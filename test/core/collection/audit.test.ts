/** What an audit of a log finds: each way in which a log can be wrong, and those in which it is not. */
import { describe, expect, test } from "bun:test";
import { type AuditQuestion, auditLog } from "../../../src/core/collection/audit.ts";
import { checkpointText, signCheckpoint } from "../../../src/core/collection/checkpoint.ts";
import { parseEntry } from "../../../src/core/collection/entry.ts";
import { newestCheckpoint } from "../../../src/core/collection/head/newest.ts";
import { Log } from "../../../src/core/collection/log.ts";
import { leafHash, Tree } from "../../../src/core/collection/tree.ts";
import type { ObjectStore } from "../../../src/core/store/objects.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import {
  append,
  checkpoint,
  entry,
  hex,
  logSigner,
  type MemoryStore,
  memoryStore,
  NAMES,
  writtenLog,
} from "./memory-store.ts";

const GOOD = await writtenLog();
const { key, signer } = await logSigner();
const NEWEST = NAMES.checkpoint(300);
const OLDER = NAMES.checkpoint(70);

const audit = (store: ObjectStore, question: AuditQuestion = { key }) => auditLog(platform, store, NAMES, question);
const codes = async (store: ObjectStore, question?: AuditQuestion): Promise<string[]> => [
  ...new Set((await audit(store, question)).findings.map(({ code }) => code)),
];

/** A copy, with one object changed. */
function changed(name: string, change: (bytes: Uint8Array) => Uint8Array | undefined): MemoryStore {
  const store = memoryStore(GOOD.objects);
  const bytes = change(store.objects.get(name) ?? new Uint8Array(0));
  if (bytes === undefined) store.objects.delete(name);
  else store.objects.set(name, bytes);
  return store;
}

const since = (name: string, from: MemoryStore = GOOD) => ({
  key,
  since: { name: "old.note", bytes: from.objects.get(name) ?? new Uint8Array(0) },
});

/** Another log of the same key: its first entry differs. */
async function otherHistory(count: number): Promise<MemoryStore> {
  const store = memoryStore();
  await append(store, [entry(9999), ...Array.from({ length: count - 1 }, (_, index) => entry(index + 1))]);
  await checkpoint(store);
  return store;
}

describe("a log as it was written", () => {
  test("agrees with them while a new head is signed: after the heads were listed", async () => {
    const store = memoryStore(GOOD.objects);
    const list: ObjectStore["list"] = async function* (prefix) {
      yield* await Array.fromAsync(store.list(prefix));
      if (prefix !== NAMES.checkpoints) return;
      await append(store, [entry(300)]);
      await checkpoint(store);
    };
    expect(await audit({ ...store, list })).toMatchObject({ heads: [70, 300], unsigned: 1, findings: [] });
    expect((await audit(store)).heads).toEqual([70, 300, 301]);
  });

  test("agrees with its heads, tiles and bundles", async () => {
    const found = await audit(GOOD);
    expect(found).toMatchObject({ heads: [70, 300], commits: 3, ignored: 0, unsigned: 0, findings: [], warnings: [] });
    expect(found.newest).toMatchObject({ origin: "example.org/log", size: 300 });
  });

  test("begins with each of its earlier heads", async () => {
    expect(await codes(GOOD, since(OLDER))).toEqual([]);
    expect(await codes(GOOD, since(NEWEST))).toEqual([]);
  });

  test("has the files of tlog-tiles", () => {
    expect([...GOOD.objects.keys()].filter((name) => name.startsWith(NAMES.tiles)).sort()).toEqual([
      ...["tile/0/000", "tile/0/000.p/70", "tile/0/001.p/44", "tile/1/000.p/1"].map((name) => `${NAMES.root}${name}`),
      ...["000", "000.p/70", "001.p/44"].map((name) => `${NAMES.tiles}entries/${name}`),
    ]);
  });

  test("with entries behind its head says how many", async () => {
    const store = memoryStore(GOOD.objects);
    await append(store, [entry(300), entry(301)]);
    expect(await audit(store)).toMatchObject({ unsigned: 2, findings: [] });
  });

  test("gives each entry in its place, and whether a head covers it", async () => {
    const store = memoryStore(GOOD.objects);
    await append(store, [entry(300)]);
    const told: [string | undefined, boolean][] = [];
    await audit(store, { key, onEntry: (bytes, isSigned) => told.push([parseEntry(bytes)?.sha256, isSigned]) });
    expect(told).toEqual(Array.from({ length: 301 }, (_, index) => [hex(index), index < 300]));
  });
});

describe("a changed byte", () => {
  for (const name of GOOD.objects.keys()) {
    // One bit of a byte: of every one, or of sixty.
    test(`of ${name} is found`, async () => {
      const { length } = GOOD.objects.get(name) ?? new Uint8Array(0);
      const step = process.env["GAIT_LONG"] === "1" ? 1 : Math.ceil(length / 60);
      for (let at = 0; at < length; at += step) {
        // Whose attempt a commit was says nothing, and nothing rests on it.
        if (name.includes("/commits/") && isNonce(GOOD.objects.get(name), at)) continue;
        const store = changed(name, (bytes) => flipped(bytes, at));
        expect([at, (await codes(store)).length]).not.toEqual([at, 0]);
      }
    });

    test(`cut off ${name} is found`, async () => {
      expect(await codes(changed(name, (bytes) => bytes.slice(0, -1)))).not.toEqual([]);
      expect(await codes(changed(name, () => new Uint8Array(0)))).not.toEqual([]);
    });
  }
});

describe("what is not there", () => {
  test("a commit that a head covers is log_root_mismatch", async () => {
    for (const number of [0, 1, 2]) {
      expect(await codes(changed(NAMES.commit(number), () => undefined))).toContain("log_root_mismatch");
    }
  });

  test("the newest head, where an earlier visit saw it, is log_shrunk", async () => {
    const store = changed(NEWEST, () => undefined);
    store.objects.set(NAMES.newest, GOOD.objects.get(OLDER) as Uint8Array);
    expect(await codes(store, since(NEWEST))).toEqual(["log_shrunk"]);
    // Without the earlier head nobody can tell.
    expect(await codes(store)).toEqual([]);
  });

  test("every head, where an earlier visit saw one, is log_shrunk", async () => {
    const store = changed(NEWEST, () => undefined);
    for (const name of [OLDER, NAMES.newest]) store.objects.delete(name);
    expect(await codes(store, since(OLDER))).toEqual(["log_shrunk"]);
    expect((await audit(store)).newest).toBeUndefined();
  });

  test("a tile is a warning, and the next checkpoint writes it", async () => {
    for (const name of [`${NAMES.tiles}0/000`, `${NAMES.tiles}entries/001.p/44`, `${NAMES.tiles}1/000.p/1`]) {
      const store = changed(name, () => undefined);
      expect(await audit(store)).toMatchObject({ findings: [], warnings: [expect.stringContaining("1 tile")] });
      expect(await checkpoint(store)).toMatchObject({ isNew: false, tiles: 1, findings: [] });
      expect(store.objects.get(name)).toEqual(GOOD.objects.get(name) as Uint8Array);
    }
  });

  test("a partial tile of an earlier head is not missed", async () => {
    expect(await audit(changed(`${NAMES.tiles}0/000.p/70`, () => undefined))).toMatchObject({
      findings: [],
      warnings: [],
    });
  });
});

describe("another history", () => {
  test("with the same key is log_rewritten, where an earlier head is given", async () => {
    const other = await otherHistory(300);
    expect(await codes(other)).toEqual([]);
    expect(await codes(other, since(OLDER))).toEqual(["log_rewritten"]);
    expect(await codes(other, since(NEWEST))).toEqual(["log_rewritten"]);
  });

  test("that is shorter is log_shrunk", async () => {
    expect(await codes(await otherHistory(20), since(OLDER))).toEqual(["log_shrunk"]);
  });

  test("of another log, with an earlier head of this one, is not taken for it", async () => {
    const other = memoryStore();
    await append(other, [entry(1)]);
    const named = await logSigner("example.org/other");
    const tree = new Tree(platform);
    tree.append(leafHash(platform, entry(1)));
    const head = { origin: "example.org/other", size: 1, root: tree.root() };
    other.objects.set(
      NAMES.checkpoint(1),
      new TextEncoder().encode(await signCheckpoint(platform, head, named.key, signer)),
    );
    expect(await codes(other, { key: named.key })).toEqual([]);
    expect(await codes(other)).toEqual(["log_signature_invalid"]);
    expect(await codes(other, { ...since(OLDER), key: undefined })).toEqual(["log_rewritten", "log_shrunk"]);
  });
});

describe("a head", () => {
  test("of another key is log_signature_invalid", async () => {
    expect(await codes(GOOD, { key: { ...key, id: "00000000" } })).toEqual(["log_signature_invalid"]);
    expect(await codes(GOOD, { key: { ...key, key: key.key.map((byte) => byte ^ 1) } })).toEqual([
      "log_signature_invalid",
    ]);
  });

  test("is not checked without a key", async () => {
    const store = changed(NEWEST, () => new TextEncoder().encode(unsigned(300, GOOD_ROOT)));
    store.objects.delete(NAMES.newest);
    expect(await codes(store, {})).toEqual([]);
    expect(await codes(store)).toEqual(["log_signature_invalid"]);
  });

  test("under the name of another size is log_checkpoint_malformed", async () => {
    const store = memoryStore(GOOD.objects);
    store.objects.set(NAMES.checkpoint(200), GOOD.objects.get(NEWEST) as Uint8Array);
    expect(await codes(store)).toEqual(["log_checkpoint_malformed"]);
  });

  test("with the log's own signature over another root is log_root_mismatch", async () => {
    const head = { origin: key.name, size: 300, root: leafHash(platform, entry(1)) };
    const bytes = new TextEncoder().encode(await signCheckpoint(platform, head, key, signer));
    const store = changed(NEWEST, () => bytes);
    store.objects.set(NAMES.newest, bytes);
    expect(await codes(store)).toEqual(["log_root_mismatch"]);
  });

  test("of more entries than there are is log_root_mismatch", async () => {
    const head = { origin: key.name, size: 301, root: GOOD_ROOT };
    const store = memoryStore(GOOD.objects);
    store.objects.set(
      NAMES.checkpoint(301),
      new TextEncoder().encode(await signCheckpoint(platform, head, key, signer)),
    );
    expect(await codes(store)).toEqual(["log_root_mismatch"]);
  });
});

describe("a tile", () => {
  test.each(["tile/0/002", "tile/0/001.p/45", "tile/entries/002.p/1", "tile/2/000.p/1"])(
    "%s, that no entry gives, is log_tile_mismatch",
    async (name) => {
      const store = memoryStore(GOOD.objects);
      store.objects.set(`${NAMES.root}${name}`, new Uint8Array(32));
      expect(await codes(store)).toEqual(["log_tile_mismatch"]);
    },
  );

  test("of an earlier head that differs is log_tile_mismatch", async () => {
    const store = changed(`${NAMES.tiles}0/000.p/70`, (bytes) => bytes.toReversed());
    expect(await codes(store)).toEqual(["log_tile_mismatch"]);
  });

  test("for entries that no head covers yet may be there", async () => {
    const store = memoryStore(GOOD.objects);
    await append(store, [entry(300)]);
    const tree = await new Log(platform, store, NAMES).readAll();
    store.objects.set(`${NAMES.tiles}1/000.p/1`, tree.tree.edges()[1]?.hashes[0] as Uint8Array);
    expect(await codes(store)).toEqual([]);
  });
});

describe("a commit that continues nothing", () => {
  test("has no entries, and stops nobody", async () => {
    for (const garbage of [new Uint8Array(0), new Uint8Array(99), GOOD.objects.get(NAMES.commit(1)) as Uint8Array]) {
      const store = memoryStore(GOOD.objects);
      store.objects.set(NAMES.commit(3), garbage);
      await append(store, [entry(300)]);
      expect(await checkpoint(store)).toMatchObject({ isNew: true, size: 301, ignored: 1, findings: [] });
      const found = await audit(store);
      expect(found).toMatchObject({ ignored: 1, findings: [], unsigned: 0 });
      expect(found.warnings).toEqual(["1 commit has no entries: what is under the name does not continue the log"]);
    }
  });
});

const GOOD_ROOT = (await newestCheckpoint(GOOD, NAMES))?.checkpoint?.root ?? new Uint8Array(32);

function unsigned(size: number, root: Uint8Array): string {
  return `${checkpointText({ origin: key.name, size, root })}\n— nobody AAAAAAAA\n`;
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, place) => (place === at ? byte ^ (1 << (at % 8)) : byte));
}

function isNonce(bytes: Uint8Array | undefined, at: number): boolean {
  const end = bytes?.indexOf(0x0a) ?? 0;
  return at >= end - 32 && at < end;
}
