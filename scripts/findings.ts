/** The table of findings in docs/contract.md, from the rules in the code: `npm run docs` writes it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FINDING_RULES } from "../src/core/finding/finding.ts";

const DOCUMENT = join(import.meta.dir, "../docs/contract.md");
const HEAD = "| code | the rule that is broken |\n|---|---|\n";

/** The document with the table from the code. */
export function withFindings(document: string): string {
  const start = document.indexOf(HEAD);
  if (start < 0) throw new Error("docs/contract.md has no table of findings");
  const rows = Object.entries(FINDING_RULES).map(
    ([code, { rule }]) => `| \`${code}\` | ${rule.replaceAll("|", "\\|")} |\n`,
  );
  const end = document.indexOf("\n\n", start);
  const rest = end < 0 ? "" : document.slice(end + 1);
  return document.slice(0, start) + HEAD + rows.join("") + rest;
}

export function readContract(): string {
  return readFileSync(DOCUMENT, "utf8");
}
