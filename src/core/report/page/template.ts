/** The fixed parts of a report's page, as `scripts/report.ts` builds it. */

/** Around the title and the content. */
export type PageTemplate = readonly [head: string, body: string, end: string];

export function templateOf(page: string): PageTemplate {
  const [head = "", rest = ""] = page.split("{{title}}");
  const [body = "", end = ""] = rest.split("{{content}}");
  return [head, body, end];
}
