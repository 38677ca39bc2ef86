/** Known answers for strict JSON (RFC 8259, I-JSON RFC 7493), canonical JSON (RFC 8785) and times (RFC 3339). */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { type Check, expectRefused, expectSame, hex, utf8 } from "./check.ts";

/** Ambiguous texts. */
const AMBIGUOUS: readonly (readonly [what: string, text: string])[] = [
  ["a repeated name", '{"a":1,"a":2}'],
  ["a repeated name, once escaped", '{"a":1,"\\u0061":2}'],
  ["a number that no double can hold", "12345678901234567890"],
  ["a number too large", "1e400"],
  ["a lone surrogate", '"\\ud800"'],
  ["something after the document", "{} {}"],
  ["a trailing comma", "[1,]"],
  ["a number that is not JSON", "01"],
];

/** RFC 8785 appendix B: the bits of a double and its text. */
const NUMBERS: readonly (readonly [bits: string, text: string])[] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

/** RFC 8785 section 3.2.2, with its numbers as doubles. */
const EXAMPLE: JsonValue = {
  numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27],
  string: '\u20ac$\u000f\nA\'B"\\\\"/',
  literals: [null, true, false],
};
const CANONICAL =
  '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
  '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';

/** RFC 8785 section 3.2.3: names in the order of their UTF-16 code units. */
const UNSORTED = '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}';
const SORTED = '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}';

/** A time, its normal form, and the same instant in UTC. */
const TIMES: readonly (readonly [text: string, written: string, utc: string])[] = [
  ["2026-02-02T02:15:00Z", "2026-02-02T02:15:00Z", "2026-02-02T02:15:00Z"],
  ["2026-03-29T02:30:00.500+05:30", "2026-03-29T02:30:00.5+05:30", "2026-03-28T21:00:00.5Z"],
  ["2024-02-29T23:59:59.999999999-00:01", "2024-02-29T23:59:59.999999999-00:01", "2024-03-01T00:00:59.999999999Z"],
  ["1900-03-01T00:00:00+14:00", "1900-03-01T00:00:00+14:00", "1900-02-28T10:00:00Z"],
  ["2026-01-01T00:00:00.000+00:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"],
];

export const JSON_CHECKS: readonly Check[] = [
  {
    name: "json_strict",
    shows: "ambiguous JSON is refused",
    async run({ parseJson }) {
      for (const [what, text] of AMBIGUOUS) await expectRefused(what, () => parseJson(utf8(text)));
      await expectRefused("bytes that are not UTF-8", () => parseJson(hex("22c32822")));
      expectSame("a document", JSON.stringify(parseJson(utf8('{"a":[1.5,"\\u00e9"]}'))), '{"a":[1.5,"é"]}');
    },
  },
  {
    name: "jcs",
    shows: "canonical JSON follows RFC 8785, to every digit of its numbers",
    run({ canonicalize, parseJson }) {
      expectSame("the example of section 3.2.2", canonicalize(EXAMPLE), CANONICAL);
      expectSame("the order of section 3.2.3", canonicalize(parseJson(utf8(UNSORTED))), SORTED);
      for (const [bits, text] of NUMBERS) {
        const double = new DataView(hex(bits).slice().buffer).getFloat64(0);
        expectSame(`the double ${bits}`, canonicalize(double), text);
      }
    },
  },
  {
    name: "timestamps",
    shows: "times are parsed correctly in any time zone of this machine",
    async run({ normalizeTimestamp, toUtc }) {
      for (const [text, written, utc] of TIMES) {
        expectSame(`${text} as written`, normalizeTimestamp(text), written);
        expectSame(`${text} in UTC`, toUtc(text), utc);
      }
      for (const text of [
        "2023-02-29T00:00:00Z",
        "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00",
      ])
        await expectRefused(`the time ${text}`, () => normalizeTimestamp(text));
    },
  },
];
