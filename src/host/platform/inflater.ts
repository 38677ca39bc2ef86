/**
 * Inflate of all but small data: the engine behind node:zlib's streams, without the streams. What it takes and refuses is what
 * Bun's own stream does (both are one zlib), a third faster, and one buffer is all that it fills.
 */
import type { Inflater } from "../../core/platform/platform.ts";

/** Maximum output at a time, so that a bomb stops at the first excess part. */
const PART_BYTES = 256 * 1024;
const SYNC_FLUSH = 2;
const FINISH = 4;
const NOTHING = new Uint8Array(0);

/** Of a stream of node:zlib, in Node and in Bun alike, what its own code works with. */
interface Engine {
  readonly _handle?: {
    onerror: (message: string) => void;
    writeSync(
      flush: number,
      input: Uint8Array,
      inputOffset: number,
      inputLength: number,
      output: Uint8Array,
      outputOffset: number,
      outputLength: number,
    ): void;
    close(): void;
  };
  /** How much of the output is still free after a write, and how much of the input still there. */
  readonly _writeState?: Uint32Array;
}

/** `undefined` in a runtime that does not have this engine. */
export function createInflater(): Inflater | undefined {
  // Loaded by the first entry that is too large for one call.
  const engine = process.getBuiltinModule("node:zlib").createInflateRaw() as unknown as Engine;
  const { _handle: handle, _writeState: state } = engine;
  if (typeof handle?.writeSync !== "function" || !(state instanceof Uint32Array)) return undefined;
  const output = new Uint8Array(PART_BYTES);
  let input: Uint8Array = NOTHING;
  let at = 0;
  /** Whether the last write filled the output, so that there may be more of the same input. */
  let isFull = false;
  let failure: Error | undefined;
  handle.onerror = (message) => {
    failure = new Error(message);
  };
  const write = (flush: number): Uint8Array => {
    handle.writeSync(flush, input, at, input.length - at, output, 0, PART_BYTES);
    // The state is of the last write that went well.
    if (failure !== undefined) return NOTHING;
    const [free = 0, left = 0] = state;
    at = input.length - left;
    isFull = free === 0;
    return output.subarray(0, PART_BYTES - free);
  };

  return {
    give(bytes) {
      input = bytes;
      at = 0;
    },
    next() {
      for (;;) {
        if (failure !== undefined) throw failure;
        if (at === input.length && !isFull) return undefined;
        const before = at;
        const part = write(SYNC_FLUSH);
        if (part.length > 0) return part;
        if (failure === undefined && at === before && at < input.length) {
          failure = new Error("there is data after the final block");
        }
      }
    },
    end() {
      input = NOTHING;
      at = 0;
      const { length } = write(FINISH);
      if (failure === undefined && length > 0) failure = new Error("what came out was not all taken");
      if (failure !== undefined) throw failure;
    },
    dispose: () => handle.close(),
  };
}
