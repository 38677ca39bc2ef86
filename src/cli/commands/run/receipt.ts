/** The work of `gait run receipt`. */
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { withRunpack } from "./runpack.ts";
import { ticketFooter } from "./ticket.ts";

export function printReceipt(call: Call): Promise<Answer> {
  return withRunpack(call, false, async ({ path, runpack: { runId, manifestDigest } }) => {
    const footer = ticketFooter(runId, manifestDigest);
    return {
      exit: EXIT.ok,
      json: { run_id: runId, path, manifest_digest: manifestDigest, ticket_footer: footer },
      text: `${footer}\n`,
    };
  });
}
