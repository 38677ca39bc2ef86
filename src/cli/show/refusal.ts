/** The answer of a command that was given bad evidence: a verdict, not a usage error. */
import { printable } from "../../core/text/printable.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { PackFailure } from "../../schema/answer/pack.ts";
import type { Answer, Call } from "../command/command.ts";
import { EXIT } from "../command/exit.ts";
import { findingLines, verdictLine } from "./verdict.ts";

export interface Refused {
  readonly path: string;
  readonly verification: Pick<VerificationData, "verdict" | "reason" | "findings">;
}

/** The error is `what` and the first finding; with several files, each finding names its file. */
export function refusal(
  call: Call,
  what: string,
  bad: readonly [Refused, ...Refused[]],
  hint?: string,
): Answer<PackFailure> {
  const [{ path, verification }] = bad;
  const [first] = verification.findings;
  const several = bad.length > 1;
  const findings = bad.flatMap((each) =>
    each.verification.findings.map((found) =>
      several ? { ...found, path: found.path === undefined ? each.path : `${each.path}!/${found.path}` } : found,
    ),
  );
  const notes = bad
    .map(
      (each) =>
        verdictLine(each.path, each.verification, call.stderr) + findingLines(each.verification.findings, call.stderr),
    )
    .join("");
  return {
    exit: EXIT.failed,
    json: {
      path,
      findings,
      error: `${what}: ${first?.message ?? "it failed verification"}`,
      error_code: "verification_failed",
      error_category: "verification_failed",
      hint: hint ?? first?.hint ?? "",
      retryable: false,
    },
    text: "",
    notes: hint === undefined ? notes : `${notes}  ${printable(hint)}\n`,
  };
}
