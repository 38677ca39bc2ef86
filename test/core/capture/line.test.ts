import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { captureLine, tapLine } from "../../../src/core/capture/line.ts";

const TIME = "2026-11-26T10:00:00.123456000Z";
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const lineOf = (input: Uint8Array): string =>
  new TextDecoder("utf-8", { fatal: true }).decode(captureLine(input, TIME).line);

describe("an event of a hook", () => {
  const rows: readonly (readonly [string, string | Uint8Array, string, string])[] = [
    [
      "as it came",
      '{"session_id":"s-1","b":1.0,"a":"\\u00e9"}',
      "run_s-1",
      '"event":{"session_id":"s-1","b":1.0,"a":"\\u00e9"}',
    ],
    ["on several lines", '{\r\n "session_id":\n"s/2"}\n', "run_s_2", '"event":{   "session_id": "s/2"} '],
    ["with a byte-order mark", "\ufeff{}", "unnamed", '"event":{}'],
    ["without a session", '{"a":1}', "unnamed", '"event":{"a":1}'],
    ["with a session that is no text", '{"session_id":7}', "unnamed", '"event":{"session_id":7}'],
    ["with an empty session", '{"session_id":""}', "unnamed", '"event":{"session_id":""}'],
    ["that climbs", '{"session_id":"../../etc/x"}', "run_______etc_x", '"event":{"session_id":"../../etc/x"}'],
    ["that is a list", "[1]", "unnamed", '"raw":"[1]"'],
    ["that is no JSON", '{"a":', "unnamed", '"raw":"{\\"a\\":"'],
    ["that is nothing", "", "unnamed", '"raw":""'],
    ["that is no UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), "unnamed", '"raw":"{\ufffd}"'],
  ];
  for (const [rule, input, log, member] of rows) {
    test(`${rule}: ${log}`, () => {
      const bytes = typeof input === "string" ? utf8(input) : input;
      expect(captureLine(bytes, TIME).log).toBe(log);
      expect(lineOf(bytes)).toBe(`{"capture":"gait.hook/1","ts":"${TIME}",${member}}\n`);
    });
  }
  test("a session's id that is very long makes a name that files can have", () => {
    expect(captureLine(utf8(JSON.stringify({ session_id: "x".repeat(9000) })), TIME).log).toHaveLength(128);
  });
  test("whatever comes is one line of JSON, and an object comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const line = lineOf(bytes);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        JSON.parse(line);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (event, indent) => {
        const text = JSON.stringify(event, undefined, indent);
        const line = JSON.parse(lineOf(utf8(text))) as { event: unknown };
        expect(line.event).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe("a message through the tap", () => {
  const rows: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["JSON, as it came", '{"id":1.0, "a":"\\u0000"}', '"msg":{"id":1.0, "a":"\\u0000"}'],
    ["with the CR of a CRLF", '{"id":1}\r', '"msg":{"id":1}'],
    ["a batch", '[{"id":1}]', '"msg":[{"id":1}]'],
    ["no JSON", "Server started", '"raw":"Server started"'],
    ["nothing", "", '"raw":""'],
    ["a byte-order mark before it", '\ufeff{"id":1}', '"raw":"\ufeff{\\"id\\":1}"'],
    ["no UTF-8", Uint8Array.of(0x22, 0xc3, 0x22), '"raw":"\\"\ufffd\\""'],
  ];
  for (const [rule, input, member] of rows) {
    test(rule, () => {
      const line = tapLine(typeof input === "string" ? utf8(input) : input, "s2c", TIME);
      expect(line).toBe(`{"ts":"${TIME}","dir":"s2c",${member}}\n`);
    });
  }
  test("whatever passes is one line of JSON", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const line = tapLine(bytes, "c2s", TIME);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        JSON.parse(line);
      }),
    );
  });
});
