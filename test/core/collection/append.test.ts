/** Appending to a log, signing it, and the proofs that it gives. */
import { describe, expect, test } from "bun:test";
import { auditLog } from "../../../src/core/collection/audit.ts";
import { entryBytes, parseEntry } from "../../../src/core/collection/entry.ts";
import { newestCheckpoint } from "../../../src/core/collection/head/newest.ts";
import { Log } from "../../../src/core/collection/log.ts";
import { findEntries, Prover, proofFindings } from "../../../src/core/collection/prove.ts";
import { leafHash } from "../../../src/core/collection/tree.ts";
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
const { key } = await logSigner();
const NEWEST = NAMES.checkpoint(300);

const audit = (store: ObjectStore) => auditLog(platform, store, NAMES, { key });
const codes = async (store: ObjectStore): Promise<string[]> => (await audit(store)).findings.map(({ code }) => code);

/** A copy, with one object changed. */
function changed(name: string, change: (bytes: Uint8Array) => Uint8Array): MemoryStore {
  const store = memoryStore(GOOD.objects);
  store.objects.set(name, change(store.objects.get(name) ?? new Uint8Array(0)));
  return store;
}

describe("appending", () => {
  test.each([0, 16])("by eight at once loses nothing, and nothing is twice (%i read ahead)", async (readAhead) => {
    const store = { ...memoryStore(), readAhead };
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let at = 0; at < 12; at += 1) await append(store, [entry(writer * 100 + at)]);
    });
    await Promise.all(writers);
    const seen: string[] = [];
    const log = new Log(platform, store, NAMES, { onEntry: (bytes) => seen.push(parseEntry(bytes)?.sha256 ?? "") });
    await log.readAll();
    expect(log).toMatchObject({ commits: 96, ignored: 0 });
    expect(seen.sort()).toEqual(
      Array.from({ length: 96 }, (_, at) => hex(Math.floor(at / 12) * 100 + (at % 12))).sort(),
    );
    expect(await checkpoint(store)).toMatchObject({ size: 96, isNew: true });
    expect(await codes(store)).toEqual([]);
  });

  test("of more entries than one commit has makes several", async () => {
    const store = memoryStore();
    await append(
      store,
      Array.from({ length: 16_385 }, () => entry(1)),
    );
    expect([...store.objects.keys()]).toEqual([NAMES.commit(0), NAMES.commit(1)]);
    expect(await checkpoint(store)).toMatchObject({ size: 16_385, isNew: true });
    expect(await codes(store)).toEqual([]);
  }, 60_000);

  test("a commit that was written, and that the store calls somebody else's, is known by its nonce", async () => {
    const store = memoryStore();
    const create: ObjectStore["create"] = async (...args) => {
      await store.create(...args);
      return false;
    };
    await append({ ...store, create }, [entry(0), entry(1)]);
    expect([...store.objects.keys()]).toEqual([NAMES.commit(0)]);
  });

  test("a name that is taken, and nothing under it, is an answer that can't be", async () => {
    const store = memoryStore();
    const hidden = { ...store, create: async () => false };
    const error = await append(hidden, [entry(1)]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "GaitError", code: "store_refused" });
  });

  test("an entry of another kind counts in the tree", async () => {
    const store = memoryStore();
    await append(store, [
      new TextEncoder().encode("something else"),
      entryBytes({ reason: "legal", sha256: hex(1), type: "removed" }),
    ]);
    expect(await checkpoint(store)).toMatchObject({ size: 2, isNew: true });
    expect(await codes(store)).toEqual([]);
  });
});

describe("signing", () => {
  test("nothing new signs nothing", async () => {
    const store = memoryStore(GOOD.objects);
    expect(await checkpoint(store)).toMatchObject({ isNew: false, size: 300, before: 300, tiles: 0 });
    expect(store.objects).toEqual(GOOD.objects);
  });

  test("by two at once signs the same text", async () => {
    const store = memoryStore();
    await append(store, [entry(1), entry(2)]);
    expect(await Promise.all([checkpoint(store), checkpoint(store)])).toMatchObject([{ size: 2 }, { size: 2 }]);
    expect(await audit(store)).toMatchObject({ findings: [], warnings: [], heads: [2] });
  });

  test.each([
    ["entries that changed before the head", NAMES.commit(0), "log_root_mismatch"],
    ["a head that is none", NEWEST, "log_checkpoint_malformed"],
  ])("refuses %s", async (_rule, name, code) => {
    const store = changed(name, (bytes) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)));
    await append(store, [entry(300)]);
    const { findings, isNew } = await checkpoint(store);
    expect([isNew, findings[0]?.code as string]).toEqual([false, code]);
    expect(store.objects.has(NAMES.checkpoint(301))).toBeFalse();
  });

  test("where something else took the head's name meanwhile is told, and not counted as signed", async () => {
    const store = memoryStore();
    await append(store, [entry(1)]);
    const name = NAMES.checkpoint(1);
    const taken = {
      ...store,
      create: async (created: string, bytes: Uint8Array, options: { lasting: boolean }) => {
        if (created === name) store.objects.set(name, new TextEncoder().encode("garbage"));
        return store.create(created, bytes, options);
      },
    };
    const { isNew, findings } = await checkpoint(taken);
    expect([isNew, findings.map(({ code }) => code)]).toEqual([false, ["log_checkpoint_malformed"]]);
    expect(store.objects.has(NAMES.newest)).toBe(false);
  });

  test("refuses a tile that somebody else wrote otherwise", async () => {
    const store = memoryStore(GOOD.objects);
    await append(store, [entry(300)]);
    const create = store.create;
    store.create = (name, bytes, options) => {
      if (name.includes("tile/entries/")) store.objects.set(name, new Uint8Array(3));
      return create(name, bytes, options);
    };
    const { findings, isNew } = await checkpoint(store);
    expect([isNew, findings.map(({ code }) => code as string)]).toEqual([false, ["log_tile_mismatch"]]);
  });
});

describe("a bit that flips while a new commit is read, once", () => {
  for (const at of [1, 2]) {
    test(`by reading ${at} of it signs nothing and writes nothing`, async () => {
      const store = memoryStore(GOOD.objects);
      await append(store, [entry(300)]);
      const name =
        [...store.objects.keys()]
          .filter((each) => each.includes("/commits/"))
          .toSorted()
          .at(-1) ?? "";
      const before = new Map(store.objects);
      let readings = 0;
      const flaky = {
        ...store,
        async read(each: string, limit: number) {
          const bytes = await store.read(each, limit);
          if (each !== name || ++readings !== at) return bytes;
          return bytes?.map((byte, place) => (place === bytes.length - 1 ? byte ^ 1 : byte));
        },
      };
      const thrown = await checkpoint(flaky).catch((error: unknown) => error);
      expect(thrown).toMatchObject({ name: "GaitError", code: "input_changed" });
      expect(store.objects).toEqual(before);
      expect(await checkpoint(flaky)).toMatchObject({ isNew: true, size: 301 });
      expect(await codes(store)).toEqual([]);
    });
  }
});

describe("a tile that was put in advance", () => {
  /** In a log with a head of 300 entries, and 303. */
  const WRONG: Readonly<Record<string, string>> = {
    "of the entries to come": "tile/0/001.p/47",
    "that will be full": "tile/entries/001",
    "of a width that no head has": "tile/0/001.p/45",
    "behind the end": "tile/0/009",
    "of a level that the log does not reach": "tile/7/000",
  };
  for (const [name, path] of Object.entries(WRONG)) {
    test(`${name} is found before the head is signed, and written again when it is gone`, async () => {
      const store = memoryStore(GOOD.objects);
      await append(store, [entry(300), entry(301), entry(302)]);
      store.objects.set(NAMES.root + path, new Uint8Array(32));
      const before = new Set(store.objects.keys());
      const { findings, isNew } = await checkpoint(store);
      expect([isNew, findings.map(({ code, path: at }) => `${code} ${at}`)]).toEqual([
        false,
        [`log_tile_mismatch ${NAMES.root}${path}`],
      ]);
      expect(store.objects.has(NAMES.checkpoint(303))).toBeFalse();
      expect([...store.objects.keys()].filter((each) => !before.has(each) && !each.includes("/tile/"))).toEqual([]);
      store.objects.delete(NAMES.root + path);
      expect(await checkpoint(store)).toMatchObject({ isNew: true, size: 303 });
      expect(await codes(store)).toEqual([]);
    });
  }

  test("as it should be is no fault", async () => {
    const store = memoryStore(GOOD.objects);
    await append(store, [entry(300)]);
    const other = memoryStore(store.objects);
    await checkpoint(other);
    for (const [name, bytes] of other.objects) if (name.includes("/tile/")) store.objects.set(name, bytes);
    expect(await checkpoint(store)).toMatchObject({ isNew: true, tiles: 0 });
  });

  test("and where something is wrong no tile is written of what is wrong", async () => {
    const store = changed(NAMES.commit(0), (bytes) =>
      bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    const tiles = [...store.objects.keys()].filter((name) => name.includes("/tile/"));
    for (const name of tiles) store.objects.delete(name);
    expect((await checkpoint(store)).findings.map(({ code }) => code)).toContain("log_root_mismatch");
    expect([...store.objects.keys()].filter((name) => name.includes("/tile/"))).toEqual([]);
    // Of the log as it is signed all are written again.
    const whole = memoryStore(GOOD.objects);
    for (const name of tiles) whole.objects.delete(name);
    await checkpoint(whole);
    expect((await audit(whole)).warnings).toEqual([]);
  });
});

describe("a proof", () => {
  const packOf = (index: number) => ({ packId: hex(index), sha256: hex(index), size: index + 1 });

  test("leads from each of the 300 packs to the head, and from no other", async () => {
    const head = (await newestCheckpoint(GOOD, NAMES))?.checkpoint;
    if (head === undefined) throw new Error("no head");
    const prover = new Prover(platform, GOOD, NAMES, head);
    const digests = new Set(Array.from({ length: 301 }, (_, index) => hex(index)));
    const found = await findEntries(platform, GOOD, NAMES, head.size, digests);
    expect(found.size).toBe(300);
    for (const [sha256, at] of found) {
      const proof = await prover.prove(at);
      if (proof === undefined) throw new Error(`no proof of ${sha256}`);
      expect(await proofFindings(platform, "p", proof, packOf(at.index), key)).toEqual([]);
      const other = await proofFindings(platform, "p", proof, packOf(at.index + 1), key);
      expect(other.map(({ code }) => code)).toEqual(["log_proof_invalid"]);
      const larger = await proofFindings(platform, "p", proof, { ...packOf(at.index), size: at.index + 2 }, key);
      expect(larger.map(({ code }) => code)).toEqual(["log_proof_invalid"]);
    }
  });

  test("is not made from tiles that lead elsewhere", async () => {
    const store = changed(`${NAMES.tiles}0/000`, (bytes) => bytes.toReversed());
    const head = (await newestCheckpoint(store, NAMES))?.checkpoint;
    if (head === undefined) throw new Error("no head");
    const prover = new Prover(platform, store, NAMES, head);
    expect(await prover.prove({ index: 3, leaf: leafHash(platform, entry(3)) })).toBeUndefined();
  });
});
