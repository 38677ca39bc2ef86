/** The template of the reports, embedded in the executable: `scripts/build.ts` makes it first. */
import page from "../../dist/report.html" with { type: "text" };
import { type PageTemplate, templateOf } from "../core/report/page/template.ts";

/** The parts of the page around its title and its content. */
export function reportTemplate(): PageTemplate {
  // Bun's types treat every HTML file as a bundle.
  return templateOf(page as unknown as string);
}
