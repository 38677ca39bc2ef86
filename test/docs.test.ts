/** The docs say what the code says. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readContract, withFindings } from "../scripts/findings.ts";

const ROOT = dirname(import.meta.dir);

test("docs/contract.md has every finding with its rule; `bun scripts/findings.ts` writes the table", () => {
  expect(readContract()).toBe(withFindings(readContract()));
});

test("every file that the docs link to or name as a test is there", () => {
  const documents = [
    "README.md",
    ...readdirSync(join(ROOT, "docs"))
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
