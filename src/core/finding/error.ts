/** Wrong calls and broken machines. Bad evidence is never thrown: it is a `Finding`. */

/**
 * What went wrong, by category; `src/cli/command/exit.ts` has the exit code of each.
 *
 * - `invalid_input`: the caller's words or input document are off.
 * - `not_found`, `not_readable`: the named file or id is absent, or can't be read.
 * - `not_an_archive`: the named file is no ZIP at all.
 * - `unsupported`: a known thing that this version does not do yet.
 * - `invalid_key`: a key that can't be used (shape, pair, small order).
 * - `already_exists`: the output is there with other bytes and `--force` was not given.
 * - `write_failed`: the output could not be written (permission, full disk).
 * - `input_changed`: a file changed while it was read.
 * - `approval_required`: a job that waits for an approval.
 * - `contention`: a lock is held by a living process; the same call may succeed later.
 * - `internal`: a defect of this program.
 */
export type ErrorCode =
  | "invalid_input"
  | "not_found"
  | "not_readable"
  | "not_an_archive"
  | "unsupported"
  | "invalid_key"
  | "already_exists"
  | "write_failed"
  | "input_changed"
  | "approval_required"
  | "contention"
  | "internal";

/**
 * What is thrown for a wrong call or a broken machine, and never for bad evidence. Decide by `code`: the words of `message` may
 * change.
 */
export class GaitError extends Error {
  override readonly name = "GaitError";
  readonly code: ErrorCode;
  /** What the caller can do about it, as a sentence. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}
