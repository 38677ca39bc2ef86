/** The script of a report: makes the tables of calls searchable. Without it, and on paper, they are static. */
import { unpackRows } from "../../core/report/page/call-table.ts";
import { createCallTable } from "./call-table.ts";

for (const section of document.querySelectorAll<HTMLElement>("section.calls")) {
  const data = section.parentElement?.querySelector('script[type="application/json"]');
  if (data !== null && data !== undefined) createCallTable(section, unpackRows(JSON.parse(data.textContent)));
}
