/** Opens and verifies the run that a command goes through once more. */

import { type RunRead, runIn } from "../../../../core/rerun/run-records.ts";
import { assertLocated, locateArtifact } from "../../../../host/job/locate.ts";
import { withVerified } from "../../../../host/packs/artifact-file.ts";
import type { Envelope, OwnMembers } from "../../../../schema/answer/answer.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { refusal } from "../../../show/refusal.ts";
import { UNKEYED } from "../../artifact.ts";

export interface OpenedRun {
  readonly path: string;
  readonly read: RunRead;
  readonly warnings: readonly string[];
  /** @throws GaitError `input_changed` */
  assertUnchanged(): void;
}

/** By path or by run id; bad evidence is a refusal with its findings. */
export function withRun<Output extends Envelope>(
  call: Call,
  argument: string,
  use: (run: OpenedRun) => Promise<Answer<Output | RunFailure>>,
): Promise<Answer<Output | RunFailure>> {
  const path = locateArtifact(argument, { cwd: call.cwd, home: call.env["HOME"] });
  const options = { ...UNKEYED, limits: limitsOf(call) };
  return withVerified(path, options, async (verified, { assertUnchanged }) => {
    assertLocated(argument, path, verified);
    if (verified.verdict === "failed") {
      const { json, ...rest } = refusal(call, `${path} failed verification`, [{ path, verification: verified }]);
      return { ...rest, json: json as OwnMembers<RunFailure> } as Answer<Output | RunFailure>;
    }
    return use({ path, read: await runIn(path, verified), warnings: verified.warnings, assertUnchanged });
  });
}
