/** No byte of an archive can be changed, cut off or added without being detected, except bits without meaning. */
import { expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { readLayout } from "../../../src/core/zip/layout.ts";
import { archive } from "./archive/builder.ts";
import { write } from "./golden.ts";
import { judge } from "./verdict.ts";

const CONTENTS: [string, Uint8Array][] = [
  ["a.json", new TextEncoder().encode('{"a":1,"b":[1,2,3]}')],
  ["b.zip", archive({ entries: [{ name: "inner" }] })],
  ["c/d.json", new TextEncoder().encode("{}")],
];

const whole = await write(CONTENTS);
const original = await judge(whole);
const stored = (await readLayout(bytesSource(whole))).entries.find((entry) => entry.name === "b.zip");
const endOfStored = (stored?.dataOffset ?? 0) + (stored?.compressedSize ?? 0);

/** Codes, or "not_an_archive", or "same" if the archive still reads as the original. */
async function outcome(bytes: Uint8Array): Promise<string> {
  const verdict = await judge(bytes).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "not_an_archive") return undefined;
    throw error;
  });
  if (verdict === undefined) return "not_an_archive";
  if (verdict.codes.length > 0) return verdict.codes.join(" ");
  expect([...verdict.contents]).toEqual([...original.contents]);
  return "same";
}

test("the archive itself reads", async () => {
  expect(await outcome(whole)).toBe("same");
});

test("every truncation is refused; only a file without a signature is not an archive", async () => {
  for (let length = 0; length < whole.length; length += 1) {
    const result = await outcome(whole.subarray(0, length));
    expect([length, result]).toEqual([length, expectedWithout(length)]);
  }
});

function expectedWithout(length: number): string {
  if (length < 4) return "not_an_archive";
  // The stored archive then ends the file: there is an end record, but it does not cover the data before.
  return length === endOfStored ? "zip_prefix" : "zip_truncated";
}

test("every byte added at the end is refused", async () => {
  for (const byte of [0, 0x0a, 0x50]) expect(await outcome(Uint8Array.of(...whole, byte))).toBe("zip_suffix");
});

test("every byte added at the start is refused", async () => {
  for (const byte of [0, 0x0a, 0x50]) expect(await outcome(Uint8Array.of(byte, ...whole))).toBe("zip_prefix");
});

test("every byte inserted or removed is refused", async () => {
  for (let at = 1; at < whole.length; at += 1) {
    const longer = Uint8Array.of(...whole.subarray(0, at), 0, ...whole.subarray(at));
    expect([at, await outcome(longer)]).not.toEqual([at, "same"]);
    const shorter = Uint8Array.of(...whole.subarray(0, at - 1), ...whole.subarray(at));
    expect([at, await outcome(shorter)]).not.toEqual([at, "same"]);
  }
});

/**
 * Bits that don't affect the evidence: permissions. The archive's form fixes the rest. Not among them: the bits
 * of a deflate stream's last byte after its end (RFC 1951 section 3.1).
 */
async function silentBits(): Promise<Map<number, { mask: number; what: string }>> {
  const silent = new Map<number, { mask: number; what: string }>();
  const { entries } = await readLayout(bytesSource(whole));
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  let at = view.getUint32(whole.length - 6, true);
  for (let index = 0; index < entries.length; index += 1) {
    silent.set(at + 40, { what: "permissions", mask: 0xff });
    silent.set(at + 41, { what: "permissions, and whether a regular file is marked as one", mask: 0x81 });
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
  }
  return silent;
}

test("every changed bit is refused, except those without meaning", async () => {
  const silent = await silentBits();
  const accepted = new Set<string>();
  for (let at = 0; at < whole.length; at += 1) {
    for (const change of [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff]) {
      const changed = whole.slice();
      changed[at] = (changed[at] ?? 0) ^ change;
      if ((await outcome(changed)) !== "same") continue;
      const place = silent.get(at);
      if (place === undefined || (change & ~place.mask) !== 0)
        throw new Error(`byte ${at} ^ ${change} was not detected`);
      accepted.add(place.what);
    }
  }
  expect([...accepted].sort()).toEqual([...new Set([...silent.values()].map((place) => place.what))].sort());
});
