/** The work of `gait run record`. */

import { type Recorded, recordRun as record } from "../../../core/run/record-run.ts";
import { countText } from "../../../core/text/quantities.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../host/platform/machine.ts";
import { uncounted } from "../../../host/threads/progress.ts";
import type { RunRecordOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { signingOf } from "../../flags/signing.ts";
import { warningLines } from "../../show/verdict.ts";
import { withProgress } from "../../terminal/progress.ts";
import { rows } from "../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../artifact.ts";
import { contextOf } from "./context.ts";
import { runInput } from "./input.ts";
import { ticketFooter } from "./receipt.ts";

export function recordRun(call: Call): Promise<Answer<RunRecordOutput>> {
  return withProgress(call, "run record", () => recordInputOf(call));
}

async function recordInputOf(call: Call): Promise<Answer<RunRecordOutput>> {
  const signing = await signingOf(call);
  const context = await contextOf(call);
  const input = await runInput(call);
  const { signer } = signing;
  const trusted = { ...UNKEYED, keys: signer === undefined ? [] : [signer.publicKey] };
  try {
    const platform = input.isCounted ? { ...hostPlatform, progress: uncounted } : hostPlatform;
    const written = await writeAtomically(
      { directory: call.option("--out-dir") ?? "gait-out", name: ({ runId }: Recorded) => `runpack_${runId}.zip` },
      async (sink) => {
        const recorded = await record(input.parts, sink, {
          platform,
          runId: call.option("--run-id")?.trim(),
          captureMode: call.option("--capture-mode"),
          now: () => new Date(call.now()).toISOString(),
          machine: machineInGoNaming(),
          env: { os: call.option("--env-os"), arch: call.option("--env-arch"), runtime: call.option("--env-runtime") },
          signer,
          contextEvidence: context.evidence,
        });
        input.assertUnchanged();
        return recorded;
      },
      { force: call.has("--force"), inputs: call.inputs, verify: (output) => assertVerifies(output, trusted) },
    );
    return recordedAnswer(call, written, signing.publicKey, [...signing.warnings, ...context.warnings]);
  } finally {
    input.close();
  }
}

function recordedAnswer(
  call: Call,
  { path, value, outcome }: { path: string; value: Recorded; outcome: string },
  publicKey: string | undefined,
  signingWarnings: readonly string[],
): Answer<RunRecordOutput> {
  const { runId, manifestDigest, captureMode, signature, argsOmitted, resultsOmitted } = value;
  const warnings = [...signingWarnings, ...value.assumed, ...value.warnings];
  const omitted = `${argsOmitted} args and ${resultsOmitted} results left out, only their digests kept`;
  const lines = rows(
    [
      ["run", runId],
      ["manifest digest", manifestDigest],
      [
        "recorded",
        [
          countText(value.intents, "intent"),
          countText(value.results, "result"),
          countText(value.refs, "reference"),
        ].join(", "),
      ],
      ["capture mode", argsOmitted + resultsOmitted > 0 ? `${captureMode}: ${omitted}` : captureMode],
      ["signed with", signature?.key_id ?? "no key: unsigned"],
      ["public key", publicKey],
      ["ticket footer", ticketFooter(runId, manifestDigest)],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      run_id: runId,
      bundle: path,
      manifest_digest: manifestDigest,
      capture_mode: captureMode,
      intents_count: value.intents,
      results_count: value.results,
      refs_count: value.refs,
      args_omitted: argsOmitted,
      results_omitted: resultsOmitted,
      signature_status: signature === undefined ? "missing" : "signed",
      ...(signature === undefined ? {} : { signature_key_id: signature.key_id }),
      ...(publicKey === undefined ? {} : { public_key: publicKey }),
      ticket_footer: ticketFooter(runId, manifestDigest),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `${outcome === "unchanged" ? "already there, unchanged" : "recorded"}  ${path}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}
