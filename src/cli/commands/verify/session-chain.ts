/** The work of `gait verify session-chain`. */
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { countText } from "../../../core/text/quantities.ts";
import { verifyReport } from "../../../core/verify/answer.ts";
import { type CheckedChain, type CheckedCheckpoint, checkChain } from "../../../host/session/chain.ts";
import type { VerifySessionChainOutput } from "../../../schema/answer/chain/verify-chain.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, verdictLine, warningLines } from "../../show/verdict.ts";
import { paint } from "../../terminal/style.ts";

export async function verifySessionChain(call: Call): Promise<Answer<VerifySessionChainOutput>> {
  const path = call.option("--chain");
  if (path === undefined)
    throw new GaitError("invalid_input", "the chain is missing", { hint: "Give it with --chain FILE." });
  const checked = await checkChain(path, await trustOf(call));
  const { chain, links, checkpoints } = checked;
  const findings = [...links, ...checkpoints.flatMap((each) => each.findings)];
  const isGood = isWhole(checked);
  const terminal = isGood ? call.stdout : call.stderr;
  const warnings = checkpoints.flatMap(({ checkpoint, verification }) =>
    (verification?.warnings ?? []).map((warning) => `${checkpoint.runpack_path}: ${warning}`),
  );
  const head = `${paint(isGood ? "verified" : "failed", isGood ? "good" : "bad", terminal)}  ${printable(path)}: ${countText(checkpoints.length, "checkpoint")} of the session ${printable(chain.session_id)}\n`;
  const runpacks = checkpoints.flatMap(({ checkpoint, verification }) =>
    verification === undefined
      ? []
      : [verdictLine(checkpoint.runpack_path, verification, terminal), findingLines(verification.findings, terminal)],
  );
  const text = head + findingLines(findings, terminal) + runpacks.join("");
  return {
    exit: isGood ? EXIT.ok : EXIT.failed,
    json: {
      chain_path: path,
      session_id: chain.session_id,
      run_id: chain.run_id,
      checkpoints_checked: checkpoints.length,
      checkpoints: checkpoints.map((each) => ({
        ok: isSound(each),
        checkpoint_index: each.checkpoint.checkpoint_index,
        sequence_start: each.checkpoint.sequence_start,
        sequence_end: each.checkpoint.sequence_end,
        runpack_path: each.checkpoint.runpack_path,
        ...(each.verification === undefined ? {} : { verify: verifyReport(each.verification) }),
      })),
      findings,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: isGood ? text : "",
    notes: (isGood ? "" : text) + warningLines(warnings, call.stderr),
  };
}

/** Nothing is wrong with links and runpacks. */
function isWhole({ links, checkpoints }: CheckedChain): boolean {
  return links.length === 0 && checkpoints.every(isSound);
}

function isSound({ verification, findings }: CheckedCheckpoint): boolean {
  return verification !== undefined && verification.verdict !== "failed" && findings.length === 0;
}
