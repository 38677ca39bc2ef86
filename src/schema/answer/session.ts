/** The answers of `gait run session … --json` (contract 15.5). */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, nonEmpty, text, timestamp } from "../document/primitives.ts";
import { SessionCheckpointSchema, SessionEventSchema } from "../document/session/journal.ts";
import { answer, keyId, publicKey } from "./answer.ts";

const RUN = "gait.run.output";

const journal = nonEmpty("The journal, as given.");

const StatusSchema = Type.Object(
  {
    session_id: text("The session's id."),
    run_id: text("Id of the run that it records."),
    created_at: timestamp("When the session was started."),
    started_at: timestamp("The same."),
    event_count: count("Events in the journal."),
    checkpoint_count: count("Checkpoints in it."),
    last_sequence: count("Number of the last event."),
  },
  CLOSED,
);

export const SessionStartOutputSchema = answer(RUN, "session start", { journal, status: StatusSchema });
export type SessionStartOutput = Frozen<Static<typeof SessionStartOutputSchema>>;

export const SessionAppendOutputSchema = answer(RUN, "session append", { journal, event: SessionEventSchema });
export type SessionAppendOutput = Frozen<Static<typeof SessionAppendOutputSchema>>;

export const SessionStatusOutputSchema = answer(RUN, "session status", { journal, status: StatusSchema });
export type SessionStatusOutput = Frozen<Static<typeof SessionStatusOutputSchema>>;

export const SessionCheckpointOutputSchema = answer(RUN, "session checkpoint", {
  journal,
  checkpoint: SessionCheckpointSchema,
  chain_path: nonEmpty("The chain of all checkpoints, written anew."),
  signature_key_id: Type.Optional(keyId("The key that signed the runpack.")),
  public_key: Type.Optional(publicKey("Public half of a throw-away key; its private half is gone.")),
});
export type SessionCheckpointOutput = Frozen<Static<typeof SessionCheckpointOutputSchema>>;

export const SessionCompactOutputSchema = answer(RUN, "session compact", {
  journal,
  compaction: Type.Object(
    {
      journal_path: nonEmpty("The journal, as given."),
      output_path: nonEmpty("The compacted one; the same where it took its place."),
      dry_run: Type.Boolean({ description: "Nothing was written." }),
      compacted: Type.Boolean({ description: "It has fewer events than before." }),
      events_before: count("Events in the journal."),
      events_after: count("Events that are kept: those since the last checkpoint."),
      checkpoints: count("Checkpoints; all are kept."),
      last_checkpoint_sequence: count("Last event in a checkpoint; 0 without one."),
      bytes_before: count("Size of the journal."),
      bytes_after: count("Size of the compacted one."),
    },
    CLOSED,
  ),
});
export type SessionCompactOutput = Frozen<Static<typeof SessionCompactOutputSchema>>;

const CheckpointShownSchema = Type.Object(
  {
    checkpoint_index: count("Number of the checkpoint, from 1."),
    sequence_start: count("First event in it."),
    sequence_end: count("Last event in it."),
    runpack_path: text("Its runpack, as the chain says."),
    checkpoint_digest: text("Its digest."),
    prev_checkpoint_digest: Type.Optional(text("That of the one before; absent in the first.")),
  },
  CLOSED,
);

/** Of a chain; of a runpack it is `RunInspectOutputSchema`. */
export const SessionInspectOutputSchema = answer(RUN, "inspect", {
  artifact_type: Type.Literal("session_chain"),
  verified: Type.Literal(true, { description: "Links and runpacks verified: of another chain nothing is shown." }),
  session_id: text("The session's id."),
  run_id: text("Id of the run that it records."),
  path: nonEmpty("The chain."),
  checkpoint_count: count("Checkpoints in it."),
  checkpoints: Type.Array(CheckpointShownSchema, { description: "In the order of the chain." }),
});
export type SessionInspectOutput = Frozen<Static<typeof SessionInspectOutputSchema>>;
