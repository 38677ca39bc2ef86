/** A line of a source that was proven: parts of it as texts, without decoding each of them. */
import { decodeText } from "../../json/string.ts";
import { methodsOf } from "../../platform/hot-code.ts";
import type { Compilable, Platform } from "../../platform/platform.ts";
import { KnownTexts } from "./known-texts.ts";

/** Bytes of a line that are decoded at once: what is long is in the middle. */
const HELD_HEAD = 640;
const HELD_TAIL = 320;

/** Holds one line after the other. */
export class HeldLine {
  readonly #decode: NonNullable<Platform["decodeText"]>;
  readonly #known = new KnownTexts();
  #bytes: Uint8Array = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /**
   * How the line begins and ends, where that is ASCII: short parts are then taken without being decoded one by one. The
   * end is decoded when it is asked for.
   */
  #head = "";
  #tail: string | undefined;
  #tailStart = 0;

  constructor(decode: Platform["decodeText"] = decodeText) {
    this.#decode = decode;
  }

  /** The next line; each part of it is decoded by itself. */
  begin(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#head = "";
    this.#tail = "";
    this.#tailStart = end;
  }

  /** Many parts of the line will be asked for. */
  hold(): void {
    const start = this.#start;
    const end = this.#end;
    const bytes = this.#bytes;
    const isShort = end - start <= HELD_HEAD;
    this.#head = this.#ascii(start, isShort ? end : characterStart(bytes, start + HELD_HEAD));
    this.#tail = undefined;
    this.#tailStart = isShort ? end : characterStart(bytes, end - HELD_TAIL);
  }

  /** What stands from `start` to `end`. */
  part(start: number, end: number): string {
    const at = start - this.#start;
    if (end - this.#start <= this.#head.length) return this.#head.slice(at, end - this.#start);
    if (start < this.#tailStart) return this.#decode(this.#bytes, start, end);
    this.#tail ??= this.#ascii(this.#tailStart, this.#end);
    if (this.#tail === "") return this.#decode(this.#bytes, start, end);
    return this.#tail.slice(start - this.#tailStart, end - this.#tailStart);
  }

  /** What the string from `start` to `end` says; the range includes its quotes. */
  text(start: number, end: number): string {
    // Without the quotes at once: a text that is cut is copied again before it is looked at.
    const text = this.part(start + 1, end - 1);
    return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
  }

  /** The same of a string that other lines have too. */
  knownText(start: number, end: number): string {
    const known = this.#known.find(this.#bytes, start + 1, end - 1);
    if (known !== undefined) return known;
    const text = this.text(start, end);
    if (text.length === end - start - 2 && !text.includes("\\")) this.#known.add(text);
    return text;
  }

  /** How the string from `start` to `end` begins, as it stands there behind its quote: some hundred characters. */
  beginning(start: number, end: number): string {
    const most = start + HELD_TAIL;
    return this.part(start + 1, most < end ? characterStart(this.#bytes, most) : end - 1);
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...methodsOf(HeldLine), this.#ascii];
  }

  /** The text, where it is ASCII; else nothing. */
  #ascii(start: number, end: number): string {
    const text = this.#decode(this.#bytes, start, end);
    return text.length === end - start ? text : "";
  }
}

/** The start of the character that `at` is in: UTF-8's further bytes begin with the bits 10. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (((bytes[start] as number) & 0xc0) === 0x80) start -= 1;
  return start;
}
