/** A list of numbers in typed memory: a source may have a million calls. */
type NumberArray = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** A source may have thousands of runs, with a call or two in each. */
const FIRST_ROOM = 8;

/** From this length on it grows by blocks: room for a million numbers is never needed twice. A power of two. */
const BLOCK_BITS = 15;
const BLOCK = 1 << BLOCK_BITS;

export class NumberList {
  length = 0;
  /** All but the first have the length of a block. */
  readonly #blocks: NumberArray[];
  readonly #make: (room: number) => NumberArray;

  constructor(make: (room: number) => NumberArray) {
    this.#make = make;
    this.#blocks = [make(FIRST_ROOM)];
  }

  push(value: number): void {
    const at = this.length & (BLOCK - 1);
    const number = this.length >> BLOCK_BITS;
    let block = this.#blocks[number];
    if (block === undefined || at === block.length) {
      const larger = this.#make(number > 0 ? BLOCK : Math.min(BLOCK, at * 2));
      if (block !== undefined) larger.set(block);
      this.#blocks[number] = larger;
      block = larger;
    }
    block[at] = value;
    this.length += 1;
  }

  /** Gives its room back. */
  clear(): void {
    this.length = 0;
    this.#blocks.splice(0, this.#blocks.length, this.#make(FIRST_ROOM));
  }

  get(index: number): number {
    return (this.#blocks[index >> BLOCK_BITS] as NumberArray)[index & (BLOCK - 1)] as number;
  }

  set(index: number, value: number): void {
    (this.#blocks[index >> BLOCK_BITS] as NumberArray)[index & (BLOCK - 1)] = value;
  }
}

/** Offsets in a file. */
export function offsetColumn(): NumberList {
  return new NumberList((room) => new Float64Array(room));
}

export function countColumn(): NumberList {
  return new NumberList((room) => new Uint32Array(room));
}

export function indexColumn(): NumberList {
  return new NumberList((room) => new Int32Array(room));
}

export function byteColumn(): NumberList {
  return new NumberList((room) => new Uint8Array(room));
}
