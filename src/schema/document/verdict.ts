/** The three verdicts, and what became of a signature: what every answer about an artifact says. */
import { type Static, Type } from "typebox";

export const VerdictSchema = Type.Enum(["authentic", "intact", "failed"], {
  description:
    "authentic: intact, and a given key's signature verified, or a trust file's rule is met; intact: everything agrees, unsigned or unchecked; " +
    "failed: it does not.",
});
/**
 * - `authentic`: intact, and a signature verified with a key that the caller gave, or the rule of a trust file is met.
 * - `intact`: everything agrees, but no signature by a trusted key was verified.
 * - `failed`: something does not.
 */
export type Verdict = Static<typeof VerdictSchema>;

export const SignatureStatusSchema = Type.Enum(["missing", "skipped", "verified", "failed"], {
  description: "skipped: signatures are there, but no key was given.",
});
/**
 * - `missing`: the document has no signatures.
 * - `skipped`: it has some, and no key was given to check them with.
 * - `verified`: at least one verifies with a given key; `errors` tells about the others.
 * - `failed`: none does.
 */
export type SignatureStatus = Static<typeof SignatureStatusSchema>;
