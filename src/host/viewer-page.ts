/** The page that verifies in a browser, as the executable carries it: `scripts/build.ts` makes it first. */
import page from "../../dist/verify.html" with { type: "text" };

/** The text of the HTML file. */
export function viewerPage(): string {
  // Bun's types take every HTML file for one of its bundles.
  return page as unknown as string;
}
