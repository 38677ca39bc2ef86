/** Two threads, one report: large files are read on another thread, and the report must not depend on it. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import type { WorkerThread } from "../../../src/core/platform/thread-task.ts";
import type { RunpackReport } from "../../../src/core/run/verify-runpack.ts";
import { runpackOf as reportIn, type VerificationData, verificationData } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { openSource } from "../../../src/host/files/input.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { EXAMPLE_INPUT, packOf, runpackOf } from "../../core/artifacts.ts";
import { readMembers, writeMembers } from "../../fuzz/sealing.ts";

/** The report, without the archive that it is about. */
type Judgement = VerificationData & { readonly runpack: RunpackReport | undefined };

/** One of each kind: intents and results of over 8 MiB, the size at which threads are used. */
const RECORDS = 9000;
let folder: string;
let runpack: Uint8Array;
let thread: WorkerThread;
let asked = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-threads-"));
  const pad = "0123456789abcdef".repeat(60);
  const intents = Array.from({ length: RECORDS }, (_, at) => ({
    intent_id: `i${at}`,
    tool_name: "t",
    args: { at, pad },
  }));
  const results = intents.map(({ intent_id }) => ({ intent_id, status: "ok", result: { intent_id, pad } }));
  const input = { run: { run_id: "large" }, intents, results } as unknown as JsonObject;
  runpack = (await runpackOf(input, { captureMode: "raw" })).bytes;
  thread = startThread();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const alone: Platform = { ...hostPlatform, threads: () => [] };
/** With one more thread, whatever the number of processors. */
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

/** With visitors the records are checked here, and another thread reads the file. */
const VISITORS = new Map(
  ["intents.jsonl", "results.jsonl"].map((path) => [path, { levels: 1, visit: () => undefined, end: () => undefined }]),
);

async function verifyAt(path: string, platform: Platform, visitors?: typeof VISITORS): Promise<Judgement> {
  const opened = await openSource(path);
  try {
    const verified = await verifyArtifact(opened.source, { platform, keys: [], requireSignature: false, visitors });
    opened.assertUnchanged();
    return { ...verificationData(verified), runpack: reportIn(verified) };
  } finally {
    opened.close();
  }
}

async function both(bytes: Uint8Array): Promise<Judgement> {
  const path = join(folder, "both.zip");
  writeFileSync(path, bytes);
  const before = asked;
  const second = await verifyAt(path, together);
  expect(asked).toBe(before + 2);
  expect(second).toEqual(await verifyAt(path, alone));
  expect(await verifyAt(path, together, VISITORS)).toEqual(second);
  return second;
}

function withMember(name: string, change: (content: Uint8Array) => Uint8Array): Uint8Array {
  const members = readMembers(runpack) ?? [];
  return writeMembers(members.map(([path, content]) => [path, path === name ? change(content) : content]));
}

test("for small files no thread is started: that takes as long as a third of the verification of a small pack", async () => {
  let started = 0;
  const counting: Platform = {
    ...hostPlatform,
    threads: (most) => {
      started += most;
      return [];
    },
  };
  const path = join(folder, "small.zip");
  writeFileSync(path, (await packOf((await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" })).bytes)).bytes);
  expect((await verifyAt(path, counting)).verdict).toBe("intact");
  expect(started).toBe(0);
  writeFileSync(path, runpack);
  await verifyAt(path, counting);
  expect(started).toBeGreaterThan(0);
});

describe("the report is the same with threads and without", () => {
  test("of a good runpack", async () => {
    const { verdict, runpack: report } = await both(runpack);
    expect([verdict, report?.intents, report?.results]).toEqual(["intact", RECORDS, RECORDS]);
  });
  test("of a pack around it", async () => {
    expect((await both((await packOf(runpack)).bytes)).verdict).toBe("intact");
  });
  for (const name of ["intents.jsonl", "results.jsonl"]) {
    test(`with a byte of ${name} changed`, async () => {
      const { verdict, findings } = await both(
        withMember(name, (content) => content.map((byte, at) => (at === 5_000_000 ? byte ^ 1 : byte))),
      );
      expect([verdict, findings.map(({ code, path }) => `${code} ${path}`)]).toEqual([
        "failed",
        [`file_hash_mismatch ${name}`],
      ]);
    });
    test(`with a damaged deflate stream of ${name}`, async () => {
      const at = Buffer.from(runpack).indexOf(name) + name.length + 20_000;
      const { verdict, findings } = await both(runpack.map((byte, index) => (index === at ? byte ^ 0x55 : byte)));
      expect(verdict).toBe("failed");
      expect(findings.map(({ path }) => path)).toContain(name);
    });
  }
});

describe("a file that changes", () => {
  /** Calls `change` after the file was opened here and before the thread opens it. */
  function changing(change: () => void): Platform {
    let isChanged = false;
    const ask: WorkerThread["ask"] = (question, streams) => {
      if (!isChanged) change();
      isChanged = true;
      return thread.ask(question, streams);
    };
    return { ...hostPlatform, threads: () => [{ ask }] };
  }
  const cases: readonly (readonly [rule: string, change: (path: string) => void])[] = [
    ["another file in its place", (path) => swap(path)],
    ["another file in its place, of the same bytes", (path) => swap(path, runpack)],
    ["more bytes", (path) => writeFileSync(path, "x", { flag: "a" })],
    ["a deleted file", (path) => rmSync(path)],
  ];
  for (const [rule, change] of cases) {
    test.each([
      ["lines here", VISITORS],
      ["lines shared", undefined],
    ] as const)(`${rule}, %s: no verdict`, async (_, way) => {
      const path = join(folder, "changing.zip");
      writeFileSync(path, runpack);
      const verified = verifyAt(
        path,
        changing(() => change(path)),
        way,
      );
      const error = await verified.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(GaitError);
      expect(["input_changed", "not_found"]).toContain((error as GaitError).code);
    });
  }
  test("another file for a moment, then the first one again: no mixed verdict", async () => {
    const path = join(folder, "moment.zip");
    const aside = join(folder, "aside.zip");
    const good = writeMembers(readMembers(runpack) ?? [], () => "stored");
    // The original file is bad, in the part that the thread reads; the one that replaces it briefly is good.
    const at = Buffer.from(good).indexOf("intents.jsonl") + 1_000_000;
    const bad = good.map((byte, index) => (index === at ? byte ^ 1 : byte));
    writeFileSync(path, bad);
    const platform: Platform = {
      ...hostPlatform,
      threads: () => [
        {
          ask: async (question, streams) => {
            renameSync(path, aside);
            writeFileSync(path, good);
            try {
              return await thread.ask(question, streams);
            } finally {
              renameSync(aside, path);
            }
          },
        },
      ],
    };
    const verified = verifyAt(path, platform, VISITORS);
    await expect(verified).rejects.toThrow(expect.objectContaining({ code: "input_changed" }));
    // Where only this thread reads the file, it is the one that was opened.
    const { findings } = await verifyAt(path, platform);
    expect(findings.map(({ code }) => code)).toContain("zip_crc_mismatch");
  });
  function swap(path: string, bytes: Uint8Array = Uint8Array.of(1)): void {
    writeFileSync(`${path}.new`, bytes);
    utimesSync(`${path}.new`, 1, 1);
    renameSync(`${path}.new`, path);
  }
});

describe("a thread that fails", () => {
  for (const [rule, failing] of [
    ["with an error", () => Promise.reject(new Error("a thread broke"))],
    [
      "at once",
      () => {
        throw new Error("a thread broke");
      },
    ],
  ] as const) {
    test(`${rule}: the error is reported once all reading has ended, and the next file is verified`, async () => {
      const path = join(folder, "failing.zip");
      writeFileSync(path, runpack);
      const platform: Platform = { ...hostPlatform, threads: () => [{ ask: failing }] };
      await expect(verifyAt(path, platform)).rejects.toThrow("a thread broke");
      expect((await verifyAt(path, together)).verdict).toBe("intact");
    });
  }
  for (const [rule, script] of [
    ["ends without an answer", "process.exit(0)"],
    ["throws", 'throw new Error("no")'],
  ] as const) {
    test(`one that ${rule} is not waited for`, async () => {
      const path = join(folder, "worker.ts");
      writeFileSync(path, `self.onmessage = () => { ${script} };`);
      const dead = startThread(path);
      const question = { archive: { path: "", identity: "", offset: 0, length: 0 }, task: {} } as never;
      await expect(dead.ask(question)).rejects.toThrow(/a thread (ended|broke)/);
    });
  }
  test("a missing script is an error", async () => {
    const question = { archive: { path: "", identity: "", offset: 0, length: 0 }, task: {} } as never;
    await expect(startThread(join(folder, "none.ts")).ask(question)).rejects.toThrow(/a thread/);
  });
});
