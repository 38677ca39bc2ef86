/** `gait explain`: every code has an explanation that helps a person. */
import { describe, expect, test } from "bun:test";
import { EXIT } from "../../src/cli/command/exit.ts";
import { TOPICS } from "../../src/cli/commands/explain/topics.ts";
import { dispatch } from "../../src/cli/dispatch.ts";
import { ERRORS, EXITS } from "../../src/cli/help/outcomes.ts";
import { outcomeCell } from "../../src/cli/show/run.ts";
import { EMPTY, fileState, NO_EVIDENCE, RENDERED } from "../../src/core/account/state-text.ts";
import { ARCHIVE_EXPLANATIONS } from "../../src/core/explain/archive.ts";
import { DOCUMENT_EXPLANATIONS } from "../../src/core/explain/document.ts";
import { EVIDENCE_WORDS } from "../../src/core/explain/evidence.ts";
import { IMPORT_WARNINGS } from "../../src/core/explain/import-warning.ts";
import { LOG_EXPLANATIONS } from "../../src/core/explain/log.ts";
import { OUTCOMES } from "../../src/core/explain/outcome.ts";
import { TRUST_EXPLANATIONS } from "../../src/core/explain/trust.ts";
import { FINDING_RULES } from "../../src/core/finding/finding.ts";
import type { CallOutcome } from "../../src/schema/account/run.ts";
import { JobStatusSchema } from "../../src/schema/document/job.ts";
import { conforms } from "../e2e/answers.ts";
import { QUIET_ENVIRONMENT } from "./quiet-environment.ts";

const CALL_OUTCOMES: readonly CallOutcome[] = ["ok", "unstated", "failed", "blocked", "open"];
const run = (...argv: string[]) => dispatch(["explain", ...argv], QUIET_ENVIRONMENT);

describe("topics", () => {
  test("the topics are exactly the findings, errors, verdicts, words, exits and warnings of an import", () => {
    const names = TOPICS.map(({ topic }) => topic);
    const exits = Object.values(EXIT).map((exit) => `exit-${exit}`);
    const wanted = [
      ...Object.keys(FINDING_RULES),
      ...Object.keys(ERRORS),
      ...exits,
      "authentic",
      "intact",
      "failed",
      ...Object.keys(IMPORT_WARNINGS),
      ...Object.keys(OUTCOMES),
      ...Object.keys(EVIDENCE_WORDS),
    ];
    expect(names.toSorted()).toEqual(wanted.toSorted());
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(EXITS).map(Number).toSorted()).toEqual(Object.values(EXIT).toSorted());
    expect(
      Object.keys({
        ...ARCHIVE_EXPLANATIONS,
        ...DOCUMENT_EXPLANATIONS,
        ...LOG_EXPLANATIONS,
        ...TRUST_EXPLANATIONS,
      }).toSorted(),
    ).toEqual(Object.keys(FINDING_RULES).toSorted());
  });

  for (const { topic, summary, meaning, innocently, attack, action } of TOPICS) {
    test(`${topic} is explained in sentences, and the meaning adds to the rule`, () => {
      for (const text of [summary, meaning, innocently, attack, action]) {
        if (text !== undefined) expect(text).toMatch(/^([A-Z“`]|gait |--).*[^\s][.”]$/s);
      }
      expect(meaning).not.toBe(summary);
    });
  }

  test("no two findings have the same meaning, except the two digests of a manifest", () => {
    const meanings = TOPICS.filter(({ topic }) => topic !== "manifest_digest_mismatch").map(({ meaning }) => meaning);
    expect(new Set(meanings).size).toBe(meanings.length);
  });
});

test("every word that is printed of a call or a job is explained, as it is printed", async () => {
  const calls = CALL_OUTCOMES.map((outcome) => [outcomeCell(outcome)].flat()[0] as string);
  const jobs = JobStatusSchema.enum as readonly string[];
  for (const word of [...calls, ...jobs, "denied", "rejected", "tampered", "WITHOUT RESULT", "unsigned"]) {
    const { exit, stdout } = await run(word);
    expect([word, exit, stdout.length > 100]).toEqual([word, EXIT.ok, true]);
  }
});

test("every word that is printed of evidence is explained, as it is printed", async () => {
  const states = (["unsound", "missing", "undeclared"] as const).map(
    (state) => fileState({ path: "a", role: "content", state }, new Map())?.text ?? "",
  );
  for (const word of [
    NO_EVIDENCE,
    EMPTY,
    RENDERED,
    "WITHOUT EVIDENCE",
    "NOT CHECKED",
    "UNVERIFIED",
    "unreadable",
    ...states,
  ]) {
    const { exit, stdout } = await run(word);
    expect([word, exit, stdout.length > 100]).toEqual([word, EXIT.ok, true]);
  }
});

describe("answers", () => {
  test("one topic, in lines that fit", async () => {
    const { exit, stdout } = await run("signature_invalid");
    expect(exit).toBe(0);
    for (const text of [
      "signature_invalid (finding)",
      "The rule",
      "Meaning",
      "Innocent cause",
      "Malicious cause",
      "What to do",
    ])
      expect(stdout).toContain(text);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test.each([
    ["EXIT-2", "exit-2 (exit)"],
    ["2", "exit-2 (exit)"],
    ["exit_6", "exit-6 (exit)"],
    ["Authentic", "authentic (verdict)"],
    ["file-hash-mismatch", "file_hash_mismatch (finding)"],
    ["contention", "contention (error)"],
  ])("%s is known as it may be typed", async (typed, title) => {
    expect((await run(typed)).stdout).toStartWith(`${title}\n`);
  });

  test.each([
    ["file_hash_missmatch", "Did you mean file_hash_mismatch?"],
    ["hash_mismatch", "Did you mean file_hash_mismatch?"],
    ["exit-3", "The exits are 0, 1, 2, 4, 5, 6, 8"],
    ["exit", "The exits are 0, 1, 2, 4, 5, 6, 8"],
    ["nonesuch", "gait explain lists everything."],
  ])("%s is unknown, exit 6, and gets a hint", async (typed, hint) => {
    const { exit, stdout, stderr } = await run(typed);
    expect([exit, stdout]).toEqual([6, ""]);
    expect(stderr).toContain(hint);
  });

  test("the list has every topic", async () => {
    const { stdout } = await run();
    for (const { topic, summary } of TOPICS)
      expect(stdout).toMatch(new RegExp(`^  ${topic} +${RegExp.escape(summary)}$`, "m"));
  });

  test("JSON fits its schema: the list, each topic, a failure", async () => {
    for (const argv of [[], ...TOPICS.map(({ topic }) => [topic]), ["nonesuch"]]) {
      const { exit, stdout } = await run(...argv, "--json");
      const answer = JSON.parse(stdout);
      expect([argv, conforms(answer)]).toEqual([argv, []]);
      expect(answer.ok).toBe(exit === 0);
    }
  });
});
