/** Short texts that a source has again and again: kinds, names of tools. They are found by their bytes, and not made anew. */

/** More of them are made anew. */
const MOST = 16;

export class KnownTexts {
  readonly #texts: string[] = [];

  /** The text that `bytes[start, end)` is, where it is known. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    const texts = this.#texts;
    for (let at = 0; at < texts.length; at += 1) {
      const text = texts[at] as string;
      if (text.length === end - start && isAt(bytes, start, text)) return text;
    }
    return undefined;
  }

  /** ASCII. */
  add(text: string): void {
    if (this.#texts.length < MOST) this.#texts.push(text);
  }
}

function isAt(bytes: Uint8Array, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}
