/** The report on a file, as `gait pack report` writes it, below its verdict. */

import { artifactSections } from "../../core/report/artifact-sections.ts";
import { callRow } from "../../core/report/page/call-table.ts";
import { viewOf } from "../../core/report/page/view.ts";
import { el } from "../../core/text/markup.ts";
import { toDom } from "../dom/dom.ts";
import { createCallTable } from "../report/call-table.ts";
import { browserPlatform, type FileResult } from "../verifier/verify-file.ts";

/** `named` is the id of the element that names the file. */
export function reportView(result: FileResult, named: string): Node {
  if (result.kind === "refused" || result.account === undefined) {
    const why = result.kind === "refused" ? `${result.message}. ${result.hint}` : "it was not read";
    return toDom(el("p", { class: "fault", role: "alert" }, `No report: ${why}`));
  }
  const { account } = result;
  const view = viewOf(browserPlatform, {
    level: 3,
    prefix: `${named}-`,
    named,
    unverified: account.verdict === "failed",
  });
  const sections = artifactSections(view, account).map(toDom);
  const report = document.createDocumentFragment();
  report.append(...sections);
  const calls = report.querySelector("section.calls");
  const { run } = account;
  if (calls instanceof HTMLElement && run !== undefined) {
    createCallTable(
      calls,
      run.calls.map((call) => callRow(view, call, run.began_at)),
    );
  }
  return report;
}
