/**
 * `summary.pdf`: the page of an evidence pack that a person reads. The same page gives the same bytes on every
 * platform.
 */
import PDFDocument from "pdfkit";
import { SUMMARY_PDF } from "../../core/evidence/entry-kind.ts";
import type { EvidencePage } from "../../core/evidence/summary-page.ts";
import { createTypesetter, type Style } from "./typesetter.ts";

const PAPER = { width: 595.28, height: 841.89 } as const;
const MARGIN = 50;
const WIDTH = PAPER.width - 2 * MARGIN;
const BOTTOM = PAPER.height - 66;
/** A list that is longer goes on in the pack: this is a page to read. */
const SHOWN_ITEMS = 40;

const TITLE: Style = { font: "bold", size: 20 };
const SECTION: Style = { font: "bold", size: 11 };
const LABEL: Style = { font: "regular", size: 9, color: "#666666" };
const BODY: Style = { font: "regular", size: 9 };
const STRONG: Style = { font: "bold", size: 9 };
const CODE: Style = { font: "mono", size: 7.5 };
const MISSING: Style = { font: "bold", size: 9, color: "#a31515" };
const SMALL: Style = { font: "regular", size: 7.5, color: "#666666" };

const TEMPLATE_NAMES: Readonly<Record<EvidencePage["templateId"], string>> = {
  soc2: "SOC 2 (soc2)",
  pci: "PCI DSS (pci)",
  incident_response: "Incident response (incident_response)",
};

export async function summaryPdf(page: EvidencePage): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: [PAPER.width, PAPER.height],
    margin: 0,
    // The archive deflates with a codec whose bytes never change; the platform's would change from version to version.
    compress: false,
    pdfVersion: "1.7",
    // None to begin with: the default would be Helvetica, which is not embedded.
    font: null as unknown as string,
    info: {
      Title: `Evidence pack of ${page.runId}`,
      Producer: "gait",
      Creator: "gait",
      // To the second, which is all that a PDF has.
      CreationDate: new Date(`${page.createdAt.slice(0, 19)}Z`),
    },
    lang: "en",
    displayTitle: true,
    bufferPages: true,
  });
  const parts: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => parts.push(chunk));
    document.on("end", resolve);
    document.on("error", reject);
  });
  write(document, page);
  document.end();
  await ended;
  return new Uint8Array(Buffer.concat(parts));
}

function write(document: PDFKit.PDFDocument, page: EvidencePage): void {
  const typesetter = createTypesetter(document);
  let y = MARGIN;

  /** Makes room for so many points, on a new page if they are not there. */
  const room = (points: number): void => {
    if (y + points <= BOTTOM) return;
    document.addPage();
    y = MARGIN;
  };
  const paragraph = (text: string, style: Style, indent = 0): void => {
    for (const line of typesetter.lines(text, style, WIDTH - indent)) {
      room(leading(style));
      y += leading(style);
      typesetter.draw(line, style, MARGIN + indent, y);
    }
  };
  /** Cells beside each other, each broken in its own width; they stay together on a page. */
  const row = (cells: readonly { text: string; style: Style; x: number; width: number }[]): void => {
    const columns = cells.map(({ text, style, width }) => typesetter.lines(text, style, width));
    const height = Math.max(...columns.map((lines, index) => lines.length * leading(cells[index]?.style ?? BODY)));
    room(height);
    for (const [index, lines] of columns.entries()) {
      const { style, x } = cells[index] ?? { style: BODY, x: 0 };
      for (const [line, content] of lines.entries())
        typesetter.draw(content, style, MARGIN + x, y + (line + 1) * leading(style));
    }
    y += height + 1.5;
  };
  const fact = (label: string, value: string, style: Style = BODY): void =>
    row([
      { text: label, style: LABEL, x: 0, width: 105 },
      { text: value, style, x: 110, width: WIDTH - 110 },
    ]);
  const section = (title: string): void => {
    room(50);
    y += 16;
    paragraph(title, SECTION);
    y += 4;
    document
      .moveTo(MARGIN, y)
      .lineTo(PAPER.width - MARGIN, y)
      .lineWidth(0.5)
      .strokeColor("#bbbbbb")
      .stroke();
    y += 3;
  };
  const list = <T>(title: string, items: readonly T[], rest: string, draw: (item: T) => void): void => {
    if (items.length === 0) return;
    section(title);
    for (const item of items.slice(0, SHOWN_ITEMS)) draw(item);
    if (items.length > SHOWN_ITEMS) paragraph(`and ${items.length - SHOWN_ITEMS} more, in ${rest}`, SMALL);
  };
  const columns = (...cells: readonly (readonly [text: string, share: number, style?: Style])[]): void => {
    let x = 0;
    row(
      cells.map(([text, share, style = BODY]) => {
        const cell = { text, style, x, width: WIDTH * share - 8 };
        x += WIDTH * share;
        return cell;
      }),
    );
  };

  paragraph("Evidence pack", TITLE);
  y += 10;
  fact("Run", page.runId, STRONG);
  if (page.caseId !== undefined) fact("Case", page.caseId, STRONG);
  fact("Template", TEMPLATE_NAMES[page.templateId]);
  fact("Recorded at", page.createdAt);
  if (page.window !== undefined) {
    fact("Incident window", `${page.window.from} to ${page.window.to}`);
  }
  const counts = [
    counted(page.intents, "intent"),
    counted(page.results, "result"),
    counted(page.receipts, "reference"),
  ];
  fact("Recorded", `${counts.join(", ")} (${page.captureMode} mode)`);
  fact("Manifest digest", page.manifestDigest, CODE);

  section("Controls");
  for (const { control_id, title, evidence_paths } of page.controls) {
    room(2 * leading(STRONG) + 4);
    y += 3;
    columns([control_id, 0.2, STRONG], [title, 0.8, STRONG]);
    if (evidence_paths.length === 0) paragraph("No evidence of this control is in the pack.", MISSING, WIDTH * 0.2);
    for (const path of evidence_paths) {
      paragraph(path === SUMMARY_PDF ? `${path} (this page)` : path, CODE, WIDTH * 0.2);
    }
  }

  list("Decisions", page.traces, "trace_summary.json", ({ verdict, tool_name, trace_id }) =>
    columns([verdict, 0.2, STRONG], [tool_name, 0.4], [trace_id, 0.4, CODE]),
  );
  list("Approvals", page.approvals, "approval_audit_NN.json", (audit) => {
    const count = `${audit.valid_approvals} of ${audit.required_approvals}`;
    const by = audit.approvers?.length ? ` by ${audit.approvers.join(", ")}` : "";
    columns(
      [audit.approved ? "approved" : "not approved", 0.2, STRONG],
      [audit.tool_name, 0.4],
      [`${count}${by}`, 0.4],
    );
  });
  list("Credentials", page.credentials, "credential_evidence_NN.json", ({ tool_name, identity, broker }) =>
    columns([identity, 0.2, STRONG], [tool_name, 0.4], [`from ${broker}`, 0.4]),
  );
  list("Regressions", page.regressions, "regress_summary.json", ({ fixture_set, status, graders }) =>
    columns([status, 0.2, STRONG], [fixture_set, 0.4], [counted(graders, "grader"), 0.4]),
  );
  list("Inventories", page.inventories, "inventory_snapshot_NN.json", ({ snapshot_id, workspace, items }) =>
    columns([counted(items?.length ?? 0, "item"), 0.2, STRONG], [snapshot_id, 0.4], [workspace ?? "", 0.4]),
  );

  section("Files and their SHA-256");
  for (const { path, type, sha256 } of page.files) {
    columns([path, 0.28, CODE], [type, 0.1, SMALL], [sha256, 0.62, CODE]);
  }
  y += 10;
  paragraph(
    "This page is a rendering of the files above, and is in the pack beside them. What counts is the pack: " +
      "check it with gait guard verify, and with the producer's public key.",
    SMALL,
  );
  if (typesetter.escaped) {
    paragraph("Characters that these fonts lack, or that have no shape of their own, are written as \\u{…}.", SMALL);
  }
  footers(document, typesetter, page.runId);
}

function footers(document: PDFKit.PDFDocument, typesetter: ReturnType<typeof createTypesetter>, runId: string): void {
  const { start, count } = document.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    document.switchToPage(start + index);
    const [number] = typesetter.lines(`${index + 1} of ${count}`, SMALL, WIDTH);
    const [name] = typesetter.lines(runId, SMALL, WIDTH - 60);
    const baseline = PAPER.height - 36;
    if (name !== undefined) typesetter.draw(name, SMALL, MARGIN, baseline);
    if (number !== undefined) typesetter.draw(number, SMALL, PAPER.width - MARGIN - number.width, baseline);
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

function leading({ size }: Style): number {
  return size * 1.4;
}
