/**
 * Proves that a range of bytes is one unambiguous JSON text: RFC 8259 in UTF-8, without a byte-order mark, lone
 * surrogates, repeated member names, numbers that a double changes, or excessive nesting. Builds no values.
 *
 * Typed arrays are read with `as number`: every read is below `end`, and `textRange` checks that `end` is within the
 * array.
 */
import { JsonError, type JsonErrorCode, jsonPlace, showName } from "./error.ts";
import { FNV_OFFSET, FNV_PRIME, hashName, MemberNames } from "./names.ts";
import { isFraction, numberEnd, scalarEnd } from "./number.ts";
import { decodeString, decodeText, hex, PLAIN, stringEnd, stringFault } from "./string.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
/** From an opening bracket to its closing one, `[` to `]` and `{` to `}`. */
const TO_CLOSE = 2;

const NOTHING = new Uint8Array(0);
/** Longer numbers are cut in messages. */
const SHOWN_NUMBER = 40;

/** Words of a node: start of its name within the quotes (0: none), start, end, and the index of the node after it. */
export const NODE_NAME = 0;
export const NODE_START = 1;
export const NODE_END = 2;
export const NODE_NEXT = 3;
export const NODE_WORDS = 4;

const NOT_LISTED = -0x80000000;

/** Reuses its arrays between texts, so that scanning many small texts allocates nothing. */
export class JsonScanner {
  /** The listed values, containers before their children: valid until the next scan. */
  nodes = new Uint32Array(0);
  nodeCount = 0;
  /** Whether a number of the text is not an integer literal; valid until the next scan, and only without levels. */
  hasFractions = false;
  readonly #levels: number;
  readonly #names = new MemberNames();
  /** Per open container: for an object the base of its names, for an array -1. */
  #bases = new Int32Array(16);
  /** Per open container: its node if its children are listed, `~node` if only the container is, or `NOT_LISTED`. */
  #opened = new Int32Array(16);
  #bytes: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  #line = 1;

  /**
   * `levels`: how many levels of containers are listed; 0 lists nothing, 1 the text's value and its children. Values
   * inside an array's elements are never listed: they may be many.
   */
  constructor(levels: number) {
    this.#levels = levels;
  }

  /** Throws `JsonError` unless `bytes[start, end)` is one strict JSON text; `line` is the number of its first line. */
  scan(bytes: Uint8Array, start: number, end: number, maxDepth: number, line: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#line = line;
    this.nodeCount = 0;
    this.hasFractions = false;
    try {
      this.#refuseMark();
      this.#scanValue(bytes, end, maxDepth);
    } finally {
      // A scanner may be long-lived: it must not keep a large text in memory.
      this.#bytes = NOTHING;
      this.#names.clear();
    }
  }

  #scanValue(bytes: Uint8Array, end: number, maxDepth: number): void {
    const levels = this.#levels;
    let p = skipSpace(bytes, this.#start, end);
    let depth = 0;
    let listing = levels > 0;
    let node = -1;
    let nameAt = 0;
    for (;;) {
      // A value starts at `p`.
      if (listing) node = this.#openNode(nameAt, p);
      const first = p < end ? (bytes[p] as number) : 0;
      if (first === OPEN_OBJECT || first === OPEN_ARRAY) {
        if (depth === maxDepth) throw this.#tooDeep(p, maxDepth);
        if (depth === this.#bases.length) this.#growDepth();
        this.#bases[depth] = first === OPEN_OBJECT ? this.#names.length : -1;
        if (listing) {
          const isElement = depth > 0 && (this.#bases[depth - 1] as number) < 0;
          listing = depth < levels && !isElement;
          this.#opened[depth] = listing ? node : ~node;
        } else this.#opened[depth] = NOT_LISTED;
        depth += 1;
        p = skipSpace(bytes, p + 1, end);
        // An empty container continues below, at its closing bracket.
        if (p >= end || bytes[p] !== first + TO_CLOSE) {
          nameAt = 0;
          if (first === OPEN_OBJECT) {
            nameAt = p + 1;
            p = this.#scanName(bytes, p, end, this.#bases[depth - 1] as number);
          }
          continue;
        }
      } else {
        if (first === QUOTE) {
          p += 1;
          while (p < end && PLAIN[bytes[p] as number] === 1) p++;
          if (p < end && bytes[p] === QUOTE) p += 1;
          else p = this.#scanString(bytes, p, end);
        } else p = this.#scanScalar(bytes, p, end);
        if (listing) this.#closeNode(node, p);
      }

      // A value, or an empty container's opening bracket, ends at `p`.
      for (;;) {
        if (p < end && (bytes[p] as number) <= 0x20) p = skipSpace(bytes, p, end);
        if (depth === 0) {
          if (p < end) throw this.#fault("json_invalid", p, `${this.#found(p)} after the end of the value`);
          return;
        }
        const base = this.#bases[depth - 1] as number;
        const next = p < end ? (bytes[p] as number) : 0;
        if (next === COMMA) {
          p += 1;
          if (p < end && (bytes[p] as number) <= 0x20) p = skipSpace(bytes, p, end);
          if (base >= 0) {
            nameAt = p + 1;
            p = this.#scanName(bytes, p, end, base);
          } else nameAt = 0;
          break;
        }
        if (next !== (base < 0 ? OPEN_ARRAY : OPEN_OBJECT) + TO_CLOSE) throw this.#unfinished(p, base < 0);
        p += 1;
        depth -= 1;
        if (base >= 0) {
          const repeated = this.#names.close(bytes, base);
          if (repeated >= 0) throw this.#repeatedName(repeated);
        }
        const opened = this.#opened[depth] as number;
        if (opened !== NOT_LISTED) this.#closeNode(opened < 0 ? ~opened : opened, p);
        listing = depth > 0 ? (this.#opened[depth - 1] as number) >= 0 : levels > 0;
      }
    }
  }

  /** Scans a member name at `p` and its colon; returns the start of the value. */
  #scanName(bytes: Uint8Array, quote: number, end: number, base: number): number {
    if (quote >= end || bytes[quote] !== QUOTE) throw this.#unexpected(quote, "a member name in double quotes");
    const start = quote + 1;
    let p = start;
    let hash = FNV_OFFSET;
    for (; p < end; p++) {
      const byte = bytes[p] as number;
      if (PLAIN[byte] !== 1) break;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    if (p >= end || bytes[p] !== QUOTE) {
      p = this.#scanString(bytes, p, end) - 1;
      hash = hashName(bytes, start, p);
    }
    if (!this.#names.add(bytes, base, start, p, hash)) throw this.#repeatedName(start);
    p += 1;
    if (p < end && bytes[p] !== COLON) p = skipSpace(bytes, p, end);
    if (p >= end || bytes[p] !== COLON) throw this.#unexpected(p, "a colon after the member name");
    p += 1;
    return p < end && (bytes[p] as number) <= 0x20 ? skipSpace(bytes, p, end) : p;
  }

  /** Scans the rest of a string from `p`, where it stops being plain ASCII; returns its end. */
  #scanString(bytes: Uint8Array, p: number, end: number): number {
    const stringEnds = stringEnd(bytes, p, end);
    if (stringEnds >= 0) return stringEnds;
    const { code, message, hint } = stringFault(bytes, ~stringEnds, end);
    throw this.#fault(code, ~stringEnds, message, hint);
  }

  /** Scans a number, `true`, `false` or `null` at `p`; returns its end. */
  #scanScalar(bytes: Uint8Array, p: number, end: number): number {
    const scalarEnds = p < end ? scalarEnd(bytes, p, end) : 0;
    if (scalarEnds > 0) {
      if (this.#levels === 0 && !this.hasFractions) this.hasFractions = isFraction(bytes, p, scalarEnds);
      return scalarEnds;
    }
    const first = p < end ? (bytes[p] as number) : 0;
    if (first !== 0x2d && !(first >= 0x30 && first <= 0x39)) throw this.#unexpected(p, "a value");
    const numberEnds = numberEnd(bytes, p, end);
    throw numberEnds < 0 ? this.#unexpected(~numberEnds, "a digit") : this.#lossyNumber(p, numberEnds);
  }

  #refuseMark(): void {
    const bytes = this.#bytes;
    const at = this.#start;
    const first = at < this.#end ? (bytes[at] as number) : 0;
    // For every other text this is one comparison: there are millions of lines.
    if (first < 0xef) return;
    const second = at + 1 < this.#end ? (bytes[at + 1] as number) : 0;
    const third = at + 2 < this.#end ? (bytes[at + 2] as number) : 0;
    if (first === 0xef && second === 0xbb && third === 0xbf) {
      const hint = "Save the text without a byte-order mark.";
      throw this.#fault("json_encoding_invalid", this.#start, "the text begins with a byte-order mark", hint);
    }
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      throw this.#fault("json_encoding_invalid", this.#start, "the text is UTF-16", "Save the text as UTF-8.");
    }
  }

  #openNode(nameAt: number, start: number): number {
    const node = this.nodeCount;
    const at = node * NODE_WORDS;
    if (at === this.nodes.length) {
      const nodes = new Uint32Array(Math.max(64 * NODE_WORDS, at * 2));
      nodes.set(this.nodes);
      this.nodes = nodes;
    }
    this.nodes[at + NODE_NAME] = nameAt;
    this.nodes[at + NODE_START] = start;
    this.nodeCount = node + 1;
    return node;
  }

  #closeNode(node: number, end: number): void {
    this.nodes[node * NODE_WORDS + NODE_END] = end;
    this.nodes[node * NODE_WORDS + NODE_NEXT] = this.nodeCount;
  }

  #growDepth(): void {
    const bases = new Int32Array(this.#bases.length * 2);
    const opened = new Int32Array(this.#bases.length * 2);
    bases.set(this.#bases);
    opened.set(this.#opened);
    this.#bases = bases;
    this.#opened = opened;
  }

  #fault(code: JsonErrorCode, at: number, message: string, hint?: string, name?: string): JsonError {
    return new JsonError(code, message, jsonPlace(this.#bytes, this.#start, at, this.#line, name), hint);
  }

  #unexpected(at: number, expected: string): JsonError {
    return this.#fault("json_invalid", at, `expected ${expected}, found ${this.#found(at)}`);
  }

  #unfinished(at: number, inArray: boolean): JsonError {
    return this.#unexpected(at, inArray ? 'a comma or the "]" of the array' : 'a comma or the "}" of the object');
  }

  #tooDeep(at: number, maxDepth: number): JsonError {
    return this.#fault("json_too_deep", at, `arrays and objects are nested deeper than ${maxDepth}`);
  }

  /** `start` is the second occurrence, after its quote. */
  #repeatedName(start: number): JsonError {
    const end = stringEnd(this.#bytes, start, this.#end);
    const name = decodeString(this.#bytes, start - 1, end);
    const message = `the member name ${showName(name)} occurs twice in one object`;
    return this.#fault("json_duplicate_name", start - 1, message, undefined, name);
  }

  #lossyNumber(start: number, end: number): JsonError {
    const text = decodeText(this.#bytes, start, Math.min(end, start + SHOWN_NUMBER));
    const shown = end - start > SHOWN_NUMBER ? `${text}…` : text;
    const hint = "Write it as a string.";
    return this.#fault("json_number_lossy", start, `a double can't hold the number ${shown} exactly as written`, hint);
  }

  #found(at: number): string {
    if (at >= this.#end) return "the end of the text";
    const byte = this.#bytes[at] as number;
    return byte > 0x20 && byte < 0x7f ? `\`${String.fromCharCode(byte)}\`` : `byte ${hex(byte)}`;
  }
}

/** The first non-white-space byte from `start`, or `end`. */
export function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end) {
    const byte = bytes[p];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    p += 1;
  }
  return p;
}
