/** Bytes sent to another thread and back: the same as without one, and a failure on either side frees the thread. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryScratch, type Scratch } from "../../../src/core/bytes/scratch.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import type { WorkerThread } from "../../../src/core/platform/thread-task.ts";
import type { RunpackReport } from "../../../src/core/run/verify-runpack.ts";
import { runpackOf as reportIn, type VerificationData, verificationData } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { createZipWriter } from "../../../src/core/zip/writer.ts";
import { openSource } from "../../../src/host/files/input.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { byteSink, packOf, runpackOf } from "../../core/artifacts.ts";
import { readMembers, writeMembers } from "../../fuzz/sealing.ts";

/** The report, without the archive that it is about. */
type Judgement = VerificationData & { readonly runpack: RunpackReport | undefined };

let folder: string;
let thread: WorkerThread;
let asked = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-pieces-"));
  thread = startThread();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const alone: Platform = { ...hostPlatform, threads: () => [] };
const together: Platform = {
  ...hostPlatform,
  threads: () => [
    {
      ask: (question, streams) => {
        asked += 1;
        return thread.ask(question, streams);
      },
    },
  ],
};

/** Just large enough for another thread. Runs of letters: deflated fast, to more than is in flight at a time. */
const TEXT = new Uint8Array(2_200_000);
let state = 1;
for (let at = 0; at < TEXT.length; at += 1) {
  if (at % 9 === 0) state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  TEXT[at] = 0x61 + ((state >>> 16) % 7);
}

/** The first `end` bytes of it, in pieces of `size` bytes. */
function* text(size: number, end = TEXT.length): Generator<Uint8Array> {
  for (let at = 0; at < end; at += size) yield TEXT.subarray(at, Math.min(end, at + size));
}

async function archive(platform: Platform, content: Iterable<Uint8Array>): Promise<Uint8Array> {
  const sink = byteSink();
  const writer = createZipWriter(sink, platform);
  await writer.add("a.jsonl", content);
  await writer.add("b.json", new TextEncoder().encode("{}"));
  await writer.close();
  return sink.bytes();
}

describe("deflated on another thread", () => {
  for (const size of [1000, 65_536, 3_000_000]) {
    test(`2.2 MB in pieces of ${size} bytes: the bytes are the same`, async () => {
      const before = asked;
      const there = await archive(together, text(size));
      // The small entry after it goes there too: one codec is enough.
      expect(asked).toBe(before + 2);
      expect(Buffer.from(there).equals(await archive(alone, text(65_536)))).toBe(true);
    });
  }
  test("content below 2 MiB does not use a thread", async () => {
    const before = asked;
    expect(await archive(together, text(65_536, 2_000_000))).toEqual(await archive(alone, text(65_536, 2_000_000)));
    expect(asked).toBe(before);
  });
  test("content that fails midway: its error, and the thread is free again", async () => {
    function* failing(): Generator<Uint8Array> {
      yield* text(65_536);
      throw new GaitError("input_changed", "cut");
    }
    await expect(archive(together, failing())).rejects.toThrow(expect.objectContaining({ code: "input_changed" }));
    expect(await archive(together, text(65_536))).toEqual(await archive(alone, text(65_536)));
  });
  test("two contents at a time, on one thread: each as it is alone", async () => {
    const [left, right] = await Promise.all([
      archive(together, text(1000)),
      archive(together, text(65_536, TEXT.length - 1)),
    ]);
    expect(left).toEqual(await archive(alone, text(65_536)));
    expect(right).toEqual(await archive(alone, text(65_536, TEXT.length - 1)));
  });
  test("a scratch that is full: its error, and the thread is free again", async () => {
    const full = (): Scratch => {
      const scratch = new MemoryScratch();
      return {
        write(bytes) {
          if (scratch.size > 100_000) throw new GaitError("write_failed", "full");
          scratch.write(bytes);
        },
        source: () => scratch.source(),
        dispose: () => scratch.dispose(),
      };
    };
    const attempt = archive({ ...together, scratch: full }, text(65_536));
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code: "write_failed" }));
    expect(await archive(together, text(65_536))).toEqual(await archive(alone, text(65_536)));
  });
  for (const [rule, script] of [
    ["ends", "process.exit(0)"],
    ["throws", 'throw new Error("no")'],
    ["answers too early", 'self.postMessage({ broken: "no", stream: data.stream })'],
    ["answers without the number of a question", 'self.postMessage({ broken: "no" })'],
  ] as const) {
    test(`a thread that ${rule} is not waited for`, async () => {
      const path = join(folder, "worker.ts");
      writeFileSync(path, `let n = 0; self.onmessage = ({ data }) => { if (++n === 3) { ${script} } };`);
      const dead = startThread(path);
      await expect(archive({ ...hostPlatform, threads: () => [dead] }, text(65_536))).rejects.toThrow(/thread|no/);
    });
  }
});

describe("one large file, inflated and hashed on another thread and inspected on this one", () => {
  let runpack: Uint8Array;
  beforeAll(async () => {
    const pad = "0123456789abcdef".repeat(60);
    const intents = Array.from({ length: 9000 }, (_, at) => ({
      intent_id: `i${at}`,
      tool_name: "t",
      args: { at, pad },
    }));
    const input = { run: { run_id: "large" }, intents, results: [] } as unknown as JsonObject;
    runpack = (await runpackOf(input, { captureMode: "raw" })).bytes;
  });

  /** Who sees the records sees them on this thread. */
  const visitors = new Map([["intents.jsonl", { levels: 1, visit: () => undefined, end: () => undefined }]]);

  async function verify(bytes: Uint8Array, platform: Platform): Promise<Judgement> {
    const path = join(folder, "one.zip");
    writeFileSync(path, bytes);
    const opened = await openSource(path);
    try {
      const options = { platform, keys: [], requireSignature: false, visitors };
      const verified = await verifyArtifact(opened.source, options);
      return { ...verificationData(verified), runpack: reportIn(verified) };
    } finally {
      opened.close();
    }
  }
  async function both(bytes: Uint8Array): Promise<Judgement> {
    const before = asked;
    const there = await verify(bytes, together);
    expect(asked).toBe(before + 1);
    expect(there).toEqual(await verify(bytes, alone));
    return there;
  }
  function withLine(line: string): Uint8Array {
    const members = readMembers(runpack) ?? [];
    const changed = (content: Uint8Array): Uint8Array => {
      const at = content.indexOf(0x0a, 6_000_000) + 1;
      return Buffer.concat([content.subarray(0, at), Buffer.from(line), content.subarray(at)]);
    };
    return writeMembers(
      members.map(([path, content]) => [path, path === "intents.jsonl" ? changed(content) : content]),
    );
  }

  test("a good one, and the pack around it", async () => {
    const { verdict, runpack: report } = await both(runpack);
    expect([verdict, report?.intents]).toEqual(["intact", 9000]);
    expect((await both((await packOf(runpack)).bytes)).verdict).toBe("intact");
  });
  for (const line of ["{\n", '{"a":1,"a":2}\n', "{}\n", '{"schema_id":"gait.runpack.intent"}\n', "\u00ff\n"]) {
    test(`with the line ${JSON.stringify(line)} in it`, async () => {
      expect((await both(withLine(line))).verdict).toBe("failed");
    });
  }
  test("with any byte of its deflate data changed", async () => {
    for (const offset of [1000, 5000, 20_000]) {
      const at = Buffer.from(runpack).indexOf("intents.jsonl") + offset;
      const bad = runpack.map((byte, index) => (index === at ? byte ^ 0x10 : byte));
      expect((await both(bad)).verdict).toBe("failed");
    }
  });
  test("a checker that throws: its error, and the thread is free again", async () => {
    const fails: WorkerThread = {
      ask: (question, streams = {}) =>
        thread.ask(question, {
          ...streams,
          take: () => {
            throw new Error("no room");
          },
        }),
    };
    await expect(verify(runpack, { ...hostPlatform, threads: () => [fails] })).rejects.toThrow("no room");
    expect((await both(runpack)).verdict).toBe("intact");
  });
});
