/** ARCHITECTURE.md sends its reader to the right file: it has every folder, and each file that it names holds what is asked for. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dir);
const TEXT = read("ARCHITECTURE.md");

/** The start of each question, and what only the right file has, in the order of the files. */
const HELD: readonly (readonly [question: string, ...holds: string[]])[] = [
  ["the rule that an entry name may not hold `..`", '".."'],
  ["the limits of an archive", "maxEntries: 10_000", "--max-entries"],
  ["the proof that a ZIP can be read in one way only", "zip_gap"],
  ["the bytes of a written ZIP header", "function localHeader", "function createZipWriter"],
  ["which JSON is refused", "json_duplicate_name", "function isExactNumber"],
  ["how canonical JSON is made", "export function canonicalize"],
  ["the list of finding codes", "zip_truncated: {"],
  ["what `gait explain` says of a finding", "zip_truncated: {", "file_undeclared: {"],
  ["when a verdict is authentic", 'verdict: "authentic"'],
  ["which signatures and keys are valid", "function checkSignatures", "function publicKeyFault"],
  ["every exit code", "approvalRequired: 4", "approval_required: {"],
  ["when a job needs an approval", '"approval_required"', "ALLOWED_FROM"],
  ["the lock of a job", "function acquireLock", "interface ProcessIdentity"],
  ["how a job's event gets to disk", "function changeJob", "fsync"],
  ["how a file appears whole or not at all", "function writeAtomically", "function stageFile"],
  ["how a file that changes while it is read", "input_changed", "input_changed"],
  [
    "what a format's table says",
    "interface EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
  ],
  ["how a run is recorded", "function recordRun", "function recordRun"],
  ["`pack_id` and the manifest of a built pack", "pack_id", "export function selfDigest"],
  ["the controls of `soc2`", "type TemplateId"],
  ["when a call counts as failed or blocked", "function outcomeOf"],
  ["the JUnit and SARIF formats", "const JUNIT", "function sarifFormat"],
  ["how packs are divided", "function isInShard", "function* verifyPacks"],
  ["what is escaped before it is printed", "export function printable", "export function print("],
  ["the shape of a `--json` answer", "", "PUBLISHED_SCHEMAS"],
];

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function filesFor(question: string): string[] {
  const [row, ...others] = TEXT.split("\n").filter((line) => line.startsWith(`| ${question}`));
  expect([question, row !== undefined, others]).toEqual([question, true, []]);
  const answer = (row ?? "").split(" | ").at(1) ?? "";
  return [...answer.matchAll(/`([\w./-]+)`/g)].map(([, path = ""]) => path);
}

describe("where is", () => {
  for (const [question, ...holds] of HELD) {
    test(question, () => {
      const files = filesFor(question);
      expect(files.length).toBeGreaterThanOrEqual(holds.length);
      for (const [at, wanted] of holds.entries()) {
        const path = files[at] ?? "";
        if (wanted !== "") expect([path, read(path).includes(wanted)]).toEqual([path, true]);
      }
    });
  }
});

test("what is said to be in a file is in it", () => {
  // `name` in `path`, or `name` (`path`); members of documents have other names.
  const pairs = [...TEXT.matchAll(/`([a-zA-Z]+|[A-Z_]+)` (?:in |\()`((?:src|scripts)\/[\w./-]+\.ts)`/g)];
  expect(pairs.length).toBeGreaterThan(15);
  for (const [, name = "", path = ""] of pairs) {
    const isThere = new RegExp(`\\b(?:function|const|interface|type|class) ${name}\\b`).test(read(path));
    expect([name, path, isThere]).toEqual([name, path, true]);
  }
});

test("every folder of the source has its line", () => {
  for (const layer of ["schema", "core", "host", "cli"]) {
    const folders = readdirSync(join(ROOT, "src", layer), { withFileTypes: true }).filter((each) => each.isDirectory());
    for (const { name } of folders) expect(TEXT).toContain(`\`src/${layer}/${name}\``);
  }
});
