/**
 * An object that is larger than one answer: read by blocks, some of them ahead, and hashed as they go by. A block that was
 * let go of is asked for again, and has to be what it was: a server that lies can't show two objects as one.
 */
import type { ByteSource } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import { GarbageCollection } from "../../core/platform/collect-garbage.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { type Hashing, sha256Hex } from "../../core/signature/digest.ts";

/** One request. An object up to it is read whole. */
export const BLOCK_BYTES = 8 * 1024 * 1024;
/** Blocks that are asked for before they are needed, where reads run forward. */
const AHEAD = 3;
/** Blocks in memory: those ahead, the one that is read, and the one before it, for what lies across the two. */
const KEPT = AHEAD + 2;

/** What was read is left behind: alone, it grows for as long as it finds room. */
const COLLECT_EVERY_BYTES = 32 * 1024 * 1024;

/** What a block was, by the digest of all up to it: one digest is taken of a block that comes in its turn, and not two. */
interface InTurn {
  readonly before: Bun.CryptoHasher;
  readonly after: string;
}

export type BlockPlatform = Hashing & Pick<Platform, "collectGarbage">;

/** Bytes `[start, end)` of the object as it was opened. @throws GaitError `input_changed` where it is another one by now */
export type ReadBlock = (start: number, end: number) => Promise<Uint8Array>;

export class ObjectSource implements ByteSource {
  readonly size: number;
  readonly #read: ReadBlock;
  readonly #hashing: Hashing;
  readonly #hash = new Bun.CryptoHasher("sha256");
  readonly #garbage: GarbageCollection;
  /** Of each block that ever came, by itself or with all before it. */
  readonly #digests = new Map<number, string>();
  readonly #inTurn = new Map<number, InTurn>();
  /** Asked for, and not used yet. */
  readonly #ahead = new Map<number, Promise<Uint8Array>>();
  /** In the order in which they were used. */
  readonly #used = new Map<number, Promise<Uint8Array>>();
  readonly #path: string;
  #hashed = 0;
  #last = -1;

  /** `first`: the block that came with the answer that said how large it is. */
  constructor(
    path: string,
    { size, bytes }: { readonly size: number; readonly bytes: Uint8Array },
    read: ReadBlock,
    platform: BlockPlatform,
  ) {
    this.#path = path;
    this.size = size;
    this.#read = read;
    this.#hashing = platform;
    this.#garbage = new GarbageCollection(platform, COLLECT_EVERY_BYTES);
    this.#use(0, Promise.resolve(this.#same(0, bytes)));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (offset < 0 || length < 0 || offset + length > this.size) {
      throw new GaitError("input_changed", `read of ${length} bytes at ${offset} is outside of ${this.#path}`);
    }
    if (length === 0) return new Uint8Array(0);
    const first = Math.floor(offset / BLOCK_BYTES);
    const last = Math.floor((offset + length - 1) / BLOCK_BYTES);
    if (first === last) {
      const bytes = await this.#block(first);
      return bytes.subarray(offset - first * BLOCK_BYTES, offset - first * BLOCK_BYTES + length);
    }
    const target = new Uint8Array(length);
    for (let block = first; block <= last; block += 1) {
      const bytes = await this.#block(block);
      const start = block * BLOCK_BYTES;
      const part = bytes.subarray(Math.max(offset - start, 0), Math.min(offset + length - start, bytes.length));
      target.set(part, Math.max(start - offset, 0));
    }
    return target;
  }

  /** SHA-256 of all of it, 64 lower-case hex digits: what was not read in order is read now. Once. */
  async digest(): Promise<string> {
    while (this.#hashed * BLOCK_BYTES < this.size) await this.#block(this.#hashed);
    return this.#hash.copy().digest("hex");
  }

  async #block(number: number): Promise<Uint8Array> {
    const block = this.#used.get(number) ?? this.#ahead.get(number) ?? this.#ask(number);
    this.#use(number, block);
    const isForward = number === this.#last || number === this.#last + 1;
    this.#last = number;
    if (isForward) this.#askAhead(number);
    const bytes = await block;
    // It came before its turn.
    if (number === this.#hashed) this.#takeTurn(number, bytes);
    return bytes;
  }

  #askAhead(number: number): void {
    for (let next = number + 1; next <= number + AHEAD && next * BLOCK_BYTES < this.size; next += 1) {
      if (!this.#used.has(next) && !this.#ahead.has(next)) this.#ahead.set(next, this.#ask(next));
    }
  }

  #ask(number: number): Promise<Uint8Array> {
    const start = number * BLOCK_BYTES;
    const asked = this.#read(start, Math.min(start + BLOCK_BYTES, this.size)).then((bytes) =>
      this.#same(number, bytes),
    );
    // Whoever needs the block gets the error; one that nobody needs is no error.
    asked.catch(() => {
      this.#ahead.delete(number);
      this.#used.delete(number);
    });
    return asked;
  }

  /** It was used last. Where there are too many, those that were used longest ago give way before those that are still to be. */
  #use(number: number, block: Promise<Uint8Array>): void {
    this.#ahead.delete(number);
    this.#used.delete(number);
    this.#used.set(number, block);
    for (const blocks of [this.#used, this.#ahead]) {
      for (const oldest of blocks.keys()) {
        if (this.#used.size + this.#ahead.size <= KEPT) return;
        if (oldest !== number) blocks.delete(oldest);
      }
    }
  }

  /** The bytes, if they are those that the block had before. */
  #same(number: number, bytes: Uint8Array): Uint8Array {
    this.#garbage.after(bytes.length);
    if (this.#isSame(number, bytes)) return bytes;
    throw new GaitError("input_changed", `${this.#path} changed while it was read`, {
      hint: "Its ETag stayed the same: the server does not serve what it says.",
    });
  }

  #isSame(number: number, bytes: Uint8Array): boolean {
    const turn = this.#inTurn.get(number);
    if (turn !== undefined) return turn.before.copy().update(bytes).digest("hex") === turn.after;
    const before = this.#digests.get(number);
    if (before === undefined && number === this.#hashed) {
      this.#takeTurn(number, bytes);
      return true;
    }
    const digest = sha256Hex(this.#hashing, bytes);
    this.#digests.set(number, before ?? digest);
    return before === undefined || before === digest;
  }

  #takeTurn(number: number, bytes: Uint8Array): void {
    const before = this.#hash.copy();
    this.#hash.update(bytes);
    this.#inTurn.set(number, { before, after: this.#hash.copy().digest("hex") });
    this.#hashed += 1;
  }
}
