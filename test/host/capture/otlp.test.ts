/** What a receiver of OTLP understands, and what it has room for. */
import { describe, expect, test } from "bun:test";
import { HeldBytes, MAX_HELD_BYTES } from "../../../src/host/capture/otlp/body.ts";
import { readRequest } from "../../../src/host/capture/otlp/messages.ts";

/** A field of a protobuf message that is length-delimited. */
const field = (number: number, ...bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
/** A request with one span of these bytes. */
const spanOf = (...span: number[]) => Uint8Array.from(field(1, ...field(2, ...field(2, ...span))));
const text = (line: Uint8Array | undefined) => new TextDecoder().decode(line);

describe("protobuf", () => {
  test("ids are hex, and a span without them is kept and told", () => {
    const { line, items, warning } = readRequest(
      "traces",
      "protobuf",
      spanOf(...field(1, 0xab, 0xcd), ...field(5, 0x78)),
    );
    expect(text(line)).toBe('{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"abcd","name":"x"}]}]}]}');
    expect([items, warning]).toEqual([1, expect.stringContaining("1 spans have no valid traceId or spanId")]);
  });
  test("a field that is not known is told", () => {
    expect(readRequest("traces", "protobuf", spanOf(0xfa, 0x7f, 0x01, 0x41)).warning).toContain(
      "fields of a newer OTLP are not kept",
    );
  });
  test("a name that is no UTF-8 is refused", () => {
    expect(() => readRequest("traces", "protobuf", spanOf(...field(5, 0xff, 0xfe)))).toThrow("in protobuf");
  });
  test("nothing in it: nothing to write", () => {
    expect(readRequest("logs", "protobuf", new Uint8Array())).toEqual({ line: undefined, items: 0, warning: "" });
  });
});

test("what is in hand has a limit, and room comes back", () => {
  const held = new HeldBytes();
  held.take(MAX_HELD_BYTES);
  expect(() => held.take(1)).toThrow(expect.objectContaining({ status: 429 }));
  held.give(1);
  expect(() => held.take(1)).not.toThrow();
});
