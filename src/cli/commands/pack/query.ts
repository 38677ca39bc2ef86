/** The work of `gait pack query`. */
import { accountOf } from "../../../core/account/account.ts";
import { type FoundCall, findCalls, unknownPayloads } from "../../../core/account/query/find-calls.ts";
import { parseCallQuery } from "../../../core/account/query/grammar.ts";
import { RunRecords } from "../../../core/account/run-records.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { grouped } from "../../../core/text/quantities.ts";
import { identityOf } from "../../../core/verify/answer.ts";
import { jsonLine } from "../../../core/verify/json-answer.ts";
import { runpackIn } from "../../../core/verify/verified.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { FoundCallLine, PackFailure, PackQueryOutput } from "../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { refusal } from "../../show/refusal.ts";
import { foundCallLines } from "../../show/run.ts";
import { findingLines, unverifiedLine, warningLines } from "../../show/verdict.ts";

const ABOUT = { job: "a job", call: "one call", authorization: "an authorization", evidence: "controls" } as const;

export const QUERY_FORMATS = ["table", "ndjson"] as const;

export async function queryPack(call: Call): Promise<Answer<PackQueryOutput | PackFailure>> {
  const [named = "", ...words] = call.positionals;
  const text = words.join(" ");
  const query = parseCallQuery(text);
  const asked = call.option("--format");
  if (call.json && asked === "table") {
    throw new GaitError("invalid_input", "--json and --format table are both given", { hint: "Give one of them." });
  }
  const withPayloads = call.has("--with-payloads");
  const path = locateArtifact(named, { cwd: call.cwd, home: call.env["HOME"] });
  const options = await trustOf(call);
  const records = new RunRecords({ withArguments: true });
  return withVerified(path, { ...options, visitors: records.visitors }, async (verified) => {
    assertLocated(named, path, verified);
    const isBad = verified.verdict === "failed";
    if (isBad && !call.has("--force")) {
      return refusal(call, "it failed verification", [{ path, verification: verified }], "Ask it anyway with --force.");
    }
    const account = await accountOf(verified, records);
    const archive = await runpackIn(verified);
    const { run } = account;
    if (run === undefined || archive === undefined) {
      const { about } = account;
      const what = about === "unknown" || about === "run" ? "" : `: it is about ${ABOUT[about]}`;
      throw new GaitError(
        "invalid_input",
        `${path} has no readable run, and a query is about the calls of one${what}`,
        {
          hint: "`gait pack inspect` shows what is in it.",
        },
      );
    }
    const found = await findCalls({ run, archive, query }, withPayloads);
    const warnings = [...account.warnings, ...unknownPayloads(run, query)];
    const notes = (isBad ? findingLines(verified.findings, call.stderr) : "") + warningLines(warnings, call.stderr);
    const exit = exitOfVerdict(verified.verdict);
    const members = found.map((each) => lineOf(run.run_id, each));
    if (call.json) {
      const { verdict, reason } = verified;
      const totals = { query: text, calls_total: run.calls.length, calls_found: found.length };
      const json = { path, ...identityOf(verified), verdict, reason, ...totals, calls: members };
      return { exit, json: { ...json, ...(warnings.length > 0 ? { warnings } : {}) }, text: "", notes };
    }
    if (asked === "ndjson") {
      for (const member of members) await call.write(jsonLine(member));
      await call.flush();
      return { exit, json: undefined, text: "", written: true, notes, notesBesideLines: true };
    }
    const mark = isBad ? unverifiedLine(call.stdout) : "";
    const total = `${grouped(found.length)} of ${grouped(run.calls.length)} calls\n`;
    return { exit, json: undefined, text: mark + foundCallLines(found, call.stdout) + total, notes };
  });
}

function lineOf(runId: string, { call, ...payloads }: FoundCall): FoundCallLine {
  return { run_id: runId, ...call, ...payloads };
}
