/** The difference that matters between two artifacts. */
import { describe, expect, test } from "bun:test";
import { accountOf } from "../../../src/core/account/account.ts";
import { jobAccount } from "../../../src/core/account/job.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { differenceBetween, type Side } from "../../../src/core/diff/difference.ts";
import { jobDifference } from "../../../src/core/diff/job.ts";
import { pathsBetween } from "../../../src/core/diff/payload.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { type Difference, DifferenceSchema } from "../../../src/schema/account/difference.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { issuesOf } from "../../../src/schema/validate/explain.ts";
import { EXAMPLE_INPUT, packOf, runpackOf } from "../artifacts.ts";
import { FULL, INCIDENT } from "../evidence/artifacts.ts";
import { vector } from "../job/fixture.ts";

const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

async function sideOf(bytes: Uint8Array): Promise<Side> {
  const verified = await verifyArtifact(bytesSource(bytes), UNKEYED);
  expect(verified.findings).toEqual([]);
  return { verified, account: await accountOf(verified) };
}

async function difference(left: Uint8Array, right: Uint8Array): Promise<Difference> {
  const found = await differenceBetween(await sideOf(left), await sideOf(right));
  expect(issuesOf(DifferenceSchema, found)).toEqual([]);
  return found;
}

async function raw(more: JsonObject, mode: "raw" | "reference" = "raw"): Promise<Uint8Array> {
  const run = { run_id: "r", created_at: "2026-01-01T00:00:00Z", env: { os: "linux", arch: "amd64", runtime: "node" } };
  return (await runpackOf({ run, ...more }, { captureMode: mode })).bytes;
}

async function calls(left: JsonObject, right: JsonObject) {
  const found = await difference(await raw(left), await raw(right));
  return (found.run as NonNullable<Difference["run"]>).calls;
}

test("an artifact does not differ from itself", async () => {
  for (const bytes of [(await packOf((await runpackOf(EXAMPLE_INPUT)).bytes)).bytes, FULL]) {
    const found = await difference(bytes, bytes);
    expect([found.identity, found.provenance, found.files, found.controls ?? []]).toEqual([[], [], [], []]);
    if (found.run !== undefined) {
      expect(found.run.calls).toMatchObject({ same: 6, added: [], removed: [], changed: [], reordered: false });
      expect(found.run.references).toMatchObject({ same: 2, added: [], removed: [], changed: [] });
    }
  }
});

describe("calls", () => {
  test("added, removed, got worse, got better", async () => {
    const found = await calls(
      {
        intents: ["gone", "bad", "good", "same"].map((intent_id) => ({ intent_id, tool_name: "t" })),
        results: [
          { intent_id: "bad", status: "ok" },
          { intent_id: "good", status: "error" },
          { intent_id: "same", status: "ok", created_at: "2026-01-01T00:00:01Z" },
        ],
      },
      {
        intents: ["same", "bad", "good", "new"].map((intent_id) => ({ intent_id, tool_name: "t" })),
        results: [
          { intent_id: "bad", status: "timeout" },
          { intent_id: "good", status: "ok" },
          { intent_id: "same", status: "ok", created_at: "2026-01-01T00:00:02Z" },
        ],
      },
    );
    expect(found.added.map(({ intent_id }) => intent_id)).toEqual(["new"]);
    expect(found.removed.map(({ intent_id }) => intent_id)).toEqual(["gone"]);
    expect(found.changed.map(({ intent_id, turned, changes }) => [intent_id, turned, changes])).toEqual([
      ["bad", "bad", [{ member: "status", left: "ok", right: "timeout" }]],
      ["good", "good", [{ member: "status", left: "error", right: "ok" }]],
    ]);
    expect(found).toMatchObject({ same: 1, turned_bad: 1, turned_good: 1, reordered: true });
  });

  test("repeated ids are matched in order", async () => {
    const named = (...tools: string[]): JsonObject => ({
      intents: tools.map((tool_name) => ({ intent_id: "a", tool_name })),
    });
    const found = await calls(named("x", "y", "z"), named("x", "w"));
    expect(found.changed.map(({ left_index, right_index }) => [left_index, right_index])).toEqual([[2, 2]]);
    expect(found.removed.map(({ index, tool_name }) => [index, tool_name])).toEqual([[3, "z"]]);
  });

  test("stored arguments and results show where they differ", async () => {
    const side = (amount: number): JsonObject => ({
      intents: [{ intent_id: "a", args: { to: "x", amount } }],
      results: [{ intent_id: "a", status: "ok", result: { list: [1, 2, amount] } }],
    });
    const [change] = (await calls(side(3), side(4))).changed;
    expect(change?.changes.map(({ member }) => member)).toEqual(["args_digest", "result_digest"]);
    expect(change?.payloads).toEqual([
      { member: "args", paths: [{ path: "$.amount", change: "changed" }], more: 0 },
      { member: "result", paths: [{ path: "$.list[2]", change: "changed" }], more: 0 },
    ]);
  });

  test("a result that one side left out is not a different result", async () => {
    const side: JsonObject = {
      intents: [{ intent_id: "a", args: { x: 1 } }],
      results: [{ intent_id: "a", status: "ok", result: { verdict: "block" } }],
    };
    const found = await difference(await raw(side), await raw(side, "reference"));
    expect(found.run?.calls.changed).toEqual([]);
    expect(found.provenance).toContainEqual({ member: "capture_mode", left: "raw", right: "reference" });
  });
});

test("references and events, times aside", async () => {
  const receipt = (ref_id: string, content_digest: string, hour: number): JsonObject => ({
    ...{ ref_id, source_locator: "l", content_digest, retrieved_at: `2026-01-01T0${hour}:00:00Z` },
  });
  const event = (name: string, hour: number): JsonObject => ({ event: name, ts: `2026-01-01T0${hour}:00:00Z` });
  const run = (timeline: JsonObject[]): JsonObject => ({ run_id: "r", created_at: "2026-01-01T00:00:00Z", timeline });
  const found = await difference(
    await raw({ run: run([event("start", 0)]), refs: { receipts: [receipt("a", "00", 1), receipt("b", "AB", 1)] } }),
    await raw({
      run: run([event("start", 1), event("finish", 2)]),
      refs: { receipts: [receipt("a", "01", 2), receipt("b", "ab", 2), receipt("c", "00", 2)] },
    }),
  );
  expect(found.run?.references).toEqual({
    same: 1,
    added: [{ ref_id: "c", source_locator: "l" }],
    removed: [],
    changed: [{ ref_id: "a", changes: [{ member: "content_digest", left: "00", right: "01" }] }],
  });
  expect(found.run?.events).toMatchObject({ added: [{ event: "finish" }], removed: [] });
});

test("one job at two times: what was approved in between", () => {
  const { events, state } = vector("job_resumed");
  const earlier = jobAccount(events.slice(0, 2), { ...state, status: "decision_needed" });
  const found = jobDifference(earlier, jobAccount(events, state));
  expect(found.changes).toEqual([{ member: "status", left: "decision_needed", right: "running" }]);
  expect(found.steps).toMatchObject({ common: 2, removed: [], added: [{ type: "approved" }, { type: "resumed" }] });
  expect(found.states).toMatchObject({ common: 2, removed: [], added: [{ status: "running" }] });
  expect(found.approvals).toMatchObject({ added: [{ actor: "boss", checkpoint_id: "cp_0001" }], removed: [] });
  expect(found.checkpoints.changed[0]?.changes).toContainEqual({ member: "approved_by", right: "boss" });
});

test("evidence packs: the case, the window and the evidence for each control", async () => {
  const found = await difference(FULL, INCIDENT);
  expect(found.identity.map(({ member }) => member)).toContain("template_id");
  expect(found.controls?.map(({ change }) => change)).toEqual(expect.arrayContaining(["added", "removed"]));
});

describe("the places where two payloads differ", () => {
  const CASES: readonly (readonly [JsonObject, JsonObject, string])[] = [
    [{ a: 1 }, { a: 1 }, ""],
    [{ a: 1 }, { b: 1 }, "removed $.a, added $.b"],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }, 4] }, "changed $.a[1].b, added $.a[2]"],
    [{ a: {} }, { a: [] }, "changed $.a"],
    [{ a: null }, {}, "removed $.a"],
    [{ "a b": 1 }, { "a b": "1" }, 'changed $["a b"]'],
    [{ toString: 1 }, {}, "removed $.toString"],
    [{}, { toString: 1 }, "added $.toString"],
  ];
  for (const [left, right, expected] of CASES) {
    test(`${JSON.stringify(left)} and ${JSON.stringify(right)}`, () => {
      const { paths, more } = pathsBetween(left, right);
      expect(paths.map(({ path, change }) => `${change} ${path}`).join(", ")).toBe(expected);
      expect(more).toBe(0);
    });
  }

  test("are listed up to a limit, then counted", () => {
    const numbers = (first: number) => Array.from({ length: 1000 }, (_, index) => index + first);
    expect(pathsBetween(numbers(0), numbers(1))).toMatchObject({ more: 950, paths: { length: 50 } });
  });
});
