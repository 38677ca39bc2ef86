/** The job commands of version 1.4 of the Go implementation, in the order of its index, by the executable. */
import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LATER, laterItems, wordsOf } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-later-jobs-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

test("each step exits and leaves the job as the index says", () => {
  const steps = laterItems(({ kind }) => kind === "job-step");
  const seen = steps.map((step) => {
    const { exit, stdout } = gait(wordsOf(step, ["--summary", "--required-action"]), { cwd });
    const { job } = JSON.parse(stdout);
    return [step.command, exit, job?.status ?? null, job?.status_reason_code ?? null];
  });
  expect(seen).toEqual(
    steps.map((step) => [step.command, step.expected_exit, step.status ?? null, step.status_reason_code ?? null]),
  );
});

test("a folder that was begun there is packed here, and verifies", () => {
  cpSync(join(LATER, "jobs/job_override"), join(cwd, "there/job_override"), { recursive: true });
  expect(gait(["job", "pause", "--id", "job_override", "--root", "there"], { cwd }).exit).toBe(0);
  expect(
    gait(["pack", "build", "--type", "job", "--from", "there/job_override", "--out", "job.zip"], { cwd }).exit,
  ).toBe(0);
  expect(gait(["pack", "verify", "job.zip"], { cwd }).exit).toBe(0);
});

test("who is revoked, or somebody else, or without the policy, does not resume a job", () => {
  const job = (...words: string[]) => gait(["job", ...words, "--id", "bound", "--root", "bound"], { cwd });
  expect(job("submit", "--actor", "al", "--policy-digest", "d1", "--env-fingerprint", "e").exit).toBe(0);
  expect(job("pause").exit).toBe(0);
  writeFileSync(join(cwd, "lines.txt"), "# gone\nbo\nal # since May\n");
  writeFileSync(join(cwd, "list.json"), '{"revoked_identities":["bo"],"identities":["cy"]}');
  writeFileSync(join(cwd, "bad.json"), '["al", 1]');
  const resume = (...words: string[]) => job("resume", "--env-fingerprint", "e", ...words);
  expect(resume()).toMatchObject({ exit: 6, stderr: expect.stringContaining("--policy-digest") });
  expect(resume("--policy-digest", "d1", "--identity", "bo")).toMatchObject({ exit: 6 });
  const revoked = ["--policy-digest", "d1", "--identity-revocations"];
  expect(resume(...revoked, "lines.txt")).toMatchObject({
    exit: 6,
    stderr: expect.stringContaining('"al" is revoked'),
  });
  expect(resume(...revoked, "bad.json")).toMatchObject({ exit: 6, stderr: expect.stringContaining("item 2") });
  expect(resume(...revoked, "missing.txt").exit).toBe(6);
  expect(resume(...revoked, "list.json", "--json")).toMatchObject({ exit: 0 });
  expect(job("stop", "--actor", "ops", "--reason", "wrong cluster").exit).toBe(0);
  expect(resume("--policy-digest", "d1").exit).toBe(6);
  expect(job("checkpoint", "add", "--type", "blocked", "--summary", "x").exit).toBe(6);
  expect(job("checkpoint", "add", "--type", "progress", "--summary", "what happened").exit).toBe(0);
  expect(job("cancel").exit).toBe(0);
  expect(job("inspect").exit).toBe(0);
});
