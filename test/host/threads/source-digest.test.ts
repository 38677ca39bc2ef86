/** The digest of a source, taken by another thread: that of what was read, however it was read. */
import { describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { SourceDigest } from "../../../src/core/import/source/digest.ts";
import { measured } from "../../../src/core/import/source/measured.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import type { WorkerThread } from "../../../src/core/platform/thread-task.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const thread = startThread();
const content = randomBytes(21 * MIB + 12_345);

function platformOf(threads: readonly WorkerThread[]): Platform {
  return { ...hostPlatform, threads: () => threads };
}

/** In pieces of these sizes in turn, each in memory that is used again for the next. */
async function digestOf(bytes: Uint8Array, sizes: readonly number[], platform: Platform): Promise<string> {
  const digest = new SourceDigest(platform);
  const memory = new Uint8Array(Math.max(...sizes));
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const piece = memory.subarray(0, Math.min(sizes[turn % sizes.length] as number, bytes.length - at));
    piece.set(bytes.subarray(at, at + piece.length));
    await digest.update(piece);
    at += piece.length;
    piece.fill(0);
  }
  return digest.hex();
}

describe("the digest is that of all pieces", () => {
  const sizes = { "equal pieces": [256 * KIB], "odd pieces": [1, 70_001, 3], "pieces beyond the ring": [9 * MIB] };
  for (const [rule, pieces] of Object.entries(sizes)) {
    for (const length of [0, 1, 4 * MIB - 1, 4 * MIB, content.length]) {
      test(`${rule}, ${length} bytes, with another thread and without`, async () => {
        const bytes = content.subarray(0, length);
        const expected = createHash("sha256").update(bytes).digest("hex");
        expect(await digestOf(bytes, pieces, platformOf([thread]))).toBe(expected);
        expect(await digestOf(bytes, pieces, platformOf([]))).toBe(expected);
      });
    }
  }
});

test("several sources share the thread", async () => {
  const parts = [content.subarray(0, 9 * MIB), content.subarray(5 * MIB), content.subarray(7 * MIB, 20 * MIB)];
  const found = await Promise.all(parts.map((part) => digestOf(part, [300 * KIB], platformOf([thread]))));
  expect(found).toEqual(parts.map((part) => createHash("sha256").update(part).digest("hex")));
});

test("a thread that fails: said where the source is read, and no digest", async () => {
  const broken: WorkerThread = { ask: () => Promise.reject(new Error("the thread broke")) };
  await expect(digestOf(content, [256 * KIB], platformOf([broken]))).rejects.toThrow("the thread broke");
  await expect(digestOf(content.subarray(0, 5 * MIB), [256 * KIB], platformOf([broken]))).rejects.toThrow(
    "the thread broke",
  );
});

test("a source that is dropped lets the thread go", async () => {
  const source = measured(
    {
      name: "session.jsonl",
      async *chunks() {
        for (let at = 0; at < content.length; at += MIB) yield content.subarray(at, at + MIB);
      },
    },
    platformOf([thread]),
  );
  const chunks = source.chunks[Symbol.asyncIterator]();
  for (let taken = 0; taken < 8; taken += 1) await chunks.next();
  expect(thread.pending).toBe(1);
  source.drop();
  while (thread.pending > 0) await Bun.sleep(1);
  await expect(chunks.next()).rejects.toThrow("dropped");
});
