/**
 * Another thread, and how it is asked. The questions are declared by the modules that ask them; a question and its answer
 * are plain data, because they are copied from one thread to the other.
 */

export interface WorkerThread {
  /** Takes one question at a time. @throws what the task throws, and what `give` and `take` throw */
  ask(question: ThreadQuestion, streams?: PieceStreams): Promise<unknown>;
}

export interface ThreadQuestion {
  /** Names the task, among those that the thread can do. */
  readonly kind: string;
}

/** Bytes that go with a question, in pieces. */
export interface PieceStreams {
  /** What the thread gets; a piece has to be valid only until the next one is asked for. */
  readonly give?: AsyncIterable<Uint8Array>;
  /** Takes what the thread gives, before the answer comes. */
  readonly take?: (bytes: Uint8Array) => void;
}
