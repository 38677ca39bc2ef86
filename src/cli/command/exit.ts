/** The one table of exits: 0 fine, 2 this evidence is bad, 4 an approval is missing, 6 called wrong, 1 this program broke. */
import type { GaitError } from "../../core/finding/error.ts";
import { errorMembers } from "../../core/finding/error.ts";
import type { OutputErrorCode } from "../../schema/answer/answer.ts";

export const EXIT = {
  ok: 0,
  /** A defect here, or a lock that is held. */
  internal: 1,
  /** Bad evidence; for `diff`, a difference. */
  failed: 2,
  approvalRequired: 4,
  /** Wrong words, or a file that is absent, unreadable, no archive, or can't be written. */
  invalidInput: 6,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** One for each `error_code` of the answers. */
const EXIT_OF: Readonly<Record<OutputErrorCode, Exit>> = {
  internal_failure: EXIT.internal,
  verification_failed: EXIT.failed,
  approval_required: EXIT.approvalRequired,
  invalid_input: EXIT.invalidInput,
};

/** The exit of a thrown error. */
export function exitOfError(error: GaitError): Exit {
  return EXIT_OF[errorMembers(error).error_code];
}

/** The exit of a verdict: a pack that nobody vouched for is fine unless a signature was asked for, and then it failed. */
export function exitOfVerdict(verdict: "authentic" | "intact" | "failed"): Exit {
  return verdict === "failed" ? EXIT.failed : EXIT.ok;
}
