/** `run record --context-envelope`, `--context-evidence-mode` and `--unsafe-context-raw`. */
import { GaitError } from "../../../core/finding/error.ts";
import { evidenceModeOf, MAX_ENVELOPE_BYTES, readEnvelope } from "../../../core/run/context/envelope.ts";
import type { ContextEvidence } from "../../../core/run/context/recorded.ts";
import { readInput } from "../../../host/files/input.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { ContextEnvelope } from "../../../schema/document/context.ts";
import type { Call } from "../../command/command.ts";

export interface AskedContext {
  /** Absent where none of the flags is given. */
  readonly evidence?: ContextEvidence;
  readonly warnings: readonly string[];
}

/**
 * By best effort, an envelope that can't be read is left out with a warning. One with raw content is refused in both modes.
 * @throws GaitError `invalid_input` for a bad envelope that is required
 */
export async function contextOf(call: Call): Promise<AskedContext> {
  const path = call.option("--context-envelope");
  const mode = evidenceModeOf(call.option("--context-evidence-mode") ?? "");
  if (path === undefined) {
    if (call.has("--unsafe-context-raw"))
      throw new GaitError("invalid_input", "--unsafe-context-raw is about an envelope, and none is given", {
        hint: "Give it with --context-envelope, or leave the flag out.",
      });
    return mode === undefined ? { warnings: [] } : { evidence: { mode }, warnings: [] };
  }
  const read = await envelopeAt(path);
  if ("refused" in read) {
    if (mode === "required") throw read.refused;
    return {
      evidence: { mode: mode ?? "best_effort" },
      warnings: [`the context envelope is left out: ${read.refused.message}`],
    };
  }
  const { envelope } = read;
  const raw = envelope.records.find(({ redaction_mode: how }) => how.toLowerCase() === "raw");
  if (raw !== undefined && !call.has("--unsafe-context-raw")) {
    throw new GaitError("invalid_input", `${path}: ${JSON.stringify(raw.ref_id)} has the redaction mode raw`, {
      hint: "Raw content may hold secrets: make the envelope without it, or accept it with --unsafe-context-raw.",
    });
  }
  return { evidence: { envelope, mode }, warnings: [] };
}

async function envelopeAt(path: string): Promise<{ envelope: ContextEnvelope } | { refused: GaitError }> {
  try {
    return { envelope: readEnvelope(path, await readInput(path, { limit: MAX_ENVELOPE_BYTES }), hostPlatform) };
  } catch (error) {
    if (error instanceof GaitError && error.code !== "internal") return { refused: error };
    throw error;
  }
}
