/**
 * Resolves an argument: a job by folder or id (contract 2.4). Apart from `locate.ts`, which a verification needs, because it
 * brings all that reads a job's folder.
 */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { type JobFolder, jobFolder } from "./folder.ts";

/**
 * The job for `argument`: the path of its folder or its `state.json`, or its id under `root`.
 * @throws GaitError `not_found`; `invalid_input` if it is not a job's folder
 */
export function locateJob(argument: string, root: string): JobFolder {
  const isPath = /[/\\]/.test(argument) || argument === "." || argument.endsWith("state.json");
  const path = isPath ? resolve(argument) : join(root, argument);
  const folder = isPath && basename(path) === "state.json" ? dirname(path) : path;
  const job = jobFolder(isPath ? dirname(folder) : root, isPath ? basename(folder) : argument);
  if (existsSync(job.eventsPath) || existsSync(job.statePath)) return job;
  throw new GaitError("not_found", `there is no job ${job.jobId} in ${job.root}`, {
    hint: "Give the job's folder, or its id and the folder of the jobs with --root.",
  });
}
