/** What the log of a job says of itself, and the refusal of one that can't be trusted. */
import type { Finding } from "../../core/finding/finding.ts";
import { printable } from "../../core/text/printable.ts";
import type { LogHead } from "../../host/job/views.ts";
import type { JobStatusOutput } from "../../schema/answer/job.ts";
import type { Call } from "../command/command.ts";
import { EXIT } from "../command/exit.ts";
import type { LabelledRow } from "../terminal/rows.ts";
import { paint } from "../terminal/style.ts";
import { findingLines, warningLines } from "./verdict.ts";

const SIGNED: Readonly<Record<LogHead["status"], string>> = {
  unsigned: "no: anybody can compute it again",
  not_checked: "yes, and no key was given to check it",
  verified: "yes",
  failed: "yes, and it does not verify",
};

type Log = NonNullable<JobStatusOutput["log"]>;

/** As a pack's answer calls it. */
const STATUS: Readonly<Record<LogHead["status"], Log["signature_status"]>> = {
  unsigned: "missing",
  not_checked: "skipped",
  verified: "verified",
  failed: "failed",
};

export function logRows({ sha256, status, keyId }: LogHead): LabelledRow[] {
  if (sha256 === undefined) return [["log sha256", "none: another program wrote the last event"]];
  const key = keyId === undefined ? "" : `, ${keyId}`;
  return [
    ["log sha256", sha256],
    ["log signed", `${SIGNED[status]}${key}`, status === "verified" ? "good" : undefined],
  ];
}

/** The same for a program. */
export function logMembers({ sha256, status, keyId }: LogHead): Log {
  return {
    ...(sha256 === undefined ? {} : { sha256 }),
    signature_status: STATUS[status],
    ...(keyId === undefined ? {} : { signature_key_id: keyId }),
  };
}

/** The verdict on a log that can't be right, contradicts its state, or is not signed as asked for. */
export function refusedLog<Members extends object>(
  call: Call,
  subject: { readonly name: string; readonly members: Members },
  findings: readonly Finding[],
  warnings: readonly string[],
) {
  const what = "the job's log can't be trusted";
  const [first] = findings;
  const title = `${paint("failed", "bad", call.stderr)}  ${printable(subject.name)}: ${what}\n`;
  return {
    exit: EXIT.failed,
    json: {
      ...subject.members,
      findings,
      ...(warnings.length === 0 ? {} : { warnings }),
      error: `${what}: ${first?.message ?? "it failed verification"}`,
      error_code: "verification_failed" as const,
      error_category: "verification_failed" as const,
      hint: "Restore the job's folder from a copy.",
      retryable: false,
    },
    text: "",
    notes: title + findingLines(findings, call.stderr) + warningLines(warnings, call.stderr),
  };
}
