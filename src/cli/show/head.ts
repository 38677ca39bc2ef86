/** The head of an artifact: what it is, its producer, date, source and size. */
import { madeText } from "../../core/account/provenance.ts";
import { countText, sizeText } from "../../core/text/quantities.ts";
import { identityRows, isVouchedBeside } from "../../core/verify/identity-rows.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Account } from "../../schema/account/account.ts";
import type { Terminal } from "../command/command.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { unverifiedLine, verdictLine } from "./verdict.ts";

/** How much to show, and on which terminal. */
export interface AccountView {
  readonly terminal: Terminal;
  /** Show everything; otherwise lists are cut, and say so. */
  readonly all: boolean;
}

export function headLines(path: string, verification: VerificationData, account: Account, terminal: Terminal): string {
  const { contents, provenance, evidence } = account;
  const inner = contents.files.filter(({ archive }) => archive !== undefined).length;
  const more = inner > 0 ? `, and ${inner} in the embedded runpack` : "";
  const about: LabelledRow[] = [
    ...identityRows(verification).filter(([label]) => label !== "signatures"),
    ["case", evidence?.case_id],
    ["template", evidence?.template_id],
    ["window", evidence?.window && `${evidence.window.from} to ${evidence.window.to}`],
    ...madeText(account),
    [
      "context",
      provenance.context && [provenance.context.evidence_mode, provenance.context.set_digest].join(" ").trim(),
    ],
    ["size", `${sizeText(contents.file_size)}: ${countText(contents.entries, "file")}${more}`],
    ...signatureRows(account, isVouchedBeside(verification)),
  ];
  const mark = verification.verdict === "failed" ? unverifiedLine(terminal) : "";
  return verdictLine(path, verification, terminal) + mark + rows(about, terminal, "  ");
}

const SIGNED = {
  verified: ["verified with a given key", "good"],
  failed: ["INVALID", "bad"],
  not_checked: ["NOT CHECKED: no key was given", "warn"],
} as const;

function signatureRows({ format, provenance: { signatures } }: Account, isBeside: boolean): LabelledRow[] {
  if (format === "unknown") return [];
  if (signatures.length === 0) return [["signed", isBeside ? "not in the file itself" : "no"]];
  return signatures.map(({ key_id, status, problem }): LabelledRow => {
    const [text, style] = SIGNED[status];
    return ["signed", `${text}${problem === undefined ? "" : `: ${problem}`}; key ${key_id || "without id"}`, style];
  });
}
