/** The Mach-O reader and the ad hoc signature, on a small program built like Bun's darwin executables. */
import { describe, expect, test } from "bun:test";
import { checkCodeSignature, parseMachO, signAdHoc } from "../../scripts/release/macho.ts";

const LIMIT = 3 * 4096 + 100;

/** Header, __TEXT, __LINKEDIT and LC_CODE_SIGNATURE, then bytes, then space for a signature. */
function program(): Uint8Array {
  const bytes = new Uint8Array(LIMIT + 64).fill(7);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of [0xfeedfacf, 0x01000007, 3, 2, 3, 160, 0, 0].entries()) {
    view.setUint32(index * 4, value, true);
  }
  segment(32, "__TEXT", 0, 8192);
  segment(104, "__LINKEDIT", 8192, bytes.length - 8192);
  for (const [index, value] of [0x1d, 16, LIMIT, 64].entries()) view.setUint32(176 + index * 4, value, true);
  return bytes;

  function segment(at: number, name: string, offset: number, size: number): void {
    bytes.fill(0, at, at + 72);
    view.setUint32(at, 0x19, true);
    view.setUint32(at + 4, 72, true);
    bytes.set(new TextEncoder().encode(name), at + 8);
    view.setBigUint64(at + 24, BigInt(offset), true);
    view.setBigUint64(at + 32, BigInt(Math.ceil(size / 4096) * 4096), true);
    view.setBigUint64(at + 40, BigInt(offset), true);
    view.setBigUint64(at + 48, BigInt(size), true);
  }
}

describe("an ad hoc signature", () => {
  const signed = signAdHoc(program(), "gait");

  test("fits every page, names the program and ends the file", () => {
    expect(checkCodeSignature(signed)).toEqual({ pages: 4, wrong: [], isAdHoc: true, identifier: "gait" });
    const { segments, signature } = parseMachO(signed);
    const linkEdit = segments.find(({ name }) => name === "__LINKEDIT");
    expect((linkEdit?.offset ?? 0) + (linkEdit?.size ?? 0)).toBe(signed.length);
    expect(signature.offset).toBe(LIMIT);
  });

  test("is the same for the same bytes, and for bytes that are already signed", () => {
    expect(signAdHoc(program(), "gait")).toEqual(signed);
    expect(signAdHoc(signed, "gait")).toEqual(signed);
  });

  for (const [where, page] of [
    [20, "header"],
    [4096, 1],
    [LIMIT - 1, 3],
  ] as const) {
    test(`notices a changed byte at ${where}`, () => {
      const changed = signed.slice();
      changed[where] = (changed[where] ?? 0) ^ 1;
      if (page === "header") expect(() => checkCodeSignature(changed)).toThrow("load command");
      else expect(checkCodeSignature(changed).wrong).toEqual([page]);
    });
  }

  test("a stale one, of a different length, is refused", () => {
    const longer = new Uint8Array(signed.length + 4096);
    longer.set(signed.subarray(0, LIMIT));
    longer.set(signed.subarray(LIMIT), LIMIT + 4096);
    new DataView(longer.buffer).setUint32(176 + 8, LIMIT + 4096, true);
    expect(() => checkCodeSignature(longer)).toThrow("4 pages up to 12388 are signed, and the code ends at 16484");
  });

  test("nothing after it, and only Mach-O files", () => {
    expect(() => parseMachO(new Uint8Array([...signed, 0]))).toThrow("does not end the file");
    expect(() => parseMachO(new Uint8Array(100))).toThrow("not a Mach-O file");
    expect(() => parseMachO(new Uint8Array())).toThrow("not a Mach-O file");
  });
});
