/** A finding as accounts and answers carry it. */
import { Type } from "typebox";
import { CLOSED, nonBlank, text } from "../document/primitives.ts";

export const FindingSchema = Type.Object(
  {
    code: nonBlank("Stable name of the rule that was broken."),
    message: nonBlank("The fault, in words."),
    path: Type.Optional(
      text("The file in the archive, `!/` before a file of an embedded archive, `#` before a place in a document."),
    ),
    expected: Type.Optional(text("The value that the rule requires.")),
    actual: Type.Optional(text("The value found.")),
    hint: Type.Optional(text("What to do about it.")),
  },
  { ...CLOSED, description: "One fault in the evidence." },
);

/** A list of faults in the evidence. */
export function findings(description: string) {
  return Type.Array(FindingSchema, { description });
}
