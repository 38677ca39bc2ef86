/** Ids that name files and folders: of runs, jobs and cases. */
import { GaitError } from "../finding/error.ts";

/** 1 to 128 characters that are safe in every file system's paths; the first is a letter or digit. */
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** Throws `GaitError("invalid_input")` if `text` is not a valid id; `what` names it, as in "run id". */
export function assertIdentifier(text: string, what: string): void {
  if (isIdentifier(text)) return;
  const shown = text === "" ? "empty" : JSON.stringify(text.length > 140 ? `${text.slice(0, 140)}…` : text);
  const refused = text === "" ? "" : ", and that can't be one";
  throw new GaitError("invalid_input", `the ${what} is ${shown}${refused}`, {
    hint: "It has 1 to 128 of the characters A-Z a-z 0-9 . _ : - and starts with a letter or digit.",
  });
}
