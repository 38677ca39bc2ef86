/** The work of `gait pack verify` and `gait verify`. */
import { GaitError } from "../../../core/finding/error.ts";
import { verifyMembers } from "../../../core/verify/answer.ts";
import { identityRows } from "../../../core/verify/identity-rows.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { PackFailure, PackVerifyOutput } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, verdictLine, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import type { NamedPack } from "./many/named-pack.ts";

/** When one path counts as a list: a machine-readable report has the same shape for one pack and for many. */
const MANY_FLAGS = ["--recursive", "--files-from", "--jobs", "--format", "--fail-fast", "--shard"] as const;

const PATH: NamedPack = { name: "path", located: (path) => path, assertHolds: () => undefined };

export async function verifyPack(
  call: Call,
  argument: NamedPack = PATH,
): Promise<Answer<PackVerifyOutput | PackFailure>> {
  const [path, ...more] = call.positionals;
  const isMany = more.length > 0 || MANY_FLAGS.some((flag) => call.has(flag));
  if (path === undefined && !call.has("--files-from")) {
    throw new GaitError("invalid_input", `<${argument.name}> is missing`, {
      hint: "--help shows what the command takes.",
    });
  }
  if (!isMany && path !== undefined && !(await fitsFiles(path))) return verifyAt(call, path, argument);
  const { verifyMany } = await import("./many/verify-many.ts");
  return verifyMany(call, argument);
}

/** Whether it is a pattern that the shell did not expand and that matches files. */
async function fitsFiles(path: string): Promise<boolean> {
  if (!/[*?[]/.test(path)) return false;
  const { isFitting } = await import("../../../host/packs/list.ts");
  return isFitting(path);
}

export async function verifyByIdOrPath(call: Call): Promise<Answer<PackVerifyOutput | PackFailure>> {
  // Loaded lazily: `gait pack verify` takes no id, and this brings all that reads a job's folder.
  const { assertHoldsRun, locateRun } = await import("../../../host/job/locate.ts");
  return verifyPack(call, {
    name: "id-or-file",
    located: (argument) => locateRun(argument, { cwd: call.cwd, home: call.env["HOME"] }),
    assertHolds: assertHoldsRun,
  });
}

async function verifyAt(
  call: Call,
  named: string,
  { located, assertHolds }: NamedPack,
): Promise<Answer<PackVerifyOutput>> {
  const path = located(named);
  const options = await trustOf(call);
  const verification = await withProgress(call, "pack verify", () =>
    withVerified(path, options, async (verified) => verified),
  );
  assertHolds(named, path, verification);
  const { verdict, findings, warnings } = verification;
  const json = verifyMembers(path, verification);
  if (verdict === "failed") {
    const notes = verdictLine(path, verification, call.stderr) + findingLines(findings, call.stderr);
    return { exit: exitOfVerdict(verdict), json, text: "", notes: notes + warningLines(warnings, call.stderr) };
  }
  return {
    exit: exitOfVerdict(verdict),
    json,
    text: verdictLine(path, verification, call.stdout) + rows(identityRows(verification), call.stdout, "  "),
    notes: warningLines(warnings, call.stderr),
  };
}
