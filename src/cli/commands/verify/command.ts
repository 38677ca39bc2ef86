/** `gait verify chain`: several artifacts of one run. `gait verify session-chain`: the checkpoints of a session. */
import type { VerifyChainOutput, VerifySessionChainOutput } from "../../../schema/answer/chain/verify-chain.ts";
import type { CommandSpec } from "../../command/command.ts";
import { VERIFYING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";

const noun = "verify";
const schemaId = "gait.verify.output";

const CHAIN: CommandSpec<VerifyChainOutput> = {
  noun,
  verb: "chain",
  schemaId,
  summary: "Verify a run, a trace and a pack, and that they are of one run",
  description:
    "A trace needs a key. Exit 2 if one of them is bad, or is of another run. (For a run named chain: gait verify\n" +
    "./gait-out/runpack_chain.zip.)",
  positionals: [],
  options: [
    { flag: "--run", value: "ID|FILE", description: "Id of a run, or path of a runpack or of a pack of a run" },
    { flag: "--trace", value: "FILE", description: "A trace: one decision of the gate" },
    { flag: "--pack", value: "FILE", description: "An evidence pack, or a pack of the run" },
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [
    {
      command:
        "gait verify chain --run run_42 --trace trace_1.json --pack evidence_pack.zip --public-key gait_public.key",
      note: "Do they belong together?",
    },
  ],
  async run(call) {
    const { verifyChain } = await import("./chain.ts");
    return verifyChain(call);
  },
};

const SESSION_CHAIN: CommandSpec<VerifySessionChainOutput> = {
  noun,
  verb: "session-chain",
  schemaId,
  summary: "Verify the checkpoints of a session: their links, and the runpack of each",
  description:
    "Exit 2 if a checkpoint was changed, dropped or put in, or if a runpack fails, is missing or is another one. Paths in a\n" +
    "chain begin at the folder of the command. That checkpoints are missing at its end can't be seen from a chain.",
  positionals: [],
  options: [
    { flag: "--chain", value: "FILE", description: "The chain that gait run session checkpoint wrote (required)" },
    ...VERIFYING_FLAGS,
    ...LIMIT_FLAGS,
  ],
  examples: [{ command: "gait verify session-chain --chain s_chain.json", note: "In the folder of the session" }],
  async run(call) {
    const { verifySessionChain } = await import("./session-chain.ts");
    return verifySessionChain(call);
  },
};

export const VERIFY_COMMANDS: readonly CommandSpec[] = [CHAIN, SESSION_CHAIN];
