/**
 * The pages of a PDF from top to bottom: headings, paragraphs, facts, rows of columns, and a footer on each page. The same
 * calls give the same bytes on every platform.
 */
import PDFDocument from "pdfkit";
import { createTypesetter, type Style, type Typesetter } from "./typesetter.ts";

/** A4, in points. */
const PAPER = { width: 595.28, height: 841.89 } as const;
const MARGIN = 50;
const BOTTOM = PAPER.height - 66;
/** Points between the margins. */
export const WIDTH = PAPER.width - 2 * MARGIN;

export const TITLE: Style = { font: "bold", size: 20 };
const SECTION: Style = { font: "bold", size: 11 };
const LABEL: Style = { font: "regular", size: 9, color: "#666666" };
export const BODY: Style = { font: "regular", size: 9 };
export const STRONG: Style = { font: "bold", size: 9 };
export const CODE: Style = { font: "mono", size: 7.5 };
export const BAD: Style = { font: "bold", size: 9, color: "#a31515" };
export const SMALL: Style = { font: "regular", size: 7.5, color: "#666666" };

export interface SheetInfo {
  readonly title: string;
  /** To the second, which is all that a PDF has; RFC 3339. Absent: the file says nothing of a time. */
  readonly createdAt?: string | undefined;
  /**
   * Rows stand on one baseline, and long words break behind a slash. Not so in `summary.pdf`: ids of packs rest on its bytes.
   */
  readonly isReport?: boolean;
}

/** One cell of a row, with its share of the width. */
export type SheetCell = readonly [text: string, share: number, style?: Style];

export class Sheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #typesetter: Typesetter;
  readonly #parts: Uint8Array[] = [];
  readonly #ended: Promise<void>;
  readonly #isReport: boolean;
  #y = MARGIN;

  constructor({ title, createdAt, isReport = false }: SheetInfo) {
    this.#isReport = isReport;
    const document = new PDFDocument({
      size: [PAPER.width, PAPER.height],
      margin: 0,
      // The archive deflates with a codec whose bytes never change; the platform's would change from version to version.
      compress: false,
      pdfVersion: "1.7",
      // None to begin with: the default would be Helvetica, which is not embedded.
      font: null as unknown as string,
      info: {
        Title: title,
        Producer: "gait",
        Creator: "gait",
        // Without a time of its own it gets a fixed one: the library would take the clock's.
        CreationDate: new Date(`${(createdAt ?? "1980-01-01T00:00:00").slice(0, 19)}Z`),
      },
      lang: "en",
      displayTitle: true,
      bufferPages: true,
    });
    this.#document = document;
    this.#ended = new Promise<void>((resolve, reject) => {
      document.on("data", (chunk: Uint8Array) => this.#parts.push(chunk));
      document.on("end", resolve);
      document.on("error", reject);
    });
    this.#typesetter = createTypesetter(document, { afterSlash: isReport });
  }

  /** Whether a character had to be written as `\u{…}`. */
  get escaped(): boolean {
    return this.#typesetter.escaped;
  }

  /** Makes room for so many points, on a new page if they are not there. */
  room(points: number): void {
    if (this.#y + points <= BOTTOM) return;
    this.newPage();
  }

  newPage(): void {
    this.#document.addPage();
    this.#y = MARGIN;
  }

  /** Leaves so many points free. */
  skip(points: number): void {
    this.#y += points;
  }

  paragraph(text: string, style: Style, indent = 0): void {
    for (const line of this.#typesetter.lines(text, style, WIDTH - indent)) {
      this.room(leading(style));
      this.#y += leading(style);
      this.#typesetter.draw(line, style, MARGIN + indent, this.#y);
    }
  }

  /** Cells beside each other, each broken in its own width; they stay together on a page. */
  columns(...cells: readonly SheetCell[]): void {
    let x = 0;
    this.#row(
      cells.map(([text, share, style = BODY]) => {
        const cell = { text, style, x, width: WIDTH * share - 8 };
        x += WIDTH * share;
        return cell;
      }),
    );
  }

  fact(label: string, value: string, style: Style = BODY): void {
    this.#row([
      { text: label, style: LABEL, x: 0, width: 105 },
      { text: value, style, x: 110, width: WIDTH - 110 },
    ]);
  }

  /** A heading, never alone at the foot of a page. */
  section(title: string): void {
    this.room(50);
    this.#y += 16;
    this.paragraph(title, SECTION);
    this.#y += 4;
    this.#document
      .moveTo(MARGIN, this.#y)
      .lineTo(PAPER.width - MARGIN, this.#y)
      .lineWidth(0.5)
      .strokeColor("#bbbbbb")
      .stroke();
    this.#y += 3;
  }

  /** A line to write on, with its label. */
  blank(label: string): void {
    this.room(34);
    this.#y += 26;
    this.#document
      .moveTo(MARGIN + 110, this.#y)
      .lineTo(PAPER.width - MARGIN, this.#y)
      .lineWidth(0.5)
      .strokeColor("#666666")
      .stroke();
    const [line] = this.#typesetter.lines(label, LABEL, 105);
    if (line !== undefined) this.#typesetter.draw(line, LABEL, MARGIN, this.#y);
    this.#y += 4;
  }

  /** @param footer lines that stand on every page, beside the page's number */
  async end(...footer: readonly string[]): Promise<Uint8Array> {
    this.#footers(footer);
    this.#document.end();
    await this.#ended;
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  #row(cells: readonly { text: string; style: Style; x: number; width: number }[]): void {
    const columns = cells.map(({ text, style, width }) => this.#typesetter.lines(text, style, width));
    const widest = Math.max(...cells.map(({ style }) => leading(style)));
    const firstOf = (style: Style): number => (this.#isReport ? widest : leading(style));
    const height = Math.max(
      ...cells.map(({ style }, index) => firstOf(style) + ((columns[index]?.length ?? 1) - 1) * leading(style)),
    );
    this.room(height);
    for (const [index, lines] of columns.entries()) {
      const { style, x } = cells[index] ?? { style: BODY, x: 0 };
      for (const [line, content] of lines.entries())
        this.#typesetter.draw(content, style, MARGIN + x, this.#y + firstOf(style) + line * leading(style));
    }
    this.#y += height + 1.5;
  }

  #footers(footer: readonly string[]): void {
    const { start, count } = this.#document.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.#document.switchToPage(start + index);
      const [number] = this.#typesetter.lines(`${index + 1} of ${count}`, SMALL, WIDTH);
      const baseline = PAPER.height - 36;
      for (const [at, text] of footer.entries()) {
        const [line] = this.#typesetter.lines(text, SMALL, WIDTH - 60);
        if (line !== undefined) this.#typesetter.draw(line, SMALL, MARGIN, baseline + at * leading(SMALL));
      }
      if (number !== undefined) this.#typesetter.draw(number, SMALL, PAPER.width - MARGIN - number.width, baseline);
    }
  }
}

export function leading({ size }: Style): number {
  return size * 1.4;
}
