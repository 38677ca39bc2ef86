/** The one table of exits: 0 fine, 2 this evidence is bad, 4 an approval is missing, 6 called wrong, 1 this program broke. */
import type { ErrorCode, GaitError } from "../core/error.ts";
import type { OutputErrorCategory, OutputErrorCode } from "../schema/output.ts";

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

interface Failure {
  readonly exit: Exit;
  readonly retryable: boolean;
  /** `error_code` and `error_category` of a `--json` answer (contract 6.1). */
  readonly code: OutputErrorCode;
  readonly category: OutputErrorCategory;
  /** What to do, for an error that does not say it itself. */
  readonly hint: string;
}

const invalidInput = (hint: string): Failure => ({
  exit: EXIT.invalidInput,
  retryable: false,
  code: "invalid_input",
  category: "invalid_input",
  hint,
});

const FAILURES: Readonly<Record<ErrorCode, Failure>> = {
  invalid_input: invalidInput("Check the arguments and the input: --help shows what the command takes."),
  not_found: invalidInput("Check the path or the id."),
  not_readable: invalidInput("Check the file's permissions."),
  not_an_archive: invalidInput("Give a pack, a runpack or an evidence pack: a .zip file."),
  unsupported: invalidInput("Use a version of gait that can do this, if there is one."),
  invalid_key: invalidInput("Give an Ed25519 key as `gait keys init` or OpenSSL (PEM) writes it."),
  already_exists: invalidInput("Choose another name, or replace the file with --force."),
  write_failed: invalidInput("Check the folder's permissions and the free space of its disk."),
  input_changed: invalidInput("Run the command again when nothing writes to the file."),
  approval_required: {
    exit: EXIT.approvalRequired,
    retryable: false,
    code: "approval_required",
    category: "approval_required",
    hint: "Record the approval first.",
  },
  contention: {
    exit: EXIT.internal,
    retryable: true,
    code: "internal_failure",
    category: "state_contention",
    hint: "Run the command again when the other process has ended.",
  },
  internal: {
    exit: EXIT.internal,
    retryable: false,
    code: "internal_failure",
    category: "internal_failure",
    hint: "This is a defect of gait: please report it, with the command and the output of GAIT_DEBUG=1.",
  },
};

/** The exit of a thrown error. */
export function exitOfError(error: GaitError): Exit {
  return FAILURES[error.code].exit;
}

/** The exit of a verdict: a pack that nobody vouched for is fine unless a signature was asked for, and then it failed. */
export function exitOfVerdict(verdict: "authentic" | "intact" | "failed"): Exit {
  return verdict === "failed" ? EXIT.failed : EXIT.ok;
}

/** The error's own hint, or the one for its code. */
export function hintOfError(error: GaitError): string {
  return error.hint ?? FAILURES[error.code].hint;
}

/** The five members that a failed `--json` answer has beside its own (contract 6.1). */
export function errorMembers(error: GaitError) {
  const { code, category, retryable } = FAILURES[error.code];
  return {
    error: error.message,
    error_code: code,
    error_category: category,
    hint: hintOfError(error),
    retryable,
  };
}
