import { expect, test } from "bun:test";
import { PLAIN, plainEnd } from "../../../src/core/json/string.ts";

test("eight bytes at a time: only bytes that need no escape are skipped, whatever their neighbours", () => {
  const bytes = new Uint8Array(16).fill(0x61);
  const view = new DataView(bytes.buffer);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      bytes[first % 7] = first;
      bytes[(first % 7) + 1] = second;
      const isPlain = PLAIN[first] === 1 && PLAIN[second] === 1;
      if (plainEnd(view, 0, 16) !== (isPlain ? 16 : 0)) throw new Error(`${first} and ${second}`);
      bytes.fill(0x61);
    }
  }
  expect([0, 7, 8, 15, 16].map((end) => plainEnd(view, 0, end))).toEqual([0, 0, 8, 8, 16]);
  expect(plainEnd(view, 9, 16)).toBe(9);
});
