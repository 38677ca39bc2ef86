/** ARCHITECTURE.md sends its reader to the right file: every folder is listed, each file named holds what it says. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LAYERS } from "../scripts/check/layers.ts";

const ROOT = dirname(import.meta.dir);
const TEXT = read("ARCHITECTURE.md");

/** The start of each question, and what only the right file has, in the order of the files. */
const HELD: readonly (readonly [question: string, ...holds: string[]])[] = [
  ["the rule that an entry name may not hold `..`", '".."'],
  ["the limits of an archive", "maxEntries: 10_000", "--max-entries"],
  ["how large a document may be", "MAX_DOCUMENT_RATIO"],
  ["the proof that a ZIP can be read in one way only", "zip_gap", "function findDecoys"],
  ["which tools' archives are accepted", "const FORMS", "interface Form {", "function findForm"],
  ["how a rezipped pack gets its form back", "function normalizeArtifact", "function unwrap", "normalizeArtifact("],
  ["the bytes of a written ZIP header", "function localHeader", "function createZipWriter"],
  ["which JSON is refused", "json_duplicate_name", "function isExactNumber"],
  ["how several threads check the lines", "class RingFiller", "compareExchange(", "function createLinesCheck"],
  ["how canonical JSON is made", "export function canonicalize"],
  ["the list of finding codes", "zip_truncated: {"],
  ["how a verdict with its findings looks as text", "printable("],
  ["what `gait explain` says of a verdict", "const VERDICTS", "ERRORS"],
  ["what `gait explain` says of a finding", "zip_truncated: {", "file_undeclared: {", "const EXPLANATIONS"],
  ["when a verdict is authentic", 'verdict: "authentic"'],
  ["which signatures and keys are valid", "function checkSignatures", "function publicKeyFault"],
  ["every exit code", "approvalRequired: 4", "approval_required: {"],
  ["when a job needs an approval", '"approval_required"', "ALLOWED_FROM"],
  ["the lock of a job", "function acquireLock", "interface ProcessIdentity", "await acquireLock("],
  ["how a job's log is chained and signed", "class LogChain", "function linked", "logDigestOf("],
  ["when a log can't be right", "class JobReplay", "class JobAgreement"],
  ["how a writer is spared the replay", "function trustedSnapshot"],
  ["how a job's event gets to disk", "function changeJob", "fsync"],
  ["how a file appears whole or not at all", "function writeAtomically", "function stageFile"],
  ["how a file that changes while it is read", ...Array<string>(6).fill("input_changed")],
  [
    "the rules of a format",
    "interface EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
    ": EvidenceFormat<",
  ],
  ["how a run is recorded", "function recordRun", "function recordRun", "OpenTelemetry"],
  ["which formats `gait run import` knows", "const IMPORT_FORMATS", "function recognise"],
  ["how one source is imported", "function importSource", "function importRuns", "function* listSources"],
  ["what `--redact` takes out", "function redacted"],
  ["which result belongs to which call", "function pairResults", "pairResults(", "class CallTable"],
  ["what is warned of when a runpack contradicts itself", "function agreementWarnings", "class EntryAgreement"],
  ["`pack_id`", "function selfDigest", "pack_id_mismatch", "const packId = selfDigest(", "function evidencePackId"],
  ["files that travel in a pack", "function attachedMembers"],
  ["the controls of `soc2`", "type TemplateId"],
  ["when a call counts as failed or blocked", "function outcomeOf"],
  [
    "the formats for CI systems",
    "function junitFormat",
    "function sarifFormat",
    "function markdownFormat",
    "function githubFormat",
    "function formatOf",
    "function reportsOf",
  ],
  ["how packs are divided", "function isInShard", "function* verifyPacks"],
  [
    "where threads are started",
    "function startThread",
    "function threads",
    "input_changed",
    "new Worker(",
    "export function serve",
  ],
  ["what is escaped before it is printed", "export function printable", "export function print("],
  ["the content security policy of the pages", "function policy", "function policy"],
  ["the shape of a `--json` answer", "", "PUBLISHED_SCHEMAS"],
  ["the schema of a document", "RunPayloadSchema", "", "RunPayloadSchema", '"RunPayload"'],
  ["the flags of `gait verify`", "const VERIFY_SHORT", "const VERIFYING_FLAGS"],
];

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function filesFor(question: string): string[] {
  const [row, ...others] = TEXT.split("\n").filter((line) => line.startsWith(`| ${question}`));
  expect([question, row !== undefined, others]).toEqual([question, true, []]);
  const answer = (row ?? "").split(" | ").at(1) ?? "";
  // What has no slash is a name in a file, not a file.
  return [...answer.matchAll(/`([\w.-]+\/[\w./-]+)`/g)].map(([, path = ""]) => path);
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

test("each file holds what ARCHITECTURE.md says it holds", () => {
  // `name` in `path`, or `name` (`path`); members of documents have other names.
  const pairs = [...TEXT.matchAll(/`([a-zA-Z]+|[A-Z_]+)` (?:in |\()`((?:src|scripts)\/[\w./-]+\.ts)`/g)];
  expect(pairs.length).toBeGreaterThan(15);
  for (const [, name = "", path = ""] of pairs) {
    const isThere = new RegExp(`\\b(?:function|const|interface|type|class) ${name}\\b`).test(read(path));
    expect([name, path, isThere]).toEqual([name, path, true]);
  }
});

test("every folder of the source has its line, and every file beside the folders is named", () => {
  // Commands have a line for all of their nouns.
  const folders = LAYERS.flatMap(({ name, folders }) => folders.map((folder) => `src/${name}/${folder}`)).filter(
    (path) => !path.endsWith("/.") && !path.startsWith("src/cli/commands/"),
  );
  const beside = LAYERS.flatMap(({ name }) =>
    readdirSync(join(ROOT, "src", name))
      .filter((file) => file.endsWith(".ts"))
      .map((file) => `src/${name}/${file}`),
  );
  expect([...folders, ...beside].filter((path) => !TEXT.includes(`\`${path}\``))).toEqual([]);
});

test("docs/README.md has a line for every document, and links to nothing else", () => {
  const lines = read("docs/README.md")
    .split("\n")
    .filter((line) => line.startsWith("| ["));
  const linked = lines.map((line) => /^\| \[[^\]]+\]\(([\w./-]+)\) \| \S/.exec(line)?.[1] ?? line);
  const here = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md");
  const above = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  const elsewhere = ["../examples/README.md", "gait.1"];
  expect(linked.toSorted()).toEqual([...here, ...above.map((name) => `../${name}`), ...elsewhere].toSorted());
});
