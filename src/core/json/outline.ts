/** The positions of the outer values of a JSON text, found in the same pass that proves it. */
import type { JsonValue } from "../../schema/document/primitives.ts";
import type { TextProof } from "../platform/platform.ts";
import { FNV_OFFSET, FNV_PRIME, hashName } from "./names.ts";
import { JsonScanner, NODE_END, NODE_NAME, NODE_NEXT, NODE_START, NODE_WORDS, skipSpace } from "./scanner.ts";
import { decodeString, decodeText, stringEnd } from "./string.ts";
import {
  type JsonKind,
  type JsonSpan,
  type JsonTextOptions,
  kindOf,
  spanValue,
  spanValues,
  textRange,
} from "./text.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
/** Of each byte that is a hex digit its value; of the others one that makes no byte. */
const HEX_VALUES = new Int32Array(256).fill(0x1000);
const DIGITS = "0123456789abcdefABCDEF";
for (let at = 0; at < DIGITS.length; at += 1) HEX_VALUES[DIGITS.charCodeAt(at)] = at < 16 ? at : at - 6;

/**
 * The outer values of the last text scanned, as nodes: numbers, valid until the next `scan` and while the bytes don't
 * change. Scanning reuses the memory, so that millions of records can use one outline.
 */
export class JsonOutline {
  /** The text's own value. */
  readonly root = 0;
  readonly #scanner: JsonScanner;
  readonly #levels: number;
  readonly #proof: TextProof | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #nodes: Uint32Array = new Uint32Array(0);
  #form: object | undefined;

  /**
   * `levels`: how many levels of containers are listed. 1: the text's value and its children, as for a record; 3: also
   * `refs.receipts[0]`. Values inside an array's elements are never listed: parse the element. `proof` is asked first, where there is one: it pays for a megabyte and more.
   */
  constructor(levels: number, proof?: TextProof) {
    this.#levels = levels;
    this.#proof = proof;
    this.#scanner = new JsonScanner(levels);
  }

  /** Throws `JsonError` unless the range is one strict JSON text. */
  scan(bytes: Uint8Array, options: JsonTextOptions = {}): this {
    const { start, end, maxDepth, line } = textRange(bytes, options);
    this.#bytes = bytes;
    const proof = this.#proof;
    if (proof !== undefined && proof.prove(bytes, start, end, maxDepth, this.#levels) > 0) {
      this.#nodes = proof.nodes;
      this.#form = proof.form;
      return this;
    }
    this.#form = undefined;
    const scanner = this.#scanner;
    scanner.scan(bytes, start, end, maxDepth, line);
    this.#nodes = scanner.nodes;
    return this;
  }

  /** `TextProof.form` of a text that the proof accepted; absent for others. */
  get form(): object | undefined {
    return this.#form;
  }

  start(node: number): number {
    return this.#word(node, NODE_START);
  }

  end(node: number): number {
    return this.#word(node, NODE_END);
  }

  kind(node: number): JsonKind {
    return kindOf(this.#bytes[this.start(node)]);
  }

  /** The member `name` of a listed object, or -1. */
  member(object: number, name: string): number {
    const bytes = this.#bytes;
    const nodes = this.#nodes;
    if (bytes[this.start(object)] !== OPEN_OBJECT) return -1;
    const end = nodes[object * NODE_WORDS + NODE_NEXT] as number;
    for (let node = object + 1; node < end; node = nodes[node * NODE_WORDS + NODE_NEXT] as number) {
      if (reads(bytes, nodes[node * NODE_WORDS + NODE_NAME] as number, name)) return node;
    }
    return -1;
  }

  /** The child nodes of a listed object or array, in text order. */
  children(node: number): number[] {
    const nodes: number[] = [];
    const end = this.#word(node, NODE_NEXT);
    for (let child = node + 1; child < end; child = this.#word(child, NODE_NEXT)) nodes.push(child);
    return nodes;
  }

  /** The first node after this one and its children: the next member of an object, until `next(object)`. */
  next(node: number): number {
    return this.#word(node, NODE_NEXT);
  }

  /** How many elements a listed array has. */
  elementCount(array: number): number {
    return this.kind(array) === "array" ? this.#word(array, NODE_NEXT) - array - 1 : 0;
  }

  /** The node of an element, from 0 to `elementCount` - 1. */
  element(array: number, index: number): number {
    return array + 1 + index;
  }

  /**
   * The values of the elements from `first` to before `last`, at least one. Faster than one by one for many small
   * elements.
   */
  elements(array: number, first: number, last: number): JsonValue[] {
    const start = this.element(array, first);
    if (last - first === 1) return [this.value(start)];
    return spanValues(this.#bytes, { start: this.start(start), end: this.end(this.element(array, last - 1)) });
  }

  /** The name of a member; `undefined` for an element or the root. */
  name(node: number): string | undefined {
    const start = this.#word(node, NODE_NAME);
    return start === 0 ? undefined : stringFrom(this.#bytes, start);
  }

  /** Whether the node is the member `name`. */
  isNamed(node: number, name: string): boolean {
    const start = this.#word(node, NODE_NAME);
    return start !== 0 && reads(this.#bytes, start, name);
  }

  /** Whether the value is the string `text`; builds a string only for escapes and non-ASCII characters. */
  isString(node: number, text: string): boolean {
    const start = this.start(node);
    return this.#bytes[start] === QUOTE && reads(this.#bytes, start + 1, text);
  }

  /** The text of a string; `undefined` for other values. */
  string(node: number): string | undefined {
    const start = this.start(node);
    return this.#bytes[start] === QUOTE ? decodeString(this.#bytes, start, this.end(node)) : undefined;
  }

  /**
   * A number that identifies a string: equal texts have the same, whatever their escapes, and others hardly
   * ever. 0 for another kind of value.
   */
  fingerprint(node: number): number {
    const bytes = this.#bytes;
    const start = this.start(node);
    const end = this.end(node) - 1;
    if (bytes[start] !== QUOTE) return 0;
    let hash = FNV_OFFSET;
    for (let p = start + 1; p < end; p++) {
      const byte = bytes[p] as number;
      if (byte === BACKSLASH) return hashName(bytes, start + 1, end);
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    return hash;
  }

  /** The bytes of a value as it is written: valid as long as the text is. */
  bytes(node: number): Uint8Array {
    return this.#bytes.subarray(this.start(node), this.end(node));
  }

  /** Whether the value is a string of the hex digits of `digest`, in either letter case and without escapes. */
  isHex(node: number, digest: Uint8Array): boolean {
    const bytes = this.#bytes;
    const start = this.start(node) + 1;
    if (this.end(node) - start - 1 !== digest.length * 2) return false;
    for (let i = 0; i < digest.length; i++) {
      const byte = digest[i] as number;
      const high = HEX_VALUES[bytes[start + 2 * i] as number] as number;
      const low = HEX_VALUES[bytes[start + 2 * i + 1] as number] as number;
      if (high * 16 + low !== byte) return false;
    }
    return true;
  }

  value(node: number): JsonValue {
    return this.string(node) ?? spanValue(this.#bytes, { start: this.start(node), end: this.end(node) });
  }

  span(node: number): JsonSpan {
    return { name: this.name(node), start: this.start(node), end: this.end(node), kind: this.kind(node) };
  }

  #word(node: number, word: number): number {
    return this.#nodes[node * NODE_WORDS + word] as number;
  }
}

/** Whether the string whose content starts at `start` equals `text`. */
function reads(bytes: Uint8Array, start: number, text: string): boolean {
  const length = text.length;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const byte = bytes[start + i];
    if (byte === BACKSLASH || unit >= 0x80) return stringFrom(bytes, start) === text;
    if (byte !== unit || byte === QUOTE) return false;
  }
  return bytes[start + length] === QUOTE;
}

/** The text of the string whose content starts at `start`. */
function stringFrom(bytes: Uint8Array, start: number): string {
  return decodeString(bytes, start - 1, stringEnd(bytes, start, bytes.length));
}

/** What reads a text that was listed, for those who tell the runtime which code runs for a moment only. */
export const OUTLINE_CODE = [reads, stringFrom, decodeString, decodeText, textRange, kindOf, skipSpace] as const;
