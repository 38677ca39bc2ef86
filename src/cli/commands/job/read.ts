/** The `gait job` commands that only read. */

import { existsSync } from "node:fs";
import { jobAccount } from "../../../core/account/job.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { inspectJob, listJobs, readJob } from "../../../host/job/views.ts";
import type {
  JobCheckpointListOutput,
  JobCheckpointShowOutput,
  JobFailure,
  JobInspectOutput,
  JobListOutput,
  JobStatusOutput,
} from "../../../schema/answer/job.ts";
import type { JobCheckpoint } from "../../../schema/document/job.ts";
import type { Answer, AnswerWith, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { publicKeysOf } from "../../flags/trust.ts";
import { jobHistory, lastEvent } from "../../show/job.ts";
import { logMembers, logRows, refusedLog } from "../../show/job-log.ts";
import { block, checkpointRows, columns, stateRows, styleOfStatus } from "../../show/job-state.ts";
import { warningLines } from "../../show/verdict.ts";
import { jobId, needed, storeOf } from "./store.ts";

export async function status(call: Call): Promise<Answer<JobStatusOutput | JobFailure>> {
  const view = await readJob(storeOf(call), jobId(call), await publicKeysOf(call));
  const { state, log, last, findings, warnings } = view;
  if (findings.length > 0)
    return refusedLog(call, { name: state.job_id, members: { job_id: state.job_id } }, findings, warnings);
  const rows = [...stateRows(state, lastEvent(last, state)), ...(log.status === "unsigned" ? [] : logRows(log))];
  const text = block(state.job_id, rows, call.stdout);
  return answer(call, { job_id: state.job_id, job: state, log: logMembers(log) }, text, warnings);
}

export async function inspect(call: Call): Promise<Answer<JobInspectOutput | JobFailure>> {
  const view = await inspectJob(storeOf(call), jobId(call), await publicKeysOf(call));
  const { state, events, log, findings, warnings } = view;
  if (findings.length > 0)
    return refusedLog(call, { name: state.job_id, members: { job_id: state.job_id } }, findings, warnings);
  const history = jobHistory(jobAccount(events, state), { terminal: call.stdout, all: call.has("--timeline") });
  const text = block(state.job_id, [...stateRows(state), ...logRows(log)], call.stdout) + history;
  return answer(call, { job_id: state.job_id, job: state, log: logMembers(log), events }, text, warnings);
}

export async function listCheckpoints(call: Call): Promise<Answer<JobCheckpointListOutput>> {
  const { state, warnings } = await readJob(storeOf(call), jobId(call));
  const checkpoints = state.checkpoints.toSorted(byId);
  const members = { job_id: state.job_id, ...(checkpoints.length === 0 ? {} : { checkpoints }) };
  const table = checkpoints.map(({ checkpoint_id: id, created_at: time, type, actor = "", summary }) => [
    id,
    time,
    type,
    actor,
    summary,
  ]);
  const text =
    checkpoints.length === 0
      ? `${printable(state.job_id)} has no checkpoints\n`
      : columns(["checkpoint", "time", "type", "actor", "summary"], table, call.stdout);
  return answer(call, members, text, warnings);
}

export async function showCheckpoint(call: Call): Promise<Answer<JobCheckpointShowOutput>> {
  const wanted = needed(call, "--checkpoint", "the checkpoint's id").trim();
  const { state, warnings } = await readJob(storeOf(call), jobId(call));
  const checkpoint = state.checkpoints.find(({ checkpoint_id: id }) => id === wanted);
  if (checkpoint === undefined) {
    const last = state.checkpoints.at(-1)?.checkpoint_id;
    throw new GaitError("not_found", `job ${state.job_id} has no checkpoint ${JSON.stringify(wanted)}`, {
      hint:
        last === undefined ? "It has none yet." : `The last one is ${last}; \`gait job checkpoint list\` shows all.`,
    });
  }
  const text = block(state.job_id, checkpointRows(checkpoint), call.stdout);
  return answer(call, { job_id: state.job_id, checkpoint }, text, warnings);
}

export async function list(call: Call): Promise<Answer<JobListOutput>> {
  const store = storeOf(call, call.option("--root") ?? "");
  if (call.has("--root") && !existsSync(store.root)) {
    throw new GaitError("not_found", `the folder ${store.root} does not exist`, {
      hint: "Name the folder that has a folder for each job, with --root.",
    });
  }
  const found = listJobs(store);
  const jobs = found.flatMap(({ state }) => {
    if (state === undefined) return [];
    const { job_id, status, stop_reason, status_reason_code, revision, created_at, updated_at } = state;
    return [{ job_id, status, stop_reason, status_reason_code, revision, created_at, updated_at }];
  });
  const unreadable = found.flatMap(({ jobId: job_id, problem }) =>
    problem === undefined ? [] : [{ job_id, problem }],
  );
  const table = jobs.map((job) => [job.job_id, job.status, String(job.revision), job.updated_at]);
  const styled = columns(["job", "status", "revision", "updated"], table, call.stdout, (row, column) =>
    column === 1 ? styleOfStatus(row[1] ?? "") : undefined,
  );
  return {
    exit: EXIT.ok,
    json: { root: store.root, jobs, ...(unreadable.length === 0 ? {} : { unreadable }) },
    text: jobs.length === 0 ? `no jobs in ${printable(store.root)}\n` : styled,
    notes: warningLines(
      unreadable.map(({ job_id, problem }) => `${job_id} can't be read: ${problem}`),
      call.stderr,
    ),
  };
}

function answer<Members extends object>(
  call: Call,
  members: Members,
  text: string,
  warnings: readonly string[],
): AnswerWith<Members & { readonly warnings?: readonly string[] }> {
  return {
    exit: EXIT.ok,
    json: { ...members, ...(warnings.length === 0 ? {} : { warnings }) },
    text,
    notes: warningLines(warnings, call.stderr),
  };
}

/** `cp_10000` comes after `cp_9999`. */
function byId({ checkpoint_id: left }: JobCheckpoint, { checkpoint_id: right }: JobCheckpoint): number {
  return left.length - right.length || (left < right ? -1 : 1);
}
