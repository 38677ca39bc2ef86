/**
 * Strict DER (X.690): every element has one encoding, and every byte belongs to one. Anything else is a `DerError`, which its
 * callers turn into a state: what is read here comes from strangers.
 */

/** What the reader refused. */
export class DerError extends Error {
  override readonly name = "DerError";
}

export interface Der {
  /** Identifier octet: class, constructed bit and number (below 31). */
  readonly tag: number;
  /** The whole element. */
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** Context tags: constructed, and primitive. */
export const explicit = (number: number): number => 0xa0 | number;
export const implicit = (number: number): number => 0x80 | number;

/** The one element that all of `bytes` are. */
export function derOf(bytes: Uint8Array, tag?: number): Der {
  const [element, ...others] = elementsOf(bytes);
  if (element === undefined || others.length > 0) throw new DerError("not exactly one element");
  if (tag !== undefined && element.tag !== tag) throw new DerError("an element of another kind");
  return element;
}

/** The elements of a SEQUENCE, SET or explicit tag. */
export function children(element: Der | undefined, tag: number = TAG.sequence): Der[] {
  if (element === undefined || element.tag !== tag) throw new DerError("an element is missing, or of another kind");
  return elementsOf(element.body);
}

/** No structure that is read here has more in one place. */
const MAX_ELEMENTS = 1000;

function elementsOf(bytes: Uint8Array): Der[] {
  const elements: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    if ((tag & 0x1f) === 0x1f) throw new DerError("a tag above 30");
    const { start, length } = lengthAt(bytes, at + 1);
    const end = start + length;
    if (end > bytes.length) throw new DerError("cut off");
    elements.push({ tag, bytes: bytes.subarray(at, end), body: bytes.subarray(start, end) });
    if (elements.length > MAX_ELEMENTS) throw new DerError("too many elements");
    at = end;
  }
  return elements;
}

function lengthAt(bytes: Uint8Array, at: number): { start: number; length: number } {
  const first = bytes[at];
  if (first === undefined) throw new DerError("cut off");
  if (first < 0x80) return { start: at + 1, length: first };
  const count = first & 0x7f;
  if (count === 0) throw new DerError("an indefinite length");
  if (count > 4 || at + 1 + count > bytes.length) throw new DerError("a length that is too long, or cut off");
  let length = 0;
  for (const byte of bytes.subarray(at + 1, at + 1 + count)) length = length * 256 + byte;
  if (length < 0x80 || length < 256 ** (count - 1)) throw new DerError("a length that is not in its shortest form");
  return { start: at + 1 + count, length };
}

/** Throws unless all of it is DER, to the last byte and at every depth of constructed elements. */
export function assertDer(bytes: Uint8Array, depth = 0): void {
  if (depth > MAX_DEPTH) throw new DerError("nested too deep");
  for (const { tag, body } of elementsOf(bytes)) if ((tag & 0x20) !== 0) assertDer(body, depth + 1);
}

const MAX_DEPTH = 32;

/** An INTEGER in its shortest form. */
export function integerOf(element: Der | undefined, tag: number = TAG.integer): bigint {
  if (element?.tag !== tag || element.body.length === 0 || element.body.length > 80) throw new DerError("no integer");
  const [first = 0, second = 0] = element.body;
  const isLong = element.body.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (isLong) throw new DerError("an integer that is not in its shortest form");
  let value = first >= 0x80 ? -1n : 0n;
  for (const byte of element.body) value = (value << 8n) | BigInt(byte);
  return value;
}

export function booleanOf(element: Der | undefined): boolean {
  const [value] = element?.body ?? [];
  if (element?.tag !== TAG.boolean || element.body.length !== 1 || (value !== 0 && value !== 0xff))
    throw new DerError("no boolean");
  return value === 0xff;
}

/** An object identifier, dotted. */
export function oidOf(element: Der | undefined): string {
  if (element?.tag !== TAG.oid || element.body.length === 0 || element.body.length > 64)
    throw new DerError("no object identifier");
  const arcs: bigint[] = [];
  let value = 0n;
  let isStart = true;
  for (const byte of element.body) {
    if (isStart && byte === 0x80) throw new DerError("an object identifier that is not in its shortest form");
    value = (value << 7n) | BigInt(byte & 0x7f);
    isStart = byte < 0x80;
    if (!isStart) continue;
    arcs.push(value);
    value = 0n;
  }
  const [first, ...rest] = arcs;
  if (first === undefined || !isStart) throw new DerError("an object identifier that is cut off");
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join(".");
}

/** A BIT STRING of whole bytes. */
export function bitsOf(element: Der | undefined): Uint8Array {
  if (element?.tag !== TAG.bitString || element.body[0] !== 0) throw new DerError("no bit string of whole bytes");
  return element.body.subarray(1);
}

/** The bits of a BIT STRING of flags, the first as bit 0. `most`: bytes that it may have. */
export function flagsOf(element: Der, most = 2): number {
  const [unused = 8, ...bytes] = element.body;
  const last = bytes.at(-1) ?? 0;
  const isSound =
    element.tag === TAG.bitString && unused < 8 && bytes.length <= most && (bytes.length > 0 || unused === 0);
  if (!isSound || (last & ((1 << unused) - 1)) !== 0) throw new DerError("no bit string of flags");
  let flags = 0;
  for (const [at, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (0x80 >> bit)) !== 0) flags |= 1 << (at * 8 + bit);
  }
  return flags;
}

export function octetsOf(element: Der | undefined): Uint8Array {
  if (element?.tag !== TAG.octetString) throw new DerError("no octet string");
  return element.body;
}
