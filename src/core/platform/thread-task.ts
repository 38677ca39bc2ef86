/**
 * Another thread, and what it can be asked. Questions and answers are plain data: the two large files of a run are
 * inflated, hashed and checked on two processors, and what is written is deflated on another one than it is made on.
 */

import type { FileRange } from "../bytes/source.ts";
import type { ContentTask } from "../contents/read-entries.ts";

export interface Lane {
  /** It is asked one thing at a time. @throws what the work throws, and what `give` and `take` throw */
  ask(question: LaneQuestion, exchange?: LaneExchange): Promise<unknown>;
}

/** Bytes that go with a question. */
export interface LaneExchange {
  /** What the lane gets; a piece has to be valid only until the next one is asked for. */
  readonly give?: AsyncIterable<Uint8Array>;
  /** Takes what the lane gives, before the answer comes. */
  readonly take?: (bytes: Uint8Array) => void;
}

export type LaneQuestion = ContentQuestion | DeflateQuestion;

/** Read an entry; the answer is a `ContentAnswer`. */
export interface ContentQuestion {
  readonly kind: "content";
  /** Where the archive is that the entry was found in. */
  readonly archive: FileRange;
  readonly task: ContentTask;
  /** The bytes are given to whoever asks, who looks into them: the lane only inflates, hashes and measures. */
  readonly isForwarded: boolean;
}

/** Deflate what is given, and give what comes out; the answer is as `Deflater.deflateTo` returns it. */
export interface DeflateQuestion {
  readonly kind: "deflate";
}
