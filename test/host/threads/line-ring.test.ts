/** Lines checked by several threads: the answer is that of one thread, whatever the lines, the slots and the load. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { LineRing, SLOTS } from "../../../src/core/contents/line-ring.ts";
import { type ContentAnswer, type RecordsTask, readContent } from "../../../src/core/contents/read-entry.ts";
import { readShared } from "../../../src/core/contents/read-shared.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import type { WorkerThread } from "../../../src/core/platform/thread-task.ts";
import { digestOf } from "../../../src/core/signature/digest.ts";
import { verificationData } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import type { ZipEntry } from "../../../src/core/zip/layout.ts";
import { openSource } from "../../../src/host/files/input.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import { caseOf } from "../../fuzz/cases.ts";
import { type Chance, chances, evidenceLine } from "../../generators/evidence-lines.ts";
import { VECTORS } from "../../generators/hostile/table.ts";

const isLong = process.env["GAIT_LONG"] === "1";
const RECORDS: RecordsTask = { kind: "intent", runId: "run" };
let folder: string;
let threads: WorkerThread[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-ring-"));
  threads = [startThread(), startThread()];
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The bytes as one stored entry of an archive that has nothing else; `size` is what its header says. */
function entryOf(bytes: Uint8Array, size = bytes.length): ZipEntry {
  const crc32 = hostPlatform.crc32(bytes, 0);
  const sizes = { compressedSize: bytes.length, uncompressedSize: size, crc32 };
  return { name: "intents.jsonl", method: 0, ...sizes, localHeaderOffset: 0, dataOffset: 0, hasDataDescriptor: false };
}

async function both(bytes: Uint8Array, slotBytes: number, count = 1, size?: number): Promise<ContentAnswer> {
  const request = { entry: entryOf(bytes, size), records: RECORDS };
  const alone = await readContent(bytesSource(bytes), request, hostPlatform);
  const shared = await readShared(threads.slice(0, count), bytesSource(bytes), request, hostPlatform, slotBytes);
  expect(shared).toEqual(alone);
  return shared;
}

/** A line of which there is nothing to say. */
function soundLine(chance: Chance): string {
  const record = JSON.parse(evidenceLine(chance).replace('"other"', '"run"'));
  if (record.args !== undefined) record.args_digest = digestOf(hostPlatform, record.args);
  return JSON.stringify(record);
}

type Way = readonly [rule: string, line: (chance: Chance) => string];

const WAYS: readonly Way[] = [
  ["sound lines", soundLine],
  ["one of another run now and then", (chance) => (chance(40) === 0 ? evidenceLine(chance) : soundLine(chance))],
  ["digests that are not those of the payloads", evidenceLine],
  [
    "a bad line now and then",
    (chance) => (chance(50) === 0 ? soundLine(chance).slice(0, chance(90)) : soundLine(chance)),
  ],
  ["many bad lines", (chance) => (chance(3) === 0 ? `${soundLine(chance)}}` : soundLine(chance))],
  [
    "a record that its schema refuses",
    (chance) => soundLine(chance).replace('"1.0.0"', chance(30) === 0 ? '"2"' : '"1.0.0"'),
  ],
  ["blank and empty lines", (chance) => [soundLine(chance), "", " \t", "\r", "\n\n"][chance(5)] ?? ""],
  [
    "lines longer than a slot",
    (chance) => (chance(9) === 0 ? `${soundLine(chance)}${" ".repeat(chance(9000))}` : soundLine(chance)),
  ],
];

describe("the answer is that of one thread", () => {
  test.each(WAYS)("%s", async (_, lineOf) => {
    const chance = chances(7);
    for (let round = 0; round < (isLong ? 400 : 12); round += 1) {
      const lines = Array.from({ length: chance(400) }, () => lineOf(chance));
      const text = lines.join("\n") + (chance(2) === 0 ? "\n" : "");
      await both(new TextEncoder().encode(text), 512 + chance(6000), 1 + chance(2));
    }
  });
  test("in slots of the usual size, of all of which most are taken as found", async () => {
    const chance = chances(9);
    const lines = Array.from({ length: 300 }, () => soundLine(chance)).join("\n");
    const { records } = await both(new TextEncoder().encode(`${`${lines}\n`.repeat(60)}`), 128 * 1024);
    expect([records?.count, records?.findings, records?.warnings]).toEqual([18_000, [], []]);
  });
  test("nothing, one LF, and a line without one", async () => {
    for (const text of ["", "\n", "\n\n\n", "x", soundLine(chances(1)), "\u2028\n"]) {
      await both(new TextEncoder().encode(text), 1024);
    }
  });
  test("more content than its header says, and less", async () => {
    const bytes = new TextEncoder().encode(`${soundLine(chances(2))}\n`.repeat(200));
    for (const size of [bytes.length - 1, bytes.length + 1, 5, 0]) await both(bytes, 2048, 1, size);
  });
  test("the line that is too long, and what comes after it", async () => {
    const text = `${soundLine(chances(2))}\n${"x".repeat(65 * 1024 * 1024)}\n${soundLine(chances(3))}\n`;
    const { records } = await both(new TextEncoder().encode(text), 128 * 1024);
    expect(records?.findings.map(({ code, path }) => `${code} ${path}`)).toEqual(["record_too_long intents.jsonl:2"]);
  });
});

describe("claims", () => {
  const lines = new TextEncoder().encode("one\ntwo\n");
  const check = (): { lines: number; intentIds: Int32Array; kept: number } => ({
    lines: 2,
    intentIds: Int32Array.of(7),
    kept: 1,
  });
  test("a filling is checked once, whoever asks, and another filling of its slot again", () => {
    const ring = new LineRing(undefined, 64);
    const other = new LineRing(ring.memory);
    for (let filling = 0; filling < SLOTS * 3; filling += 1) {
      ring.slot(filling).set(lines);
      expect(ring.isChecked(filling)).toBe(false);
      ring.fill(lines.length, true);
      expect(ring.found(filling)).toBeUndefined();
      expect([other.checkOne(check), ring.checkOne(check), other.checkOne(check)]).toEqual([true, false, false]);
      expect([ring.isChecked(filling), ring.found(filling)]).toEqual([true, check()]);
    }
  });
  test("what is no whole lines is for nobody", () => {
    const ring = new LineRing(undefined, 64);
    ring.fill(3, false);
    expect([ring.checkOne(check), ring.isChecked(0), ring.found(0)]).toEqual([false, true, undefined]);
  });
  test("more records than there is room for are for the thread that fills", () => {
    const ring = new LineRing(undefined, 64);
    ring.fill(8, true);
    ring.checkOne(() => ({ ...check(), intentIds: new Int32Array(100_000) }));
    expect([ring.isChecked(0), ring.found(0)]).toEqual([true, undefined]);
  });
});

test("a thread that fails on the way: its error", async () => {
  const bytes = new TextEncoder().encode(`${soundLine(chances(2))}\n`.repeat(5000));
  const request = { entry: entryOf(bytes), records: RECORDS };
  const breaking: WorkerThread = { ask: () => Bun.sleep(5).then(() => Promise.reject(new Error("it broke"))) };
  const read = readShared([breaking], bytesSource(bytes), request, hostPlatform, 1024);
  await expect(read).rejects.toThrow("it broke");
});

test("a source that fails on the way: its error, and the thread is free again", async () => {
  const bytes = new TextEncoder().encode(`${soundLine(chances(2))}\n`.repeat(3000));
  const request = { entry: entryOf(bytes), records: RECORDS };
  const source = bytesSource(bytes);
  let reads = 0;
  const failing = {
    ...source,
    read: (offset: number, length: number) => {
      reads += 1;
      if (reads > 1) throw new GaitError("input_changed", "it changed");
      return source.read(offset, length);
    },
  };
  await expect(readShared(threads, failing, request, hostPlatform, 1024)).rejects.toThrow("it changed");
  await both(bytes, 4096, 2);
});

describe("every archive", () => {
  const alone: Platform = { ...hostPlatform, threads: () => [] };
  const together: Platform = { ...hostPlatform, threads: (most) => threads.slice(0, most), sharedBytes: 0 };
  const judged = async (bytes: Uint8Array, platform: Platform): Promise<unknown> => {
    const path = join(folder, "archive.zip");
    writeFileSync(path, bytes);
    const opened = await openSource(path);
    try {
      return verificationData(await verifyArtifact(opened.source, { platform, keys: [], requireSignature: false }));
    } catch (error) {
      if (error instanceof GaitError) return error.code;
      throw error;
    } finally {
      opened.close();
    }
  };
  const cases: readonly (readonly [string, () => AsyncGenerator<Uint8Array> | Generator<Uint8Array>])[] = [
    [
      "that is hostile",
      async function* () {
        const some = VECTORS.filter(({ daily, generated }, at) => isLong || (daily && !generated && at % 4 === 0));
        for (const { bytes } of some) yield await bytes();
      },
    ],
    [
      "that was changed by chance",
      function* () {
        for (let nth = 0; nth < (isLong ? 100_000 : 300); nth += 1) yield caseOf(20_261_126, nth).bytes;
      },
    ],
  ];
  test.each(cases)(
    "%s: the same report",
    async (_, all) => {
      let count = 0;
      for await (const bytes of all()) {
        expect(await judged(bytes, together)).toEqual(await judged(bytes, alone));
        count += 1;
      }
      expect(count).toBeGreaterThan(50);
    },
    3_000_000,
  );
});
