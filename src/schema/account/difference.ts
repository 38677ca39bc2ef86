/** The difference that matters between two verified artifacts, beside the document of `diff`, which is about files. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, text } from "../document/primitives.ts";
import { JobApprovalAccountSchema, JobIntervalSchema, JobStepSchema } from "./job.ts";
import { CallOutcomeSchema, RunEventSchema, StrayResultSchema } from "./run.ts";

export const MemberChangeSchema = Type.Object(
  {
    member: text("What differs, `status` for example."),
    left: Type.Optional(text("Absent if the left side has none.")),
    right: Type.Optional(text("Absent if the right side has none.")),
  },
  CLOSED,
);
export type MemberChange = Frozen<Static<typeof MemberChangeSchema>>;

const CHANGES = Type.Array(MemberChangeSchema, { description: "In a fixed order." });

const CallBriefSchema = Type.Object(
  {
    index: count("Place of the intent on its side, from 1.", 1),
    intent_id: Type.String(),
    tool_name: Type.Optional(Type.String()),
    outcome: CallOutcomeSchema,
  },
  CLOSED,
);
export type CallBrief = Frozen<Static<typeof CallBriefSchema>>;

const PayloadChangeSchema = Type.Object(
  {
    member: Type.Enum(["args", "result"]),
    paths: Type.Array(
      Type.Object(
        { path: text("JSON path in the payload."), change: Type.Enum(["added", "removed", "changed"]) },
        CLOSED,
      ),
      { description: "Places where the two differ, in the order of the left side." },
    ),
    more: count("Places beyond these."),
  },
  CLOSED,
);
export type PayloadChange = Frozen<Static<typeof PayloadChangeSchema>>;

const CallChangeSchema = Type.Object(
  {
    intent_id: Type.String(),
    tool_name: Type.Optional(text("On the left side.")),
    left_index: count("Place of the intent on the left side.", 1),
    right_index: count("Place of the intent on the right side.", 1),
    left_result_index: Type.Optional(count("Place of its result on the left side.", 1)),
    right_result_index: Type.Optional(count("Place of its result on the right side.", 1)),
    left_outcome: CallOutcomeSchema,
    right_outcome: CallOutcomeSchema,
    turned: Type.Optional(
      Type.Enum(["bad", "good"], { description: "bad: it went well on the left only; good: on the right only." }),
    ),
    changes: CHANGES,
    payloads: Type.Optional(
      Type.Array(PayloadChangeSchema, { description: "For payloads that differ and are kept on both sides." }),
    ),
  },
  CLOSED,
);
export type CallChange = Frozen<Static<typeof CallChangeSchema>>;

const RunDifferenceSchema = Type.Object(
  {
    calls: Type.Object(
      {
        same: count("Calls that are the same on both sides, times aside."),
        added: Type.Array(CallBriefSchema, { description: "Only on the right side." }),
        removed: Type.Array(CallBriefSchema, { description: "Only on the left side." }),
        changed: Type.Array(CallChangeSchema, { description: "In the order of the left side." }),
        turned_bad: count("Among the changed ones: went well on the left only."),
        turned_good: count("Among the changed ones: went well on the right only."),
        reordered: Type.Boolean({ description: "The calls of the two sides are in different orders." }),
        payloads_not_compared: count("Payloads that differ and were too many or too large to compare."),
      },
      { ...CLOSED, description: "Matched by intent_id; for a repeated id, the first with the first and so on." },
    ),
    stray_results: Type.Object(
      { added: Type.Array(StrayResultSchema), removed: Type.Array(StrayResultSchema) },
      CLOSED,
    ),
    events: Type.Object(
      { added: Type.Array(RunEventSchema), removed: Type.Array(RunEventSchema) },
      { ...CLOSED, description: "Matched by event and reference; times are not compared." },
    ),
    references: Type.Object(
      {
        same: count("References that are the same on both sides, times aside."),
        added: Type.Array(Type.Object({ ref_id: Type.String(), source_locator: Type.String() }, CLOSED)),
        removed: Type.Array(Type.Object({ ref_id: Type.String(), source_locator: Type.String() }, CLOSED)),
        changed: Type.Array(Type.Object({ ref_id: Type.String(), changes: CHANGES }, CLOSED)),
      },
      { ...CLOSED, description: "Matched by ref_id." },
    ),
  },
  CLOSED,
);
export type RunDifference = Frozen<Static<typeof RunDifferenceSchema>>;

const CheckpointBriefSchema = Type.Object(
  {
    checkpoint_id: Type.String(),
    type: Type.String(),
    summary: Type.String(),
    decision: Type.Optional(Type.String()),
    approved_by: Type.Optional(Type.String()),
  },
  CLOSED,
);

const JobDifferenceSchema = Type.Object(
  {
    changes: CHANGES,
    steps: Type.Object(
      {
        common: count("Events at the start of both logs."),
        added: Type.Array(JobStepSchema, { description: "What follows on the right side." }),
        removed: Type.Array(JobStepSchema, { description: "What follows on the left side." }),
      },
      CLOSED,
    ),
    states: Type.Object(
      {
        common: count("States that both jobs went through from the beginning."),
        added: Type.Array(JobIntervalSchema, { description: "What follows on the right side." }),
        removed: Type.Array(JobIntervalSchema, { description: "What follows on the left side." }),
      },
      CLOSED,
    ),
    checkpoints: Type.Object(
      {
        added: Type.Array(CheckpointBriefSchema),
        removed: Type.Array(CheckpointBriefSchema),
        changed: Type.Array(Type.Object({ checkpoint_id: Type.String(), changes: CHANGES }, CLOSED)),
      },
      CLOSED,
    ),
    approvals: Type.Object(
      { added: Type.Array(JobApprovalAccountSchema), removed: Type.Array(JobApprovalAccountSchema) },
      CLOSED,
    ),
  },
  CLOSED,
);
export type JobDifference = Frozen<Static<typeof JobDifferenceSchema>>;

const FileChangeSchema = Type.Object(
  {
    path: text("Name of the entry."),
    archive: Type.Optional(text("The embedded archive that contains this entry.")),
    change: Type.Enum(["added", "removed", "changed"]),
    left_size: Type.Optional(count("Bytes of content.")),
    right_size: Type.Optional(count("Bytes of content.")),
    left_sha256: Type.Optional(Type.String()),
    right_sha256: Type.Optional(Type.String()),
  },
  CLOSED,
);
export type FileChange = Frozen<Static<typeof FileChangeSchema>>;

const ControlChangeSchema = Type.Object(
  {
    control_id: Type.String(),
    change: Type.Enum(["added", "removed", "changed"]),
    added: Type.Array(Type.String(), { description: "Evidence only on the right side." }),
    removed: Type.Array(Type.String(), { description: "Evidence only on the left side." }),
  },
  CLOSED,
);

export const DifferenceSchema = Type.Object(
  {
    identity: CHANGES,
    provenance: CHANGES,
    files: Type.Array(FileChangeSchema, { description: "All but manifests, with those of an embedded archive." }),
    run: Type.Optional(RunDifferenceSchema),
    job: Type.Optional(JobDifferenceSchema),
    controls: Type.Optional(Type.Array(ControlChangeSchema)),
  },
  { ...CLOSED, description: "The differences in the evidence of the two artifacts." },
);
export type Difference = Frozen<Static<typeof DifferenceSchema>>;
