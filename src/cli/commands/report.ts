/** Verdicts and findings as a person reads them. */
import type { Finding } from "../../core/finding.ts";
import type { Judged, Verification } from "../../core/verify.ts";

export { identityRows, NAME_OF_FORMAT } from "../../core/identity.ts";

import type { Terminal } from "../command.ts";
import { paint, printable, rows, type Tone } from "../output.ts";
import { brokenInto } from "../width.ts";

export const TONE_OF_VERDICT: Record<Verification["verdict"], Tone> = {
  authentic: "good",
  intact: "warn",
  failed: "bad",
};

/** The first line: the verdict, the file, and why the verdict is not more. */
export function verdictLine(
  path: string,
  { verdict, reason }: Pick<Judged, "verdict" | "reason">,
  terminal: Terminal,
): string {
  const before = verdict.length + 2;
  const text = `${printable(path)}: ${printable(reason)}`;
  const [first = "", ...rest] =
    terminal.columns === undefined ? [text] : brokenInto(text, Math.max(20, terminal.columns - before));
  const under = rest.map((line) => `${" ".repeat(before)}${line}\n`).join("");
  return `${paint(verdict, TONE_OF_VERDICT[verdict], terminal)}  ${first}\n${under}`;
}

/** What stands above anything that is shown of an artifact that failed verification. */
export function unverifiedLine(terminal: Terminal): string {
  return `${paint("UNVERIFIED", "bad", terminal)}  what follows is only what the file says of itself\n`;
}

/** Every finding: what and where, what was expected and found, what to do. */
export function findingLines(findings: readonly Finding[], terminal: Terminal): string {
  return findings
    .map(({ code, path, message, expected, actual, hint }) => {
      const where = path === undefined ? "" : `${printable(path)}: `;
      const details = rows(
        [
          ["expected", expected],
          ["found", actual],
          ["hint", hint],
        ],
        terminal,
        "    ",
      );
      return `  ${paint(code, "bad", terminal)}  ${where}${printable(message)}\n${details}`;
    })
    .join("");
}

export function warningLines(warnings: readonly string[], terminal: Terminal): string {
  return warnings.map((warning) => `${paint("warning", "warn", terminal)}: ${printable(warning)}\n`).join("");
}
