/** The answer of `gait viewer --json`. */
import { type Static, Type } from "typebox";
import { count, type Frozen, hex64, nonBlank, nonEmpty, text } from "../document/primitives.ts";
import { answer, failure } from "./answer.ts";

const VIEWER = "gait.viewer.output";

export const ViewerWrittenOutputSchema = answer(VIEWER, "viewer", {
  path: nonEmpty("The page that was written."),
  sha256: hex64("SHA-256 of the page; the release lists the same."),
  size: count("Size of the page in bytes."),
  version: nonBlank("Version of gait that the page verifies as."),
  commit: text("Commit that it was built from."),
});

/** `gait viewer --json`. */
export const ViewerOutputSchema = Type.Union([ViewerWrittenOutputSchema, failure(VIEWER, ["viewer"], {})]);
export type ViewerOutput = Frozen<Static<typeof ViewerOutputSchema>>;
