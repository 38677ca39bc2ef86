/**
 * Bytes that go from one thread to another in pieces, each in memory that goes with it. Only so many are on the way at a
 * time: whoever is faster waits, and memory stays what it is.
 */

/** Pieces that are given before the first of them must have been taken. */
const WINDOW = 16;

export type PieceMessage =
  | { readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly taken: true }
  /** No piece comes any more: all were given, or whoever gives them has failed. */
  | { readonly end: "whole" | "cut" };

export type Post = (message: PieceMessage, transfer: ArrayBuffer[]) => void;

export class Giver {
  readonly #post: Post;
  #onTheWay = 0;
  #resume: (() => void) | undefined;
  #stopped = false;

  constructor(post: Post) {
    this.#post = post;
  }

  /** Copies the piece; the promise, if there is one, is to be waited for. Nothing is sent after `stop`. */
  give(piece: Uint8Array): Promise<void> | undefined {
    if (this.#stopped) return undefined;
    const copy = new Uint8Array(piece);
    this.#post({ piece: copy }, [copy.buffer]);
    this.#onTheWay += 1;
    if (this.#onTheWay < WINDOW) return undefined;
    return new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  taken(): void {
    this.#onTheWay -= 1;
    this.#resume?.();
    this.#resume = undefined;
  }

  /** Nobody takes anything any more, and nobody has to wait for that. */
  stop(): void {
    this.#stopped = true;
    this.#resume?.();
  }

  get stopped(): boolean {
    return this.#stopped;
  }
}

/** The pieces that come in, in their order. */
export class Taker implements AsyncIterable<Uint8Array> {
  readonly #post: Post;
  readonly #pieces: Uint8Array[] = [];
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
        this.#post({ taken: true }, []);
        yield piece;
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
