/**
 * One large entry of records read by several threads: this one inflates it or reads it into a ring (`line-ring.ts`), another one hashes
 * that, and all of them check lines. The answer is that of one thread: lines that are not all sound are checked here,
 * in their order, by the checker that one thread has.
 */
import type { ByteSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import type { Platform } from "../platform/platform.ts";
import type { ThreadQuestion, WorkerThread } from "../platform/thread-task.ts";
import { streamContent } from "../zip/entry-content.ts";
import { LineRing, type LinesCheck, SLOTS } from "./line-ring.ts";
import { DIGESTED, PayloadDigests } from "./payload-digest.ts";
import { type ContentAnswer, type ContentTask, type RecordsTask, VALIDATORS } from "./read-entry.ts";
import { createRecordChecker, type RecordChecker } from "./record-lines.ts";
import { createLinesCheck } from "./sound-lines.ts";

const LF = 0x0a;
/** Lines of less are checked within a moment. */
const SHORT_BYTES = 128 * 1024 * 1024;

/** Task for another thread: help with the entry that comes through `memory`; the answer is a `LinesAnswer`. */
export interface LinesQuestion extends ThreadQuestion {
  readonly kind: "lines";
  readonly memory: SharedArrayBuffer;
  readonly records: RecordsTask;
  /** Whether this is the thread that hashes. */
  readonly isHashing: boolean;
  /** There is so little of it that the last tier of the runtime's compiler takes longer than it saves. */
  readonly isShort: boolean;
}

export interface LinesAnswer {
  /** Of all that came through, 64 lower-case hex digits; `undefined` from a thread that does not hash. */
  readonly sha256: string | undefined;
}

/** What the thread that was asked does. It does not return to its event loop before all is done. */
export async function helpWithLines(
  { memory, records, isHashing, isShort }: LinesQuestion,
  platform: Platform,
): Promise<LinesAnswer> {
  const ring = new LineRing(memory);
  const check = await linesCheck(records, platform, ring, isShort);
  const hash = isHashing ? platform.sha256() : undefined;
  for (;;) {
    const { steps, ended } = ring;
    if (hash !== undefined && ring.hashed < ring.filled) {
      hash.update(ring.content(ring.hashed));
      ring.markHashed();
    } else if (!ring.checkOne(check)) {
      if (ended) return { sha256: hash?.hex() };
      ring.wait(steps);
    }
  }
}

/** `threads` are at least one. As `readContent`, which gives the same answer. `slotBytes`: for tests. */
export async function readShared(
  threads: readonly WorkerThread[],
  archive: ByteSource,
  { entry, records }: ContentTask & { readonly records: RecordsTask },
  platform: Platform,
  slotBytes?: number,
): Promise<ContentAnswer> {
  const { kind, runId } = records;
  const ring = new LineRing(undefined, slotBytes);
  const payloads = new PayloadDigests(DIGESTED[kind], platform);
  const proof = await platform.textProof?.();
  const checker = createRecordChecker(VALIDATORS[kind], entry.name, runId, undefined, payloads, proof);
  const isShort = entry.uncompressedSize < SHORT_BYTES;
  const filler = new RingFiller(ring, checker, await linesCheck(records, platform, ring, isShort));
  const asked = threads.map(async (thread, at) => {
    const question: LinesQuestion = { kind: "lines", memory: ring.memory, records, isHashing: at === 0, isShort };
    try {
      return (await thread.ask(question)) as LinesAnswer;
    } catch (error) {
      filler.fail(error);
      return { sha256: undefined };
    }
  });
  const hash = {
    update: () => undefined,
    async hex() {
      await filler.end();
      const sha256 = (await asked[0])?.sha256;
      if (sha256 !== undefined) return sha256;
      throw filler.failure?.error ?? new GaitError("internal", "a thread gave no digest of what it hashed");
    },
  };
  try {
    const content = await streamContent(archive, entry, platform, (chunk) => filler.push(chunk), hash);
    return { ...content, records: checker.end() };
  } finally {
    ring.end();
    await Promise.all(asked);
  }
}

async function linesCheck(
  { kind, runId }: RecordsTask,
  platform: Platform,
  ring: LineRing,
  isShort: boolean,
): Promise<LinesCheck> {
  const proof = await platform.textProof?.();
  const spare = isShort ? await platform.lastTierSparer?.() : undefined;
  spare?.(ring.hot);
  return createLinesCheck(VALIDATORS[kind], runId, () => new PayloadDigests(DIGESTED[kind], platform), {
    proof,
    spare,
  });
}

/** Fills the slots, and takes what was found of them in their order. */
class RingFiller {
  readonly #ring: LineRing;
  readonly #checker: RecordChecker;
  readonly #check: LinesCheck;
  /** The slot that is being filled, and how far. */
  #slot: Uint8Array;
  #length = 0;
  #startsLine = true;
  /** Fillings whose lines `#checker` has. */
  #taken = 0;
  failure: { readonly error: unknown } | undefined;

  constructor(ring: LineRing, checker: RecordChecker, check: LinesCheck) {
    this.#ring = ring;
    this.#checker = checker;
    this.#check = check;
    this.#slot = ring.slot(0);
  }

  /** Another thread has failed. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#length + chunk.length > this.#ring.slotBytes) return this.#pushAll(chunk);
    this.#add(chunk);
    return undefined;
  }

  async end(): Promise<void> {
    if (this.#length > 0) this.#fill(this.#length, this.#startsLine && this.#slot[this.#length - 1] === LF);
    this.#ring.end();
    await this.#takeUntil(this.#ring.filled);
  }

  async #pushAll(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#ring.slotBytes - this.#length);
      this.#add(part);
      at += part.length;
      if (this.#length === this.#ring.slotBytes) await this.#next();
    }
  }

  #add(bytes: Uint8Array): void {
    this.#slot.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Ends a full slot after its last line, and begins the next one with what is left. */
  async #next(): Promise<void> {
    const slot = this.#slot;
    const cut = slot.lastIndexOf(LF, this.#length - 1) + 1;
    const rest = cut === 0 ? slot.subarray(0, 0) : slot.subarray(cut, this.#length);
    this.#fill(cut === 0 ? this.#length : cut, cut > 0 && this.#startsLine);
    this.#startsLine = cut > 0;
    const { filled } = this.#ring;
    await this.#takeUntil(filled - SLOTS + 1);
    this.#slot = this.#ring.slot(filled);
    this.#length = 0;
    // The slot that it lies in is not filled again before.
    this.#add(rest);
  }

  #fill(length: number, isWholeLines: boolean): void {
    this.#ring.fill(length, isWholeLines);
  }

  /** Until the first `count` fillings are taken. */
  async #takeUntil(count: number): Promise<void> {
    for (;;) {
      const { steps } = this.#ring;
      if (this.failure !== undefined) throw this.failure.error;
      while (this.#taken < count && this.#isReady()) this.#take();
      if (this.#taken >= count) return;
      if (!this.#ring.checkOne(this.#check)) await this.#ring.waitAsync(steps);
    }
  }

  #isReady(): boolean {
    return this.#ring.hashed > this.#taken && this.#ring.isChecked(this.#taken);
  }

  #take(): void {
    const sound = this.#ring.found(this.#taken);
    if (sound === undefined || !this.#checker.pass(sound)) {
      // A copy, because not every decoder takes shared memory.
      this.#checker.observer(new Uint8Array(this.#ring.content(this.#taken)));
    }
    this.#taken += 1;
  }
}
