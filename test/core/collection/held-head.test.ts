/** Which head is the newest that the log has signed, and whether the log is the one that it was signed over. */
import { describe, expect, test } from "bun:test";
import { HeldHead, newestSigned } from "../../../src/core/collection/head/newest.ts";
import { Log } from "../../../src/core/collection/log.ts";
import type { Finding } from "../../../src/core/finding/finding.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { logSigner, type MemoryStore, memoryStore, NAMES, writtenLog } from "./memory-store.ts";

const GOOD = await writtenLog();
const { key } = await logSigner();

async function newest(store: MemoryStore, origin = "example.org/log") {
  const passed: string[] = [];
  const signer = await logSigner(origin);
  const head = await newestSigned(platform, store, NAMES, signer.key, (name) => passed.push(name));
  return { size: head?.checkpoint?.size, passed };
}

async function held(store: MemoryStore) {
  const findings: Finding[] = [];
  const head = new HeldHead(await newestSigned(platform, GOOD, NAMES, key, () => undefined), findings);
  const log = new Log(platform, store, NAMES, { onEntry: (_, tree) => head.entry(tree) });
  await log.readAll();
  head.end(log.tree);
  return [head.isHeld, findings.map(({ code }) => code)] as [boolean, string[]];
}

describe("the newest signed head", () => {
  test("is the largest", async () => expect(await newest(GOOD)).toEqual({ size: 300, passed: [] }));
  test("of a log without one is none", async () =>
    expect(await newest(memoryStore())).toEqual({ size: undefined, passed: [] }));
  test("is not one of somebody else, and holds up nobody", async () => {
    const store = memoryStore(GOOD.objects);
    store.objects.set(NAMES.checkpoint(900), new TextEncoder().encode("garbage"));
    store.objects.set(NAMES.checkpoint(800), store.objects.get(NAMES.checkpoint(300)) ?? new Uint8Array(0));
    expect(await newest(store)).toEqual({ size: 300, passed: [NAMES.checkpoint(900), NAMES.checkpoint(800)] });
    const { size, passed } = await newest(GOOD, "example.org/other");
    expect([size, passed.length]).toEqual([undefined, 2]);
  });
  test("is found behind any number that are none: nothing would be held against the log else", async () => {
    const store = memoryStore(GOOD.objects);
    for (let size = 1000; size < 1100; size += 1) store.objects.set(NAMES.checkpoint(size), new Uint8Array(3));
    const { size, passed } = await newest(store);
    expect([size, passed.length]).toEqual([300, 100]);
  });
});

describe("a log that is held against it", () => {
  test("is that log", async () => expect(await held(GOOD)).toEqual([true, []]));
  test("has another entry", async () => {
    const store = memoryStore(GOOD.objects);
    const name = NAMES.commit(0);
    const bytes = store.objects.get(name)?.slice() ?? new Uint8Array(0);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    store.objects.set(name, bytes);
    const [isHeld, codes] = await held(store);
    expect([isHeld, codes[0]]).toEqual([false, "log_root_mismatch"]);
  });
  test("has fewer entries", async () => {
    const store = memoryStore(GOOD.objects);
    store.objects.delete(NAMES.commit(1));
    expect(await held(store)).toEqual([false, ["log_root_mismatch"]]);
  });
});
