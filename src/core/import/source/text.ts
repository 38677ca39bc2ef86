/**
 * The text of a source, from a stream that comes once: one JSON value, lines, or values one after the other. Only the
 * first and the last are held in memory.
 */
import { GaitError } from "../../finding/error.ts";
import { JsonError } from "../../json/error.ts";
import { createLineReader, isBlankLine } from "../../json/lines.ts";
import type { JsonOutline } from "../../json/outline.ts";
import { decodeText } from "../../json/string.ts";
import { readSourceJson, type SourceJson } from "./json.ts";
import { valueEnd } from "./value-end.ts";

/** Longest line, and largest document, in bytes. */
export const MAX_SOURCE_BYTES = 1024 * 1024 * 1024;
const FIRST_LOOK = 64 * 1024;

/** A line, by its bytes: valid during the call only. `isTorn`: nothing ended it. */
export interface SourceLine {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly isTorn: boolean;
}

/** A value of a text that holds them one after the other; what is no whole one is `undefined`, and the last. */
export interface SequenceValue {
  readonly json: SourceJson | undefined;
  /** The line that it begins in. */
  readonly line: number;
}

/** A text whose beginning was looked at. */
export class SourceText {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #head: Uint8Array = new Uint8Array(0);
  #ended = false;

  private constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  static async open(chunks: AsyncIterable<Uint8Array>): Promise<SourceText> {
    const text = new SourceText(chunks);
    await text.#look(FIRST_LOOK);
    return text;
  }

  /** The first bytes of the file, a byte-order mark included. */
  get beginning(): Uint8Array {
    return this.#head;
  }

  /** Whether all of it was looked at: it is small. */
  get isWhole(): boolean {
    return this.#ended;
  }

  /** The one value that the text is; `undefined` where it is something else. */
  async value(): Promise<SourceJson | undefined> {
    for (;;) {
      const read = readSourceJson(this.#text());
      if (this.#ended) return typeof read === "string" ? undefined : read;
      // A value that ends where the look does may go on behind it, as `12` does.
      if (read === "invalid") return undefined;
      await this.#look(this.#head.length * 4);
    }
  }

  /** The first lines that are not blank, `most` of them or all that there are. */
  async firstLines(most: number): Promise<SourceLine[]> {
    for (;;) {
      const lines: SourceLine[] = [];
      const reader = createLineReader((bytes, start, end, line) => {
        if (lines.length < most && !isBlankLine(bytes, start, end))
          lines.push({ bytes: bytes.slice(start, end), start: 0, end: end - start, line, isTorn: false });
      }, MAX_SOURCE_BYTES);
      reader.push(this.#text());
      if (this.#ended) reader.end();
      if (this.#ended || lines.length >= most) return lines;
      await this.#look(this.#head.length * 4);
    }
  }

  /** All lines that are not blank. Once, and nothing else afterwards. `pause` is asked between pieces of the source. */
  async lines(take: (line: SourceLine) => void, pause?: () => Promise<void> | undefined): Promise<void> {
    let endsWithLine = true;
    let ending = false;
    const reader = createLineReader((bytes, start, end, line) => {
      if (!isBlankLine(bytes, start, end)) take({ bytes, start, end, line, isTorn: ending && !endsWithLine });
    }, MAX_SOURCE_BYTES);
    const push = (chunk: Uint8Array): void => {
      if (chunk.length > 0) endsWithLine = chunk.at(-1) === 0x0a;
      reader.push(chunk);
      if (reader.tooLong !== undefined) throw tooLarge(`line ${reader.tooLong}`);
    };
    push(this.#text());
    this.#head = new Uint8Array(0);
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      push(next);
      await pause?.();
    }
    ending = true;
    reader.end();
  }

  /** The first of the values that stand one after the other. */
  async firstValue(): Promise<SourceJson | undefined> {
    for (;;) {
      const text = this.#text();
      const end = valueEnd(text, 0);
      if (end !== undefined && (end < text.length || this.#ended)) {
        const read = readSourceJson(text, 0, end);
        return typeof read === "string" ? undefined : read;
      }
      if (this.#ended || this.#head.length >= MAX_SOURCE_BYTES) return undefined;
      await this.#look(this.#head.length * 4);
    }
  }

  /** The values that stand one after the other. */
  async *sequence(): AsyncGenerator<SequenceValue> {
    while (!this.#ended) await this.#look(this.#head.length * 4);
    const text = this.#text();
    let line = 1;
    for (let at = 0; at < text.length; ) {
      const byte = text[at] as number;
      if (byte <= 0x20) {
        if (byte === 0x0a) line += 1;
        at += 1;
        continue;
      }
      const end = valueEnd(text, at);
      const read = end === undefined ? "cut" : readSourceJson(text, at, end);
      yield { json: typeof read === "string" ? undefined : read, line };
      if (end === undefined || typeof read === "string") return;
      for (; at < end; at += 1) if (text[at] === 0x0a) line += 1;
    }
  }

  /** What was looked at, without a byte-order mark. */
  #text(): Uint8Array {
    const [first, second, third] = this.#head;
    return first === 0xef && second === 0xbb && third === 0xbf ? this.#head.subarray(3) : this.#head;
  }

  /** Holds `size` bytes at least, or all that there are. */
  async #look(size: number): Promise<void> {
    if (this.#head.length >= size || this.#ended) return;
    const parts = [this.#head];
    let length = this.#head.length;
    while (length < size) {
      const next = await this.#next();
      if (next === undefined) break;
      if (length + next.length > MAX_SOURCE_BYTES) throw tooLarge("a JSON value, or the beginning of the text,");
      parts.push(next.slice());
      length += next.length;
    }
    const head = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      head.set(part, at);
      at += part.length;
    }
    this.#head = head;
  }

  async #next(): Promise<Uint8Array | undefined> {
    const next = await this.#chunks.next();
    this.#ended = next.done === true;
    return this.#ended ? undefined : (next.value as Uint8Array);
  }
}

/** Lists the values of a line; false for one that is no strict JSON. */
export function isScanned(outline: JsonOutline, { bytes, start, end, line }: SourceLine): boolean {
  try {
    outline.scan(bytes, { start, end, line });
    return true;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}

/** The text of a line. */
export function lineText({ bytes, start, end }: SourceLine): string {
  try {
    return decodeText(bytes, start, end);
  } catch {
    // No UTF-8: no line of any format.
    return "";
  }
}

function tooLarge(what: string): GaitError {
  return new GaitError("invalid_input", `${what} is longer than ${MAX_SOURCE_BYTES} bytes`, {
    hint: "Import a smaller part of it.",
  });
}
