/** The runtime is told which code reads a large source, and nothing but time depends on it. */
import { expect, test } from "bun:test";
import { methodsOf } from "../../../src/core/import/hot-code.ts";
import { importSource } from "../../../src/core/import/imported.ts";
import { importSummary } from "../../../src/core/import/report.ts";
import type { Compilable, Platform } from "../../../src/core/platform/platform.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
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
  ];
  expect(names).toEqual(expect.arrayContaining(expected));
});

test("of a small source it is told nothing: it would not come to that", async () => {
  expect(await spared(transcript(10))).toEqual([]);
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
