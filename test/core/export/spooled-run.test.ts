/** A run whose records lie outside of memory has the calls, numbers and times of its account, in whatever order its results came. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { accountOf } from "../../../src/core/account/account.ts";
import { CallCount } from "../../../src/core/account/receipt.ts";
import { MemoryScratch } from "../../../src/core/bytes/scratch.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { exportRecord, isUnexportable } from "../../../src/core/export/exported.ts";
import { withExportedPack } from "../../../src/core/export/exported-pack.ts";
import { RecordSpool } from "../../../src/core/export/record-spool.ts";
import type { ExportedCall } from "../../../src/core/export/spooled-run.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { archiveOf, membersOf, runpackOf } from "../artifacts.ts";

async function compared(intents: readonly JsonObject[], results: readonly JsonObject[]): Promise<void> {
  const input = { run: { run_id: "r" }, intents: [...intents], results: [...results] };
  const { bytes } = await runpackOf(input, { captureMode: "raw" });
  const calls = await isAccount(bytes);
  for (const { index, result_index: place, args, result } of calls) {
    expect(args).toBe(textOf(intents[index - 1]?.["args"]));
    expect(result).toBe(place === undefined ? undefined : textOf(results[place - 1]?.["result"]));
  }
}

async function isAccount(bytes: Uint8Array): Promise<readonly ExportedCall[]> {
  const verified = await verifyArtifact(bytesSource(bytes), { platform, keys: [], requireSignature: false });
  expect(isUnexportable(verified)).toBe(false);
  const { run } = await accountOf(verified);
  const calls: ExportedCall[] = [];
  await withExportedPack(verified, { location: "a.zip", platform }, async (pack) => {
    for await (const call of pack.calls()) calls.push(call);
    expect(calls.map(({ args: _, result: __, ...call }) => call)).toEqual([...(run?.calls ?? [])]);
    const { calls: count, not_ok, tools } = pack.run ?? {};
    const counted = new CallCount();
    for (const { tool_name, outcome } of run?.calls ?? []) counted.add(tool_name, outcome);
    expect({ calls: count, not_ok, tools }).toEqual(counted.counted());
    expect([pack.run?.began_at, pack.run?.ended_at]).toEqual([run?.began_at, run?.ended_at]);
    expect(pack.record).toEqual(await exportRecord(verified, platform));
  });
  verified.dispose();
  return calls;
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

const time = fc.constantFrom("2026-01-01T00:00:01Z", "2026-01-01T00:00:02.5Z", "2026-01-01T00:00:03Z");
const id = fc.constantFrom("a", "b", "c", "");
const anyIntent = fc.record(
  { intent_id: id, tool_name: fc.constantFrom("t", "u"), args: fc.constant({ x: 1 }), created_at: time },
  { requiredKeys: ["intent_id", "tool_name"] },
);
const anyResult = fc.record(
  {
    intent_id: id,
    status: fc.constantFrom("ok", "error", "completed", "denied"),
    result: fc.constantFrom({ verdict: "block" }, { approved_by: "me", n: 1 }, { n: 2 }),
    created_at: time,
  },
  { requiredKeys: ["intent_id", "status"] },
);

describe("a run outside of memory", () => {
  test("is its account, with results of any order, too few, too many, and of no call", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyIntent, { maxLength: 8 }), fc.array(anyResult, { maxLength: 8 }), compared),
      { numRuns: 150 },
    );
  });

  test("where each call has the result of its own place, a repeated id among them", async () => {
    const ids = ["a", "b", "a", "c"];
    const results = ids.map((intent_id, at) => ({ intent_id, status: at === 2 ? "error" : "ok", result: { at } }));
    const intents = ids.map((intent_id, at) => ({ intent_id, tool_name: "t", args: { at } }));
    await compared(intents, results);
    await compared(intents, results.toReversed());
  });

  test("ids that are no texts are no ids, in a pack whose records were changed", async () => {
    const { bytes } = await runpackOf({
      run: { run_id: "r" },
      intents: [{ intent_id: "a", tool_name: "t" }],
      results: [],
    });
    const members = await membersOf(bytes);
    const lines = (...ids: unknown[]) =>
      new TextEncoder().encode(ids.map((id) => `${JSON.stringify({ intent_id: id, status: "error" })}\n`).join(""));
    for (const [intents, results] of [
      [lines(1, 1), lines(11)],
      [lines(11), lines(1, 1)],
      [lines(1, "", null), lines("", 1)],
      [lines([1], {}), lines([1], {})],
    ] as const) {
      await isAccount(await archiveOf(new Map([...members, ["intents.jsonl", intents], ["results.jsonl", results]])));
    }
  });

  test("ids that read alike are not taken for the same: what is between them counts", async () => {
    const intents = ["ab", "c"].map((intent_id) => ({ intent_id, tool_name: "t" }));
    await compared(intents, [
      { intent_id: "a", status: "ok" },
      { intent_id: "bc", status: "ok" },
    ]);
  });
});

test("lines of any length are read again by their places", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(0, 1, 7, 1000, 262_143, 262_144, 262_145, 700_000)), async (lengths) => {
      const spool = new RecordSpool(new MemoryScratch());
      const lines = lengths.map((length, at) => new Uint8Array(length).fill(at + 1));
      for (const line of lines) spool.add(line);
      spool.end();
      const places = [...lines.keys(), ...[...lines.keys()].reverse()];
      for (const place of places) expect(Buffer.compare(await spool.line(place), lines[place] as Uint8Array)).toBe(0);
    }),
    { numRuns: 50 },
  );
});
