/** The answers of `gait verify chain` (contract 3.10). */
import { type Static, Type } from "typebox";
import { findings } from "../../account/finding.ts";
import { CLOSED, type Frozen, nonEmpty } from "../../document/primitives.ts";
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

/** `gait verify chain --json`. */
export const VerifyOutputSchema = Type.Union([VerifyChainOutputSchema, failure(VERIFY, ["chain"], {})]);
