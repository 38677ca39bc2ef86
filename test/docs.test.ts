/** The docs agree with the code. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readContract, withFindings } from "../scripts/findings.ts";
import { gapsOf, libraryReference } from "../scripts/library-reference.ts";

const ROOT = dirname(import.meta.dir);

test("docs/contract.md lists every finding with its rule; `npm run docs` writes the table", () => {
  expect(readContract()).toBe(withFindings(readContract()));
});

test("docs/library.md lists the library's exports; a missing comment or error is reported", async () => {
  const text = await libraryReference();
  expect(readFileSync(join(ROOT, "docs/library.md"), "utf8")).toBe(text);
  for (const name of [
    "verify",
    "inspect",
    "diff",
    "parseJson",
    "canonicalize",
    "GaitError",
    "VerifyReport",
    "Recorder",
    "createLog",
  ])
    expect(text).toContain(`### \`${name}\`\n`);
  const documented = { name: "a", isFunction: true, text: "", file: "", comment: "What a does.", throws: "nothing" };
  expect(gapsOf([documented])).toEqual([]);
  expect(gapsOf([{ ...documented, comment: "" }])).toEqual(["a has no comment"]);
  expect(gapsOf([{ ...documented, throws: "" }])).toEqual(["a has no @throws"]);
  expect(gapsOf([{ ...documented, isFunction: false, throws: "" }])).toEqual([]);
  const method = { ...documented, name: "a.b", throws: "" };
  expect(gapsOf([{ ...documented, isFunction: false, members: [method] }])).toEqual(["a.b has no @throws"]);
});

test("every file that the docs link to or name as a test exists", () => {
  const documents = [
    "README.md",
    ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  for (const document of documents) {
    const text = readFileSync(join(ROOT, document), "utf8");
    const links = [...text.matchAll(/\]\(([\w./-]+)\)/g)].map(([, target = ""]) => join(dirname(document), target));
    const tests = [...text.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, target = ""]) => target);
    for (const target of [...links, ...tests])
      expect([document, target, existsSync(join(ROOT, target))]).toEqual([document, target, true]);
  }
});
