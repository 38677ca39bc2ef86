/** The template of every report of `gait pack report`: style and script in one HTML file, allowed by digest only. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, digest, filled, publish, VIEWER_SOURCE } from "./viewer.ts";

export const REPORT_TEMPLATE = join(import.meta.dir, "../dist/report.html");

/** The text of the page with `{{title}}` and `{{content}}` still in it; the same for the same source, on every machine. */
export async function reportTemplate(): Promise<string> {
  const [script, style] = await Promise.all([bundle("report/main.ts"), bundle("report/report.css")]);
  return filled(readFileSync(join(VIEWER_SOURCE, "report/page.html"), "utf8"), {
    policy: policy(script, style),
    title: "{{title}}",
    content: "{{content}}",
    style,
    script,
  });
}

function policy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

if (import.meta.main) publish(REPORT_TEMPLATE, await reportTemplate());
