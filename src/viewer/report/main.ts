/**
 * The script of a report: makes the tables of calls searchable, and names the file at the foot of each printed page. Without
 * it the tables are static, and printed pages have only their numbers.
 */
import { unpackRows } from "../../core/report/page/call-table.ts";
import { createCallTable } from "./call-table.ts";
import { cssString } from "./css-string.ts";

for (const section of document.querySelectorAll<HTMLElement>("section.calls")) {
  const data = section.parentElement?.querySelector('script[type="application/json"]');
  if (data !== null && data !== undefined) createCallTable(section, unpackRows(JSON.parse(data.textContent)));
}

const { file, sha256 } = document.querySelector("footer")?.dataset ?? {};
if (file !== undefined) {
  const lines = sha256 === undefined ? [file] : [file, `SHA-256 ${sha256}`];
  document.documentElement.style.setProperty("--foot", cssString(lines.join("\n")));
}
