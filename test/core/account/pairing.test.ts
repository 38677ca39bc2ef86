/** Which result belongs to which call, where ids are repeated, missing, or have more results than calls. */
import { describe, expect, test } from "bun:test";
import { accountOf } from "../../../src/core/account/account.ts";
import { runEntries } from "../../../src/core/account/inspect.ts";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { Account } from "../../../src/schema/account/account.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { runpackOf } from "../artifacts.ts";

async function runOf(input: JsonObject): Promise<NonNullable<Account["run"]> & { warnings: readonly string[] }> {
  const { bytes } = await runpackOf({ run: { run_id: "r" }, ...input }, { captureMode: "raw" });
  const verified = await verifyArtifact(bytesSource(bytes), { platform, keys: [], requireSignature: false });
  const { run, warnings } = await accountOf(verified);
  verified.dispose();
  if (run === undefined) throw new Error("there is no account of the run");
  return { ...run, warnings };
}

describe("ids that are repeated", () => {
  const call = (intent_id: string): JsonObject => ({ intent_id, tool_name: "t" });
  const result = (intent_id: string, status: string): JsonObject => ({ intent_id, status });
  const accountFor = async (intents: JsonObject[], results: JsonObject[]) => {
    const run = await runOf({ intents, results });
    return {
      run,
      outcomes: run.calls.map(({ outcome, result_index }) => [outcome, result_index]),
      strays: run.stray_results.map(({ index, why, outcome }) => [index, why, outcome]),
    };
  };

  test("results are paired in order, and no result is lost", async () => {
    const { run, outcomes, strays } = await accountFor(
      [call("a"), call("a")],
      [result("a", "ok"), result("a", "error"), result("b", "ok"), result("b", "error")],
    );
    expect(outcomes).toEqual([
      ["ok", 1],
      ["failed", 2],
    ]);
    expect(strays).toEqual([
      [3, "no_intent", "ok"],
      [4, "no_intent", "failed"],
    ]);
    expect(run.warnings.join("\n")).toContain("no intent has this intent_id");
    expect(run.totals).toMatchObject({ ok: 1, failed: 1, results: 4, stray_results: 2 });
  });
  for (const id of ["a", ""]) {
    test(`a leftover call has no result (id ${JSON.stringify(id)})`, async () => {
      const { run, outcomes, strays } = await accountFor(
        [call(id), call(id), call(id)],
        [result(id, "ok"), result(id, "ok")],
      );
      expect(outcomes).toEqual([
        ["ok", 1],
        ["ok", 2],
        ["open", undefined],
      ]);
      expect(strays).toEqual([]);
      expect(run.tools).toEqual([{ tool_name: "t", calls: 3, failures: 0, open: 1 }]);
    });
  }
  test("between calls of other ids", async () => {
    const { outcomes } = await accountFor(
      [call("a"), call("b"), call("a"), call("b")],
      [result("b", "error"), result("a", "ok"), result("a", "denied")],
    );
    expect(outcomes).toEqual([
      ["ok", 2],
      ["failed", 1],
      ["blocked", 3],
      ["open", undefined],
    ]);
  });
  for (const [name, statuses, outcome, place, left] of [
    ["a second result that failed", ["ok", "error"], "failed", 2, [1, "repeated", "ok"]],
    ["a first result that failed", ["error", "ok"], "failed", 1, [2, "repeated", "ok"]],
    ["two good results", ["ok", "done"], "ok", 1, [2, "repeated", "ok"]],
  ] as const) {
    test(`one call with two results: ${name}`, async () => {
      const { run, outcomes, strays } = await accountFor(
        [call("a")],
        statuses.map((status) => result("a", status)),
      );
      expect(outcomes).toEqual([[outcome, place]]);
      expect(strays).toEqual([[...left]]);
      expect(run.warnings.join("\n")).toContain("more results than calls");
      expect(runEntries(run).entries).toMatchObject([{ outcome, status: statuses[0] }]);
    });
  }
  test("the last of three results of two calls failed", async () => {
    const { outcomes, strays } = await accountFor(
      [call("a"), call("a")],
      [result("a", "ok"), result("a", "ok"), result("a", "timeout")],
    );
    expect(outcomes).toEqual([
      ["ok", 1],
      ["failed", 3],
    ]);
    expect(strays).toEqual([[2, "repeated", "ok"]]);
  });
});
