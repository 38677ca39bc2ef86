/**
 * An entry that is deflated while its content is made, on another thread: when the archive is written, its data is there.
 * Nothing waits for it until then, and if it is not wanted it is dropped.
 */
import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import type { Platform } from "../platform/platform.ts";
import { deflateStreamIn } from "./deflate.ts";
import { deflateAt } from "./deflate-thread.ts";
import type { Measurements } from "./measure.ts";

export interface AheadEntry {
  /** The deflate stream; valid until the `DeflateAhead` is disposed of. */
  readonly data: ByteSource;
  readonly measured: Measurements;
}

/** Below this a thread costs more than it saves. */
const LEAST_BYTES = 512 * 1024;
/** More bytes than these are not queued without being waited for. */
const MOST_QUEUED = 4 * 1024 * 1024;

export class DeflateAhead {
  readonly #platform: Pick<Platform, "threads" | "scratch">;
  readonly #pieces: Uint8Array[] = [];
  /** Memory of pieces that were taken: new memory costs more than what is done with it. */
  readonly #spare: ArrayBuffer[] = [];
  #queued = 0;
  #state: "open" | "ended" | "dropped" = "open";
  #scratch: Scratch | undefined;
  #working: Promise<AheadEntry> | undefined;
  #wake: (() => void) | undefined;
  #drained: (() => void) | undefined;

  constructor(platform: Pick<Platform, "threads" | "scratch">) {
    this.#platform = platform;
  }

  /** Memory of a piece that was given before, and is not needed any more. */
  spare(): ArrayBuffer | undefined {
    return this.#spare.pop();
  }

  /** More content. The piece and all of its memory are given away. */
  push(piece: Uint8Array): void {
    if (this.#state !== "open") return;
    this.#pieces.push(piece);
    this.#queued += piece.length;
    if (this.#working === undefined && this.#queued > LEAST_BYTES) this.#start();
    this.#wake?.();
  }

  /** A promise to await, if the other thread is far behind. */
  drained(): Promise<void> | undefined {
    if (this.#working === undefined || this.#queued <= MOST_QUEUED) return undefined;
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** All content was given. `undefined` where it was too little for another thread, there is none, or it was dropped. */
  async end(): Promise<AheadEntry | undefined> {
    if (this.#state === "dropped") return undefined;
    this.#state = "ended";
    this.#wake?.();
    return this.#working;
  }

  /** It is not wanted, or not any more: its data is gone. */
  dispose(): void {
    const isWorking = this.#state === "open";
    this.#state = "dropped";
    this.#pieces.length = 0;
    this.#wake?.();
    this.#drained?.();
    const scratch = this.#scratch;
    // The other thread writes to it until it has heard.
    if (isWorking && this.#working !== undefined)
      void this.#working.catch(() => undefined).then(() => scratch?.dispose());
    else scratch?.dispose();
  }

  #start(): void {
    const [thread] = this.#platform.threads?.(1) ?? [];
    if (thread === undefined) {
      this.dispose();
      return;
    }
    const scratch = this.#platform.scratch();
    this.#scratch = scratch;
    this.#working = deflateAt(thread, this.#content(), scratch, true).then(async ({ size, measured }) => {
      if (measured === undefined) throw new GaitError("internal", "a thread did not measure what it deflated");
      return { data: await deflateStreamIn(scratch, size), measured };
    });
    // Whoever asks for the entry hears of it.
    this.#working.catch(() => this.#drained?.());
  }

  async *#content(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#queued -= piece.length;
        if (this.#queued <= MOST_QUEUED) this.#drained?.();
        yield piece;
        this.#spare.push(piece.buffer as ArrayBuffer);
      } else if (this.#state === "ended") return;
      else if (this.#state === "dropped") throw new Error("it was dropped");
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
