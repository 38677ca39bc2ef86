/** Lines of records in pieces: the same bytes, whatever their lengths, and a piece is valid until the next call. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_LINE_BYTES } from "../../../../src/core/json/lines.ts";
import { LinePieces, type RecordLine } from "../../../../src/core/run/canonical/line-pieces.ts";

const decoder = new TextDecoder();

/** As a consumer does that copies each piece before it asks for the next. */
function joined(lines: readonly RecordLine[]): { readonly text: string; readonly pieces: number } {
  const pieces = new LinePieces();
  const copies: string[] = [];
  const copy = (piece: Uint8Array | undefined): void => {
    if (piece !== undefined) copies.push(decoder.decode(piece));
  };
  for (const line of lines) copy(pieces.add(line, "here"));
  copy(pieces.take());
  expect(pieces.take()).toBeUndefined();
  return { text: copies.join(""), pieces: copies.length };
}

function textOf({ before, body, after }: RecordLine): string {
  const middle = typeof body === "object" ? decoder.decode(body) : (body ?? "");
  return `${before}${middle}${after}\n`;
}

test("property: all lines in their order, in whole lines", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  const long = fc.nat(400_000).map((length) => "é".repeat(length / 2));
  const body = fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 8, arbitrary: text.map((each) => new TextEncoder().encode(each)) },
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: long },
    { weight: 1, arbitrary: long.map((each) => new TextEncoder().encode(each)) },
  );
  const line = fc.record({ before: text, body, after: text, omitted: fc.constant(false) });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60, size: "max" }), (lines) => {
      expect(joined(lines).text).toBe(lines.map(textOf).join(""));
    }),
    { numRuns: 60 },
  );
});

test("a piece stays as it is until the next call", () => {
  const body = new Uint8Array(100_000).fill(0x61);
  const lines = Array.from({ length: 20 }, (_, index) => ({
    before: `${index}:`,
    body: index % 2 === 0 ? body : "b".repeat(99_999),
    after: "",
    omitted: false,
  }));
  const { text, pieces } = joined(lines);
  expect(text).toBe(lines.map(textOf).join(""));
  expect(pieces).toBeGreaterThan(5);
});

test("a line at the limit is taken, and one of a byte more is refused with its place", () => {
  const body = new Uint8Array(MAX_LINE_BYTES - 4).fill(0x61);
  const pieces = new LinePieces();
  expect(pieces.add({ before: "{é", body, after: "}", omitted: false }, "here")).toBeUndefined();
  expect(pieces.take()?.length).toBe(MAX_LINE_BYTES + 1);
  expect(() => pieces.add({ before: "{é", body, after: " }", omitted: false }, "$.intents[7]")).toThrow("$.intents[7]");
});
