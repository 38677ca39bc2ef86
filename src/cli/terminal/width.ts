/** The width of text on a terminal, and text cut to a width. */

const ASCII = /^[\x20-\x7e]*$/;
const MORE = "…";
/** One letter can carry thousands of zero-width marks. */
const POINTS_PER_COLUMN = 4;

/** Columns of printable text as terminals count them: two for wide letters, none for marks. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const point of text) width += Bun.stringWidth(point);
  return width;
}

/** `text` in at most `width` columns; a cut is marked by `…`. */
export function fitted(text: string, width: number): string {
  if (ASCII.test(text) ? text.length <= width : isShort(text, width)) return text;
  return `${headOf(text, Math.max(0, width - 1))}${MORE}`;
}

/** Maximum characters of one text on a terminal; a text may have ten million. */
const MOST_CHARACTERS = 4000;

/** Wraps `whole` to `width` columns, at spaces or within longer words; only the beginning of a huge text. */
export function brokenInto(whole: string, width: number): string[] {
  const text =
    whole.length <= MOST_CHARACTERS
      ? whole
      : `${whole.slice(0, MOST_CHARACTERS).replace(/[\ud800-\udbff]$/, "")}${MORE} (cut here: ${whole.length} characters)`;
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (displayWidth(line) > width) {
      // At least one letter, so that the loop ends if a letter is wider than the line.
      const head = headOf(line, width) || [...line].slice(0, 1).join("");
      if (head.length === line.length) break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}

function isShort(text: string, width: number): boolean {
  return text.length <= 2 * POINTS_PER_COLUMN * width && displayWidth(text) <= width;
}

function headOf(text: string, width: number): string {
  let taken = 0;
  let points = 0;
  let length = 0;
  for (const point of text) {
    taken += Bun.stringWidth(point);
    points += 1;
    if (taken > width || points > POINTS_PER_COLUMN * Math.max(1, width)) break;
    length += point.length;
  }
  return text.slice(0, length);
}
