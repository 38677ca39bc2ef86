/** A list of numbers that grows by half, in typed memory: a source may have a million calls. */
type NumberArray = Float64Array | Uint32Array | Int32Array | Uint8Array;

/** A source may have thousands of runs, with a call or two in each. */
const FIRST_ROOM = 8;

export class NumberList {
  length = 0;
  #values: NumberArray;
  readonly #make: (room: number) => NumberArray;

  constructor(make: (room: number) => NumberArray) {
    this.#make = make;
    this.#values = make(FIRST_ROOM);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(Math.ceil(this.length * 1.5));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  get(index: number): number {
    return this.#values[index] as number;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
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
