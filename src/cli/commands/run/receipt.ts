/** The work of `gait run receipt`. */

import { assertIdentifier } from "../../../core/text/identifier.ts";
import type { RunFailure, RunReceiptOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { withRunpack } from "./runpack.ts";

export function printReceipt(call: Call): Promise<Answer<RunReceiptOutput | RunFailure>> {
  return withRunpack(call, { force: false, withArguments: false }, async ({ path, verified }) => {
    const { runId, manifestDigest } = verified.runpack;
    // The line is there to be pasted: into a ticket, and from there into a shell.
    assertIdentifier(runId, "run id");
    const footer = ticketFooter(runId, manifestDigest);
    return {
      exit: EXIT.ok,
      json: { run_id: runId, path, manifest_digest: manifestDigest, ticket_footer: footer },
      text: `${footer}\n`,
    };
  });
}

export function ticketFooter(runId: string, manifestDigest: string): string {
  return `GAIT run_id=${runId} manifest=sha256:${manifestDigest.toLowerCase()} verify="gait verify ${runId}"`;
}
