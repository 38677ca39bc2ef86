/** `gait trace verify`: one decision of the gate. */
import type { TraceVerifyOutput } from "../../../schema/answer/chain/trace.ts";
import type { CommandSpec } from "../../command/command.ts";
import { KEYED_FLAGS } from "../../flags/keys.ts";

const VERIFY: CommandSpec<TraceVerifyOutput> = {
  noun: "trace",
  verb: "verify",
  schemaId: "gait.trace.output",
  summary: "Check the signature of a trace: one decision of the gate",
  description:
    "A key is needed: without one nothing could be said of a trace. The record is checked as it is stored, unknown members\n" +
    "too. Exit 2 if it has no signature, or none of a given key.",
  positionals: [{ name: "file", required: true }],
  options: KEYED_FLAGS,
  examples: [{ command: "gait trace verify trace_1.json --public-key gait_public.key", note: "Who decided this?" }],
  async run(call) {
    const { verifyTrace } = await import("./verify.ts");
    return verifyTrace(call);
  },
};

export const TRACE_COMMANDS: readonly CommandSpec[] = [VERIFY];
