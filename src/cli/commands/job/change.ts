/** The `gait job` commands that change a job. */
import { GaitError } from "../../../core/finding/error.ts";
import { readRevokedIdentities } from "../../../core/job/binding/revoked-identities.ts";
import { environmentFingerprint } from "../../../core/job/environment-fingerprint.ts";
import type { JobCommand } from "../../../core/job/job.ts";
import { readInput } from "../../../host/files/input.ts";
import { changeJob, type JobChange } from "../../../host/job/store.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../host/platform/machine.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type {
  JobApproveOutput,
  JobCancelOutput,
  JobCheckpointAddOutput,
  JobPauseOutput,
  JobRejectOutput,
  JobResumeOutput,
  JobStopOutput,
  JobSubmitOutput,
} from "../../../schema/answer/job.ts";
import type { Answer, AnswerWith, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { block, checkpointRows, stateRows } from "../../show/job-state.ts";
import { warningLines } from "../../show/verdict.ts";
import type { LabelledRow } from "../../terminal/rows.ts";
import { jobId, needed, signingStore } from "./store.ts";

export async function submit(call: Call): Promise<Answer<JobSubmitOutput>> {
  if (call.option("--id") === undefined) {
    throw new GaitError("invalid_input", "--id is missing", {
      hint: "Choose the new job's id, and give it with --id: deploy_7.",
    });
  }
  const id = jobId(call);
  return changed(
    call,
    id,
    { operation: "submit", jobId: id, actor: call.option("--actor"), ...boundTo(call) },
    `submitted ${id}`,
    environmentOf(call),
  );
}

export async function addCheckpoint(call: Call): Promise<Answer<JobCheckpointAddOutput>> {
  const id = jobId(call);
  const command: JobCommand = {
    operation: "checkpoint add",
    type: needed(call, "--type", "the checkpoint's type"),
    summary: needed(call, "--summary", "what to record"),
    requiredAction: call.option("--required-action"),
    actor: call.option("--actor"),
  };
  const change = await changeOf(call, id, command, UNBOUND);
  const checkpoint = last(change.state.checkpoints);
  return answer(call, change, `added a checkpoint to ${id}`, { checkpoint }, checkpointRows(checkpoint));
}

export async function pause(call: Call): Promise<Answer<JobPauseOutput>> {
  const id = jobId(call);
  const why = { actor: call.option("--actor"), reason: call.option("--reason") };
  return changed(call, id, { operation: "pause", ...why }, `paused ${id}`);
}

export async function approve(call: Call): Promise<Answer<JobApproveOutput>> {
  const id = jobId(call);
  const actor = needed(call, "--actor", "who approves");
  const command: JobCommand = { operation: "approve", actor, reason: call.option("--reason") };
  const change = await changeOf(call, id, command, UNBOUND);
  const approval = last(change.state.approvals ?? []);
  return answer(call, change, `recorded an approval of ${id}`, { approval }, [["approved by", approval.actor]]);
}

export async function resume(call: Call): Promise<Answer<JobResumeOutput>> {
  const id = jobId(call);
  const command: JobCommand = {
    operation: "resume",
    actor: call.option("--actor"),
    reason: call.option("--reason"),
    allowEnvMismatch: call.has("--allow-env-mismatch"),
    ...boundTo(call),
    revokedIdentities: await revokedIdentities(call),
  };
  return changed(call, id, command, `resumed ${id}`, environmentOf(call));
}

/** Policy and identity of a submission or resumption. */
function boundTo(call: Call): Record<"policyDigest" | "policyRef" | "identity", string | undefined> {
  const [policyDigest, policyRef] = [call.option("--policy-digest"), call.option("--policy-ref")];
  return { policyDigest, policyRef, identity: call.option("--identity") };
}

const MAX_REVOCATION_BYTES = 1024 * 1024;

async function revokedIdentities(call: Call): Promise<readonly string[] | undefined> {
  const path = call.option("--identity-revocations");
  return path === undefined
    ? undefined
    : readRevokedIdentities(path, await readInput(path, { limit: MAX_REVOCATION_BYTES }));
}

export async function stop(call: Call): Promise<Answer<JobStopOutput>> {
  const id = jobId(call);
  const why = { actor: call.option("--actor"), reason: call.option("--reason") };
  return changed(call, id, { operation: "stop", ...why }, `stopped ${id}`);
}

export async function cancel(call: Call): Promise<Answer<JobCancelOutput>> {
  const id = jobId(call);
  const why = { actor: call.option("--actor"), reason: call.option("--reason") };
  return changed(call, id, { operation: "cancel", ...why }, `cancelled ${id}`);
}

export async function reject(call: Call): Promise<Answer<JobRejectOutput>> {
  const id = jobId(call);
  const actor = needed(call, "--actor", "who rejects");
  const command: JobCommand = { operation: "reject", actor, reason: call.option("--reason") };
  const change = await changeOf(call, id, command, UNBOUND);
  const checkpoint = last(change.state.checkpoints);
  return answer(call, change, `rejected a decision of ${id}`, { checkpoint }, checkpointRows(checkpoint));
}

async function changed(
  call: Call,
  id: string,
  command: JobCommand,
  title: string,
  fingerprint = UNBOUND,
): Promise<Answer<JobPauseOutput>> {
  return answer(call, await changeOf(call, id, command, fingerprint), title, {}, []);
}

async function changeOf(call: Call, id: string, command: JobCommand, fingerprint: string): Promise<JobChange> {
  const { store, warnings } = await signingStore(call);
  const change = await changeJob({ ...store, outline: !call.json }, id, command, fingerprint);
  return { ...change, warnings: [...warnings, ...change.warnings] };
}

/** What the command has just added. */
function last<T>(list: readonly T[]): T {
  const item = list.at(-1);
  if (item === undefined) throw new GaitError("internal", "the job has changed, and its state does not show it");
  return item;
}

function answer<Members extends object>(
  call: Call,
  { state, checkpointCount, warnings }: JobChange,
  title: string,
  members: Members,
  entries: readonly LabelledRow[],
): AnswerWith<OwnMembers<JobPauseOutput> & Members> {
  return {
    exit: EXIT.ok,
    // Without --json the state is an outline.
    json: call.json
      ? { job_id: state.job_id, job: state, ...members, ...(warnings.length === 0 ? {} : { warnings }) }
      : undefined,
    text: block(title, [...entries, ...stateRows(state, undefined, checkpointCount)], call.stdout),
    notes: warningLines(warnings, call.stderr),
  };
}

/** For the commands that do not need the environment. */
const UNBOUND = "";

/** Bun's version is left out: updating gait does not change the environment. */
function environmentOf(call: Call): string {
  const given = call.option("--env-fingerprint");
  if (given !== undefined) return given;
  const { os, arch } = machineInGoNaming();
  return environmentFingerprint({ goos: os, goarch: arch, shell: call.env["SHELL"] ?? "" }, hostPlatform);
}
