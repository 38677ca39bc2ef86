/** A finding as accounts and answers carry it. */
import { Type } from "typebox";
import { CLOSED, nonBlank, text } from "../document/primitives.ts";

export const FindingSchema = Type.Object(
  {
    code: nonBlank("Stable name of the rule that was broken."),
    message: nonBlank("What is wrong, for a person."),
    path: Type.Optional(
      text("The file in the archive, `!/` before a file of an embedded archive, `#` before a place in a document."),
    ),
    expected: Type.Optional(text("What the rule wants there.")),
    actual: Type.Optional(text("What is there.")),
    hint: Type.Optional(text("What to do about it.")),
  },
  { ...CLOSED, description: "One thing that is wrong with the evidence." },
);

/** A list of what is wrong with the evidence. */
export function findings(description: string) {
  return Type.Array(FindingSchema, { description });
}
