/** Formats of many packs that the text of evidence must not leave: Markdown, workflow commands; and where a pack is. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { githubFormat } from "../../../src/cli/formats/github.ts";
import { markdown, markdownFormat } from "../../../src/cli/formats/markdown.ts";
import { placed } from "../../../src/cli/formats/place.ts";
import { escaped } from "../../../src/cli/terminal/style.ts";
import { printable } from "../../../src/core/text/printable.ts";
import type { PackResult, PacksSummary } from "../../../src/schema/answer/packs.ts";

const NOWHERE = { isTerminal: false, color: false, columns: undefined };
const same = (path: string): string => path;
const SUMMARY: PacksSummary = {
  ...{ listed: 1, checked: 1, authentic: 0, intact: 0, failed: 1, unreadable: 0, broken: 0, stopped: false },
};

/** A bad pack whose every text is `text`. */
function bad(text: string): PackResult {
  const finding = { code: "file_undeclared", path: text, message: text, expected: text, actual: text, hint: text };
  const verify = { verdict: "failed", reason: text, findings: [finding] };
  return { path: text, ok: false, exit: 2, verify } as unknown as PackResult;
}

const HOSTILE = [
  "a | b",
  "</code><script>alert(1)</script>",
  "`x` **b** _i_ ~s~ # h",
  "[a](https://x.example) ![i](https://x.example/p.png)",
  "@everyone #1 https://x.example www.x.example mail@x.example",
  "1. one\n- two\n> three",
  "&lt;b&gt; &#42; &amp;",
  "\\| \\` \\",
  ":tada: $x$ $$y$$",
  "",
];
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: fc.constantFrom(..."|`*_[]()<>&#:@!\\$~-+ \n") }),
);

/** What a reader of the page sees, without tags. */
const shown = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replace(
      /&(lt|gt|quot|amp);/g,
      (_, name: "lt" | "gt" | "quot" | "amp") => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name],
    );

describe("Markdown", () => {
  test("text of the evidence is code and nothing else, and reads as it is", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(text.trim() === text && text !== "" && !/ {2}/.test(text));
        const html = Bun.markdown.html(`| ${markdown(text)} |\n|---|\n`);
        expect(html.match(/<[a-z]+/g)).toEqual(["<table", "<thead", "<tr", "<th", "<code"]);
        expect(shown(html).trim()).toBe(printable(text));
      }),
      { numRuns: 500 },
    );
  });
  test("a hostile pack adds no element and no column", () => {
    const elements = (text: string): string[] => {
      const format = markdownFormat(same);
      expect(format.items(bad(text), 1)).toEqual([]);
      const told = { summary: SUMMARY, warnings: [text] };
      return Bun.markdown.html(format.begin(told) + format.end(told)).match(/<\/?[a-z0-9]+/g) ?? [];
    };
    const plain = elements("plain");
    for (const text of HOSTILE.filter((each) => each !== "")) expect([text, elements(text)]).toEqual([text, plain]);
  });
  test("10,000 bad packs stay below what GitHub takes for a comment, and are counted", () => {
    const format = markdownFormat(same);
    for (let at = 0; at < 10_000; at += 1) format.items(bad("plain"), 1);
    const told = { summary: { ...SUMMARY, checked: 10_000, failed: 10_000 }, warnings: [] };
    const text = format.begin(told) + format.end(told);
    expect(text.length).toBeLessThan(65_536);
    const listed = text.match(/^### /gm)?.length ?? 0;
    expect(listed).toBeGreaterThan(50);
    expect(text).toContain(`\n${10_000 - listed} more packs are bad or unreadable.\n`);
  });
});

/** The runner's reading of a line: `::` first after blanks, or the older form anywhere. */
const isCommand = (line: string): boolean => /^\s*::/.test(line) || line.includes("##[");

describe("GitHub's workflow commands", () => {
  const texts = [
    ...HOSTILE,
    "::set-output name=a::b",
    "##[error]x",
    "a\n::error::x",
    "%0A::error::x",
    "a,title=b::c",
    " ::x",
  ];
  for (const text of texts.filter((each) => each !== "")) {
    test(`${JSON.stringify(text)} is in one annotation, and is no command of its own`, () => {
      const items = escaped(githubFormat(same, NOWHERE).items(bad(text), 1).join(""))
        .trimEnd()
        .split("\n");
      const commands = items.filter(isCommand);
      expect(commands.length).toBe(1);
      const [, properties = "", data = ""] = /^::error ((?:[^:]|:(?!:))*)::(.*)$/.exec(commands[0] ?? "") ?? [];
      const unescaped = (value: string): string =>
        value
          .replaceAll("%2C", ",")
          .replaceAll("%3A", ":")
          .replaceAll("%0D", "\r")
          .replaceAll("%0A", "\n")
          .replaceAll("%25", "%");
      const readable = escaped(printable(text));
      expect(properties.split(",").map(unescaped)).toEqual([`file=${readable}`, "title=gait: file_undeclared"]);
      expect(unescaped(data).split("\n")).toEqual([
        `${readable}: ${readable}`,
        `file_undeclared  ${readable}: ${readable}`,
      ]);
    });
  }
  test("a good pack has no annotation", () => {
    const verify = { verdict: "intact", reason: "it is not signed", findings: [] };
    const good = { path: "a.zip", ok: true, exit: 0, verify } as unknown as PackResult;
    expect(githubFormat(same, NOWHERE).items(good, 1)).toEqual(["intact  a.zip: it is not signed\n"]);
  });
});

describe("--base-dir", () => {
  const cwd = "/work/repo/sub";
  const CASES: readonly (readonly [path: string, base: string | undefined, shown: string])[] = [
    ["a.zip", undefined, "a.zip"],
    ["./a.zip", undefined, "./a.zip"],
    ["./a.zip", ".", "a.zip"],
    ["a.zip", "..", "sub/a.zip"],
    ["/work/repo/x/a.zip", "/work/repo", "x/a.zip"],
    ["/elsewhere/a.zip", "/work/repo", "/elsewhere/a.zip"],
    ["../../other/a.zip", "..", "/work/other/a.zip"],
    ["..a.zip", ".", "..a.zip"],
    ["../sub2/a.zip", ".", "/work/repo/sub2/a.zip"],
  ];
  for (const [path, base, place] of CASES) {
    test.skipIf(process.platform === "win32")(`${path} from ${base ?? "nowhere"} is ${place}`, () => {
      expect(placed(path, { base, cwd })).toBe(place);
    });
  }
});
