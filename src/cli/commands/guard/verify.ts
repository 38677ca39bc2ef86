/** The work of `gait guard verify`. */
import type { EvidencePackReport } from "../../../core/evidence/verify-evidence-pack.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { verifyReport } from "../../../core/verify/answer.ts";
import { identityRows } from "../../../core/verify/identity-rows.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import { withUncheckedBeside } from "../../../host/packs/beside.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type { GuardVerifyOutput } from "../../../schema/answer/guard.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, trustText, verdictLine, warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";

export async function verifyEvidence(call: Call): Promise<Answer<GuardVerifyOutput>> {
  const [path = ""] = call.positionals;
  const options = await trustOf(call);
  const verification = withUncheckedBeside(path, await withVerified(path, options, async (verified) => verified));
  const { verdict, findings, warnings, packType } = verification;
  const evidencePack = evidenceOf(verification);
  if (packType !== "" && evidencePack === undefined) {
    throw new GaitError("invalid_input", `${path} is not an evidence pack`, {
      hint: "Verify it with gait pack verify.",
    });
  }
  const json = { path, ...reportOf(verification), ...(warnings.length > 0 ? { warnings } : {}) };
  const terminal = verdict === "failed" ? call.stderr : call.stdout;
  const trust = await trustText(verification, terminal);
  if (verdict === "failed") {
    const notes = verdictLine(path, verification, terminal) + findingLines(findings, terminal) + trust;
    return { exit: exitOfVerdict(verdict), json, text: "", notes: notes + warningLines(warnings, call.stderr) };
  }
  const identity = rows(
    [...identityRows(verification), ["case", evidencePack?.manifest?.case_id], ["template", evidencePack?.templateId]],
    call.stdout,
    "  ",
  );
  return {
    exit: exitOfVerdict(verdict),
    json,
    text: verdictLine(path, verification, call.stdout) + identity + trust,
    notes: warningLines(warnings, call.stderr),
  };
}

/** `gait pack verify`'s answer, with the member names of evidence packs. */
function reportOf(verification: Verified): Omit<OwnMembers<GuardVerifyOutput>, "path"> {
  const { pack_id, pack_type: _type, source_ref: _run, legacy_type: _format, ...report } = verifyReport(verification);
  const { runId = "", templateId = "", manifest } = evidenceOf(verification) ?? {};
  return {
    ...(pack_id === undefined ? {} : { pack_id }),
    ...(runId === "" ? {} : { run_id: runId }),
    ...(manifest?.case_id === undefined ? {} : { case_id: manifest.case_id }),
    ...(templateId === "" ? {} : { template_id: templateId }),
    ...report,
  };
}

function evidenceOf(verified: Verified): EvidencePackReport | undefined {
  return verified.format === "evidence_pack" ? verified.evidencePack : undefined;
}
