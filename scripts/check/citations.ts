/**
 * Citations must lead to something that readers of this repository have: a section of docs/contract.md that exists, a
 * document that is a file here, or a public specification by its name. `bun scripts/check/citations.ts`
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

const ROOT = join(import.meta.dir, "../..");
export const CONTRACT_PATH = "docs/contract.md";

const NUMBER = String.raw`\d+(?:\.\d+)*`;
/** `4.1`, `2.3, 4.1 and 4.2`, `2.7 to 2.9`. */
const NUMBERS = String.raw`${NUMBER}(?:(?:,\s+and\s+|,\s+|\s+and\s+|\s+to\s+)(?:sections?\s+)?${NUMBER})*`;
const OF_CONTRACT = new RegExp(
  String.raw`\bcontract(?:\.md\)?,)?(?:'s)?(?:\s+example)?\s+(?:sections?\s+)?(${NUMBERS})`,
  "gi",
);
/** The contract cites itself in parentheses, and after a few words. */
const OF_ITSELF = new RegExp(
  String.raw`(?:\(|\b(?:as in|as|in|by|of|from|what|that) )(?=\d+\.\d)(${NUMBERS})(?=[\s).,:;](?!\d))`,
  "g",
);
const SECTION = new RegExp(String.raw`\bsections?\s+${NUMBER}`, "gi");
/** Names allowed before the word section and a number: publicly available documents. */
const PUBLIC_SPECIFICATION =
  /(?:\bRFC \d+|\bAPPNOTE(?: [\d.]+)?|\bECMA-\d+|\bFIPS [\d-]+|\bWOFF \d\.\d|\bXML \d\.\d|\bUnicode(?: [\d.]+)?),?\s+(?:and\s+)?$/;
const DOCUMENT = /[\w./-]*\w\.md\b/g;

/** The allowed targets of citations. */
export interface Targets {
  /** Numbers of the contract's headings. */
  readonly sections: ReadonlySet<string>;
  /** Paths of the documents in the repository. */
  readonly documents: readonly string[];
}

/** The numbers of the headings of a document: `## 4. Jobs`, `### 4.2 The folder`. */
export function sectionsOf(document: string): Set<string> {
  return new Set([...document.matchAll(/^#{2,3} (\d+(?:\.\d+)*)\.? /gm)].map(([, number = ""]) => number));
}

/** One line for each bad citation in the file. */
export function badCitations(path: string, source: string, { sections, documents }: Targets): string[] {
  const text = withoutMargins(source);
  const found: { index: number; message: string }[] = [];
  const checkNumbers = (pattern: RegExp): void => {
    for (const match of text.matchAll(pattern)) {
      for (const number of numbersIn(match[1] ?? "").filter((each) => !sections.has(each))) {
        found.push({ index: match.index, message: `${CONTRACT_PATH} has no section ${number}` });
      }
    }
  };
  checkNumbers(OF_CONTRACT);
  if (path === CONTRACT_PATH) checkNumbers(OF_ITSELF);

  const comments = /\.(?:ts|mjs)$/.test(path) ? withoutMargins(commentsOf(source)) : text;
  const cited = [...comments.matchAll(OF_CONTRACT)].map(({ index, 0: { length } }) => [index, index + length] as const);
  for (const { index, 0: citation } of comments.matchAll(SECTION)) {
    if (cited.some(([start, end]) => start <= index && index < end)) continue;
    if (path === CONTRACT_PATH || PUBLIC_SPECIFICATION.test(comments.slice(Math.max(0, index - 40), index))) continue;
    found.push({ index, message: `"${citation.replace(/\s+/g, " ")}" of which document?` });
  }
  for (const { index, 0: name } of comments.matchAll(DOCUMENT)) {
    const wanted = name.replace(/^(?:\.\.?\/)+/, "");
    const isThere = documents.some((each) => each === wanted || each.endsWith(`/${wanted}`));
    if (!isThere) found.push({ index, message: `the repository has no document ${name}` });
  }
  return found
    .sort((left, right) => left.index - right.index)
    .map(({ index, message }) => `${path}:${text.slice(0, index).split("\n").length}: ${message}`);
}

/** `2.7 to 2.9` is 2.7, 2.8 and 2.9. */
function numbersIn(list: string): string[] {
  const parts = list.split(/(?:,\s+and|,|\band)\s+/);
  return parts.flatMap((part) => {
    const [first = "", last] = part.match(/\d+(?:\.\d+)*/g) ?? [];
    if (last === undefined) return [first];
    const stem = first.slice(0, first.lastIndexOf(".") + 1);
    const from = Number(first.slice(stem.length));
    const to = Number(last.slice(stem.length));
    // Ends that don't form a range are looked up one by one.
    if (!last.startsWith(stem) || !(to >= from)) return [first, last];
    return Array.from({ length: to - from + 1 }, (_, at) => `${stem}${from + at}`);
  });
}

/** The text with the margins of its comments as spaces: a citation may span lines. */
function withoutMargins(text: string): string {
  return text.replace(/^[ \t]*(?:\*(?!\/)|\/\/+|#+)/gm, (margin) => " ".repeat(margin.length));
}

const STRING_OR_COMMENT = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(\/\*[\s\S]*?\*\/|\/\/[^\n]*)/g;

/** The comments of a TypeScript or JavaScript file in their places, everything else as spaces. */
export function commentsOf(source: string): string {
  let comments = "";
  for (const { index, 1: comment } of source.matchAll(STRING_OR_COMMENT)) {
    if (comment === undefined) continue;
    comments += blank(source.slice(comments.length, index)) + comment;
  }
  return comments + blank(source.slice(comments.length));
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

const DOCUMENTS = ["*.md", ".github/**/*.md", "{docs,examples,scripts,src,test}/**/*.md"];
const SOURCES = ["{src,scripts,test}/**/*.{ts,mjs,py,css,html}"];
/** It describes the past, including documents that no longer exist. */
const HISTORY = "CHANGELOG.md";

/** All bad citations in the repository. */
export function badCitationsIn(root: string): string[] {
  const documents = filesOf(root, DOCUMENTS);
  const targets = { sections: sectionsOf(readFileSync(join(root, CONTRACT_PATH), "utf8")), documents };
  const paths = [...filesOf(root, SOURCES), ...documents.filter((path) => path !== HISTORY)].sort();
  return paths.flatMap((path) => badCitations(path, readFileSync(join(root, path), "utf8"), targets));
}

function filesOf(root: string, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => [...new Glob(pattern).scanSync({ cwd: root, dot: true })]);
}

if (import.meta.main) {
  const lines = badCitationsIn(ROOT);
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
