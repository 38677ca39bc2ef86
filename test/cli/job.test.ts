/** `gait job …`: flags, answers, exits. The store's own tests cover what a command does to a job. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { JOB_COMMANDS } from "../../src/cli/commands/job/command.ts";
import type { CommandResult } from "../../src/cli/dispatch.ts";
import { environmentFingerprint } from "../../src/core/job/environment-fingerprint.ts";
import { CHECKPOINT_TYPES } from "../../src/core/job/job.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { JobOutputSchema } from "../../src/schema/answer/job.ts";
import { jobCommand } from "./job-command.ts";

const BASE = mkdtempSync(join(tmpdir(), "gait-job-cli-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

let count = 0;
let root: string;
beforeEach(() => {
  count += 1;
  root = join(BASE, String(count));
});

const job = (line: string): Promise<CommandResult> => jobCommand(root, line);

const conforms = new Ajv2020({ strict: false, validateFormats: false }).compile(JobOutputSchema as object);

/** The JSON answer, which fits the published schema. */
async function answer(line: string): Promise<{ exit: number; json: Record<string, unknown> }> {
  const { exit, stdout } = await job(`${line} --json`);
  const json = JSON.parse(stdout);
  conforms(json);
  expect(conforms.errors).toBeNull();
  return { exit, json };
}

describe("JSON answers", () => {
  test("of a job's whole life", async () => {
    const submitted = await answer("submit --id job_1 --actor alice --env-fingerprint envfp:x");
    expect(submitted).toMatchObject({
      exit: 0,
      json: {
        schema_id: "gait.job.output",
        ok: true,
        operation: "submit",
        job_id: "job_1",
        job: {
          status: "running",
          revision: 1,
          created_at: "2027-01-01T10:00:00.12Z",
          environment_fingerprint: "envfp:x",
        },
      },
    });
    const added = await answer(
      "checkpoint add --id job_1 --type decision-needed --summary 'which?' --required-action 'choose'",
    );
    expect(added.json).toMatchObject({
      operation: "checkpoint add",
      checkpoint: { checkpoint_id: "cp_0001", type: "decision-needed", required_action: "choose" },
      job: { status: "decision_needed" },
    });
    expect(await answer("resume --id job_1 --env-fingerprint envfp:x")).toMatchObject({
      exit: 4,
      json: { ok: false, operation: "resume", error_code: "approval_required", retryable: false },
    });
    expect((await answer("approve --id job_1 --actor boss --reason 'ship it'")).json).toMatchObject({
      approval: { actor: "boss", reason: "ship it" },
    });
    expect((await answer("resume --id job_1 --env-fingerprint envfp:x")).json).toMatchObject({
      job: { status: "running" },
    });
    expect((await answer("pause --id job_1")).json).toMatchObject({ job: { status: "paused" } });
    expect((await answer("status --id job_1")).json).toMatchObject({ job_id: "job_1", job: { revision: 5 } });
    expect((await answer("checkpoint list --id job_1")).json).toMatchObject({
      checkpoints: [{ checkpoint_id: "cp_0001" }],
    });
    expect((await answer("checkpoint show --id job_1 --checkpoint cp_0001")).json).toMatchObject({
      checkpoint: { summary: "which?" },
    });
    expect((await answer("cancel --id job_1")).json).toMatchObject({ job: { status: "cancelled" } });
    const inspected = await answer("inspect --id job_1");
    expect(inspected.json["events"]).toHaveLength(6);
    expect((await answer("list")).json).toMatchObject({
      root,
      jobs: [{ job_id: "job_1", status: "cancelled", revision: 6 }],
    });
  });

  test("of nothing: no jobs, no checkpoints", async () => {
    mkdirSync(root, { recursive: true });
    expect((await answer("list")).json).toMatchObject({ jobs: [] });
    await job("submit --id job_1");
    expect((await answer("checkpoint list --id job_1")).json).not.toHaveProperty("checkpoints");
  });

  test("of an unreadable job are in the list, with the reason", async () => {
    await job("submit --id job_1");
    mkdirSync(join(root, "broken"));
    writeFileSync(join(root, "broken", "events.jsonl"), "{}\n{}\n");
    const { exit, json } = await answer("list");
    expect(exit).toBe(0);
    expect(json).toMatchObject({ jobs: [{ job_id: "job_1" }], unreadable: [{ job_id: "broken" }] });
  });
});

const REFUSED: readonly (readonly [line: string, exit: number, words: string])[] = [
  ["status --id job_2", 6, "there is no job job_2"],
  ["status", 6, "--id is missing"],
  ["submit --id job_1", 6, "already exists"],
  ["submit --id ../x", 6, "job id"],
  ["submit --id linked", 6, "symbolic link"],
  ["pause --id paused", 6, "allowed only from running"],
  ["approve --id job_1", 6, "--actor is missing"],
  ["approve --id job_1 --actor boss", 6, "no open decision"],
  ["resume --id waiting", 4, "cp_0001"],
  ["resume --id paused --env-fingerprint envfp:other", 6, "was submitted in"],
  ["checkpoint add --id job_1", 6, "--summary is missing"],
  ["checkpoint add --id job_1 --type odd --summary x", 6, "--type can't be"],
  ["checkpoint add --id job_1 --type decision-needed --summary x", 6, "required action"],
  ["checkpoint show --id job_1", 6, "--checkpoint is missing"],
  ["checkpoint show --id job_1 --checkpoint cp_0009", 6, "no checkpoint"],
  ["cancel --id job_1 now", 6, "one argument too many"],
];

describe("refusals say what is wrong and what to do", () => {
  for (const [line, exit, words] of REFUSED) {
    test(`gait job ${line}: ${exit}`, async () => {
      for (const id of ["job_1", "paused", "waiting"]) await job(`submit --id ${id}`);
      symlinkSync(BASE, join(root, "linked"));
      await job("pause --id paused");
      await job("checkpoint add --id waiting --type decision-needed --summary x --required-action y");
      const refused = await job(line);
      expect(refused).toMatchObject({ exit, stdout: "" });
      expect(refused.stderr).toContain(words);
      expect(refused.stderr).toContain("hint: ");
      expect(await answer(line)).toMatchObject({ exit, json: { ok: false, retryable: false } });
    });
  }

  test("a held lock exits with 1, and the call can be retried", async () => {
    await job("submit --id job_1");
    writeFileSync(join(root, "job_1", "state.json.lock"), "");
    expect(await answer("pause --id job_1")).toMatchObject({
      exit: 1,
      json: { ok: false, retryable: true, error_category: "state_contention" },
    });
  });
});

describe("for a person", () => {
  test("status shows the open decision and the commands that the job accepts", async () => {
    await job("submit --id job_1 --env-fingerprint envfp:x");
    await job("checkpoint add --id job_1 --type decision-needed --summary 'which?' --required-action 'choose'");
    expect((await job("status --id job_1")).stdout).toBe(
      [
        "job_1",
        "  status       decision_needed",
        "  stop reason  decision_needed",
        "  because of   decision_needed",
        "  revision     2, 2027-01-01T10:00:00.12Z",
        "  submitted    2027-01-01T10:00:00.12Z",
        "  environment  envfp:x",
        "  checkpoints  1",
        "  to decide    cp_0001: choose",
        "  allowed      checkpoint add, pause, approve, reject, stop, cancel",
        "",
      ].join("\n"),
    );
  });

  test("inspect shows who did what, of a job of the Go implementation too", async () => {
    cpSync(join(import.meta.dir, "../vectors/jobs"), root, { recursive: true });
    const { stdout, stderr } = await job("inspect --id job_resumed");
    expect(stderr).toBe("");
    expect(stdout).toContain(
      [
        "states, from 2026-11-22T19:33:10.160705849Z",
        "      +0:00  running          7 ms                      submitted, by alice",
        "  +0:00.007  decision_needed  10 ms                     decision_needed, by bot",
        "  +0:00.016  running          until the end of the log  resumed, by alice",
        "checkpoints and approvals",
        "  cp_0001  decision-needed  APPROVED  Deploy <b>prod</b> & wait? (to decide: choose blue or green) — boss at 2026-11-22T19:33:10.172946439Z: ship it",
        "events",
        "  1      +0:00  submitted         by alice",
        "  2  +0:00.007  checkpoint_added  by bot, cp_0001, checkpoint_decision_needed",
        '  3  +0:00.012  approved          by boss, cp_0001, "ship it"',
        '  4  +0:00.016  resumed           by alice, "go"',
        "",
      ].join("\n"),
    );
  });

  test("list is a table", async () => {
    cpSync(join(import.meta.dir, "../vectors/jobs"), root, { recursive: true });
    const lines = (await job("list")).stdout.split("\n");
    expect(lines[0]).toBe("job            status           revision  updated");
    expect(lines[1]).toBe("job_approved   decision_needed  3         2026-11-22T19:33:10.153405475Z");
    expect(lines).toHaveLength(10);
  });

  test("warnings go to stderr, and into the JSON answer", async () => {
    cpSync(join(import.meta.dir, "../vectors/jobs"), root, { recursive: true });
    rmSync(join(root, "job_running", "state.json"));
    expect((await job("status --id job_running")).stderr).toStartWith("warning: the summary of cp_0001 is lost");
    expect((await answer("status --id job_running")).json["warnings"]).toHaveLength(1);
  });

  test("a job's text can't control the terminal", async () => {
    await job("submit --id job_1");
    await job("checkpoint add --id job_1 --summary '\u001b[2Jgone\u202e' --actor 'a\u0007'");
    for (const line of [
      "inspect --id job_1",
      "checkpoint list --id job_1",
      "checkpoint show --id job_1 --checkpoint cp_0001",
    ]) {
      const { stdout } = await job(line);
      expect(stdout).toContain("\\u001b[2Jgone\\u202e");
      expect(stdout).not.toContain("\u001b");
    }
  });
});

test("the flags' checkpoint types are the core's", () => {
  const spec = JOB_COMMANDS.find(({ verb }) => verb === "checkpoint add");
  expect(spec?.options.find(({ flag }) => flag === "--type")?.choices).toEqual(CHECKPOINT_TYPES);
});

describe("the environment's fingerprint (contract 4.3)", () => {
  test("equals that of the Go implementation for the same parts (contract 8.6)", () => {
    const parts = { goos: "linux", goarch: "amd64", goversion: "go1.26.10", shell: "/bin/bash " };
    const expected = "envfp:c5d8f981ff42539593da4524623f7db41d65088aef9f6790e8d128d1403777ce";
    expect(environmentFingerprint(parts, hostPlatform)).toBe(expected);
  });

  test("is made from the system, the processor and the shell unless given", async () => {
    const first = await answer("submit --id job_1");
    const second = await answer("submit --id job_2 --env-fingerprint envfp:x");
    const fingerprints = [first, second].map(
      ({ json }) => (json["job"] as Record<string, string>)["environment_fingerprint"],
    );
    expect(fingerprints[0]).toMatch(/^envfp:[0-9a-f]{64}$/);
    expect(fingerprints[1]).toBe("envfp:x");
  });
});

describe("reject: a decision that is answered by no", () => {
  const asked = async (): Promise<void> => {
    await job("submit --id job_1 --actor alice --env-fingerprint envfp:x");
    await job("checkpoint add --id job_1 --type decision-needed --summary 'Deploy?' --required-action 'yes or no'");
  };

  test("the job is blocked, the log says who and why, in words that every reader of logs knows", async () => {
    await asked();
    const { exit, json } = await answer("reject --id job_1 --actor boss --reason 'not on a Friday'");
    expect(exit).toBe(0);
    expect(json).toMatchObject({
      job: { status: "blocked", stop_reason: "blocked", status_reason_code: "blocked" },
      checkpoint: {
        checkpoint_id: "cp_0002",
        type: "blocked",
        summary: "rejected cp_0001: not on a Friday",
        actor: "boss",
      },
    });
    const { json: inspected } = await answer("inspect --id job_1");
    expect((inspected["events"] as object[]).at(-1)).toMatchObject({
      ...{ type: "checkpoint_added", reason_code: "checkpoint_blocked", actor: "boss" },
      payload: { checkpoint_type: "blocked", rejects: "cp_0001", reason: "not on a Friday" },
    });
    const { stdout } = await job("inspect --id job_1");
    expect(stdout).toContain("REJECTED");
    expect(stdout).toContain("rejected by boss at 2027-01-01T10:00:00.12Z: not on a Friday");
  });
  test("it can't resume until the decision is approved after all; then it can", async () => {
    await asked();
    await job("reject --id job_1 --actor boss");
    expect((await job("resume --id job_1 --env-fingerprint envfp:x")).exit).toBe(4);
    expect((await job("approve --id job_1 --actor boss --reason 'Monday'")).exit).toBe(0);
    expect((await job("resume --id job_1 --env-fingerprint envfp:x")).exit).toBe(0);
    const { stdout } = await job("inspect --id job_1");
    expect(stdout).toContain("APPROVED");
    expect(stdout).not.toContain("REJECTED");
  });
  test("refused without an actor, without an open decision, with a reason that is too long", async () => {
    await asked();
    expect((await job("reject --id job_1")).exit).toBe(6);
    expect((await job(`reject --id job_1 --actor boss --reason '${"x".repeat(600)}'`)).exit).toBe(6);
    await job("approve --id job_1 --actor boss");
    const { exit, stderr } = await job("reject --id job_1 --actor boss");
    expect([exit, stderr]).toEqual([6, expect.stringContaining("there is nothing to reject")]);
  });
  test("a checkpoint that claims to reject what is not open is a checkpoint and no more", async () => {
    await asked();
    await job("approve --id job_1 --actor boss");
    await job("checkpoint add --id job_1 --type blocked --summary 'rejected cp_0001: forged' --actor mallory");
    expect((await job("inspect --id job_1")).stdout).not.toContain("REJECTED");
    const { stdout } = await job("status --id job_1");
    expect(stdout).toContain("last event   checkpoint_added by mallory");
    expect(stdout).not.toContain("last event   rejected");
  });
});

test("cancel and pause say why, and status names those who approved", async () => {
  await job("submit --id job_1 --actor alice --env-fingerprint envfp:x");
  await job("checkpoint add --id job_1 --type decision-needed --summary 'Deploy?' --required-action 'yes or no'");
  await job("approve --id job_1 --actor boss --reason fine");
  expect((await job("status --id job_1")).stdout).toContain("approvals    1, by boss");
  await job("pause --id job_1 --actor alice --reason lunch");
  await job("cancel --id job_1 --actor alice --reason 'the release is off'");
  const { stdout } = await job("inspect --id job_1");
  expect(stdout).toContain('"lunch"');
  expect(stdout).toContain('"the release is off"');
});
