/**
 * SHA-256 of a source, taken by another thread while this one reads it. What is hashed is a copy of what was read: the
 * file may be another one by now.
 */
import { LineRing, SLOTS } from "../../contents/line-ring.ts";
import { GaitError } from "../../finding/error.ts";
import type { Platform, Sha256 } from "../../platform/platform.ts";
import type { ThreadQuestion } from "../../platform/thread-task.ts";

/** Task for another thread: the digest of all that comes through `memory`, 64 lower-case hex digits. */
export interface DigestQuestion extends ThreadQuestion {
  readonly kind: "digest";
  readonly memory: SharedArrayBuffer;
}

/** What the thread that was asked does. Between pieces it goes on with what else it was asked. */
export async function digestOfRing({ memory }: DigestQuestion, platform: Pick<Platform, "sha256">): Promise<string> {
  const ring = new LineRing(memory);
  const hash = platform.sha256();
  for (;;) {
    const { steps, ended } = ring;
    if (ring.hashed < ring.filled) {
      hash.update(ring.content(ring.hashed));
      ring.markHashed();
    } else if (ended) return hash.hex();
    else await ring.waitAsync(steps);
  }
}

type Hashing = Pick<Platform, "sha256" | "threads">;

/** Less is hashed here: asking a thread costs more. */
const LEAST_BYTES = 4 * 1024 * 1024;

/** Sixteen of these are read while the other thread deflates what it has. */
const SLOT_BYTES = 512 * 1024;

export class SourceDigest {
  readonly #platform: Hashing;
  /** Of what was read so far, where that is little; then of all of it, where there is no other thread. */
  readonly #own: Sha256;
  #ring: LineRing | undefined;
  #answer: Promise<string> | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Copies of what was read so far. */
  #held: Uint8Array[] | undefined = [];
  #size = 0;

  constructor(platform: Hashing) {
    this.#platform = platform;
    this.#own = platform.sha256();
  }

  /** The next piece; its bytes are not used afterwards. Await the promise, if any, before the next one. */
  update(piece: Uint8Array): Promise<void> | undefined {
    this.#size += piece.length;
    if (this.#ring !== undefined) return this.#fill(this.#ring, piece);
    if (this.#held === undefined) {
      this.#own.update(piece);
      return undefined;
    }
    this.#held.push(piece.slice());
    return this.#size < LEAST_BYTES ? undefined : this.#begin(this.#held);
  }

  /** 64 lower-case hex digits. Once. @throws what the other thread threw */
  async hex(): Promise<string> {
    for (const piece of this.#held ?? []) this.#own.update(piece);
    this.#ring?.end();
    return (await this.#answer) ?? this.#own.hex();
  }

  /** It is not wanted any more. */
  drop(): void {
    this.#ring?.end();
  }

  async #begin(held: readonly Uint8Array[]): Promise<void> {
    this.#held = undefined;
    const [thread] = this.#platform.threads?.(1) ?? [];
    if (thread === undefined) {
      for (const piece of held) this.#own.update(piece);
      return;
    }
    const ring = new LineRing(undefined, SLOT_BYTES);
    this.#ring = ring;
    const question: DigestQuestion = { kind: "digest", memory: ring.memory };
    this.#answer = thread.ask(question) as Promise<string>;
    this.#answer.catch((error: unknown) => {
      this.#failure = { error };
    });
    for (const piece of held) await this.#fill(ring, piece);
  }

  #fill(ring: LineRing, piece: Uint8Array, from = 0): Promise<void> | undefined {
    if (ring.ended) throw new GaitError("internal", "a source is read on after its digest was dropped");
    let at = from;
    while (at < piece.length && ring.filled - ring.hashed < SLOTS) {
      const part = piece.subarray(at, at + ring.slotBytes);
      ring.slot(ring.filled).set(part);
      ring.fill(part.length, false);
      at += part.length;
    }
    return at < piece.length ? this.#whenFree(ring, piece, at) : undefined;
  }

  async #whenFree(ring: LineRing, piece: Uint8Array, at: number): Promise<void> {
    for (;;) {
      const { steps } = ring;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (ring.filled - ring.hashed < SLOTS) return this.#fill(ring, piece, at);
      await ring.waitAsync(steps);
    }
  }
}
