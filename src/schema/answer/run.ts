/** The answers of `gait run … --json` (contract 1.4, 1.8). */
import { type Static, Type } from "typebox";
import { CallRecordSchema } from "../account/call.ts";
import { findings } from "../account/finding.ts";
import { CallOutcomeSchema } from "../account/run.ts";
import { CaptureModeSchema, CLOSED, count, type Frozen, hex64, nonEmpty, text } from "../document/primitives.ts";
import { VerdictSchema } from "../document/verdict.ts";
import { answer, failure, keyId, publicKey } from "./answer.ts";
import { RunDiffOutputSchema, RunReduceOutputSchema, RunReplayOutputSchema } from "./rerun.ts";
import { RunImportOutputSchema } from "./run-import.ts";
import {
  SessionAppendOutputSchema,
  SessionCheckpointOutputSchema,
  SessionCompactOutputSchema,
  SessionInspectOutputSchema,
  SessionStartOutputSchema,
  SessionStatusOutputSchema,
} from "./session.ts";

const RUN = "gait.run.output";

const RUN_ID = nonEmpty("The run's id.");
const MANIFEST_DIGEST = hex64("`manifest_digest` of the runpack.");
const TICKET_FOOTER = nonEmpty("The line to put under a ticket: run id, manifest digest and how to verify.");

export const RunRecordOutputSchema = answer(RUN, "record", {
  run_id: RUN_ID,
  bundle: nonEmpty("The runpack that was written."),
  manifest_digest: MANIFEST_DIGEST,
  capture_mode: CaptureModeSchema,
  intents_count: count("Intents recorded."),
  results_count: count("Results recorded."),
  refs_count: count("Receipts recorded."),
  args_omitted: count("Intents whose arguments were left out, their digest kept (reference mode)."),
  results_omitted: count("Results whose payload was left out, its digest kept (reference mode)."),
  signature_status: Type.Enum(["missing", "signed"]),
  signature_key_id: Type.Optional(keyId("The key that signed.")),
  public_key: Type.Optional(publicKey("Public half of a throw-away key; its private half is gone.")),
  ticket_footer: TICKET_FOOTER,
});
export type RunRecordOutput = Frozen<Static<typeof RunRecordOutputSchema>>;

const LIFTED_LIST = "Lifted from the result, sorted, without repetitions.";

const RunEntrySchema = Type.Object(
  {
    index: count("Position of the intent, from 1.", 1),
    intent_id: Type.String(),
    tool_name: Type.Optional(Type.String()),
    created_at: text("When the intent was recorded, in UTC."),
    args_digest: Type.Optional(Type.String()),
    outcome: Type.Optional(CallOutcomeSchema),
    status: Type.Optional(text("Of its result; where its id has too many, of the one whose turn it is.")),
    result_digest: Type.Optional(Type.String()),
    verdict: Type.Optional(text("Lifted from the result.")),
    reason_codes: Type.Optional(Type.Array(Type.String(), { description: LIFTED_LIST })),
    violations: Type.Optional(Type.Array(Type.String(), { description: LIFTED_LIST })),
  },
  CLOSED,
);

const UnmatchedResultSchema = Type.Object(
  { intent_id: Type.String(), status: Type.Optional(Type.String()), result_digest: Type.Optional(Type.String()) },
  CLOSED,
);

export const RunInspectOutputSchema = answer(RUN, "inspect", {
  artifact_type: Type.Literal("runpack"),
  verified: Type.Boolean({ description: "Whether the runpack verified; otherwise the rest is only what it claims." }),
  verdict: VerdictSchema,
  run_id: Type.Optional(text("The run's id; unverified if the runpack did not verify.")),
  path: nonEmpty("The runpack."),
  capture_mode: Type.Optional(text("`reference` or `raw`; unverified if the runpack did not verify.")),
  intents_total: count("Intents in the runpack."),
  results_total: count("Results in the runpack."),
  entries: Type.Array(RunEntrySchema, { description: "The intents in order, with their results." }),
  unmatched_results: Type.Optional(
    Type.Array(UnmatchedResultSchema, { description: "Results whose intent is missing." }),
  ),
  call: Type.Optional(CallRecordSchema),
  findings: Type.Optional(findings("The findings about the runpack.")),
});
export type RunInspectOutput = Frozen<Static<typeof RunInspectOutputSchema>>;

export const RunReceiptOutputSchema = answer(RUN, "receipt", {
  run_id: RUN_ID,
  path: nonEmpty("The runpack."),
  manifest_digest: MANIFEST_DIGEST,
  ticket_footer: TICKET_FOOTER,
});
export type RunReceiptOutput = Frozen<Static<typeof RunReceiptOutputSchema>>;

/** It has no answer: the standard output is the agent's. */
export const RunExecOutputSchema = answer(RUN, "exec", {});
export type RunExecOutput = Frozen<Static<typeof RunExecOutputSchema>>;

export const RunFailureSchema = failure(
  RUN,
  [
    ...(["record", "import", "exec", "inspect", "receipt", "diff", "replay", "reduce"] as const),
    ...(["session start", "session append", "session status", "session checkpoint", "session compact"] as const),
  ],
  {
    run_id: Type.Optional(RUN_ID),
    path: Type.Optional(nonEmpty("The runpack.")),
    findings: Type.Optional(findings("Problems with the evidence, if that is the reason.")),
  },
);
export type RunFailure = Frozen<Static<typeof RunFailureSchema>>;

export const RunOutputSchema = Type.Union([
  RunRecordOutputSchema,
  RunImportOutputSchema,
  RunInspectOutputSchema,
  RunReceiptOutputSchema,
  RunDiffOutputSchema,
  RunReplayOutputSchema,
  RunReduceOutputSchema,
  SessionStartOutputSchema,
  SessionAppendOutputSchema,
  SessionStatusOutputSchema,
  SessionCheckpointOutputSchema,
  SessionCompactOutputSchema,
  SessionInspectOutputSchema,
  RunFailureSchema,
]);
