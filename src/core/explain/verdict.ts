/** The verdicts, explained. */
import type { Verdict } from "../../schema/document/verdict.ts";

export interface Explanation {
  /** What it means. */
  readonly meaning: string;
  /** How it comes about without anybody's bad intent. */
  readonly innocently?: string;
  /** What somebody who wants to be believed would gain by it. */
  readonly attack?: string;
  /** What to do, where there is more to say than the hint of the finding. */
  readonly action?: string;
}

/** One with the sentence that stands for the rule. */
export interface OutcomeExplanation extends Explanation {
  readonly summary: string;
  readonly action: string;
}

export const VERDICTS: Readonly<Record<Verdict, OutcomeExplanation>> = {
  authentic: {
    summary: "Everything agrees, and a key that you gave signed it.",
    meaning:
      "Every file is the declared one, nothing is missing or added, and whoever has the private half of that key signed " +
      "exactly this. It says nothing about whether what they signed is true.",
    action: "Be sure of the key: it must have come to you from the producer on another way than the artifact.",
  },
  intact: {
    summary: "Everything agrees, and nobody that you trust vouched for it.",
    meaning:
      "The artifact is whole, and says the same everywhere. Anybody could have made it: it is unsigned, or its signature " +
      "was not checked, because no key was given.",
    attack: "Whoever rewrites evidence and builds the pack anew gets this verdict.",
    action: "Where it matters who made it, give the producer's key with --public-key and add --require-signature.",
  },
  failed: {
    summary: "Something does not agree.",
    meaning:
      "At least one finding is listed. What the artifact says must not be relied on, not even in the parts without one.",
    action: "gait explain CODE tells about a finding. Get the artifact again from its source before anything else.",
  },
};
