/** Resolves an argument: a runpack by path or run id (contract 1.5). */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { isIdentifier } from "../../core/text/identifier.ts";
import type { VerificationData } from "../../core/verify/verified.ts";

export interface RunFolders {
  readonly cwd: string;
  /** The user's home folder, if any. */
  readonly home: string | undefined;
}

/**
 * The path for `argument`: a path if it has a slash or backslash or ends in `.zip`, otherwise a run id.
 * @throws GaitError `not_found` with the places searched; `invalid_input` if it is neither
 */
export function locateRun(argument: string, { cwd, home }: RunFolders): string {
  if (isPath(argument)) return argument;
  if (!isIdentifier(argument)) {
    throw new GaitError("invalid_input", `${JSON.stringify(argument)} is neither a path nor a run id`, {
      hint: "A path has a slash or ends in .zip; an id has letters, digits and . _ : -",
    });
  }
  const name = `runpack_${argument}.zip`;
  const places = [join("gait-out", name), ...(home ? [join(home, ".gait", "runpacks", name)] : [])];
  const found = places.find((place) => existsSync(join(cwd, place)) || existsSync(place));
  if (found !== undefined) return found;
  throw new GaitError("not_found", `there is no runpack of the run ${argument}: looked for ${places.join(" and ")}`, {
    hint: missingRunHint(argument, cwd),
  });
}

function missingRunHint(argument: string, cwd: string): string {
  if (existsSync(join(cwd, argument))) {
    const transcript = /\.jsonl?$/i.test(argument)
      ? ` What an agent wrote is imported: gait run import ${argument}`
      : "";
    return `For a file with this name, write ./${argument}: an argument without a slash and .zip is a run id.${transcript}`;
  }
  if (existsSync(join(cwd, "gait-out", "jobs", argument))) {
    return `There is a job of this id. To pack it: gait pack build --type job --from ${argument}`;
  }
  return "Give the path of the runpack, or run the command in the folder that contains gait-out.";
}

/**
 * The path of an artifact to look at: that of a file that is there, or that looks like a path; else that of the runpack of the
 * run with this id.
 * @throws GaitError `not_found` with the places searched
 */
export function locateArtifact(argument: string, folders: RunFolders): string {
  const isNamed = isPath(argument) || !isIdentifier(argument) || existsSync(resolve(folders.cwd, argument));
  return isNamed ? argument : locateRun(argument, folders);
}

/** @throws GaitError `invalid_input` where a file that was found by the id of a run holds another one */
export function assertLocated(
  argument: string,
  path: string,
  verification: Pick<VerificationData, "verdict" | "sourceRef">,
): void {
  if (argument !== path) assertHoldsRun(argument, path, verification);
}

function isPath(argument: string): boolean {
  return /[/\\]/.test(argument) || argument.toLowerCase().endsWith(".zip");
}

/**
 * A file that was found by the id of a run must hold that run: its name proves nothing.
 * @throws GaitError `invalid_input` where it holds another one
 */
export function assertHoldsRun(
  argument: string,
  path: string,
  { verdict, sourceRef }: Pick<VerificationData, "verdict" | "sourceRef">,
): void {
  // Of one that failed, what it says of itself is not known to be so: its findings come first.
  if (isPath(argument) || verdict === "failed" || sourceRef === argument) return;
  throw new GaitError("invalid_input", `${path} holds the run ${JSON.stringify(sourceRef)}, not ${argument}`, {
    hint: "Give the file by its path to mean it all the same; look for the run's own file elsewhere.",
  });
}
