import { expect, test } from "bun:test";
import { isRunName, isStoreName, parseReceiptsName, receiptsName } from "../../../src/core/store/names.ts";

const NOW = Date.parse("2026-11-27T23:59:59.999Z");

test("receipts lie by the day, the run and the shard, and a reader takes the name for its own", () => {
  const about = { run: "2026-w48", shard: { index: 3, count: 32 } };
  const name = receiptsName(about, NOW);
  expect(name).toBe("receipts/2026/11/27/2026-w48/3-of-32.ndjson");
  expect(parseReceiptsName(name)).toEqual(about);
  expect(isStoreName(name)).toBe(true);
});

test.each([
  ["receipts/2026/11/27/x/32-of-32.ndjson"],
  ["receipts/2026/11/27/x/03-of-32.ndjson"],
  ["receipts/2026/11/27/x/0-of-0.ndjson"],
  ["receipts/2026/13/27/x/0-of-1.ndjson"],
  ["receipts/2026/11/27/X/0-of-1.ndjson"],
  ["receipts/2026/11/27/../0-of-1.ndjson"],
  ["receipts/2026/11/27/x/y/0-of-1.ndjson"],
  ["receipts/2026/11/27/x/0-of-1.ndjson.bak"],
  ["receipts/2026/11/27/x/.0-of-1.ndjson.tmp-1-aa"],
  ["receipts/2026/11/27/0-of-1.ndjson"],
])("another name is foreign: %p", (name) => {
  expect(parseReceiptsName(name)).toBeUndefined();
  expect(isStoreName(name)).toBe(false);
});

test("the name of a run is plain", () => {
  for (const name of ["a", "2026-w48", "20261127t181500z-1f2e3d4c", "x".repeat(64)]) expect(isRunName(name)).toBe(true);
  for (const name of ["", "A", "..", ".a", "a/b", "a b", "ä", "x".repeat(65)]) expect(isRunName(name)).toBe(false);
});
