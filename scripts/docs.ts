/**
 * Writes docs/cli.md and docs/gait.1 from the table of commands, and docs/library.md from the comments of the library,
 * and the table of findings in docs/contract.md: `npm run docs`. With `--check` it only compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { COMMANDS } from "../src/cli/commands.ts";
import { manualPage, markdownReference } from "../src/cli/help/reference.ts";
import { readContract, withFindings } from "./findings.ts";
import { libraryReference } from "./library-reference.ts";

const DOCS = join(import.meta.dir, "../docs");

const FILES: Readonly<Record<string, string>> = {
  "cli.md": markdownReference(COMMANDS),
  "gait.1": manualPage(COMMANDS, packageJson.version),
  // The table of findings; the rest of it is written by hand.
  "contract.md": withFindings(readContract()),
  "library.md": await libraryReference(),
};

for (const [name, text] of Object.entries(FILES)) {
  const path = join(DOCS, name);
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else if (readOrNothing(path) !== text) {
    console.error(`docs/${name} differs from the code: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
