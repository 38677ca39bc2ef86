/** One call in full: its records as stored in the evidence, and everything that refers to it. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, shownObject } from "../document/primitives.ts";
import { CallSchema, RunEventSchema, StrayResultSchema } from "./run.ts";

export const CallRecordSchema = Type.Object(
  {
    intent_id: Type.String(),
    calls: Type.Array(CallSchema, { description: "More than one if the id is repeated." }),
    stray_results: Type.Array(StrayResultSchema, { description: "Results with this id that belong to no call." }),
    intents: Type.Array(shownObject("A line of `intents.jsonl`, with `args` if they are kept.")),
    results: Type.Array(shownObject("A line of `results.jsonl`, with `result` if it is kept.")),
    left_out: count("Records of this id beyond the first of them, which are not repeated here."),
    events: Type.Array(RunEventSchema, { description: "Events on the timeline that refer to it." }),
    references: Type.Array(
      Type.Object(
        {
          mentioned_by: Type.Enum(["receipt", "args", "result"], {
            description: "receipt: a text in it is the call's id; args, result: a text in there is the receipt's id.",
          }),
          receipt: shownObject("The receipt as stored in `refs.json`."),
        },
        CLOSED,
      ),
    ),
  },
  { ...CLOSED, description: "One call in full." },
);
export type CallRecord = Frozen<Static<typeof CallRecordSchema>>;
