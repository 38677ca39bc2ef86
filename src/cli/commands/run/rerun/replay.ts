/** The work of `gait run replay`. */
import { GaitError } from "../../../../core/finding/error.ts";
import { replay } from "../../../../core/rerun/replay.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { RunReplayOutput } from "../../../../schema/answer/rerun.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { withRun } from "./opened-run.ts";

export async function replayRun(call: Call): Promise<Answer<RunReplayOutput | RunFailure>> {
  // Before anything is read: what the file says doesn't matter.
  if (call.has("--real-tools")) {
    throw new GaitError("unsafe", "real tools are never run: the commands stand in the evidence", {
      hint: "Replay without --real-tools: recorded results are used, and stubs where there are none.",
    });
  }
  const [argument = ""] = call.positionals;
  return withRun<RunReplayOutput>(call, argument, async (opened) => {
    const { path, read, assertUnchanged } = opened;
    const warnings = [...opened.warnings, ...meaningless(call)];
    const { steps, missing } = await replay(read, hostPlatform);
    assertUnchanged();
    const lines = steps.map(({ intent_id, tool_name, execution, stub_type, status }) => [
      `${intent_id} ${tool_name}`.trim(),
      execution === "stubbed" ? `stubbed (${stub_type})` : `${execution}: ${status}`,
    ]);
    return {
      exit: missing.length > 0 ? EXIT.failed : EXIT.ok,
      json: {
        run_id: read.manifest.run_id,
        path,
        mode: "stub",
        steps,
        ...(missing.length > 0 ? { missing_results: missing } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
      text: `replayed  ${read.manifest.run_id}\n${rows(
        lines.map(([label = "", value = ""]) => [label, value]),
        call.stdout,
        "  ",
      )}`,
      notes:
        (missing.length > 0 ? `missing results: ${missing.join(", ")}\n` : "") + warningLines(warnings, call.stderr),
    };
  });
}

/** Flags that only say something about real tools. */
function meaningless(call: Call): string[] {
  const given = (["--unsafe-real-tools", "--allow-tools", "--unsafe-real-tools-env"] as const).filter(call.has);
  return given.map((flag) => `${flag} has no effect: nothing is executed`);
}
