/** Usage errors and machine failures. Bad evidence is never thrown: it is a `Finding`. */
import type { ErrorOutput, OutputErrorCategory, OutputErrorCode, OwnMembers } from "../../schema/answer/answer.ts";

/**
 * What went wrong, by category; `src/cli/command/exit.ts` has the exit code of each.
 *
 * - `invalid_input`: invalid arguments or input document.
 * - `not_found`, `not_readable`: the file or id is missing or can't be read.
 * - `not_an_archive`: the file is not a ZIP archive.
 * - `unsupported`: valid, but not supported by this version.
 * - `invalid_key`: a key that can't be used (shape, pair, small order).
 * - `invalid_trust`: a trust file that can't be used.
 * - `invalid_signature`, `invalid_timestamp`: a signature or timestamp to be attached that does not verify.
 * - `already_exists`: the output exists with different content and `--force` was not given.
 * - `write_failed`: the output could not be written (permission, full disk).
 * - `input_changed`: a file changed while it was read.
 * - `store_refused`, `store_unreachable`: a bucket's server does not allow it, or gives no answer.
 * - `approval_required`: a job is waiting for an approval.
 * - `unsafe`: something that evidence must never make a machine do; it is refused always.
 * - `contention`: a running process holds the lock; retrying may succeed.
 * - `internal`: a defect of this program.
 */
export type ErrorCode =
  | "invalid_input"
  | "not_found"
  | "not_readable"
  | "not_an_archive"
  | "unsupported"
  | "invalid_key"
  | "invalid_trust"
  | "invalid_signature"
  | "invalid_timestamp"
  | "already_exists"
  | "write_failed"
  | "input_changed"
  | "store_refused"
  | "store_unreachable"
  | "approval_required"
  | "unsafe"
  | "contention"
  | "internal";

/**
 * What is thrown for a wrong call or a broken machine, and never for bad evidence. Decide by `code`: the words of `message` may
 * change.
 */
export class GaitError extends Error {
  override readonly name = "GaitError";
  readonly code: ErrorCode;
  /** What to do about it, as a sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

interface Failure {
  readonly retryable: boolean;
  /** `error_code` and `error_category` of a `--json` answer (contract 6.1). */
  readonly code: OutputErrorCode;
  readonly category: OutputErrorCategory;
  /** The hint for an error without one. */
  readonly hint: string;
}

const invalidInput = (hint: string): Failure => ({
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
  unsupported: invalidInput("Use a newer version of gait, if it supports this."),
  invalid_key: invalidInput("Give an Ed25519 key as written by `gait keys init` or OpenSSL (PEM)."),
  invalid_trust: invalidInput("Correct the trust file: `gait trust check FILE` says all that is wrong with it."),
  invalid_signature: invalidInput("Sign exactly what --to-sign wrote, with the key that was given, and try again."),
  invalid_timestamp: invalidInput("Make a new request with `gait pack timestamp request`, and attach its answer."),
  already_exists: invalidInput("Choose another name, or replace the file with --force."),
  write_failed: invalidInput("Check the folder's permissions and the free disk space."),
  input_changed: invalidInput("Run the command again when no process is writing to the file."),
  store_refused: invalidInput("Check the bucket, its server and the rights of the credentials."),
  store_unreachable: {
    ...invalidInput("Check AWS_ENDPOINT_URL_S3 and the network, and run the command again."),
    retryable: true,
  },
  approval_required: {
    retryable: false,
    code: "approval_required",
    category: "approval_required",
    hint: "Record the approval first.",
  },
  unsafe: {
    retryable: false,
    code: "unsafe_operation",
    category: "internal_failure",
    hint: "There is no flag that allows it.",
  },
  contention: {
    retryable: true,
    code: "internal_failure",
    category: "state_contention",
    hint: "Run the command again when the other process has ended.",
  },
  internal: {
    retryable: false,
    code: "internal_failure",
    category: "internal_failure",
    hint: "This is a defect of gait: please report it, with the command and the output of GAIT_DEBUG=1.",
  },
};

/** The error's own hint, or the one for its code. */
export function hintOfError(error: GaitError): string {
  return error.hint ?? FAILURES[error.code].hint;
}

/** The five members that every failed `--json` answer has (contract 6.1). */
export function errorMembers(error: GaitError): OwnMembers<ErrorOutput> {
  const { code, category, retryable } = FAILURES[error.code];
  return {
    error: error.message,
    error_code: code,
    error_category: category,
    hint: hintOfError(error),
    retryable,
  };
}
