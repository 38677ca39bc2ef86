/** The template of the reports, as the executable carries it: `scripts/build.ts` makes it first. */
import page from "../../dist/report.html" with { type: "text" };

/** The parts of the page around its title and its content. */
export function reportTemplate(): readonly [head: string, body: string, end: string] {
  // Bun's types take every HTML file for one of its bundles.
  const [head = "", rest = ""] = (page as unknown as string).split("{{title}}");
  const [body = "", end = ""] = rest.split("{{content}}");
  return [head, body, end];
}
