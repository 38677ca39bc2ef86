/** The runpack that `run inspect` and `run receipt` are about: by id or path, and verified. */

import { GaitError } from "../../../core/finding/error.ts";
import type { RunpackReport } from "../../../core/run/verify-runpack.ts";
import { type Verification, type VerifyOptions, verifyNamed } from "../../../core/verify/verify.ts";
import type { OpenedSource } from "../../../host/files/input.ts";
import { locateRun } from "../../../host/job/locate.ts";
import { withArtifact } from "../../../host/packs/artifact-file.ts";
import type { RunFailure, RunInspectOutput, RunReceiptOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { limitsOf } from "../../flags/limits.ts";
import { refusal } from "../../show/refusal.ts";
import { UNKEYED } from "../artifact.ts";

export interface VerifiedRunpack {
  readonly path: string;
  readonly source: OpenedSource["source"];
  readonly verification: Verification;
  readonly runpack: RunpackReport;
  /** What it was verified with. */
  readonly options: VerifyOptions;
}

/** A bad runpack is answered with its findings, unless `--force` wants what can be shown of it. */
export function withRunpack<Output extends RunInspectOutput | RunReceiptOutput>(
  call: Call,
  force: boolean,
  use: (found: VerifiedRunpack) => Promise<Answer<Output>>,
): Promise<Answer<Output | RunFailure>> {
  const path = locateRun(call.positionals[0] ?? "", { cwd: call.cwd, home: call.env["HOME"] });
  const options = { ...UNKEYED, limits: limitsOf(call) };
  return withArtifact(path, async ({ source }) => {
    const verification = await verifyNamed(path, source, options);
    const { runpack, verdict } = verification;
    if (runpack === undefined && verdict !== "failed") {
      throw new GaitError("invalid_input", `${path} is no runpack`, { hint: "Show a pack with gait pack inspect." });
    }
    if (runpack === undefined || (verdict === "failed" && !force))
      return refusal(call, "it failed verification", [{ path, verification }]);
    return use({ path, source, verification, runpack, options });
  });
}
