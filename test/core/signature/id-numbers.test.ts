/** Numbers that stand for ids: the same number for the same id, at any size and on every platform. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { IdNumbers } from "../../../src/core/signature/id-numbers.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

describe("numbers of ids", () => {
  test("are those of a map of texts, in the order in which they come, on every platform", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ maxLength: 2 }), fc.string({ unit: "grapheme" }))), (ids) => {
        for (const platform of [hostPlatform, portablePlatform]) {
          const texts = new Map<string, number>();
          const numbers = new IdNumbers(platform);
          for (const id of ids) {
            if (!texts.has(id)) texts.set(id, texts.size + 1);
            expect(numbers.of(id)).toBe(texts.get(id) ?? 0);
          }
        }
      }),
    );
  });

  test("stay what they are through every growth", () => {
    const numbers = new IdNumbers(hostPlatform);
    for (let at = 1; at <= 50_000; at += 1) if (numbers.of(`id_${at}`) !== at) throw new Error(`id_${at} is not new`);
    for (let at = 50_000; at >= 1; at -= 1) if (numbers.of(`id_${at}`) !== at) throw new Error(`id_${at} is lost`);
    expect(numbers.of("another")).toBe(50_001);
  });
});
