/** Finds by id or path, and verifies, the runpack of `run inspect` and `run receipt`. */
import { RunRecords } from "../../../core/account/run-records.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { Verified } from "../../../core/verify/verified.ts";
import { assertHoldsRun, locateRun } from "../../../host/job/locate.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { RunFailure, RunInspectOutput, RunReceiptOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { limitsOf } from "../../flags/limits.ts";
import { refusal } from "../../show/refusal.ts";
import { UNKEYED } from "../artifact.ts";

export interface VerifiedRunpack {
  readonly path: string;
  readonly verified: Extract<Verified, { readonly format: "runpack" }>;
  /** As the verification saw them. */
  readonly records: RunRecords;
}

/** @throws GaitError `invalid_input` if the run is not given, or given twice */
export function runArgument(call: Call): string {
  const given = [...call.positionals, ...call.options("--from")];
  const [argument] = given;
  if (argument !== undefined && given.length === 1) return argument;
  throw new GaitError("invalid_input", `the run is ${argument === undefined ? "missing" : "given twice"}`, {
    hint: "Give its id, or the path of the runpack.",
  });
}

/** A bad runpack gives its findings, unless `force` asks for what can be read of it. */
export function withRunpack<Output extends RunInspectOutput | RunReceiptOutput>(
  call: Call,
  { force, withArguments }: { readonly force: boolean; readonly withArguments: boolean },
  use: (found: VerifiedRunpack) => Promise<Answer<Output>>,
): Promise<Answer<Output | RunFailure>> {
  const argument = runArgument(call);
  const path = locateRun(argument, { cwd: call.cwd, home: call.env["HOME"] });
  const records = new RunRecords({ withArguments });
  const options = { ...UNKEYED, limits: limitsOf(call), visitors: records.visitors };
  return withVerified(path, options, async (verified) => {
    const { verdict, format } = verified;
    if (format !== "runpack" && verdict !== "failed") {
      throw new GaitError("invalid_input", `${path} is not a runpack`, {
        hint: "Give the runpack or the run's id; `gait pack inspect` shows what a pack is made from.",
      });
    }
    if (format !== "runpack" || (verdict === "failed" && !force))
      return refusal(call, "it failed verification", [{ path, verification: verified }]);
    assertHoldsRun(argument, path, verified);
    return use({ path, verified, records });
  });
}
