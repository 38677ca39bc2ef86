/** The runtime is told which code reads a large source, and nothing but time depends on it. */
import { expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { readShared } from "../../../src/core/contents/read-shared.ts";
import { importSource } from "../../../src/core/import/imported.ts";
import { importSummary } from "../../../src/core/import/report.ts";
import { methodsOf } from "../../../src/core/platform/hot-code.ts";
import type { Compilable, Platform } from "../../../src/core/platform/platform.ts";
import type { WorkerThread } from "../../../src/core/platform/thread-task.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import { fileOfBytes } from "../../core/import/agent-case.ts";

function transcript(calls: number): Uint8Array {
  let text = "";
  for (let call = 1; call <= calls; call += 1) {
    const line = { sessionId: "s", timestamp: "2026-10-01T00:00:00.000Z", version: "2.1.0" };
    const use = { type: "tool_use", id: `t${call}`, name: "Bash", input: { command: "npm test" } };
    const result = { type: "tool_result", tool_use_id: `t${call}`, content: "ok ".repeat(50) };
    const assistant = { type: "assistant", ...line, message: { role: "assistant", content: [use] } };
    const user = { type: "user", ...line, message: { role: "user", content: [result] } };
    text += `${JSON.stringify(assistant)}\n${JSON.stringify(user)}\n`;
  }
  return new TextEncoder().encode(text);
}

async function imported(bytes: Uint8Array, platform: Platform): Promise<object> {
  const options = { platform, captureMode: "reference", redact: false, isRecorded: true } as const;
  const source = await importSource(fileOfBytes("a.jsonl", bytes), () => [], options);
  try {
    return { summary: importSummary(source), files: source.files };
  } finally {
    source.dispose();
  }
}

async function spared(bytes: Uint8Array): Promise<string[]> {
  const names: string[] = [];
  const lastTierSparer = async () => (functions: readonly Compilable[]) =>
    void names.push(...functions.map(({ name }) => name));
  await imported(bytes, { ...hostPlatform, lastTierSparer });
  return names;
}

test("of a large source the runtime is told what reads its lines, private methods too", async () => {
  const names = await spared(transcript(1000));
  const expected = [
    "takeLine",
    "payloadOf",
    "read",
    "#block",
    "#result",
    "#resultLine",
    "#addResult",
    "#find",
    "#intent",
    // What these call too, where no class has it.
    "copyContainer",
    "closingQuote",
    "isTimestamp",
    "pair",
    "reads",
  ];
  expect(names).toEqual(expect.arrayContaining(expected));
});

test("of a small source it is told nothing: it would not come to that", async () => {
  expect(await spared(transcript(10))).toEqual([]);
});

test("of lines that are checked within a moment the runtime is told, in each thread; of many lines it is not", async () => {
  const bytes = new TextEncoder().encode("{}\n");
  const asked: unknown[] = [];
  const started = startThread();
  const thread: WorkerThread = {
    ask(question) {
      asked.push(question);
      return started.ask(question);
    },
  };
  const told = async (size: number): Promise<string[]> => {
    const names: string[] = [];
    const lastTierSparer = async () => (functions: readonly Compilable[]) =>
      void names.push(...functions.map(({ name }) => name));
    const entry = {
      name: "intents.jsonl",
      method: 0 as const,
      compressedSize: bytes.length,
      uncompressedSize: size,
      crc32: hostPlatform.crc32(bytes, 0),
      localHeaderOffset: 0,
      dataOffset: 0,
      hasDataDescriptor: false,
    };
    const task = { entry, records: { kind: "intent", runId: "run" } } as const;
    const archive = bytesSource(bytes);
    await readShared([thread], archive, task, { ...hostPlatform, lastTierSparer });
    return names;
  };
  expect(await told(3)).toEqual(expect.arrayContaining(["isTimestamp", "isSound", "checkOne", "#check", "isHex"]));
  expect(await told(128 * 1024 * 1024)).toEqual([]);
  expect(asked).toMatchObject([{ isShort: true }, { isShort: false }]);
});

test("what is read is the same without", async () => {
  const { lastTierSparer: _, ...without } = hostPlatform;
  const bytes = transcript(20_000);
  expect(await imported(bytes, hostPlatform)).toEqual(await imported(bytes, without));
});

test("methods are listed without the constructor, accessors too, and nothing is called", () => {
  class Sample {
    get part(): number {
      throw new Error("called");
    }
    method(): number {
      throw new Error("called");
    }
  }
  expect(methodsOf(Sample).map(({ name }) => name)).toEqual(["get part", "method"]);
});

test("the host's takes any function, and it still gives what it gave", async () => {
  const spare = await hostPlatform.lastTierSparer?.();
  const square = (value: number): number => value * value;
  spare?.([square, Math.max, async () => undefined]);
  let sum = 0;
  for (let round = 0; round < 100_000; round += 1) sum += square(round % 10);
  expect(sum).toBe(2_850_000);
});
