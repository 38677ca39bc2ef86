/**
 * The visual order of the parts of a line, from left to right: the subset of the Unicode bidirectional algorithm (UAX
 * #9) that names need. The base direction is left to right; there are no embeddings, because their control characters
 * are escaped.
 */

/** `number`: European and Arabic digits, which keep their order within right-to-left text. */
export type Direction = "ltr" | "rtl" | "number" | "neutral";

export interface Directed {
  readonly text: string;
  readonly direction: Direction;
}

const RIGHT_TO_LEFT = /[\u0590-\u065f\u066a-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const NUMBER = /^[0-9\u0660-\u0669\u06f0-\u06f9]/;
const LETTER = /^[\p{L}\p{M}]/u;
/** Between two digits these are part of the number (W4). */
const SEPARATOR = /^[-+,./:]$/;

export function directionOf(text: string): Direction {
  if (NUMBER.test(text)) return "number";
  if (RIGHT_TO_LEFT.test(text)) return "rtl";
  return LETTER.test(text) ? "ltr" : "neutral";
}

/** Reorders the `parts` of one line from logical to visual order. */
export function visualOrder<T extends Directed>(parts: readonly T[]): T[] {
  const ordered: T[] = [];
  for (let at = 0; at < parts.length; ) {
    const end = parts[at]?.direction === "rtl" ? endOfRightToLeft(parts, at) : at + 1;
    ordered.push(...turned(parts.slice(at, end)));
    at = end;
  }
  return ordered;
}

/** Numbers after a right-to-left letter join its run, and so do neutrals if such a letter or number follows (N1). */
function endOfRightToLeft(parts: readonly Directed[], start: number): number {
  let end = start + 1;
  for (let at = end; at < parts.length; at += 1) {
    const direction = parts[at]?.direction;
    if (direction === "ltr") break;
    if (direction !== "neutral") end = at + 1;
  }
  return end;
}

/** Reverses a run, keeping each number in order. */
function turned<T extends Directed>(run: readonly T[]): T[] {
  const groups: T[][] = [];
  for (let at = 0; at < run.length; ) {
    let end = at + 1;
    if (run[at]?.direction === "number") end = endOfNumber(run, at);
    groups.push(run.slice(at, end));
    at = end;
  }
  return groups.reverse().flat();
}

function endOfNumber(run: readonly Directed[], start: number): number {
  let end = start + 1;
  for (;;) {
    const separated = SEPARATOR.test(run[end]?.text ?? "") ? 1 : 0;
    if (run[end + separated]?.direction !== "number") return end;
    end += separated + 1;
  }
}
