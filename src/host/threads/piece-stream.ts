/**
 * Bytes that go from one thread to another in pieces, each in memory that is transferred with it, and comes back. Only a
 * few are in flight at a time: the faster side waits, so memory does not grow.
 */

/** Pieces that may be in flight. */
const WINDOW = 16;

export type PieceMessage =
  | { readonly piece: Uint8Array<ArrayBuffer> }
  /** A piece was used; its memory, where it comes back. */
  | { readonly taken: true; readonly memory?: ArrayBuffer }
  /** The stream is over: all were sent, or the sender has failed. */
  | { readonly end: "whole" | "cut" };

export type Post = (message: PieceMessage, transfer: ArrayBuffer[]) => void;

export class PieceSender {
  readonly #post: Post;
  /** Memory that came back: new memory costs more than copying into it. */
  readonly #spare: ArrayBuffer[] = [];
  #inFlight = 0;
  #resume: (() => void) | undefined;
  #stopped = false;

  constructor(post: Post) {
    this.#post = post;
  }

  /** Copies the piece. The promise, if there is one, must be awaited before the next. Nothing is sent after `stop`. */
  give(piece: Uint8Array): Promise<void> | undefined {
    if (this.#stopped) return undefined;
    const spare = this.#spare.pop();
    const isEnough = spare !== undefined && spare.byteLength >= piece.length;
    const copy = isEnough ? new Uint8Array(spare, 0, piece.length) : new Uint8Array(piece.length);
    copy.set(piece);
    this.#post({ piece: copy }, [copy.buffer]);
    this.#inFlight += 1;
    if (this.#inFlight < WINDOW) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  taken(memory?: ArrayBuffer): void {
    if (memory !== undefined) this.#spare.push(memory);
    this.#inFlight -= 1;
    this.#resume?.();
    this.#resume = undefined;
  }

  /** The receiver is gone: nothing is sent any more, and `give` no longer waits. */
  stop(): void {
    this.#stopped = true;
    this.#resume?.();
  }

  get stopped(): boolean {
    return this.#stopped;
  }
}

/** The pieces in their order, each valid until the next is asked for. */
export class PieceReceiver implements AsyncIterable<Uint8Array> {
  readonly #post: Post;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #end: "whole" | "cut" | undefined;
  #wake: (() => void) | undefined;

  constructor(post: Post) {
    this.#post = post;
  }

  receive(message: PieceMessage): void {
    if ("piece" in message) this.#pieces.push(message.piece);
    else if ("end" in message) this.#end = message.end;
    this.#wake?.();
    this.#wake = undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        yield piece;
        this.#post({ taken: true, memory: piece.buffer }, [piece.buffer]);
      } else if (this.#end === "whole") return;
      else if (this.#end === "cut") throw new Error("the thread that gives the bytes has failed");
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
