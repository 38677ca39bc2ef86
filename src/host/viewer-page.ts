/** The verifier page, embedded in the executable: `scripts/build.ts` makes it first. */
import page from "../../dist/verify.html" with { type: "text" };

/** The text of the HTML file. */
export function viewerPage(): string {
  // Bun's types treat every HTML file as a bundle.
  return page as unknown as string;
}
