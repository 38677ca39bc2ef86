/** How the `gait job` commands and `pack build` treat a changed log, and a signed one. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "../../src/cli/arguments/read-arguments.ts";
import { buildPack } from "../../src/cli/commands/pack/build.ts";
import { PACK_COMMANDS } from "../../src/cli/commands/pack/command.ts";
import { callOf } from "../../src/cli/dispatch.ts";
import { GaitError } from "../../src/core/finding/error.ts";
import { keyPath } from "../go-vectors.ts";
import { jobCommand } from "./job-command.ts";
import { QUIET_ENVIRONMENT } from "./quiet-environment.ts";

const BASE = mkdtempSync(join(tmpdir(), "gait-job-log-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

let count = 0;
let root: string;
beforeEach(() => {
  count += 1;
  root = join(BASE, String(count));
});

const job = (line: string) => jobCommand(root, line);

/** `gait pack build --type job` of the job: its exit, and the codes of the findings. */
async function build(...flags: string[]): Promise<{ exit: number; text: string; codes: string[] }> {
  const spec = PACK_COMMANDS.find(({ verb }) => verb === "build");
  if (spec === undefined) throw new Error("no such command");
  const tokens = ["--type", "job", "--from", join(root, "d"), "--out", join(root, "d.zip"), "--force", ...flags];
  try {
    const answer = await buildPack(callOf(spec, readArguments(spec, tokens), QUIET_ENVIRONMENT));
    const { findings = [] } = (answer.json ?? {}) as { findings?: readonly { code: string }[] };
    return { exit: answer.exit, text: answer.notes ?? "", codes: findings.map(({ code }) => code) };
  } catch (error) {
    if (error instanceof GaitError) return { exit: 6, text: error.message, codes: [error.code] };
    throw error;
  }
}

async function finished(flags = ""): Promise<void> {
  await job(`submit --id d --actor dana --env-fingerprint e ${flags}`);
  await job(`checkpoint add --id d --type decision-needed --summary s --required-action a ${flags}`);
  await job(`approve --id d --actor dana ${flags}`);
  await job(`resume --id d --actor dana --env-fingerprint e ${flags}`);
}

function replace(name: string, from: string | RegExp, to: string): void {
  const path = join(root, "d", name);
  writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
}

const WRITERS = ["checkpoint add --id d --summary more", "pause --id d", "cancel --id d"];

describe("a name changed in both log and state", () => {
  test("status warns, everything else refuses, and nothing is written", async () => {
    await finished();
    expect((await build()).exit).toBe(0);
    for (const name of ["events.jsonl", "state.json"]) replace(name, /dana/g, "mallory");
    const log = readFileSync(join(root, "d", "events.jsonl"), "utf8");
    const status = await job("status --id d");
    expect(status.exit).toBe(0);
    expect(status.stderr).toContain("revision 1 (submitted) does not fit its log_sha256");
    for (const line of WRITERS) {
      const refused = await job(line);
      expect(refused.exit).toBe(6);
      expect(refused.stderr).toContain("log_sha256");
    }
    const inspected = await job("inspect --id d");
    expect(inspected).toMatchObject({ exit: 2, stdout: "" });
    expect(inspected.stderr).toContain("job_log_invalid");
    expect(await build()).toMatchObject({ exit: 2, codes: ["job_log_invalid"] });
    expect(readFileSync(join(root, "d", "events.jsonl"), "utf8")).toBe(log);
  });

  test("the same for the last event", async () => {
    await finished();
    replace("events.jsonl", /"actor":"dana"(?=[^\n]*\n$)/, '"actor":"mallory"');
    expect((await job("pause --id d")).stderr).toContain("revision 4 (resumed) does not fit its log_sha256");
    expect((await job("inspect --id d")).exit).toBe(2);
    expect((await build()).exit).toBe(2);
  });
});

test("an approval found only in state.json resumes nothing; a state that matches again can be packed", async () => {
  await job("submit --id d --env-fingerprint e");
  await job("checkpoint add --id d --type decision-needed --summary s --required-action a");
  const state = join(root, "d", "state.json");
  const approvals = [{ created_at: "2099-01-01T00:00:00Z", actor: "boss", reason: "go" }];
  writeFileSync(state, JSON.stringify({ ...JSON.parse(readFileSync(state, "utf8")), approvals }));
  expect((await job("status --id d")).stderr).toContain("state.json disagrees with the log");
  expect((await job("resume --id d --env-fingerprint e")).exit).toBe(4);
  expect((await job("inspect --id d")).exit).toBe(2);
  expect(await build()).toMatchObject({ exit: 2, codes: ["job_state_mismatch"] });
  expect((await job("approve --id d --actor dana")).exit).toBe(0);
  expect((await job("resume --id d --env-fingerprint e")).exit).toBe(0);
  expect((await build()).exit).toBe(0);
});

test("list: a missing root given by name exits with 6; a missing default root has no jobs", async () => {
  expect(await job("list")).toMatchObject({ exit: 6, stderr: expect.stringContaining("does not exist") });
  await job("submit --id d");
  expect((await job("list")).exit).toBe(0);
});

describe("a signed log", () => {
  const sign = `--private-key ${keyPath("test", "private")}`;
  const trust = `--public-key ${keyPath("test", "public")}`;
  const other = `--public-key ${keyPath("other", "public")}`;

  test("verifies with its own key only", async () => {
    await finished(sign);
    for (const line of ["status --id d", "inspect --id d"]) {
      const verified = await job(`${line} ${trust} --json`);
      expect(verified.exit).toBe(0);
      expect(JSON.parse(verified.stdout)).toMatchObject({ log: { signature_status: "verified" } });
      expect(JSON.parse((await job(`${line} --json`)).stdout)).toMatchObject({ log: { signature_status: "skipped" } });
      expect((await job(`${line} ${other}`)).stderr).toContain("signature_invalid");
      expect((await job(`${line} ${other}`)).exit).toBe(2);
    }
    expect((await build(...trust.split(" "))).exit).toBe(0);
    expect(await build(...other.split(" "))).toMatchObject({ exit: 2, codes: ["signature_invalid"] });
  });

  test("is refused when its last event is not signed", async () => {
    await finished(sign);
    await job("pause --id d");
    for (const line of ["status --id d", "inspect --id d"]) {
      const refused = await job(`${line} ${trust}`);
      expect(refused).toMatchObject({ exit: 2, stdout: "", stderr: expect.stringContaining("signature_missing") });
    }
    expect(await build(...trust.split(" "))).toMatchObject({ exit: 2, codes: ["signature_missing"] });
    // The next signature covers everything before it.
    await job(`resume --id d --env-fingerprint e ${sign}`);
    expect((await job(`status --id d ${trust}`)).exit).toBe(0);
  });

  test("recomputed by somebody else is exposed by its key", async () => {
    await finished(sign);
    const forged = join(BASE, "forged");
    await jobCommand(forged, "submit --id d --actor mallory --env-fingerprint e");
    rmSync(join(root, "d"), { recursive: true });
    cpSync(join(forged, "d"), join(root, "d"), { recursive: true });
    expect((await job("inspect --id d")).exit).toBe(0);
    expect((await job(`inspect --id d ${trust}`)).exit).toBe(2);
    expect((await build(...trust.split(" "))).exit).toBe(2);
    expect(existsSync(join(root, "d.zip"))).toBe(false);
  });

  test("changed after signing is refused because of the change", async () => {
    await finished(sign);
    for (const name of ["events.jsonl", "state.json"]) replace(name, /dana/g, "mallory");
    expect(await job(`status --id d ${trust}`)).toMatchObject({ exit: 2, stdout: "" });
  });
});
