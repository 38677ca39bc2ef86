/** `summary.pdf`: the page of an evidence pack that a person reads. */
import { SUMMARY_PDF } from "../../core/evidence/entry-kind.ts";
import type { EvidencePage } from "../../core/evidence/summary-page.ts";
import { BAD, CODE, leading, Sheet, SMALL, STRONG, TITLE, WIDTH } from "./sheet.ts";

/** A list that is longer goes on in the pack: this is a page to read. */
const SHOWN_ITEMS = 40;

const TEMPLATE_NAMES: Readonly<Record<EvidencePage["templateId"], string>> = {
  soc2: "SOC 2 (soc2)",
  pci: "PCI DSS (pci)",
  incident_response: "Incident response (incident_response)",
};

export async function summaryPdf(page: EvidencePage): Promise<Uint8Array> {
  const sheet = new Sheet({ title: `Evidence pack of ${page.runId}`, createdAt: page.createdAt });
  sheet.paragraph("Evidence pack", TITLE);
  sheet.skip(10);
  sheet.fact("Run", page.runId, STRONG);
  if (page.caseId !== undefined) sheet.fact("Case", page.caseId, STRONG);
  sheet.fact("Template", TEMPLATE_NAMES[page.templateId]);
  sheet.fact("Recorded at", page.createdAt);
  if (page.window !== undefined) {
    sheet.fact("Incident window", `${page.window.from} to ${page.window.to}`);
  }
  const counts = [
    counted(page.intents, "intent"),
    counted(page.results, "result"),
    counted(page.receipts, "reference"),
  ];
  sheet.fact("Recorded", `${counts.join(", ")} (${page.captureMode} mode)`);
  sheet.fact("Manifest digest", page.manifestDigest, CODE);

  sheet.section("Controls");
  for (const { control_id, title, evidence_paths } of page.controls) {
    sheet.room(2 * leading(STRONG) + 4);
    sheet.skip(3);
    sheet.columns([control_id, 0.2, STRONG], [title, 0.8, STRONG]);
    if (evidence_paths.length === 0) sheet.paragraph("No evidence of this control is in the pack.", BAD, WIDTH * 0.2);
    for (const path of evidence_paths) {
      sheet.paragraph(path === SUMMARY_PDF ? `${path} (this page)` : path, CODE, WIDTH * 0.2);
    }
  }

  list(sheet, "Decisions", page.traces, "trace_summary.json", ({ verdict, tool_name, trace_id }) =>
    sheet.columns([verdict, 0.2, STRONG], [tool_name, 0.4], [trace_id, 0.4, CODE]),
  );
  list(sheet, "Approvals", page.approvals, "approval_audit_NN.json", (audit) => {
    const count = `${audit.valid_approvals} of ${audit.required_approvals}`;
    const by = audit.approvers?.length ? ` by ${audit.approvers.join(", ")}` : "";
    sheet.columns(
      [audit.approved ? "approved" : "not approved", 0.2, STRONG],
      [audit.tool_name, 0.4],
      [`${count}${by}`, 0.4],
    );
  });
  list(sheet, "Credentials", page.credentials, "credential_evidence_NN.json", ({ tool_name, identity, broker }) =>
    sheet.columns([identity, 0.2, STRONG], [tool_name, 0.4], [`from ${broker}`, 0.4]),
  );
  list(sheet, "Regressions", page.regressions, "regress_summary.json", ({ fixture_set, status, graders }) =>
    sheet.columns([status, 0.2, STRONG], [fixture_set, 0.4], [counted(graders, "grader"), 0.4]),
  );
  list(sheet, "Inventories", page.inventories, "inventory_snapshot_NN.json", ({ snapshot_id, workspace, items }) =>
    sheet.columns([counted(items?.length ?? 0, "item"), 0.2, STRONG], [snapshot_id, 0.4], [workspace ?? "", 0.4]),
  );

  sheet.section("Files and their SHA-256");
  for (const { path, type, sha256 } of page.files) {
    sheet.columns([path, 0.28, CODE], [type, 0.1, SMALL], [sha256, 0.62, CODE]);
  }
  sheet.skip(10);
  sheet.paragraph(
    "This page is a rendering of the files above, and is in the pack beside them. What counts is the pack: " +
      "check it with gait guard verify, and with the producer's public key.",
    SMALL,
  );
  if (sheet.escaped) {
    sheet.paragraph(
      "Characters that these fonts lack, or that have no shape of their own, are written as \\u{…}.",
      SMALL,
    );
  }
  return sheet.end(page.runId);
}

function list<T>(sheet: Sheet, title: string, items: readonly T[], rest: string, draw: (item: T) => void): void {
  if (items.length === 0) return;
  sheet.section(title);
  for (const item of items.slice(0, SHOWN_ITEMS)) draw(item);
  if (items.length > SHOWN_ITEMS) sheet.paragraph(`and ${items.length - SHOWN_ITEMS} more, in ${rest}`, SMALL);
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}
