/** The head of an artifact: what it is, its producer, date, source and size. */
import { isDefaultEnvironment, OR_NOT_STATED } from "../../core/account/provenance.ts";
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
    [account.about === "job" ? "submitted at" : "recorded at", provenance.recorded_at],
    [account.about === "job" ? "kept by" : "recorded by", producerText(account)],
    [account.about === "job" ? "environment" : "recorded on", environmentText(account)],
    ["packed by", provenance.packed_by && `gait ${provenance.packed_by}`],
    ["capture mode", captureText(provenance.capture_mode)],
    ["made from", sourceText(account)],
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

/** A job is recorded by gait, a run by the agent. */
function producerText({ about, provenance: { producer } }: Account): string | undefined {
  return about === "job" && producer !== undefined ? `gait ${producer}` : producer;
}

function environmentText({ provenance: { environment, environment_fingerprint } }: Account): string | undefined {
  if (environment === undefined) return environment_fingerprint;
  const { os, arch, runtime } = environment;
  const told = [`${os}/${arch}`, runtime].filter((part) => part !== "" && part !== "/").join(", ");
  if (told === "") return undefined;
  return isDefaultEnvironment(environment) ? told + OR_NOT_STATED : told;
}

function captureText(mode: string | undefined): string | undefined {
  if (mode === "reference") return "reference: only digests of arguments and results";
  return mode === "raw" ? "raw: arguments and results are kept" : mode;
}

function sourceText({ provenance: { source } }: Account): string | undefined {
  if (source === undefined) return undefined;
  const { signatures, signatures_valid: valid } = source;
  const checked = valid === undefined ? "not checked" : `${valid} verified with a given key`;
  const signed = signatures > 0 ? ` (${countText(signatures, "signature")} of its own, ${checked})` : "";
  return `runpack ${source.manifest_digest}${signed}`;
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
