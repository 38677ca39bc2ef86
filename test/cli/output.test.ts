/** Output, and the characters that must not reach a terminal. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Answer, Terminal } from "../../src/cli/command/command.ts";
import { printedAnswer } from "../../src/cli/dispatch.ts";
import { captured } from "../../src/cli/terminal/output.ts";
import { rows } from "../../src/cli/terminal/rows.ts";
import { hasColor, paint } from "../../src/cli/terminal/style.ts";
import { printable } from "../../src/core/text/printable.ts";
import { jsonLine } from "../../src/core/verify/json-answer.ts";

const PLAIN: Terminal = { isTerminal: false, color: false, columns: undefined };
const SUBJECT = { schemaId: "gait.run.output", operation: "receipt", words: "run receipt" };
const COLOR: Terminal = { isTerminal: true, color: true, columns: 80 };

describe("printable", () => {
  const cases: [rule: string, text: string, shown: string][] = [
    ["plain text stays", "run_42: ok, 100 %", "run_42: ok, 100 %"],
    ["letters of any script stay", "Prüfung 検証 проверка 🙂", "Prüfung 検証 проверка 🙂"],
    ["a line break can't start a new line", "a\nverdict: authentic", "a\\nverdict: authentic"],
    ["a carriage return can't overwrite", "failed\rauthentic", "failed\\rauthentic"],
    ["a tab", "a\tb", "a\\tb"],
    ["an ANSI escape", "\u001b[2J\u001b[32mok", "\\u001b[2J\\u001b[32mok"],
    ["an 8-bit control sequence introducer", "\u009b2J", "\\u009b2J"],
    ["backspace and delete", "a\u0008\u007f", "a\\u0008\\u007f"],
    ["a null", "a\u0000b", "a\\u0000b"],
    ["bidi overrides (CVE-2021-42574)", "\u202egnp\u202c.exe", "\\u202egnp\\u202c.exe"],
    ["bidi isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["left-to-right and Arabic letter marks", "\u200ea\u061c", "\\u200ea\\u061c"],
    ["zero width characters", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["line and paragraph separators", "a\u2028b\u2029", "a\\u2028b\\u2029"],
    ["tag characters", "a\u{e0041}", "a\\u{e0041}"],
    ["a lone surrogate", "a\ud800b", "a\\ud800b"],
  ];
  for (const [rule, text, shown] of cases) {
    test(rule, () => expect(printable(text)).toBe(shown));
  }

  test("any input becomes one printable line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });
});

describe("colours", () => {
  const cases: [rule: string, isTerminal: boolean, env: Record<string, string>, color: boolean][] = [
    ["on a terminal", true, { TERM: "xterm" }, true],
    ["not in a pipe", false, { TERM: "xterm" }, false],
    ["never with NO_COLOR", true, { NO_COLOR: "1", TERM: "xterm" }, false],
    ["an empty NO_COLOR is ignored (no-color.org)", true, { NO_COLOR: "", TERM: "xterm" }, true],
    ["not on a dumb terminal", true, { TERM: "dumb" }, false],
  ];
  for (const [rule, isTerminal, env, color] of cases) {
    test(rule, () => expect(hasColor(isTerminal, env)).toBe(color));
  }

  test("paint colours only where there are colours", () => {
    expect(paint("failed", "bad", PLAIN)).toBe("failed");
    expect(paint("failed", "bad", COLOR)).toBe("\u001b[31;1mfailed\u001b[0m");
  });
  test("painted text can't add a colour", () => {
    expect(paint("\u001b[32mauthentic", "bad", COLOR)).toBe("\u001b[31;1m\\u001b[32mauthentic\u001b[0m");
  });
});

describe("rows", () => {
  test("values are aligned; rows without one are left out", () => {
    expect(
      rows(
        [
          ["pack id", "ab"],
          ["run", "42"],
          ["none", undefined],
        ],
        PLAIN,
        "  ",
      ),
    ).toBe("  pack id  ab\n  run      42\n");
  });
  test("a value stays on one line", () => {
    expect(rows([["run", "a\nb"]], PLAIN)).toBe("run  a\\nb\n");
  });
  test("no rows, no text", () => {
    expect(rows([], PLAIN)).toBe("");
  });
});

describe("jsonLine", () => {
  const cases: [rule: string, value: unknown, line: string][] = [
    [
      "members in the order of their names, at every depth",
      { b: { d: 1, c: 2 }, a: [{ f: 1, e: 2 }] },
      '{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}',
    ],
    ["numbers as names are ordered as text", { "10": 1, "9": 2, "1": 3 }, '{"1":3,"10":1,"9":2}'],
    ["names by UTF-16 code units", { "\ufb33": 1, "\u{1f600}": 2 }, '{"\u{1f600}":2,"\ufb33":1}'],
    ["undefined members are left out", { a: undefined, b: null }, '{"b":null}'],
    ["characters of HTML (contract 6.1)", { a: "<b>&" }, '{"a":"\\u003cb\\u003e\\u0026"}'],
    ["line separators (contract 6.1)", { a: "\u2028\u2029" }, '{"a":"\\u2028\\u2029"}'],
    [
      "control and bidi characters",
      { "a\u001b": "\u009b\u202e\u{e0041}" },
      '{"a\\u001b":"\\u009b\\u202e\\udb40\\udc41"}',
    ],
    ["a lone surrogate", { a: "\ud800" }, '{"a":"\\ud800"}'],
    [
      "names that an object would order otherwise, in a list",
      [{ b: 1, a: { "2": 1, "10": 2 } }, JSON.parse('{"toJSON":1,"__proto__":{"b":1,"a":2}}')],
      '[{"a":{"10":2,"2":1},"b":1},{"__proto__":{"a":2,"b":1},"toJSON":1}]',
    ],
    [
      "records of two shapes in a list",
      [{ b: 1, a: 2 }, { c: 1, a: 2 }, { b: 1 }],
      '[{"a":2,"b":1},{"a":2,"c":1},{"b":1}]',
    ],
    ["values that JSON has no text for", { a: [undefined, Number.NaN] }, '{"a":[null,null]}'],
  ];
  for (const [rule, value, line] of cases) {
    test(rule, () => expect(jsonLine(value)).toBe(`${line}\n`));
  }

  test("a list, whose text the native serializer makes, has the text of its elements alone", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 200 }), (values) => {
        const alone = values.map((value) => jsonLine({ value }).slice('{"value":'.length, -"}\n".length));
        expect(jsonLine(values)).toBe(`[${alone.join(",")}]\n`);
      }),
    );
  });

  test("a long answer comes in pieces that are safe alone, and together are the line", () => {
    const list = Array.from({ length: 20_000 }, (_, at) => ({ text: `${at} \u{1f600}##[error]<`, at }));
    const { stdout, more = [] } = printedAnswer(
      { exit: 0, json: { list }, text: "" } as unknown as Answer,
      SUBJECT,
      true,
    );
    const pieces = [stdout, ...more];
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) {
      expect(piece.isWellFormed()).toBe(true);
      expect(piece).not.toMatch(/##\[|</);
    }
    const line = pieces.join("");
    expect(line.indexOf("\n")).toBe(line.length - 1);
    expect(JSON.parse(line).list).toEqual(list);
    expect(printedAnswer({ exit: 0, json: {}, text: "" } as unknown as Answer, SUBJECT, true).more).toBeUndefined();
  });

  test("it is one line that parses to the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = jsonLine(value);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

test("captured takes what a library prints, and gives console.info back", () => {
  const { info } = console;
  expect(captured(() => console.info("a"))).toBe("a\n");
  expect(() =>
    captured(() => {
      throw new RangeError("b");
    }),
  ).toThrow("b");
  expect(console.info).toBe(info);
});

test("a terminal gets the beginning of a text of ten million letters, and a note that it is cut", () => {
  for (const letter of ["x", "漢", "🙂"]) {
    const shown = rows([["status", letter.repeat(10_000_000 / letter.length)]], COLOR);
    expect(shown.length).toBeLessThan(8000);
    expect(shown.replace(/\s+/g, " ")).toContain("(cut here: 10000000 characters)");
    expect(shown.isWellFormed()).toBe(true);
  }
});
