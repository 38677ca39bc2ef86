/** A set of ids kept as digests acts like a set of ids, at any size and with any similar digests. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { IdSet } from "../../../src/core/signature/digest-set.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

describe("a set of ids", () => {
  test("answers like a set of texts, on every platform", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.string({ unit: "grapheme" }))), (ids) => {
        for (const platform of [hostPlatform, portablePlatform]) {
          const texts = new Set<string>();
          const set = new IdSet(platform);
          for (const id of ids) {
            expect(set.has(id)).toBe(texts.has(id));
            expect(set.add(id)).toBe(!texts.has(id));
            texts.add(id);
          }
        }
      }),
    );
  });

  test("keeps 50,000 through every growth, and contains nothing else", () => {
    const set = new IdSet(hostPlatform);
    for (let at = 0; at < 50_000; at += 1) expect(set.add(`id_${at}`)).toBe(true);
    for (let at = 0; at < 50_000; at += 1) if (!set.has(`id_${at}`)) throw new Error(`id_${at} is lost`);
    for (let at = 50_000; at < 100_000; at += 1) if (set.has(`id_${at}`)) throw new Error(`id_${at} was never there`);
  });

  test("digests with a common prefix, or leading zeros, are different ids", () => {
    const zeros = "0".repeat(24);
    const digests = new Map(
      ["00000000", "00000001", "00000002", "ffffffff"].flatMap((last) => [
        [`a${last}`, `${zeros}${last}`],
        [`b${last}`, `00000000${last}${"0".repeat(16)}`],
      ]),
    );
    const { sha256 } = hostPlatform;
    const set = new IdSet({ sha256, sha256Text: (id) => (digests.get(id) ?? "").padEnd(64, "0") });
    const added = [...digests.keys()].map((id) => set.add(id));
    // `a00000000` and `b00000000` have one digest here; all others are distinct.
    expect(added.filter((isNew) => !isNew)).toHaveLength(1);
    for (const id of digests.keys()) expect(set.has(id)).toBe(true);
  });
});
