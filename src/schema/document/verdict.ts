/** The three verdicts, and what became of a signature: what every answer about an artifact says. */
import { type Static, Type } from "typebox";

export const VerdictSchema = Type.Enum(["authentic", "intact", "failed"], {
  description:
    "authentic: intact, and a given key's signature verified; intact: everything agrees, nobody vouched; failed: it does not.",
});
export type Verdict = Static<typeof VerdictSchema>;

export const SignatureStatusSchema = Type.Enum(["missing", "skipped", "verified", "failed"], {
  description: "skipped: signatures are there, but no key was given.",
});
export type SignatureStatus = Static<typeof SignatureStatusSchema>;
