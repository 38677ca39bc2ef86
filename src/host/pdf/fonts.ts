/**
 * The fonts for PDF pages: DejaVu Sans for common scripts, and Unifont, a coarse bitmap design, for all other scripts
 * of the Basic Multilingual Plane.
 */
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import unifont from "@fontsource/unifont/files/unifont-latin-400-normal.woff" with { type: "file" };
import regular from "dejavu-fonts-ttf/ttf/DejaVuSans.ttf" with { type: "file" };
import bold from "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf" with { type: "file" };
import mono from "dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf" with { type: "file" };
import { create, type Font } from "fontkit";
import { GaitError } from "../../core/finding/error.ts";

export type FontName = "regular" | "bold" | "mono" | "fallback";

export interface LoadedFont {
  /** An sfnt file (TrueType). */
  readonly bytes: Uint8Array;
  has(codePoint: number): boolean;
}

const FILES: Readonly<Record<FontName, string>> = { regular, bold, mono, fallback: unifont };
const loaded = new Map<FontName, LoadedFont>();

/** Loaded lazily: the fallback takes 60 ms, and most pages don't need it. */
export function fontOf(name: FontName): LoadedFont {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const file = new Uint8Array(readFileSync(FILES[name]));
  const bytes = file[0] === WOFF_SIGNATURE ? sfntOfWoff(file) : file;
  const parsed = create(bytes as Buffer);
  if (!("hasGlyphForCodePoint" in parsed)) throw new GaitError("internal", `the font ${name} is a collection`);
  const font: Font = parsed;
  const made = { bytes, has: (codePoint: number) => font.hasGlyphForCodePoint(codePoint) };
  loaded.set(name, made);
  return made;
}

/** First byte of `wOFF`. */
const WOFF_SIGNATURE = 0x77;

/**
 * The font inside a WOFF file (WOFF 1.0 section 3 to 5), its tables inflated once. The font library would inflate the
 * table of glyphs again for each glyph: ten seconds for a line of Chinese.
 */
export function sfntOfWoff(woff: Uint8Array): Uint8Array {
  const view = new DataView(woff.buffer, woff.byteOffset, woff.byteLength);
  const tables = view.getUint16(12);
  const sfnt = new Uint8Array(view.getUint32(16));
  const header = new DataView(sfnt.buffer);
  header.setUint32(0, view.getUint32(4));
  header.setUint16(4, tables);
  const power = Math.floor(Math.log2(tables));
  header.setUint16(6, 16 * 2 ** power);
  header.setUint16(8, power);
  header.setUint16(10, 16 * (tables - 2 ** power));
  let offset = 12 + 16 * tables;
  for (let table = 0; table < tables; table += 1) {
    const from = 44 + 20 * table;
    const to = 12 + 16 * table;
    const at = view.getUint32(from + 4);
    const compressed = view.getUint32(from + 8);
    const length = view.getUint32(from + 12);
    const data = woff.subarray(at, at + compressed);
    sfnt.set(compressed < length ? inflateSync(data) : data, offset);
    header.setUint32(to, view.getUint32(from));
    header.setUint32(to + 4, view.getUint32(from + 16));
    header.setUint32(to + 8, offset);
    header.setUint32(to + 12, length);
    offset += (length + 3) & ~3;
  }
  return sfnt;
}
