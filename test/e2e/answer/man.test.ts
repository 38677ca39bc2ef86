/** The manual page and docs/cli.md: complete, and groff accepts the page without a warning. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { wordsOf } from "../../../src/cli/command/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { blocksOf, manualPage, markdownReference } from "../../../src/cli/help/reference.ts";
import { conforms } from "../answers.ts";
import { bash, gait } from "../gait.ts";

const DOCS = join(import.meta.dir, "../../../docs");
const PAGE = join(DOCS, "gait.1");
const LISTED = COMMANDS.filter(({ hidden }) => hidden !== true);

test("gait man prints docs/gait.1", () => {
  const page = readFileSync(PAGE, "utf8");
  expect(gait(["man"])).toEqual({ exit: 0, stdout: page, stderr: "" });
  const answer = JSON.parse(gait(["man", "--json"]).stdout);
  expect([answer.page, conforms(answer)]).toEqual([page, []]);
  expect(page).toMatch(/^[\n -~]+$/);
});

test("docs/cli.md matches the table of commands", () => {
  expect(readFileSync(join(DOCS, "cli.md"), "utf8")).toBe(markdownReference(COMMANDS));
});

describe("groff and man", () => {
  const isThere = bash("command -v groff && command -v man").exit === 0;
  if (process.env["CI"] === "true" && process.platform === "linux" && !isThere) {
    throw new Error("groff and man must be installed");
  }
  test.skipIf(!isThere)("take the page without a warning, and show every command, flag and example (needs man)", () => {
    const quiet = bash('groff -man -ww -z "$PAGE"', { env: { PAGE } });
    expect(quiet).toEqual({ exit: 0, stdout: "", stderr: "" });
    const shown = bash('MANWIDTH=500 MAN_KEEP_FORMATTING= man --nh --nj -Tutf8 -l "$PAGE" | col -bx', {
      env: { PAGE, LC_ALL: "C.UTF-8" },
    }).stdout;
    for (const spec of LISTED) {
      expect(shown).toContain(`gait ${wordsOf(spec)}`);
      for (const { flag } of spec.options) expect(shown).toContain(flag);
      for (const { command } of spec.examples) expect(shown).toContain(command);
    }
  });

  test.skipIf(!isThere)("a page with a bad request is detected (needs man)", () => {
    expect(bash("printf '.TH A 1\\n.NOSUCH\\n' | groff -man -ww -z").stderr).toContain("NOSUCH");
  });
});

test("roff requests in a description are plain text", () => {
  const [spec] = COMMANDS;
  if (spec === undefined) throw new Error("there are no commands");
  const odd = { ...spec, description: ".SH EVIL\n'br\n  .TP  \\fB…\\fP -x" };
  const page = manualPage([odd], "1");
  expect(page).toContain("\n\\&.SH EVIL 'br\n");
  expect(page).toContain("\n.B \\&.TP\n\\efB\\[u2026]\\efP \\-x\n");
});

test.each([
  ["lines make a paragraph", "a\nb", [{ kind: "text", text: "a b" }]],
  [
    "terms between paragraphs",
    "a\n  x    one\n  y z  two  three\nb",
    [
      { kind: "text", text: "a" },
      {
        kind: "terms",
        terms: [
          { term: "x", text: "one" },
          { term: "y z", text: "two  three" },
        ],
      },
      { kind: "text", text: "b" },
    ],
  ],
  [
    "an empty line separates",
    "a\n\nb",
    [
      { kind: "text", text: "a" },
      { kind: "text", text: "b" },
    ],
  ],
])("description: %s", (_rule, description, blocks) => {
  expect<unknown>(blocksOf(description)).toEqual(blocks);
});
