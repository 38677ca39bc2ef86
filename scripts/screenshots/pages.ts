/** Printed pages as pictures: each page of a PDF, and a sheet on which they lie side by side. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** In pixels, on a sheet; a page is drawn at twice that, and shown smaller. */
export const PAGE_WIDTH = 620;

/** The pages of a PDF in `folder` as PNG, in their order; needs Debian's poppler-utils. */
export function pagesOf(folder: string, name: string): readonly Buffer[] {
  const prefix = `${name}-page`;
  const args = ["-png", "-scale-to-x", `${PAGE_WIDTH * 2}`, "-scale-to-y", "-1", name, prefix];
  const { exitCode, stderr } = Bun.spawnSync(["pdftoppm", ...args], { cwd: folder });
  if (exitCode !== 0) throw new Error(`pdftoppm ${name}: ${stderr}`);
  const pages = readdirSync(folder).filter((file) => file.startsWith(prefix));
  return pages.sort().map((file) => readFileSync(join(folder, file)));
}

/** A page for the browser with `pages` in a row. */
export function sheetOf(pages: readonly Buffer[]): string {
  const pictures = pages.map((page) => `<img src="data:image/png;base64,${page.toString("base64")}">`);
  const style = [
    "body { margin: 24px; display: flex; gap: 24px; align-items: start; background: #8c8c8c }",
    `img { width: ${PAGE_WIDTH}px; box-shadow: 0 1px 6px #0008 }`,
  ];
  return `<!doctype html><style>${style.join(" ")}</style>${pictures.join("")}`;
}
