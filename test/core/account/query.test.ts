/** `gait pack query`: its grammar, what each term means, and what is in the records that it reads. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CallQuery, OPERATORS, parseCallQuery } from "../../../src/core/account/query/grammar.ts";
import { matchesCall, matchesPayload } from "../../../src/core/account/query/match-call.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { RunCall } from "../../../src/schema/account/run.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";

const CALL: RunCall = {
  ...{ index: 3, intent_id: "call 3", tool_name: "shell.exec", outcome: "failed", status: "error", seconds: 12.5 },
  ...{
    started_at: "2026-02-03T04:05:06Z",
    ended_at: "2026-02-03T05:05:18.5+01:00",
    args_kept: true,
    result_kept: true,
  },
  ...{ verdict: "allow", reason_codes: ["disk", "net"], violations: ["v1"] },
};
/** An open call, of an agent that gives neither names nor times. */
const BARE: RunCall = { index: 1, intent_id: "", outcome: "open", args_kept: false, result_kept: false };
const ARGS: JsonValue = { command: "rm -rf /tmp/x", list: ["a", { deep: true }], n: 7, "odd.name": 1 };
const RESULT: JsonValue = { exit_code: 1, text: "No such file" };

const holds = (text: string, call = CALL): boolean =>
  matchesCall(parseCallQuery(text), call, (term) =>
    matchesPayload(term, call === BARE ? undefined : { args: ARGS, result: RESULT }[term.field]),
  );

describe("a term", () => {
  const CASES: readonly (readonly [query: string, full: boolean, bare: boolean])[] = [
    ["tool=shell.exec", true, false],
    ["tool=shell.*", true, false],
    ["tool=*exec", true, false],
    ["tool=s*l.*c", true, false],
    ["tool=s*x*x*c", false, false],
    ["tool=shell", false, false],
    ["tool!=shell.exec", false, true],
    ["tool!=fs.*", true, true],
    ["tool~SHELL", true, false],
    ["tool!~shell", false, true],
    ['id="call 3"', true, false],
    ['id=""', false, true],
    ["id=", false, true],
    ["status!=ok", true, true],
    ["status=error", true, false],
    ["outcome=failed", true, false],
    ["outcome=open", false, true],
    ["outcome=fail*", true, false],
    ["outcome!=ok", true, true],
    ["outcome~FAIL", true, false],
    ["verdict=allow", true, false],
    ["reason=net", true, false],
    ["reason!=net", false, true],
    ["reason~et", true, false],
    ["violation=v2", false, false],
    ["index=3", true, false],
    ["index<3", false, true],
    ["seconds>10", true, false],
    ["seconds>=12.5", true, false],
    ["seconds>12.5", false, false],
    ["seconds<=9", false, false],
    ["started=2026-02-03T05:05:06+01:00", true, false],
    ["started>2026-02-03T04:05:05.999Z", true, false],
    ["started>=2026-02-03T04:05:06Z", true, false],
    ["started<2026-02-03T04:05:06Z", false, false],
    ["started!=2026-02-03T04:05:06Z", false, true],
    ["ended<=2026-02-03T04:05:18.5Z", true, false],
    ["started~2026-02", true, false],
    ["args.command~rm", true, false],
    ['args.command~"rm -rf"', true, false],
    ["args.command!~rm", false, true],
    ["args.list.0=a", true, false],
    ["args.list.1.deep=true", true, false],
    ["args.list.2=a", false, false],
    ["args.n>6", true, false],
    ["args.n=7", true, false],
    ["args.none=7", false, false],
    ["args.none!=7", true, true],
    ["args.constructor~o", false, false],
    ["args.odd.name=1", false, false],
    ['args~"odd.name"', true, false],
    ['args.command!="=x"', true, true],
    ['args.command~">"', false, false],
    ["result.exit_code!=0", true, true],
    ["result.text~NO", true, false],
    ["tool=shell.exec status=ok", false, false],
    ["tool=shell.exec and status=error", true, false],
    ["status=ok or outcome=open", false, true],
    ["not status=ok", true, true],
    ["not (status=error or outcome=open)", false, false],
    ["status=ok or tool=shell.* index=3", true, false],
    ["(status=ok or tool=shell.*) index=1", false, false],
    ["not not index=3", true, false],
  ];
  for (const [query, full, bare] of CASES) {
    test(query, () => expect([holds(query), holds(query, BARE)]).toEqual([full, bare]));
  }
});

describe("a query that can't be read is refused, with its place", () => {
  const REFUSED: readonly (readonly [query: string, says: string])[] = [
    ["", "it ends where a term is needed"],
    ["shell", '"shell" at character 1 is no term'],
    ["tool=a nonsense", '"nonsense" at character 8 is no term'],
    ["color=red", '"color" at character 1 is no field'],
    ["=a", "is no term"],
    ['tool="a', "a quote that does not end, at character 6"],
    ['tool="a"b', "is not one text in double quotes"],
    ['tool="\\x"', "is not one text in double quotes"],
    ["(tool=a", "a parenthesis that is not closed"],
    ["tool=a)", '")" at character 7'],
    ["tool=a or", "it ends where a term is needed"],
    ["or tool=a", '"or" at character 1 is no term'],
    ["not", "it ends where a term is needed"],
    ["index=three", "index is a number"],
    ["seconds>", "seconds is a number"],
    ["started>yesterday", "started: "],
    ["tool==shell.exec", '"==" at character 5 is no operator'],
    ["tool==x", 'stands in double quotes: tool="=…"'],
    ["index=3 tool=~x", '"=~" at character 13 is no operator'],
    ["seconds=>3", '"=>" at character 8 is no operator'],
    ["tool<>x", '"<>" at character 5 is no operator'],
    ["tool!==x", '"!==" at character 5 is no operator'],
    ["tool!x", '"!" at character 5 is no operator'],
    ["args.command~>x", 'args.command~">…"'],
    ["outcome=FAILED", 'outcome is one of ok, unstated, failed, blocked, open, not "FAILED"'],
    ["outcome!=bad", 'not "bad"'],
    [`${"(".repeat(70)}tool=a${")".repeat(70)}`, "more than 64 parentheses"],
    [`${"not ".repeat(70)}tool=a`, "more than 64"],
  ];
  for (const [query, says] of REFUSED) {
    test(query.slice(0, 40) || "nothing", () => {
      expect(() => parseCallQuery(query)).toThrow(expect.objectContaining({ code: "invalid_input" }));
      expect(() => parseCallQuery(query)).toThrow(says);
    });
  }
  test("any text is read or refused, and nothing else", () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'tol=!~<>() "\\ornad.*') }));
    fc.assert(
      fc.property(anything, (text) => {
        try {
          parseCallQuery(text);
        } catch (error) {
          expect(error).toBeInstanceOf(GaitError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("properties", () => {
  const field = fc.constantFrom("tool", "status", "args.command", "result.text");
  const value = fc.string({ maxLength: 12 });
  const term = fc
    .tuple(field, fc.constantFrom(...OPERATORS), value)
    .map(([name, sign, text]) => `${name}${sign}${JSON.stringify(text)}`);
  const query = fc.letrec<{ q: string }>((tie) => ({
    q: fc.oneof(
      { depthSize: "small" },
      term,
      tie("q").map((one) => `not ( ${one} )`),
      fc
        .tuple(tie("q"), fc.constantFrom("and", "or", ""), tie("q"))
        .map(([left, word, right]) => `(${left}) ${word} (${right})`),
    ),
  })).q;
  test("a quoted value means itself, whatever is in it", () => {
    fc.assert(
      fc.property(value, (text) => {
        const parsed = parseCallQuery(`tool=${JSON.stringify(text)}`);
        expect(parsed).toMatchObject({ kind: "call", value: text });
      }),
    );
  });
  test("not turns every answer around; and, or are what they are", () => {
    fc.assert(
      fc.property(query, query, (one, other) => {
        const [left, right] = [holds(one), holds(other)];
        expect(holds(`not (${one})`)).toBe(!left);
        expect(holds(`(${one}) (${other})`)).toBe(left && right);
        expect(holds(`(${one}) and (${other})`)).toBe(left && right);
        expect(holds(`(${one}) or (${other})`)).toBe(left || right);
      }),
    );
  });
  test("!= is = turned around, !~ is ~ turned around, for every call", () => {
    fc.assert(
      fc.property(field, value, fc.boolean(), (name, text, bare) => {
        const call = bare ? BARE : CALL;
        const quoted = JSON.stringify(text);
        expect(holds(`${name}!=${quoted}`, call)).toBe(!holds(`${name}=${quoted}`, call));
        expect(holds(`${name}!~${quoted}`, call)).toBe(!holds(`${name}~${quoted}`, call));
      }),
    );
  });
  test("a pattern of many stars is fast", () => {
    const long: RunCall = { ...CALL, tool_name: "a".repeat(50_000) };
    const start = performance.now();
    expect(holds(`tool=${"*a".repeat(500)}b`, long)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
  test("= with stars is what a regular expression says", () => {
    const small = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 7 });
    fc.assert(
      fc.property(small, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 7 }), (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll("*", "[\\s\\S]*")}$`).test(text);
        const query: CallQuery = { kind: "call", field: "tool", operator: "=", value: pattern };
        expect(matchesCall(query, { ...CALL, tool_name: text }, () => false)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
