/** The work of `gait demo`. */
import { GaitError } from "../../../../core/finding/error.ts";
import { DEMO_DIGEST, DEMO_RUN, writeDemoRun } from "../../../../core/rerun/demo.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { DemoOutput } from "../../../../schema/answer/rerun.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { assertVerifies, UNKEYED } from "../../artifact.ts";
import { ticketFooter } from "../receipt.ts";

export async function writeDemo(call: Call): Promise<Answer<DemoOutput>> {
  const { path, value, outcome } = await writeAtomically(
    "gait-out/runpack_run_demo.zip",
    (sink) => writeDemoRun(sink, hostPlatform),
    { force: call.has("--force"), verify: (output) => assertVerifies(output, UNKEYED) },
  );
  if (value !== DEMO_DIGEST)
    throw new GaitError("internal", `the demo has the digest ${value}, and not ${DEMO_DIGEST}`);
  const footer = ticketFooter(DEMO_RUN, value);
  return {
    exit: EXIT.ok,
    json: {
      run_id: DEMO_RUN,
      bundle: path,
      manifest_digest: value,
      ticket_footer: footer,
      verify: "ok",
    },
    text: `${outcome === "unchanged" ? "already there, unchanged" : "written"}  ${path}\n${footer}\n`,
  };
}
