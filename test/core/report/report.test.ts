/** Reports: evidence in every place stays text, long texts are cut with their digest, and the same input gives the same page. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { artifactSections } from "../../../src/core/report/artifact-sections.ts";
import { comparisonSection } from "../../../src/core/report/comparison/comparison.ts";
import { type ReportDocument, reportHtml } from "../../../src/core/report/document.ts";
import { callRow, packRows, unpackRows } from "../../../src/core/report/page/call-table.ts";
import { escapeHtml, htmlOf, jsonBlock } from "../../../src/core/report/page/html.ts";
import { viewOf } from "../../../src/core/report/page/view.ts";
import { axis, ticks } from "../../../src/core/report/picture/time-axis.ts";
import type { Markup } from "../../../src/core/text/markup.ts";
import { el } from "../../../src/core/text/markup.ts";
import { durationText } from "../../../src/core/text/quantities.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JobAccount } from "../../../src/schema/account/job.ts";
import type { RunAccount, RunCall } from "../../../src/schema/account/run.ts";
import { ACCOUNTS, DIFFERENCES, withTexts } from "./fixture.ts";
import { expected, parsed, type Token, withoutLineEnds } from "./html.ts";

const VIEW = viewOf(hostPlatform, { level: 2, prefix: "a-", unverified: false });
const FRAME = ["<title>", "</title>", "<!-- end -->"] as const;

function html(content: readonly Markup[]): string {
  return [...htmlOf(content)].join("");
}

function page(report: Omit<ReportDocument, "producer">): string {
  return [...reportHtml(hostPlatform, { producer: "gait 1.2.3", ...report }, FRAME)].join("");
}

/** Text of an attacker who wants the report to show something else. */
const HOSTILE = [
  "<script>alert(1)</script>",
  "</style></script><svg onload=alert(1)>",
  "<!-- --> ]]> <![CDATA[",
  `" onmouseover="alert(1)" x='`,
  "`alert(1)`",
  "&lt;b&gt; &#60;b&#62; &amp;",
  "javascript:alert(1)",
  '=HYPERLINK("http://x")',
  "\u202eevil\u2066\u200b\u200d\ufeff",
  "\u0000\u0001\u001b[2J\r\n\t\u0085\u2028\u2029",
  "\ud800 alone \udc00",
  `${"a\u0301"}${"\u0300".repeat(40)}`,
  "{{title}}{{content}}",
  "__proto__",
  "",
  "x".repeat(5000),
];
const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 900 }),
);

const TAGS = new Set([
  ..."section div p span strong h1 h2 h3 h4 h5 dl dt dd ul li table caption thead tbody tr th td code details summary".split(
    " ",
  ),
  ..."a svg g path line rect text title desc header footer nav main article script wbr".split(" "),
]);
const PLAIN_ATTRIBUTES =
  /^(class|id|role|scope|tabindex|aria-label|aria-labelledby|aria-hidden|data-head|data-file|data-sha256|title|type|viewbox|d|transform|x|y|x1|x2|y1|y2|rx|width|height|text-anchor)$/;

const OWN_VALUES = /^[a-zA-Z0-9 _().,/-]*$/;

/** Everything that is not evidence text uses only these words. */
function assertHarmless(tokens: readonly Token[]): void {
  const strange = tokens.filter((token) => {
    if (typeof token === "string") return false;
    const [tag, ...attributes] = token;
    return !TAGS.has(tag) || !attributes.every(([name, value]) => isHarmless(name, value));
  });
  expect(strange).toEqual([]);
}

function isHarmless(name: string, value: string): boolean {
  if (name === "href") return /^#[a-z0-9-]+$/.test(value);
  if (!PLAIN_ATTRIBUTES.test(name)) return false;
  return !/^(class|id|d|transform|x|y|width|height|type)$/.test(name) || OWN_VALUES.test(value);
}

describe("evidence stays text", () => {
  for (const [name, account] of Object.entries(ACCOUNTS)) {
    test(`in every place of ${name}`, () => {
      fc.assert(
        fc.property(fc.array(texts, { minLength: 1, maxLength: 7 }), (given) => {
          let next = 0;
          const changed = withTexts(account, () => given[next++ % given.length] ?? "");
          const sections = artifactSections(VIEW, changed, given[0]);
          const tokens = parsed(html(sections));
          expect(withoutLineEnds(tokens)).toEqual(withoutLineEnds(expected(sections)));
          assertHarmless(tokens);
        }),
        { numRuns: 25 },
      );
    });
  }

  for (const [name, difference] of Object.entries(DIFFERENCES)) {
    test(`in every place of the difference of ${name}`, () => {
      fc.assert(
        fc.property(fc.array(texts, { minLength: 1, maxLength: 7 }), (given) => {
          let next = 0;
          const changed = withTexts(difference, () => given[next++ % given.length] ?? "");
          const [left = "", right = ""] = given;
          const sections = [comparisonSection(VIEW, changed, [VIEW.show(left, 120), VIEW.show(right, 120)])];
          const tokens = parsed(html(sections));
          expect(withoutLineEnds(tokens)).toEqual(withoutLineEnds(expected(sections)));
          assertHarmless(tokens);
        }),
        { numRuns: 15 },
      );
    });
  }

  test("in the names of files, and in the data of the calls", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const account = withTexts(ACCOUNTS["mixed"] as (typeof ACCOUNTS)[string], () => text);
        const whole = page({ artifacts: [{ name: text, account }] });
        assertHarmless(parsed(whole).filter(([tag]) => tag !== "comment"));
        expect(whole.match(/<script/g)?.length).toBe(1);
        const [, block = ""] = /<script type="application\/json" id="call-data">(.*?)<\/script>/s.exec(whole) ?? [];
        expect(block).not.toMatch(/[<>&]/);
        const calls = account.run?.calls ?? [];
        expect(JSON.parse(block)).toEqual(packRows(calls.map((call) => callRow(VIEW, call, account.run?.began_at))));
      }),
      { numRuns: 40 },
    );
  });

  test("characters that could end a text or tag are written as numbers", () => {
    expect(escapeHtml(`<a href="x" b='y'>&\``)).toBe("&#60;a href&#61;&#34;x&#34; b&#61;&#39;y&#39;&#62;&#38;&#96;");
    expect(jsonBlock("</script><!--\u2028")).toBe('"\\u003c/script\\u003e\\u003c!--\\u2028"');
  });

  test("a link leads to a place in the page, or is not made", () => {
    expect(() => el("a", { href: "#calls" })).not.toThrow();
    for (const href of ["javascript:alert(1)", "http://x", '#a"b', "# a", "//x", ""])
      expect(() => el("a", { href })).toThrow(TypeError);
    for (const name of ["onclick", "style", "src", "srcdoc", "xlink:href"])
      expect(() => el("a", { [name]: "#a" })).toThrow(TypeError);
  });

  test("bidi, zero width and control characters are made visible", () => {
    expect(VIEW.show("a\u202eb\u200bc\u0007d\ne")).toBe("a\\u202eb\\u200bc\\u0007d\\ne");
  });

  test("marks piled on a letter are made visible", () => {
    expect(VIEW.show(`e${"\u0301".repeat(6)}`)).toBe(`e${"\u0301".repeat(4)}\\u{301}\\u{301}`);
    expect(VIEW.show("한국어 é नि")).toBe("한국어 é नि");
  });
});

describe("long texts", () => {
  test("are cut, with their length and digest", () => {
    const text = "é".repeat(700);
    const digest = createHash("sha256").update(text).digest("hex");
    expect(VIEW.show(text)).toBe(`${"é".repeat(600)}… (700 characters, SHA-256 ${digest})`);
    expect(VIEW.show("x".repeat(600))).toBe("x".repeat(600));
  });

  test("never in the middle of a character", () => {
    expect(VIEW.show("a😀b", 2)).toStartWith("a… (4 characters");
  });

  test("of ten million characters do not make the page larger", () => {
    const account = withTexts(ACCOUNTS["mixed"] as (typeof ACCOUNTS)[string], () => "x");
    const long = "<".repeat(10_000_000);
    const run = account.run as RunAccount;
    const [first] = run.calls;
    const changed = {
      ...account,
      run: { ...run, calls: [{ ...(first as RunCall), tool_name: long, intent_id: long, status: long }] },
    };
    expect(page({ artifacts: [{ name: "a", account: changed }] }).length).toBeLessThan(60_000);
  });
});

describe("the page", () => {
  test("is the same for the same input", () => {
    for (const account of Object.values(ACCOUNTS)) {
      const artifacts = [{ name: "a.zip", account }];
      expect(page({ artifacts })).toBe(page({ artifacts: structuredClone(artifacts) }));
    }
  });

  test("has no duplicate id and no dead link, even with two of a kind", () => {
    for (const account of Object.values(ACCOUNTS)) {
      const whole = page({
        artifacts: [
          { name: "a.zip", account },
          { name: "a.zip", account },
        ],
        difference: DIFFERENCES["runs"] as (typeof DIFFERENCES)[string],
      });
      const tokens = parsed(whole).flatMap((token) =>
        typeof token === "string" ? [] : (token.slice(1) as [string, string][]),
      );
      const ids = tokens.filter(([name]) => name === "id").map(([, value]) => value);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [name, value] of tokens) {
        if (name === "href") expect(ids).toContain(value.slice(1));
        if (name === "aria-labelledby") expect(ids).toEqual(expect.arrayContaining(value.split(" ")));
      }
    }
  });

  test("a failed artifact is marked above its contents", () => {
    const text = page({ artifacts: [{ name: "a.zip", account: ACCOUNTS["failed"] as (typeof ACCOUNTS)[string] }] });
    const mark = text.indexOf("Unverified: everything below");
    expect(mark).toBeGreaterThan(0);
    expect(text.indexOf("run_fix_rounding")).toBeGreaterThan(mark);
    for (const [, heading = ""] of text.matchAll(/<h3 id="(\w+)-title">[^<]*<span class="mark-unverified">/g))
      expect(heading).not.toBe("findings");
    expect(text.match(/mark-unverified/g)?.length).toBeGreaterThan(3);
    const good = page({ artifacts: [{ name: "a.zip", account: ACCOUNTS["run"] as (typeof ACCOUNTS)[string] }] });
    expect(good).not.toContain("nverified");
  });
});

describe("a run of many calls", () => {
  const BAD = 3;
  const calls = Array.from({ length: 20_000 }, (_, at): RunCall => {
    const outcome = at % 1000 === BAD ? "failed" : "ok";
    const second = String(at % 60).padStart(2, "0");
    const minute = String(Math.floor(at / 60) % 60).padStart(2, "0");
    return {
      index: at + 1,
      intent_id: `call_${at}`,
      tool_name: `tool_${at % 30}`,
      started_at: `2026-01-01T0${Math.floor(at / 3600)}:${minute}:${second}Z`,
      outcome,
      status: outcome,
      args_kept: false,
      result_kept: false,
    };
  });
  const base = ACCOUNTS["mixed"] as (typeof ACCOUNTS)[string];
  const run: RunAccount = {
    ...(base.run as RunAccount),
    began_at: "2026-01-01T00:00:00Z",
    seconds: 20_000,
    calls,
    tools: Array.from({ length: 30 }, (_, at) => ({ tool_name: `tool_${at}`, calls: 666, failures: 0 })),
  };
  const text = page({ artifacts: [{ name: "many.zip", account: { ...base, run } }] });
  const [visible = ""] = text.split('<script type="application/json"');

  test("shows all failures and the first of the others in the page, and everything in the data", () => {
    expect(visible.match(/<tr class="failed">/g)?.length).toBe(20);
    expect(visible.match(/<tr class="ok">/g)?.length).toBe(200);
    expect(visible).toContain("Of 20,000 calls: all 20 failures, then the first 200 of the others");
    const [, block = ""] = /id="call-data">(.*?)<\/script>/s.exec(text) ?? [];
    expect(unpackRows(JSON.parse(block))).toEqual(calls.map((call) => callRow(VIEW, call, run.began_at)));
  });

  test("is drawn as counts, and each failure keeps its mark", () => {
    expect(visible.match(/class="mark failed"/g)?.length).toBeGreaterThanOrEqual(20);
    const [, picture = ""] = /(<svg class="picture.*?<\/svg>)/s.exec(visible) ?? [];
    expect(picture.length).toBeLessThan(250_000);
    expect(picture).toContain("other tools");
  });
});

test("a job of many states is drawn on a scale of time, with states too short to show merged", () => {
  const COUNT = 20_000;
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
  const seconds = Array.from({ length: COUNT }, (_, index) => index);
  const base = ACCOUNTS["job"] as (typeof ACCOUNTS)[string];
  const job = {
    ...(base.job as JobAccount),
    ...{ submitted_at: at(0), updated_at: at(COUNT), seconds: COUNT },
    states: seconds.map((second) => ({
      ...{ status: second % 2 === 0 ? "running" : "paused", reason_code: "r", revision: second + 1 },
      ...{ from: at(second), to: at(second + 1), seconds: 1 },
    })),
    approvals: seconds.map((second) => ({ revision: second + 1, at: at(second), actor: "a", reason: "r" })),
  };
  const text = page({ artifacts: [{ name: "many.zip", account: { ...base, job } }] });
  const [, picture = ""] = /(<svg class="picture.*?<\/svg>)/s.exec(text) ?? [];
  expect(picture.match(/class="band /g)?.length).toBeGreaterThan(100);
  expect(picture.length).toBeLessThan(250_000);
  expect(text).toContain("19,000 more rows are not shown.");
});

describe("numbers", () => {
  test("a negative length of time has its sign", () => expect(durationText(-5)).toBe("-5 s"));

  test("the last label of an axis is inside of the picture, the others below their lines", () => {
    const labels = (span: number) =>
      parsed(html(axis(span, (seconds) => 150 + (786 * seconds) / span, 0, 100))).flatMap((token) => {
        if (typeof token === "string") return [];
        const attributes = new Map(token.slice(1) as readonly (readonly [string, string])[]);
        const anchor = attributes.get("text-anchor");
        return anchor === undefined ? [] : [[attributes.get("x"), anchor]];
      });
    expect(labels(0.002)).toEqual([
      ["150", "middle"],
      ["543", "middle"],
      ["956", "end"],
    ]);
    expect(labels(100)).toContainEqual(["857.4", "middle"]);
  });

  test("an axis has a few round steps, for every length of time", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (span) => {
        const found = ticks(span);
        expect(found.length).toBeGreaterThan(0);
        expect(found.length).toBeLessThanOrEqual(10);
        expect(found.every((each) => each >= 0 && each <= span)).toBe(true);
      }),
    );
  });
});
