/**
 * The interface to another thread. Tasks are declared by the modules that use them; questions and answers are plain
 * data, because they are copied between threads.
 */

export interface WorkerThread {
  /** Several questions may be asked at a time; they share the thread. @throws what the task, `give` and `take` throw */
  ask(question: ThreadQuestion, streams?: PieceStreams): Promise<unknown>;
}

export interface ThreadQuestion {
  /** The name of the task. */
  readonly kind: string;
}

/** Bytes that go with a question, in pieces. */
export interface PieceStreams {
  /** The thread's input; a piece must be valid only until the next one is requested. */
  readonly give?: AsyncIterable<Uint8Array>;
  /** Receives the thread's output, before the answer. */
  readonly take?: (bytes: Uint8Array) => void;
}
