/** The work of `gait pack inspect`. */
import { accountOf } from "../../../core/account/account.ts";
import { inspectReport } from "../../../core/account/inspect.ts";
import { RunRecords } from "../../../core/account/run-records.ts";
import { identityOf } from "../../../core/verify/answer.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { Account } from "../../../schema/account/account.ts";
import type { CallRecord } from "../../../schema/account/call.ts";
import type { OwnMembers } from "../../../schema/answer/answer.ts";
import type { PackFailure, PackInspectOutput } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { callRecordLines } from "../../show/call.ts";
import { contentLines } from "../../show/contents.ts";
import { authorizationLines, spokenCallLines } from "../../show/decision.ts";
import { evidenceLines } from "../../show/evidence.ts";
import { type AccountView, headLines } from "../../show/head.ts";
import { jobLines } from "../../show/job.ts";
import { refusal } from "../../show/refusal.ts";
import { runLines } from "../../show/run.ts";
import { findingLines, trustText, warningLines } from "../../show/verdict.ts";
import { askedCall } from "../asked-call.ts";

const SHOW_ANYWAY = "Show what can be read of it with --force.";

export async function inspectPack(call: Call): Promise<Answer<PackInspectOutput | PackFailure>> {
  const [named = ""] = call.positionals;
  const path = locateArtifact(named, { cwd: call.cwd, home: call.env["HOME"] });
  const options = await trustOf(call);
  const records = new RunRecords({ withArguments: call.has("--with-arguments") });
  return withVerified(path, { ...options, visitors: records.visitors }, async (verified) => {
    assertLocated(named, path, verified);
    const failed = verified.verdict === "failed";
    if (failed && !call.has("--force"))
      return refusal(call, "it failed verification", [{ path, verification: verified }], SHOW_ANYWAY);
    const account = await accountOf(verified, records);
    const record = await askedCall(call, verified, account);
    const { warnings } = account;
    const notes = (failed ? findingLines(verified.findings, call.stderr) : "") + warningLines(warnings, call.stderr);
    const exit = exitOfVerdict(verified.verdict);
    if (call.json) return { exit, json: members(path, verified, account, record), text: "", notes };
    const head = headLines(path, verified, account, call.stdout) + (await trustText(verified, call.stdout));
    const text = head + asked(call, account, record);
    return { exit, json: undefined, text, notes };
  });
}

function members(
  path: string,
  verified: Verified,
  account: Account,
  call: CallRecord | undefined,
): OwnMembers<PackInspectOutput> {
  const { warnings } = account;
  return {
    path,
    ...identityOf(verified),
    inspect: inspectReport(verified, account),
    account,
    ...(call === undefined ? {} : { call }),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** What follows the head: one call, the requested part in full, or an excerpt of everything. */
function asked(call: Call, account: Account, record: CallRecord | undefined): string {
  const timeline = call.has("--timeline");
  const contents = call.has("--contents");
  if (record !== undefined) return callRecordLines(record, call.stdout);
  const view: AccountView = { terminal: call.stdout, all: timeline || contents };
  const happened = timeline || !contents ? happenedLines(account, view) : "";
  return happened + (contents || !timeline ? contentLines(account.contents, view) : "");
}

function happenedLines({ run, job, call, authorization, evidence, approvers }: Account, view: AccountView): string {
  return (
    (call === undefined ? "" : spokenCallLines(call, view)) +
    (authorization === undefined ? "" : authorizationLines(authorization, view)) +
    (run === undefined ? "" : runLines(run, view)) +
    (job === undefined ? "" : jobLines(job, view, approvers)) +
    (evidence === undefined ? "" : evidenceLines(evidence, view, approvers))
  );
}
