/** One call of a run that is being recorded. */
import type { AtTime } from "./options.ts";

/** Where the answer of a call goes. */
export type Answering = (call: RecordedCall, status: string, payload: unknown, options: AtTime) => void;

/**
 * One call, from `Recorder.intent` until its answer. The first answer stands; another is a warning. Without one the call is
 * recorded as open. No method throws.
 */
export class RecordedCall {
  /** The id as recorded. */
  readonly intentId: string;
  readonly #answer: Answering;

  /** Made by `Recorder.intent`. */
  constructor(intentId: string, answer: Answering) {
    this.intentId = intentId;
    this.#answer = answer;
  }

  /**
   * It went well. An object is recorded as it is, anything else as `{"value": …}`, and without a result the status alone.
   * @throws nothing
   */
  ok(result?: unknown, options: AtTime = {}): void {
    this.end("ok", result, options);
  }

  /**
   * It failed. Recorded as `{"error": …}`, an `Error` by its name and message.
   * @throws nothing
   */
  error(error?: unknown, options: AtTime = {}): void {
    this.end("error", error === undefined ? undefined : { error }, options);
  }

  /**
   * An answer came, and nobody said how it went.
   * @throws nothing
   */
  completed(result?: unknown, options: AtTime = {}): void {
    this.end("completed", result, options);
  }

  /**
   * A person or a policy refused, and it was not carried out. The reason is recorded as `{"reason": …}`.
   * @throws nothing
   */
  denied(reason?: string, options: AtTime = {}): void {
    this.end("denied", reason === undefined ? undefined : { reason }, options);
  }

  /**
   * It was cancelled. The reason is recorded as `{"reason": …}`.
   * @throws nothing
   */
  cancelled(reason?: string, options: AtTime = {}): void {
    this.end("cancelled", reason === undefined ? undefined : { reason }, options);
  }

  /**
   * An answer with another word for how it went.
   * @throws nothing
   */
  end(status: string, result?: unknown, options: AtTime = {}): void {
    this.#answer(this, status, result, options);
  }
}
