/** The answers of `gait verify chain` and `gait verify session-chain` (contract 3.10, 14.3). */
import { type Static, Type } from "typebox";
import { findings } from "../../account/finding.ts";
import { CLOSED, count, type Frozen, nonEmpty, text } from "../../document/primitives.ts";
import { answer, failure } from "../answer.ts";
import { VerifyReportSchema } from "../pack.ts";
import { TRACE_MEMBERS } from "./trace.ts";

const VERIFY = "gait.verify.output";

const ArtifactInChainSchema = Type.Object(
  {
    ok: Type.Boolean({ description: "It did not fail." }),
    path: nonEmpty("The artifact, as given."),
    verify: VerifyReportSchema,
  },
  CLOSED,
);

const TraceInChainSchema = Type.Object(
  { ok: Type.Boolean({ description: "Its signature verified." }), ...TRACE_MEMBERS },
  CLOSED,
);

export const VerifyChainOutputSchema = answer(VERIFY, "chain", {
  run: ArtifactInChainSchema,
  trace: Type.Optional(TraceInChainSchema),
  pack: Type.Optional(ArtifactInChainSchema),
  findings: findings("What does not belong together; what is wrong with one of them is in its own member."),
});
export type VerifyChainOutput = Frozen<Static<typeof VerifyChainOutputSchema>>;

const CheckpointInChainSchema = Type.Object(
  {
    ok: Type.Boolean({ description: "Its runpack did not fail, and is the one of this checkpoint." }),
    checkpoint_index: count("Number of the checkpoint."),
    sequence_start: count("First event in it."),
    sequence_end: count("Last event in it."),
    runpack_path: text("Its runpack, as the chain says."),
    verify: Type.Optional(VerifyReportSchema),
  },
  CLOSED,
);

export const VerifySessionChainOutputSchema = answer(VERIFY, "session-chain", {
  chain_path: nonEmpty("The chain, as given."),
  session_id: text("The session's id."),
  run_id: text("Id of the run that the session records."),
  checkpoints_checked: count("Checkpoints in the chain."),
  checkpoints: Type.Array(CheckpointInChainSchema, { description: "In the order of the chain." }),
  findings: findings("What does not link or is another runpack; what is wrong with a runpack itself is in `verify`."),
});
export type VerifySessionChainOutput = Frozen<Static<typeof VerifySessionChainOutputSchema>>;

/** `gait verify chain --json` and `gait verify session-chain --json`. */
export const VerifyOutputSchema = Type.Union([
  VerifyChainOutputSchema,
  VerifySessionChainOutputSchema,
  failure(VERIFY, ["chain", "session-chain"], {}),
]);
