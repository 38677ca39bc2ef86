/** Approvals in a job's log or in evidence are words; with a trust file those are named who signed as approver. */
import { expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { NOW, trustPath } from "../../trust-vectors.ts";
import { conforms } from "../answers.ts";
import { gait } from "../gait.ts";
import { KEY, scene } from "./scene.ts";

/** The job's log names boss as the one who approved. */
const ACTOR = "boss";
const JOB = "pack_job_resumed_signed.zip";

/** A job pack, signed in `role` by the one whom the trust file calls `signer`. */
function job(signer: string, role: string): string {
  const cwd = scene();
  copyFileSync(vectorPath(`packs/${JOB}`), join(cwd, JOB));
  expect(gait(["pack", "sign", JOB, "--private-key", "alice.ssh", "--role", role], { cwd }).exit).toBe(0);
  const signers = ["--signer", `${signer}=${KEY("alice.ssh.pub")}`, "--role", role];
  const made = gait(["trust", "init", ...signers, "--at-least", "1", "--name", "Example", "--out", "t.json"], { cwd });
  expect([made.exit, made.stderr]).toEqual([0, ""]);
  return cwd;
}
const inspected = (cwd: string, file = JOB) => {
  const ran = gait(["pack", "inspect", file, "--trust", "t.json", "--at", NOW], { cwd });
  const json = JSON.parse(gait(["pack", "inspect", file, "--trust", "t.json", "--at", NOW, "--json"], { cwd }).stdout);
  expect([ran.exit, conforms(json)]).toEqual([0, []]);
  return { text: ran.stdout, approvers: json.account.approvers };
};

test("an approval of the log is marked where its actor signed as approver", () => {
  const { text, approvers } = inspected(job(ACTOR, "approver"));
  expect(approvers).toEqual([{ signer: ACTOR }]);
  expect(text).toContain(`signed as approver  ${ACTOR}`);
  expect(text).toContain(`${ACTOR} (signed) at `);
});

test("somebody else who signed is named, and the log's actor is not marked", () => {
  const { text, approvers } = inspected(job("alice", "approver"));
  expect(approvers).toEqual([{ signer: "alice" }]);
  expect(text).toContain("signed as approver  alice");
  expect(text).not.toContain("(signed)");
});

test("a signature in another role approves nothing", () => {
  const { text, approvers } = inspected(job(ACTOR, "builder"));
  expect([approvers, text.includes("signed as approver"), text.includes("(signed)")]).toEqual([
    undefined,
    false,
    false,
  ]);
});

test("the report says it above the table of approvals", () => {
  const cwd = job(ACTOR, "approver");
  gait(["pack", "report", JOB, "--trust", "t.json", "--at", NOW, "--out", "r.html"], { cwd });
  const html = readFileSync(join(cwd, "r.html"), "utf8");
  expect(html).toContain(`Signed as approver: ${ACTOR}.`);
  expect(html).toContain(`${ACTOR} (signed)`);
});

test("an evidence pack names those who signed it as approver", () => {
  const cwd = scene();
  const file = "evidence_pack_alpha.zip";
  copyFileSync(vectorPath("guard/guard_soc2_min.zip"), join(cwd, file));
  copyFileSync(trustPath("scenarios/guard-one/trust.json"), join(cwd, "t.json"));
  expect(gait(["pack", "sign", file, "--private-key", "alice.ssh", "--role", "approver"], { cwd }).exit).toBe(0);
  const { text, approvers } = inspected(cwd, file);
  expect(approvers).toEqual([{ signer: "alice" }]);
  expect(text).toContain("signed as approver  alice");
});
