/**
 * The files of a session (contract 15): its journal, line by line, the state beside it and its chain. Unknown members are left
 * alone, as in a runpack: no digest here covers them.
 */
import { type Static, Type } from "typebox";
import { count, nonBlank, SchemaVersion, text, timestamp } from "../primitives.ts";
import { RelationshipSchema } from "./relationship.ts";

const PRODUCER = text("Version of the program that wrote it.");
const IDS = {
  session_id: nonBlank("The session's id."),
  run_id: nonBlank("Id of the run that the session records."),
};
const lists = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
const INVARIANTS = {
  safety_invariant_version: Type.Optional(text("As in the state of a job.")),
  safety_invariant_hash: Type.Optional(text("As in the state of a job.")),
};

export const SessionHeaderSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.session_journal"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the session was started."),
  producer_version: PRODUCER,
  ...IDS,
  started_at: timestamp("The same."),
  events: Type.Union([Type.Array(Type.Unknown()), Type.Null()], {
    description: "Always empty: the events have lines of their own. null in a compacted journal.",
  }),
});
export type SessionHeader = Static<typeof SessionHeaderSchema>;

export const SESSION_VERDICTS = ["allow", "block", "dry_run", "require_approval"] as const;

export const SessionEventSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.session_event"),
  schema_version: SchemaVersion,
  created_at: timestamp("When it was appended."),
  producer_version: PRODUCER,
  ...IDS,
  sequence: count("Number of the event, from 1.", 1),
  intent_id: Type.Optional(text("Id of the call.")),
  tool_name: Type.Optional(text("The tool that was to be called.")),
  intent_digest: Type.Optional(text("SHA-256 of the call's arguments, in lower-case hex.")),
  policy_digest: Type.Optional(text("SHA-256 of the policy, in lower-case hex.")),
  policy_id: Type.Optional(text("Id of the policy.")),
  policy_version: Type.Optional(text("Version of the policy.")),
  matched_rule_ids: lists("The policy's rules that matched."),
  trace_id: Type.Optional(text("Id of the trace of the decision.")),
  trace_path: Type.Optional(text("Where that trace is.")),
  verdict: Type.Optional(text("The decision: `allow`, `block`, `dry_run` or `require_approval`.")),
  reason_codes: lists("Why, sorted."),
  violations: lists("What was violated, sorted."),
  relationship: Type.Optional(RelationshipSchema),
  ...INVARIANTS,
});
export type SessionEvent = Static<typeof SessionEventSchema>;

export const SessionCheckpointSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.session_checkpoint"),
  schema_version: SchemaVersion,
  created_at: timestamp("When it was made."),
  producer_version: PRODUCER,
  ...IDS,
  checkpoint_index: count("Number of the checkpoint, from 1."),
  sequence_start: count("First event in it."),
  sequence_end: count("Last event in it."),
  runpack_path: text("The runpack of these events, as it was named: relative to the folder of the command."),
  manifest_digest: text("`manifest_digest` of that runpack."),
  prev_checkpoint_digest: Type.Optional(text("`checkpoint_digest` of the one before; absent in the first.")),
  checkpoint_digest: text(
    "SHA-256 of `<manifest_digest>:<prev_checkpoint_digest>:<checkpoint_index>:<sequence_start>:<sequence_end>`.",
  ),
  relationship: Type.Optional(RelationshipSchema),
  ...INVARIANTS,
});
export type SessionCheckpoint = Static<typeof SessionCheckpointSchema>;

/** One line. */
export const SessionJournalSchema = Type.Union([
  Type.Object({ record_type: Type.Literal("header"), header: SessionHeaderSchema }),
  Type.Object({ record_type: Type.Literal("event"), event: SessionEventSchema }),
  Type.Object({ record_type: Type.Literal("checkpoint"), checkpoint: SessionCheckpointSchema }),
]);
export type SessionJournal = Static<typeof SessionJournalSchema>;

export const SessionStateSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.session_state"),
  schema_version: SchemaVersion,
  updated_at: timestamp("When the last line was appended."),
  producer_version: PRODUCER,
  ...IDS,
  created_at: timestamp("When the session was started."),
  started_at: timestamp("The same."),
  event_count: count("Events in the journal."),
  last_sequence: count("Number of the last event; 0 without one."),
  checkpoint_count: count("Checkpoints in the journal."),
  last_checkpoint_index: count("Number of the last checkpoint; 0 without one."),
  last_checkpoint_sequence: count("Last event in a checkpoint; 0 without one."),
  last_checkpoint_digest: Type.Optional(text("`checkpoint_digest` of the last checkpoint.")),
  journal_size_bytes: count("Size of the journal when this was written."),
});
export type SessionState = Static<typeof SessionStateSchema>;

export const SessionChainSchema = Type.Object({
  schema_id: Type.Literal("gait.runpack.session_chain"),
  schema_version: SchemaVersion,
  created_at: timestamp("When the session was started."),
  producer_version: PRODUCER,
  ...IDS,
  checkpoints: Type.Array(SessionCheckpointSchema, { minItems: 1 }),
});
export type SessionChain = Static<typeof SessionChainSchema>;
