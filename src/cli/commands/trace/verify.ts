/** The work of `gait trace verify`. */
import { checkTrace, type TraceCheck } from "../../../core/evidence/trace-signature.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { textMember } from "../../../core/json/document.ts";
import type { PublicKey } from "../../../core/signature/signature.ts";
import { readInput } from "../../../host/files/input.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { TraceVerifyOutput } from "../../../schema/answer/chain/trace.ts";
import type { Answer, Call, Terminal } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { verifyingKeysOf } from "../../flags/trust.ts";
import { findingLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";
import { paint } from "../../terminal/style.ts";

/** Largest trace, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

export async function verifyTrace(call: Call): Promise<Answer<TraceVerifyOutput>> {
  const [path = ""] = call.positionals;
  const check = await readTrace(path, await verifyingKeysOf(call));
  const json = traceMembers(path, check);
  const isGood = check.findings.length === 0;
  const text = traceText(path, check, isGood ? call.stdout : call.stderr);
  return isGood ? { exit: EXIT.ok, json, text } : { exit: EXIT.failed, json, text: "", notes: text };
}

/**
 * A trace, checked with `keys`.
 * @throws GaitError `invalid_input` without a key, and for a file that is no JSON object; as `readInput`
 */
export async function readTrace(path: string, keys: readonly PublicKey[]): Promise<TraceCheck> {
  if (keys.length === 0) {
    throw new GaitError("invalid_input", "a trace is verified with a key, and none is given", {
      hint: "Give the gate's public key with --public-key FILE.",
    });
  }
  const check = await checkTrace(await readInput(path, { limit: MAX_BYTES }), path, keys, hostPlatform);
  const [first] = check.findings;
  // What is no JSON object is no trace. One with a name twice is one, and bad.
  const isJson =
    check.object !== undefined ||
    !["json_invalid", "json_encoding_invalid", "schema_invalid"].includes(first?.code ?? "");
  if (isJson) return check;
  throw new GaitError("invalid_input", `${path} is no trace: ${first?.message ?? "it is no JSON object"}`, {
    hint: "Give a trace that the gate wrote; `gait schema show guard/trace` is its schema.",
  });
}

export function traceMembers(path: string, { object, keyId, findings }: TraceCheck) {
  const [traceId, tool, verdict] = (["trace_id", "tool_name", "verdict"] as const).map((name) =>
    textMember(object, name),
  );
  return {
    path,
    ...(traceId === undefined ? {} : { trace_id: traceId }),
    ...(tool === undefined ? {} : { tool_name: tool }),
    ...(verdict === undefined ? {} : { verdict }),
    signature_status: findings.length === 0 ? ("verified" as const) : ("failed" as const),
    ...(keyId === undefined ? {} : { key_id: keyId }),
    findings,
  };
}

/** The trace as lines: of a bad one what is wrong, and not what it says. */
export function traceText(path: string, { trace, keyId, findings }: TraceCheck, terminal: Terminal): string {
  if (findings.length > 0) return `${paint("failed", "bad", terminal)}  ${path}\n${findingLines(findings, terminal)}`;
  const lines = rows(
    [
      ["trace", trace?.trace_id],
      ["tool", trace?.tool_name],
      ["decision", trace?.verdict],
      ["signed with", keyId],
    ],
    terminal,
    "  ",
  );
  return `${paint("verified", "good", terminal)}  ${path}\n${lines}`;
}
