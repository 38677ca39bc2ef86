/** An evidence pack as text: its run, and the evidence for each control. */

import { approversText } from "../../core/account/approvers.ts";
import { EMPTY, NO_EVIDENCE } from "../../core/account/state-text.ts";
import { grouped } from "../../core/text/quantities.ts";
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { Control } from "../../schema/document/evidence-pack.ts";
import type { Terminal } from "../command/command.ts";
import { rows } from "../terminal/rows.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";
import type { AccountView } from "./head.ts";

export function evidenceLines(
  { runpack, controls }: EvidenceAccount,
  { terminal }: AccountView,
  signed?: Account["approvers"],
): string {
  const lacking = controls.filter(({ has_evidence }) => !has_evidence).length;
  const shown = rows(
    [
      ["intents", runpack && grouped(runpack.intents)],
      ["results", runpack && grouped(runpack.results)],
      ["references", runpack && grouped(runpack.receipts)],
      [
        "controls",
        `${controls.length}: ${lacking === 0 ? "each has evidence" : `${lacking} WITHOUT EVIDENCE`}`,
        lacking === 0 ? "good" : "bad",
      ],
      ["signed as approver", approversText(signed)],
    ],
    terminal,
    "  ",
  );
  const listed = controls.map(({ control_id, title, evidence }) => ({
    control_id,
    title,
    evidence_paths: evidence.map(({ path }) => path),
  }));
  const empty = new Set(
    controls.flatMap(({ evidence }) => evidence.flatMap((each) => (each.is_empty ? [each.path] : []))),
  );
  return heading("evidence", terminal) + shown + controlLines(listed, empty, terminal);
}

/** Each control with its evidence, one path per line, or a note that there is none, or that what is there holds nothing. */
export function controlLines(controls: readonly Control[], empty: ReadonlySet<string>, terminal: Terminal): string {
  if (controls.length === 0) return "";
  const lines = controls.flatMap(({ control_id, title, evidence_paths }): TableCell[][] => [
    [[control_id, "strong"], title],
    ...(evidence_paths.length === 0
      ? [["", [NO_EVIDENCE, "bad"] as const]]
      : evidence_paths.map((path): TableCell[] => ["", empty.has(path) ? [`${path} (${EMPTY})`, "bad"] : path])),
  ]);
  return heading("controls", terminal) + table([{ most: 24 }, {}], lines, terminal);
}
