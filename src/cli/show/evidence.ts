/** An evidence pack as text: its run, and the evidence for each control. */

import { approversText } from "../../core/account/approvers.ts";
import { evidenceState, NO_EVIDENCE, RENDERED } from "../../core/account/state-text.ts";
import { grouped } from "../../core/text/quantities.ts";
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
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
  return heading("evidence", terminal) + shown + controlLines(controls, terminal);
}

/** A control with its evidence, and what is wrong with each. */
type ControlShown = Pick<EvidenceAccount["controls"][number], "control_id" | "title" | "evidence" | "has_evidence">;

/** Each control with its evidence, one path per line, and a note where there is none that holds anything. */
export function controlLines(controls: readonly ControlShown[], terminal: Terminal): string {
  if (controls.length === 0) return "";
  const lines = controls.flatMap(({ control_id, title, evidence, has_evidence: hasEvidence }): TableCell[][] => [
    [[control_id, "strong"], title],
    ...(hasEvidence ? [] : [["", [NO_EVIDENCE, "bad"] as const]]),
    ...evidence.map((each): TableCell[] => {
      const state = evidenceState(each);
      return ["", state === undefined ? each.path : [`${each.path} (${state})`, state === RENDERED ? "dim" : "bad"]];
    }),
  ]);
  return heading("controls", terminal) + table([{ most: 24 }, {}], lines, terminal);
}
