/** The one table of exits: 0 success, 2 bad evidence, 4 approval missing, 5 regression, 6 usage error, 8 unsafe, 1 internal error. */
import type { GaitError } from "../../core/finding/error.ts";
import { errorMembers } from "../../core/finding/error.ts";
import type { OutputErrorCode } from "../../schema/answer/answer.ts";

export const EXIT = {
  ok: 0,
  /** A defect of gait, or a lock held by another process. */
  internal: 1,
  /** Bad evidence; for `diff`, a difference. */
  failed: 2,
  approvalRequired: 4,
  /** The runs are good evidence, and do not do what was expected of them. */
  regressFailed: 5,
  /** Bad arguments, or a file that is missing, unreadable, not an archive, or can't be written. */
  invalidInput: 6,
  /** Asked to do what evidence must never make a machine do: it is refused always. */
  unsafe: 8,
} as const;

export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** One for each `error_code` of the answers. */
const EXIT_OF: Readonly<Record<OutputErrorCode, Exit>> = {
  internal_failure: EXIT.internal,
  verification_failed: EXIT.failed,
  approval_required: EXIT.approvalRequired,
  regress_failed: EXIT.regressFailed,
  invalid_input: EXIT.invalidInput,
  unsafe_operation: EXIT.unsafe,
};

/** The exit of a thrown error. */
export function exitOfError(error: GaitError): Exit {
  return EXIT_OF[errorMembers(error).error_code];
}

/** The exit of a verdict. An unsigned pack passes; if a signature was required, its verdict is failed already. */
export function exitOfVerdict(verdict: "authentic" | "intact" | "failed"): Exit {
  return verdict === "failed" ? EXIT.failed : EXIT.ok;
}
