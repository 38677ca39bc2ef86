/** The account of a run: each call with its outcome, the events and the references. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, seconds, text } from "../document/primitives.ts";

export const CallOutcomeSchema = Type.Enum(["ok", "unstated", "failed", "blocked", "open"], {
  description:
    "unstated: done (completed), and how it went is not said; blocked: a policy or a person stopped it; open: " +
    "there is " +
    "no result; failed: any other status that does not mean success.",
});
export type CallOutcome = Static<typeof CallOutcomeSchema>;

const LIFTED_LIST = "Lifted from the result, sorted, without repetitions.";

/** The members of a result, without its payload. */
const RESULT = {
  status: Type.Optional(text("The outcome as stated by the producer.")),
  verdict: Type.Optional(text("Lifted from the result.")),
  reason_codes: Type.Optional(Type.Array(Type.String(), { description: LIFTED_LIST })),
  violations: Type.Optional(Type.Array(Type.String(), { description: LIFTED_LIST })),
  approved_by: Type.Optional(text("Lifted from the result: who approved the call, in the record's own words.")),
  result_digest: Type.Optional(text("SHA-256 of the canonical JSON of the result.")),
  result_kept: Type.Boolean({ description: "The result itself is in the evidence." }),
  ended_at: Type.Optional(text("When the result was recorded.")),
};

export const CallSchema = Type.Object(
  {
    index: count("Place of the intent, from 1.", 1),
    intent_id: Type.String(),
    tool_name: Type.Optional(Type.String()),
    started_at: Type.Optional(text("When the intent was recorded; absent if unknown.")),
    seconds: Type.Optional(seconds("From the intent to the result, if both have a time.")),
    outcome: CallOutcomeSchema,
    result_index: Type.Optional(count("Place of its result, from 1.", 1)),
    args_digest: Type.Optional(text("SHA-256 of the canonical JSON of the arguments.")),
    args_text: Type.Optional(
      text("The arguments as one short line for people, cut after 160 characters; only where asked for, and kept."),
    ),
    args_kept: Type.Boolean({ description: "The arguments themselves are in the evidence." }),
    ...RESULT,
  },
  {
    ...CLOSED,
    description: "An intent with its result: of one id, the first intent has the first result, the second the second.",
  },
);
export type RunCall = Frozen<Static<typeof CallSchema>>;

export const StrayResultSchema = Type.Object(
  {
    index: count("Place of the result, from 1.", 1),
    intent_id: Type.String(),
    why: Type.Enum(["no_intent", "repeated"], {
      description:
        "no_intent: no intent has this id; repeated: this id has more results than intents, and another one counts.",
    }),
    outcome: CallOutcomeSchema,
    ...RESULT,
  },
  { ...CLOSED, description: "A result that belongs to no call." },
);
export type StrayResult = Frozen<Static<typeof StrayResultSchema>>;

export const RunEventSchema = Type.Object(
  {
    event: Type.String(),
    at: Type.String(),
    ref: Type.Optional(text("What it belongs to, an intent's id for example.")),
  },
  CLOSED,
);
export type RunEvent = Frozen<Static<typeof RunEventSchema>>;

export const RunReferenceSchema = Type.Object(
  {
    ref_id: Type.String(),
    source_type: Type.String(),
    source_locator: Type.String(),
    query_digest: Type.String(),
    content_digest: Type.String(),
    retrieved_at: Type.Optional(text("Absent if unknown.")),
    redaction_mode: Type.String(),
    sensitivity_label: Type.Optional(Type.String()),
    immutability: Type.Optional(Type.String()),
  },
  CLOSED,
);
export type RunReference = Frozen<Static<typeof RunReferenceSchema>>;

export const RunAccountSchema = Type.Object(
  {
    run_id: Type.String(),
    began_at: Type.Optional(text("The earliest time of an event, intent or result.")),
    ended_at: Type.Optional(text("The latest.")),
    seconds: Type.Optional(seconds("Between the two.")),
    totals: Type.Object(
      {
        calls: count("Intents."),
        ok: count("Calls that went well."),
        unstated: Type.Optional(count("Calls that were done, their outcome not stated.", 1)),
        failed: count("Calls that went wrong."),
        blocked: count("Calls that a policy stopped."),
        open: count("Calls without a result."),
        results: count("Results."),
        stray_results: count("Results that belong to no call."),
        args_kept: count("Calls whose arguments are in the evidence."),
        results_kept: count("Results whose payload is in the evidence."),
        events: count("Events on the timeline."),
        references: count("Receipts."),
      },
      CLOSED,
    ),
    tools: Type.Array(
      Type.Object(
        {
          tool_name: Type.String(),
          calls: count("Calls of the tool."),
          failures: count("Calls that went wrong."),
          open: Type.Optional(count("Without a result.")),
        },
        CLOSED,
      ),
      { description: "Each tool once, the most used first." },
    ),
    calls: Type.Array(CallSchema, { description: "In the order of the evidence." }),
    stray_results: Type.Array(StrayResultSchema, { description: "In the order of the evidence." }),
    events: Type.Array(RunEventSchema, { description: "In the order of the evidence." }),
    references: Type.Array(RunReferenceSchema, { description: "In the order of the evidence." }),
  },
  CLOSED,
);
export type RunAccount = Frozen<Static<typeof RunAccountSchema>>;
