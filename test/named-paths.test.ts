/** The rules of scripts/check/named-paths.ts, each with a text that follows it and one that breaks it. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { absentIn, absentInComments, absentInDocument, type Tree } from "../scripts/check/named-paths.ts";

const TREE: Tree = {
  files: ["README.md", "docs/cli.md", "src/core/zip/name.ts", "src/core/zip/limits.ts", "test/zip.test.ts"],
  npmScripts: ["check"],
};
/** Split, so that this file contains no bad name. */
const SRC = ["s", "rc"].join("");

interface Case {
  readonly rule: string;
  readonly text: string;
  /** The name that must be reported; none for a text that follows the rule. */
  readonly absent?: string;
}

const IN_DOCUMENTS: readonly Case[] = [
  { rule: "a file", text: `The rule is in \`${SRC}/core/zip/name.ts\`.` },
  { rule: "a file that has gone", text: `The rule is in \`${SRC}/core/name.ts\`.`, absent: `${SRC}/core/name.ts` },
  { rule: "a folder", text: `\`${SRC}/core/zip\` and \`${SRC}/core/zip/\`` },
  { rule: "a folder that has gone", text: `| ${SRC}/zip/ |`, absent: `${SRC}/zip/` },
  { rule: "choices", text: `${SRC}/core/zip/{name,limits}.ts` },
  { rule: "one of the choices has gone", text: `${SRC}/zip/{name}.ts`, absent: `${SRC}/zip/name.ts` },
  { rule: "a pattern", text: `${SRC}/core/zip/*.ts` },
  { rule: "a pattern that nothing fits", text: `${SRC}/core/zip/*.css`, absent: `${SRC}/core/zip/*.css` },
  { rule: "a link", text: "[the reference](cli.md), [here](../README.md#the-start)" },
  { rule: "a link that leads nowhere", text: "[the reference](command-line.md)", absent: "docs/command-line.md" },
  { rule: "an address", text: `https://example.com/${SRC}/no.ts, [RFC](https://example.com/rfc)` },
  { rule: "an npm script", text: "npm run check" },
  { rule: "an unknown npm script", text: "npm run -s chekc", absent: "chekc" },
];

describe("documents", () => {
  for (const { rule, text, absent } of IN_DOCUMENTS) {
    test(rule, () => {
      const found = absentInDocument("docs/a.md", text, TREE);
      expect(found).toEqual(absent === undefined ? [] : [expect.stringContaining(` ${absent}`)]);
    });
  }
});

const IN_COMMENTS: readonly Case[] = [
  { rule: "the end of a path", text: "/** Names: `zip/name.ts`. */" },
  { rule: "a relative path", text: "// See ../core/zip/name.ts." },
  { rule: "a file that has gone", text: "// See zip/names.ts.", absent: "zip/names.ts" },
  { rule: "code is not checked", text: 'import { a } from "zip/names.ts";' },
  { rule: "a build's output", text: "// Writes dist/verify.html." },
];

describe("comments", () => {
  for (const { rule, text, absent } of IN_COMMENTS) {
    test(rule, () => {
      const found = absentInComments("src/a.ts", text, TREE);
      expect(found).toEqual(absent === undefined ? [] : [expect.stringContaining(` ${absent},`)]);
    });
  }
});

test("the repository names only existing paths", () => {
  expect(absentIn(join(import.meta.dir, ".."))).toEqual([]);
});
