/** The verdicts, explained. */
import type { Verdict } from "../../schema/document/verdict.ts";

export interface Explanation {
  /** The meaning. */
  readonly meaning: string;
  /** How it can happen without bad intent. */
  readonly innocently?: string;
  /** What an attacker would gain by it. */
  readonly attack?: string;
  /** What to do, if there is more to say than the finding's hint. */
  readonly action?: string;
}

/** An explanation with a one-sentence summary. */
export interface OutcomeExplanation extends Explanation {
  readonly summary: string;
  readonly action: string;
}

export const VERDICTS: Readonly<Record<Verdict, OutcomeExplanation>> = {
  authentic: {
    summary: "Everything agrees, and it is signed by a key that you gave, or as your trust file asks.",
    meaning:
      "Every file matches its declared digest, nothing is missing or added, and the holder of that key signed " +
      "exactly this. It does not say whether the content is true.",
    action: "Be sure of the key or trust file: get it by a different route from the artifact.",
  },
  intact: {
    summary: "Everything agrees, but no key that you trust signed it.",
    meaning:
      "The artifact is complete and internally consistent. Anyone could have made it: it is unsigned, or its " +
      "signature was not checked because no key was given.",
    attack: "An attacker who rewrites the evidence and rebuilds the pack gets this verdict.",
    action:
      "If it matters who made it, give the producer's key with --public-key and add --require-signature, or a trust file with --trust.",
  },
  failed: {
    summary: "Something does not agree.",
    meaning:
      "There is at least one finding. Don't rely on any part of the artifact, not even the parts without findings. " +
      "It does not say who changed it, or whether on purpose. Beside a call the word says how that went, and nothing of the evidence.",
    action: "First get the artifact again from its source. gait explain CODE explains a finding.",
  },
};
