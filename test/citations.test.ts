/** The rules of scripts/check/citations.ts, each with a text that follows it and one that breaks it. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { badCitations, badCitationsIn, CONTRACT_PATH, sectionsOf } from "../scripts/check/citations.ts";

const TARGETS = {
  sections: sectionsOf("## 2. Pack\n\n### 2.1 One\n### 2.2 Two\n### 2.3 Three\n\n## 10. Findings\n#### 2.4 Too deep\n"),
  documents: ["README.md", "docs/cli.md", CONTRACT_PATH],
};

/** Built here, so that this file contains no bad citation. */
const CONTRACT = ["con", "tract"].join("");
const SECTION = ["sec", "tion"].join("");
const MD = [".", "md"].join("");

interface Case {
  readonly rule: string;
  readonly text: string;
  /** The expected complaint; none for a text that follows the rule. */
  readonly bad?: string;
  readonly path?: string;
}

const CASES: readonly Case[] = [
  { rule: "a section that exists", text: `/** A pack (${CONTRACT} 2.1). */` },
  { rule: "a section that does not exist", text: `/** A pack (${CONTRACT} 2.7). */`, bad: "has no section 2.7" },
  { rule: "a whole chapter", text: `// ${CONTRACT} ${SECTION} 10` },
  { rule: "a chapter that does not exist", text: `// ${CONTRACT} ${SECTION} 9`, bad: "has no section 9" },
  { rule: "a list", text: `// (${CONTRACT} 2.1, 2.2 and 2.3)` },
  { rule: "the last of a list", text: `// (${CONTRACT} 2.1, 2.2, and ${SECTION} 2.9)`, bad: "has no section 2.9" },
  { rule: "a range", text: `// (${CONTRACT} 2.1 to 2.3)` },
  { rule: "a range that goes too far", text: `// (${CONTRACT} 2.2 to 2.4)`, bad: "has no section 2.4" },
  { rule: "the name of a test", text: `test("a pack (${CONTRACT} 2.1)", () => {});` },
  { rule: "the name of a test, bad", text: `test("a pack (${CONTRACT} 3)", () => {});`, bad: "has no section 3" },
  { rule: "over the end of a line", text: `/**\n * A pack (${CONTRACT}\n * 2.1 and\n * 2.2).\n */` },
  {
    rule: "over the end of a line, bad",
    text: `/**\n * (${CONTRACT} 2.1 and\n * 2.8).\n */`,
    bad: "has no section 2.8",
  },
  { rule: "Python", text: `# see ${CONTRACT} 2.1`, path: "test/a.py" },
  { rule: "Python, bad", text: `# see ${CONTRACT} 4.1`, path: "test/a.py", bad: "has no section 4.1" },
  { rule: "another document of the docs", text: `(see [it](${CONTRACT}${MD}), 2.1)`, path: "docs/viewer.md" },
  {
    rule: "another document of the docs, bad",
    text: `(see [it](${CONTRACT}${MD}), 5.1)`,
    path: "docs/viewer.md",
    bad: "has no section 5.1",
  },
  { rule: "itself", text: "As in 2.1, with defaults (2.2).", path: CONTRACT_PATH },
  { rule: "itself, bad", text: "As in 2.1, with defaults (2.6).", path: CONTRACT_PATH, bad: "has no section 2.6" },

  { rule: "a public specification", text: `// RFC 8785 ${SECTION} 3.2.2 and RFC 7493\n// ${SECTION} 2.1` },
  { rule: "a section of nothing", text: `// The log is the truth (${SECTION} 2.1).`, bad: `"${SECTION} 2.1" of which` },
  { rule: "a section in a string", text: `const a = "${SECTION} 3 // of the licence";` },
  {
    rule: "a section behind a string",
    text: `const a = "//"; // ${SECTION} 3`,
    bad: `"${SECTION} 3" of which document?`,
  },

  { rule: "a document", text: `/** Written into docs/cli${MD}; README${MD} has it. */` },
  { rule: "a document from elsewhere", text: `// ../../docs/cli${MD}` },
  { rule: "a document by its name alone", text: `// cli${MD}` },
  { rule: "a document that is not there", text: `// see design${MD}`, bad: `no document design${MD}` },
  { rule: "a document elsewhere", text: `// see ../shared/cli${MD}`, bad: `no document ../shared/cli${MD}` },
  { rule: "a file that a program makes", text: `write("report${MD}");` },
];

describe("citations", () => {
  test.each(CASES)("$rule", ({ text, bad, path = "src/a.ts" }) => {
    const found = badCitations(path, text, TARGETS);
    expect(found).toHaveLength(bad === undefined ? 0 : 1);
    if (bad !== undefined) expect(found[0]).toContain(bad);
  });

  test("the line of a bad citation is given", () => {
    expect(badCitations("src/a.ts", `const a = 1;\n\n// ${CONTRACT} 7.7`, TARGETS)[0]).toStartWith("src/a.ts:3: ");
  });

  test("this repository has no bad citation", () => {
    expect(badCitationsIn(join(import.meta.dir, ".."))).toEqual([]);
  });
});
