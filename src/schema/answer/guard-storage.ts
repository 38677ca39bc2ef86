/** The answers of `gait guard encrypt`, `decrypt` and `retain` (contract 3.8, 3.9). */
import { type Static, Type } from "typebox";
import { RetainedFileSchema } from "../document/evidence-pack.ts";
import { count, type Frozen, hex64, nonEmpty, text } from "../document/primitives.ts";
import { answer } from "./answer.ts";

const GUARD = "gait.guard.output";
const PLAIN = {
  plain_sha256: hex64("SHA-256 of the content."),
  plain_size: count("Its size in bytes."),
};

export const GuardEncryptOutputSchema = answer(GUARD, "encrypt", {
  path: nonEmpty("The file that was written."),
  algorithm: Type.Literal("aes-256-gcm"),
  ...PLAIN,
  key_mode: Type.Enum(["env", "command"]),
  key_ref: text("The environment variable, or the program."),
});
export type GuardEncryptOutput = Frozen<Static<typeof GuardEncryptOutputSchema>>;

export const GuardDecryptOutputSchema = answer(GUARD, "decrypt", {
  path: nonEmpty("The file that was written."),
  ...PLAIN,
});
export type GuardDecryptOutput = Frozen<Static<typeof GuardDecryptOutputSchema>>;

export const GuardRetainOutputSchema = answer(GUARD, "retain", {
  root_path: nonEmpty("The folder."),
  dry_run: Type.Boolean({ description: "Nothing was deleted." }),
  scanned_files: count("Traces and packs that were found."),
  deleted_files: Type.Array(RetainedFileSchema, {
    description: "Sorted by path; with an error those that were deleted before.",
  }),
  kept_files: Type.Array(RetainedFileSchema, { description: "Sorted by path." }),
  report_path: Type.Optional(nonEmpty("The report that was written.")),
});
export type GuardRetainOutput = Frozen<Static<typeof GuardRetainOutputSchema>>;
