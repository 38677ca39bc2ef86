/** A list of 32-bit integers that grows: four bytes for each, of which there may be millions. */
export class IntList {
  #values = new Int32Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Int32Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  /** In the place of the value pushed last. */
  setLast(value: number): void {
    this.#values[this.#length - 1] = value;
  }

  values(): Int32Array {
    return this.#values.slice(0, this.#length);
  }
}
