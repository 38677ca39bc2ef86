/**
 * Speeds up texts that look alike, such as the lines of a file. The form of a text is its bytes without the scalar
 * values: brackets, names, commas, space. A text with the bytes of a proven form, and valid strings, numbers and
 * literals between them, is as strict as the first text of that form: it has the same names and depth. So the bytes of
 * the form are compared, and only the scalars are scanned. A form only accepts: a text that it does not recognize is
 * scanned in full, which reports its errors.
 */
import { scalarEnd } from "./number.ts";
import { type JsonScanner, NODE_END, NODE_NAME, NODE_START, NODE_WORDS, skipSpace } from "./scanner.ts";
import { plainEnd, stringEnd } from "./string.ts";

const QUOTE = 0x22;
const COLON = 0x3a;

/** A form with more parts or bytes than these is not kept: it is unlikely to recur. */
export const MAX_PARTS = 64;
const MAX_FIXED_BYTES = 4096;

/** The nodes listed by `JsonScanner`. */
export type JsonNodes = Pick<JsonScanner, "nodes" | "nodeCount">;

/**
 * A text alternates parts and values, and starts and ends with a part. Its bytes alone determine the split, so a text
 * that matches some parts of one form can't match a form in which these parts differ.
 */
export class JsonForm {
  /** The listed values, as in `JsonScanner`: valid until the next text of this form is placed. */
  readonly nodes: Uint32Array;
  /** The nesting depth. */
  readonly depth: number;
  /** The concatenated parts; part `i` ends at `#ends[i]`. */
  readonly #fixed: DataView;
  readonly #ends: Uint32Array;
  /** The node words that are positions in the text, in text order, and the position of each in `#fixed`. */
  readonly #words: Uint32Array;
  readonly #places: Uint32Array;
  /** How many of `#words` belong to parts up to `i`. */
  readonly #wordEnds: Uint32Array;

  private constructor(parts: Parts, bytes: Uint8Array, nodes: Uint32Array) {
    this.nodes = nodes;
    this.depth = parts.depth;
    this.#ends = new Uint32Array(parts.ranges.length);
    const fixed = new Uint8Array(parts.size);
    this.#fixed = new DataView(fixed.buffer);
    this.#wordEnds = new Uint32Array(parts.ranges.length);
    const words: number[] = [];
    const places: number[] = [];
    const wordsByPlace = placesOf(nodes);
    let length = 0;
    let next = 0;
    for (const [i, { start, end }] of parts.ranges.entries()) {
      fixed.set(bytes.subarray(start, end), length);
      for (; next < wordsByPlace.length && (nodes[wordsByPlace[next] as number] as number) <= end; next += 1) {
        const word = wordsByPlace[next] as number;
        words.push(word);
        places.push((nodes[word] as number) - start + length);
      }
      length += end - start;
      this.#ends[i] = length;
      this.#wordEnds[i] = words.length;
    }
    this.#words = Uint32Array.from(words);
    this.#places = Uint32Array.from(places);
  }

  /** The form of a proven text and its nodes; `undefined` if it is not worth keeping. */
  static of(bytes: Uint8Array, start: number, end: number, { nodes, nodeCount }: JsonNodes): JsonForm | undefined {
    const parts = partsOf(bytes, start, end);
    return parts === undefined ? undefined : new JsonForm(parts, bytes, nodes.slice(0, nodeCount * NODE_WORDS));
  }

  get parts(): number {
    return this.#ends.length;
  }

  /**
   * How many parts of this form the text matches, each but the last with its value, continuing with part `from` at
   * `starts[from]`. Writes the start of each part to `starts`, including that of the first mismatch.
   */
  match(bytes: Uint8Array, view: DataView, end: number, from: number, starts: Uint32Array): number {
    const fixed = this.#fixed;
    const ends = this.#ends;
    const last = ends.length - 1;
    let f = from === 0 ? 0 : (ends[from - 1] as number);
    let p = starts[from] as number;
    for (let i = from; ; i++) {
      starts[i] = p;
      const partEnd = ends[i] as number;
      if (p + partEnd - f > end) return i;
      for (; f <= partEnd - 4; f += 4, p += 4) if (view.getInt32(p, true) !== fixed.getInt32(f, true)) return i;
      for (; f < partEnd; f++, p++) if (bytes[p] !== fixed.getUint8(f)) return i;
      if (i === last) return p === end ? i + 1 : i;
      if (p === end) return i;
      if (bytes[p] === QUOTE) p = stringEnd(bytes, plainEnd(view, p + 1, end), end);
      else p = scalarEnd(bytes, p, end);
      if (p <= 0) return i;
    }
  }

  /** How many of the first `count` parts equal those of `other`. */
  shared(other: JsonForm, count: number): number {
    let f = 0;
    for (let i = 0; i < count; i++) {
      const end = this.#ends[i] as number;
      if (end !== other.#ends[i]) return i;
      for (; f < end; f++) if (this.#fixed.getUint8(f) !== other.#fixed.getUint8(f)) return i;
    }
    return count;
  }

  /** Lists the values of a text of this form whose parts start at `starts`. */
  place(starts: Uint32Array): void {
    const { nodes } = this;
    const words = this.#words;
    const places = this.#places;
    let word = 0;
    let before = 0;
    for (let i = 0; i < this.#ends.length; i++) {
      const shift = (starts[i] as number) - before;
      for (const end = this.#wordEnds[i] as number; word < end; word++) {
        nodes[words[word] as number] = (places[word] as number) + shift;
      }
      before = this.#ends[i] as number;
    }
  }
}

interface Parts {
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  readonly size: number;
  readonly depth: number;
}

/** The parts of a proven text; `undefined` if they are too many or too long. */
function partsOf(bytes: Uint8Array, textStart: number, end: number): Parts | undefined {
  const ranges: { start: number; end: number }[] = [];
  let start = textStart;
  let size = 0;
  let depth = 0;
  let deepest = 0;
  for (let p = start; p < end; ) {
    const byte = bytes[p] as number;
    const isString = byte === QUOTE;
    const valueEnd = isString ? stringEnd(bytes, p + 1, end) : scalarEnd(bytes, p, end);
    if (valueEnd <= 0) {
      if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, ++depth);
      else if (byte === 0x7d || byte === 0x5d) depth -= 1;
      p += 1;
    } else if (isString && bytes[skipSpace(bytes, valueEnd, end)] === COLON) {
      p = valueEnd;
    } else {
      size += p - start;
      ranges.push({ start, end: p });
      if (ranges.length === MAX_PARTS || size > MAX_FIXED_BYTES) return undefined;
      start = valueEnd;
      p = valueEnd;
    }
    if (size + p - start > MAX_FIXED_BYTES) return undefined;
  }
  ranges.push({ start, end });
  return { ranges, size: size + end - start, depth: deepest };
}

/** The words of `nodes` that are positions in the text, sorted by position. */
function placesOf(nodes: Uint32Array): number[] {
  const words: number[] = [];
  for (let at = 0; at < nodes.length; at += NODE_WORDS) {
    if (nodes[at + NODE_NAME] !== 0) words.push(at + NODE_NAME);
    words.push(at + NODE_START, at + NODE_END);
  }
  return words.sort((left, right) => (nodes[left] as number) - (nodes[right] as number));
}
