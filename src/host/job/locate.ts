/** What an argument names: a runpack by path or by the id of its run (contract 1.5), a job by folder or id (contract 2.4). */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { isIdentifier } from "../../core/text/identifier.ts";
import { type JobFolder, jobFolder } from "./folder.ts";

export interface RunFolders {
  readonly cwd: string;
  /** The user's home, where there is one. */
  readonly home: string | undefined;
}

/**
 * The path that `argument` names: it is a path when it has a slash or backslash or ends in `.zip`, else the id of a run.
 * @throws GaitError `not_found` with the places that were looked in; `invalid_input` for what is neither
 */
export function locateRun(argument: string, { cwd, home }: RunFolders): string {
  if (/[/\\]/.test(argument) || argument.toLowerCase().endsWith(".zip")) return argument;
  if (!isIdentifier(argument)) {
    throw new GaitError("invalid_input", `${JSON.stringify(argument)} is neither a path nor the id of a run`, {
      hint: "A path has a slash or ends in .zip; an id has letters, digits and . _ : -",
    });
  }
  const name = `runpack_${argument}.zip`;
  const places = [join("gait-out", name), ...(home ? [join(home, ".gait", "runpacks", name)] : [])];
  const found = places.find((place) => existsSync(join(cwd, place)) || existsSync(place));
  if (found !== undefined) return found;
  throw new GaitError("not_found", `there is no runpack of the run ${argument}: looked for ${places.join(" and ")}`, {
    hint: existsSync(join(cwd, argument))
      ? `To mean the file of this name, write ./${argument}: what has no slash and no .zip at its end is the id of a run.`
      : "Give the path of the runpack, or run the command from the folder that has gait-out.",
  });
}

/**
 * The job that `argument` names: the path of its folder, the path of the `state.json` in it, or its id under `root`.
 * @throws GaitError `not_found`; `invalid_input` for what is no job's folder
 */
export function locateJob(argument: string, root: string): JobFolder {
  const isPath = /[/\\]/.test(argument) || argument === "." || argument.endsWith("state.json");
  const path = isPath ? resolve(argument) : join(root, argument);
  const folder = isPath && basename(path) === "state.json" ? dirname(path) : path;
  const job = jobFolder(isPath ? dirname(folder) : root, isPath ? basename(folder) : argument);
  if (existsSync(job.eventsPath) || existsSync(job.statePath)) return job;
  throw new GaitError("not_found", `there is no job ${job.jobId} in ${job.root}`, {
    hint: "Give the job's folder, or its id and the folder of the jobs with --job-root.",
  });
}
