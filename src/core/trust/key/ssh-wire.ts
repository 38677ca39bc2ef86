/** The data types of SSH (RFC 4251 section 5) that keys and signatures are made of, read to the last byte. */

/** Reads from the start of `bytes`; every method gives `undefined` where there is not enough left, or another form. */
export class SshReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  take(length: number): Uint8Array | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) return undefined;
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  uint32(): number | undefined {
    const bytes = this.take(4);
    return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  }

  string(): Uint8Array | undefined {
    const length = this.uint32();
    return length === undefined ? undefined : this.take(length);
  }

  /** A short string of printable ASCII. */
  name(): string | undefined {
    const bytes = this.string();
    if (bytes === undefined || bytes.length > MAX_NAME_BYTES || bytes.some((byte) => byte < 0x20 || byte > 0x7e))
      return undefined;
    return String.fromCharCode(...bytes);
  }

  /** A positive integer in its shortest form, as `length` bytes. */
  positive(length: number): Uint8Array | undefined {
    const bytes = this.string();
    if (bytes === undefined) return undefined;
    const [first = 0, second = 0] = bytes;
    if (bytes.length === 0 || first >= 0x80 || (first === 0 && second < 0x80)) return undefined;
    const digits = first === 0 ? bytes.subarray(1) : bytes;
    if (digits.length > length) return undefined;
    const padded = new Uint8Array(length);
    padded.set(digits, length - digits.length);
    return padded;
  }
}

/** No type, curve, hash or namespace is longer. */
const MAX_NAME_BYTES = 1024;

export function sshString(content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return joined(uint32(bytes.length), bytes);
}

/** A positive integer of any length, big endian, as mpint. */
export function sshPositive(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array(0) : bytes.subarray(first);
  return sshString((digits[0] ?? 0) >= 0x80 ? joined(Uint8Array.of(0), digits) : digits);
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
