/** The work of `gait pack verify` and `gait verify`. */
import { GaitError } from "../../../core/finding/error.ts";
import { verifyMembers } from "../../../core/verify/answer.ts";
import { identityRows } from "../../../core/verify/identity-rows.ts";
import type { VerificationData } from "../../../core/verify/verified.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import { withUncheckedBeside } from "../../../host/packs/beside.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type { PackFailure, PackVerifyOutput } from "../../../schema/answer/pack.ts";
import type { Answer, Call, Terminal } from "../../command/command.ts";
import { EXIT, exitOfVerdict } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, trustText, verdictLine, warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import type { NamedPack } from "./many/named-pack.ts";

/** When one path counts as a list: a machine-readable report has the same shape for one pack and for many. */
const MANY_FLAGS = [
  ...(["--recursive", "--files-from", "--jobs", "--format", "--fail-fast", "--shard", "--out", "--base-dir"] as const),
  ...(["--account"] as const),
] as const;

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
  // Loaded lazily: `gait pack verify` takes no id.
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
  const verified = await withProgress(call, "pack verify", () =>
    withVerified(path, options, async (verified) => verified),
  );
  const verification = withUncheckedBeside(path, verified);
  assertHolds(named, path, verification);
  const { verdict, findings, warnings } = verification;
  const json = verifyMembers(path, verification);
  if (call.has("--quiet")) return quiet(path, verification, json, call);
  if (verdict === "failed") {
    const trust = await trustText(verification, call.stderr);
    const notes = verdictLine(path, verification, call.stderr) + findingLines(findings, call.stderr) + trust;
    return { exit: exitOfVerdict(verdict), json, text: "", notes: notes + warningLines(warnings, call.stderr) };
  }
  return {
    exit: exitOfVerdict(verdict),
    json,
    text:
      verdictLine(path, verification, call.stdout) +
      rows(identityRows(verification), call.stdout, "  ") +
      (await trustText(verification, call.stdout)),
    notes: warningLines(warnings, call.stderr),
  };
}

/** One line: on the standard output what is good, on the standard error what is not, with the codes of what is wrong. */
function quiet(
  path: string,
  { verdict, reason, findings }: VerificationData,
  json: OwnMembers<PackVerifyOutput>,
  call: Call,
): Answer<PackVerifyOutput> {
  const codes = [...new Set(findings.map(({ code }) => code))].join(", ");
  const exit = exitOfVerdict(verdict);
  if (exit === EXIT.ok)
    return { exit, json, text: verdictLine(path, { verdict, reason }, WIDE(call.stdout)), notes: "" };
  const line = verdictLine(path, { verdict, reason: `${reason}: ${codes}` }, WIDE(call.stderr));
  return { exit, json, text: "", notes: line };
}

/** Not broken into lines. */
const WIDE = (terminal: Terminal): Terminal => ({ ...terminal, columns: undefined });
