/** The template of the reports, embedded in the executable: `scripts/build.ts` makes it first. */
import page from "../../dist/report.html" with { type: "text" };

/** The parts of the page around its title and its content. */
export function reportTemplate(): readonly [head: string, body: string, end: string] {
  // Bun's types treat every HTML file as a bundle.
  const [head = "", rest = ""] = (page as unknown as string).split("{{title}}");
  const [body = "", end = ""] = rest.split("{{content}}");
  return [head, body, end];
}
