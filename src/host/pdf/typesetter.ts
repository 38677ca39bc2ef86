/**
 * Text of any script on the pages of a PDF: each character in the first font that has it, right-to-left words in their
 * order, long words broken, and what no font has, or what has no shape of its own, written as `\u{…}`.
 */
import { type Direction, directionOf, visualOrder } from "../../core/text/bidi.ts";
import { type FontName, fontOf } from "./fonts.ts";

export interface Style {
  readonly font: Exclude<FontName, "fallback">;
  /** In points. */
  readonly size: number;
  readonly color?: string;
}

/** A base character with the marks on it. */
interface Cluster {
  readonly text: string;
  readonly font: FontName;
  readonly direction: Direction;
}

/** Clusters that are drawn together. */
interface Piece extends Cluster {
  readonly width: number;
}

/** One line, its pieces from left to right. */
export interface Line {
  readonly pieces: readonly Piece[];
  readonly width: number;
}

export interface Typesetter {
  /** The lines of `text` in the width, at least one. */
  lines(text: string, style: Style, width: number): Line[];
  draw(line: Line, style: Style, x: number, baseline: number): void;
  /** Whether anything had to be escaped so far. */
  readonly escaped: boolean;
}

const CLUSTER = /\P{M}\p{M}*|\p{M}+/gu;
/** As `cli/terminal/output.ts` escapes for a terminal, and what no standard gives a shape. */
const SHAPELESS = /[\p{C}\p{Zl}\p{Zp}]/u;
const ARABIC_DIGIT = /^[\u0660-\u0669\u06f0-\u06f9]/;
const INK = "#1a1a1a";

/** @param afterSlash a word that is too long breaks behind a slash */
export function createTypesetter(
  document: PDFKit.PDFDocument,
  { afterSlash }: { readonly afterSlash: boolean },
): Typesetter {
  const registered = new Set<FontName>();
  let escaped = false;

  function select(font: FontName, size: number): void {
    if (!registered.has(font)) document.registerFont(font, fontOf(font).bytes as Buffer);
    registered.add(font);
    document.font(font, size);
  }

  function clustersOf(text: string, base: Style["font"]): Cluster[] {
    const clusters = (text.match(CLUSTER) ?? []).flatMap((cluster): Cluster[] => {
      const font = SHAPELESS.test(cluster) ? undefined : fontFor(cluster, base);
      if (font !== undefined) return [{ text: cluster, font, direction: directionOf(cluster) }];
      escaped = true;
      const written = Array.from(cluster, escapeOf).join("");
      return Array.from(written, (character) => ({ text: character, font: base, direction: "ltr" as const }));
    });
    // Where nothing runs the other way, a digest may be drawn as one piece.
    if (clusters.some(({ direction }) => direction === "rtl")) return clusters;
    return clusters.map((cluster) => ({ ...cluster, direction: "ltr" }));
  }

  function piecesOf(clusters: readonly Cluster[], size: number): Piece[] {
    const pieces: Piece[] = [];
    for (let at = 0; at < clusters.length; ) {
      const first = clusters[at] as Cluster;
      let text = first.text;
      let end = at + 1;
      for (; end < clusters.length; end += 1) {
        const next = clusters[end] as Cluster;
        const alike = next.font === first.font && next.direction === first.direction;
        if (!alike || standsAlone(first) || standsAlone(next)) break;
        text += next.text;
      }
      select(first.font, size);
      const width = drawn({ ...first, text }).reduce((sum, part) => sum + document.widthOfString(part), 0);
      pieces.push({ text, font: first.font, direction: first.direction, width });
      at = end;
    }
    return pieces;
  }

  function lineOf(clusters: readonly Cluster[], size: number): Line {
    const pieces = visualOrder(piecesOf(clusters, size));
    return { pieces, width: pieces.reduce((sum, piece) => sum + piece.width, 0) };
  }

  /** How many of the clusters from `start` fit; one always does. */
  function fitting(clusters: readonly Cluster[], start: number, size: number, width: number): number {
    let low = 1;
    let high = clusters.length - start;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (lineOf(clusters.slice(start, start + middle), size).width <= width) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  return {
    lines(text, { font, size }, width) {
      const clusters = clustersOf(text, font);
      const lines: Line[] = [];
      for (let start = 0; start < clusters.length; ) {
        let count = fitting(clusters, start, size, width);
        if (start + count < clusters.length) count = breakAt(clusters, start, count, afterSlash);
        lines.push(lineOf(clusters.slice(start, start + count), size));
        start += count;
        while (start < clusters.length && clusters[start]?.text === " ") start += 1;
      }
      return lines.length === 0 ? [{ pieces: [], width: 0 }] : lines;
    },
    draw({ pieces }, { size, color = INK }, x, baseline) {
      let at = x;
      document.fillColor(color);
      for (const piece of pieces) {
        select(piece.font, size);
        for (const part of drawn(piece)) {
          document.text(part, at, baseline, { lineBreak: false, baseline: "alphabetic" });
          at += document.widthOfString(part);
        }
      }
    },
    get escaped() {
      return escaped;
    },
  };
}

/**
 * What may not be drawn together with its neighbours, since the font library would turn it around: numbers of Arabic, and
 * right-to-left letters of a font that says nothing about how they join. A space in between would not part two words.
 */
function standsAlone({ text, font, direction }: Cluster): boolean {
  return text === " " || ARABIC_DIGIT.test(text) || isUnjoined(font, direction);
}

function isUnjoined(font: FontName, direction: Direction): boolean {
  return font === "fallback" && direction === "rtl";
}

/** The texts that a piece is drawn as: for unjoined letters, the letter and then its marks, each separately. */
function drawn({ text, font, direction }: Cluster): string[] {
  return isUnjoined(font, direction) ? Array.from(text) : [text];
}

/**
 * The clusters up to the last space among `count` and one more; in a word without one, up to its last slash, where that
 * leaves no line that is nearly empty.
 */
function breakAt(clusters: readonly Cluster[], start: number, count: number, afterSlash: boolean): number {
  for (let length = count; length > 0; length -= 1) {
    if (clusters[start + length]?.text === " ") return length;
  }
  for (let length = count; afterSlash && length > count / 3; length -= 1) {
    if (clusters[start + length - 1]?.text === "/") return length;
  }
  return count;
}

function fontFor(cluster: string, base: FontName): FontName | undefined {
  const candidates: readonly FontName[] = [base, "regular", "fallback"];
  return candidates.find((name) =>
    Array.from(cluster).every((character) => fontOf(name).has(character.codePointAt(0) ?? 0)),
  );
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
