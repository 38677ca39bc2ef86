import { describe, expect, test } from "bun:test";
import { LIMIT_FLAGS, limitsOf } from "../../src/cli/flags/limits.ts";
import { DEFAULT_LIMITS } from "../../src/core/zip/limits.ts";

/** A call with `text` as its only flag, `flag`. */
function call(flag?: string, text?: string) {
  const defaults = new Map(LIMIT_FLAGS.map((each) => [each.flag as string, each.default]));
  return { option: (name: string) => (name === flag ? text : defaults.get(name)) };
}

test("without flags the limits are the reader's own", () => {
  expect(limitsOf(call())).toEqual(DEFAULT_LIMITS);
});

describe("whole numbers, with a binary unit or none", () => {
  const cases: readonly [text: string, value: number][] = [
    ["1", 1],
    ["500", 500],
    ["007", 7],
    ["4K", 4096],
    ["4k", 4096],
    ["64M", 64 * 2 ** 20],
    ["3G", 3 * 2 ** 30],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ];
  for (const [text, value] of cases) {
    test(text, () => {
      expect(limitsOf(call("--max-entries", text)).maxEntries).toBe(value);
      expect(limitsOf(call("--max-bytes", text)).maxBytes).toBe(value);
      expect(limitsOf(call("--max-ratio", text)).maxRatio).toBe(value);
    });
  }
});

describe("everything else is a usage error that names the flag and the value", () => {
  const texts = ["0", "0G", "-1", "1.5", "1e3", "0x10", "K", "1T", "1KB", "1 K", "ten", "9007199254740992", "9999999G"];
  for (const text of texts) {
    test(text, () => {
      const refused = () => limitsOf(call("--max-bytes", text));
      expect(refused).toThrow(`--max-bytes can't be ${JSON.stringify(text)}`);
      expect(refused).toThrow(expect.objectContaining({ code: "invalid_input" }));
    });
  }
});
