import { describe, expect, test } from "bun:test";
import { assertWhole, PartCounts, type VerifiedPart } from "../../../src/core/catalog/whole-run.ts";
import type { PacksSummary } from "../../../src/schema/answer/packs.ts";
import { receiptOf, summaryOf, TRUST } from "./receipts.ts";

function countsOf(unjudged = 0): PartCounts {
  const counts = new PartCounts();
  for (const number of [1, 2]) counts.add({ kind: "receipt", receipt: receiptOf(number) });
  for (let at = 0; at < unjudged; at += 1) counts.add({ kind: "unjudged", path: "a.zip" });
  return counts;
}

const TWO = summaryOf([receiptOf(1), receiptOf(2)]);

describe("a summary", () => {
  test("agrees with the lines before it", () => {
    expect(() => countsOf().assertAgrees(TWO, "a line 3")).not.toThrow();
    const more = { ...TWO, listed: 4, checked: 4, unreadable: 1, broken: 1 };
    expect(() => countsOf(2).assertAgrees(more, "a line 5")).not.toThrow();
    const shard = { ...TWO, listed: 9, shard: { index: 0, count: 2 } };
    expect(() => countsOf().assertAgrees(shard, "a line 3")).not.toThrow();
  });

  const refused: readonly (readonly [rule: string, changes: Partial<PacksSummary>, says: string])[] = [
    ["more packs than lines", { listed: 3, checked: 3, intact: 3 }, "is the summary of 3 packs, and the 2 before it"],
    ["fewer", { listed: 1, checked: 1, intact: 1 }, "is the summary of 1 pack"],
    ["another verdict", { intact: 1, failed: 1 }, "are not those"],
    ["its own numbers don't add up", { broken: 1 }, "are not those"],
    ["stopped", { stopped: true }, "was stopped before its end"],
    ["listed more than it checked", { listed: 3 }, "not whole: 2 of 3 packs"],
    ["a shard beyond the last", { shard: { index: 2, count: 2 } }, "has no shard 2 of 2"],
    ["a shard of more than was listed", { listed: 1, shard: { index: 0, count: 2 } }, "not whole: 2 of 1 pack"],
  ];
  test.each(refused)("is refused: %s", (_rule, changes, says) => {
    expect(() => countsOf().assertAgrees({ ...TWO, ...changes }, "a line 3")).toThrow(says);
  });

  test("of no pack is refused", () => {
    expect(() => new PartCounts().assertAgrees(summaryOf([]), "a line 1")).toThrow("no pack was listed");
  });
});

/** @param own packs of the shard */
function shard(
  index: number,
  count: number,
  own: number,
  listed: number,
  changes: Partial<VerifiedPart> = {},
): VerifiedPart {
  const summary = { ...summaryOf([]), listed, checked: own, intact: own, shard: { index, count } };
  return {
    place: `${index}.ndjson line 9`,
    summary,
    sha256: `${index}/${count}`,
    trusts: new Set([TRUST]),
    ...changes,
  };
}

const whole = (sha256: string): VerifiedPart => ({ place: "a line 1", summary: TWO, sha256, trusts: new Set() });

describe("a run", () => {
  test("is whole with all its shards, in any order, and each run without shards is one", () => {
    expect(assertWhole([shard(1, 2, 3, 5), shard(0, 2, 2, 5)])).toBe(1);
    expect(assertWhole([whole("a"), whole("b")])).toBe(2);
    expect(assertWhole([whole("a"), shard(0, 1, 2, 2)])).toBe(2);
    expect(assertWhole([shard(0, 3, 0, 1), shard(1, 3, 1, 1), shard(2, 3, 0, 1)])).toBe(1);
  });

  test("with a file that is given twice is the same", () => {
    expect(assertWhole([shard(0, 2, 1, 2), shard(1, 2, 1, 2), shard(1, 2, 1, 2)])).toBe(1);
    expect(assertWhole([whole("a"), whole("a")])).toBe(1);
  });

  test("names the shards that are missing", () => {
    const there = Array.from({ length: 32 }, (_, at) => shard(at, 32, 1, 32)).filter((_, at) => at !== 3 && at !== 17);
    expect(() => assertWhole(there)).toThrow("shards missing: 3, 17 of 32");
    expect(() => assertWhole([shard(0, Number.MAX_SAFE_INTEGER, 1, 1)])).toThrow(/19, 20 and .* more, of/);
  });

  const refused: readonly (readonly [rule: string, parts: readonly VerifiedPart[], says: string])[] = [
    [
      "listed different numbers",
      [shard(0, 2, 1, 2), shard(1, 2, 1, 3)],
      "listed different numbers: 0.ndjson line 9 2 packs",
    ],
    ["of two runs", [shard(0, 2, 1, 2), shard(1, 3, 1, 2)], "shards of different runs"],
    ["one of them twice", [shard(0, 2, 1, 2), shard(0, 2, 1, 2, { sha256: "x" }), shard(1, 2, 1, 2)], "there twice"],
    ["packs in no shard", [shard(0, 2, 1, 3), shard(1, 2, 1, 3)], "the shards have 2 of 3 packs"],
    ["packs in two shards", [shard(0, 2, 2, 3), shard(1, 2, 2, 3)], "the shards have 4 of 3 packs"],
    [
      "judged by different trust",
      [shard(0, 2, 1, 2), shard(1, 2, 1, 2, { trusts: new Set(["8".repeat(64)]) })],
      "not judged by the same trust",
    ],
  ];
  test.each(refused)("is refused: shards %s", (_rule, parts, says) => {
    expect(() => assertWhole(parts)).toThrow(says);
  });
});
