/** The work of `gait pack verify` and `gait verify`. */
import { verifyArtifact } from "../../../core/verify.ts";
import { verifyMembers } from "../../../core/verify-answer.ts";
import { locateRun } from "../../../host/locate.ts";
import type { Answer, Call } from "../../command.ts";
import { exitOfVerdict } from "../../exit.ts";
import { rows } from "../../output.ts";
import { withArtifact } from "../artifact.ts";
import { findingLines, identityRows, verdictLine, warningLines } from "../report.ts";
import { trustOf } from "../trust.ts";

export function verifyPack(call: Call): Promise<Answer> {
  return verifyAt(call, call.positionals[0] ?? "");
}

export function verifyByIdOrPath(call: Call): Promise<Answer> {
  return verifyAt(call, locateRun(call.positionals[0] ?? "", { cwd: call.cwd, home: call.env["HOME"] }));
}

async function verifyAt(call: Call, path: string): Promise<Answer> {
  const options = await trustOf(call);
  const verification = await withArtifact(path, ({ source }) => verifyArtifact(source, options));
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
