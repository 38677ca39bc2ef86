/** Verdicts and findings as text. */
import type { Finding } from "../../core/finding/finding.ts";
import { printable } from "../../core/text/printable.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Terminal } from "../command/command.ts";
import { rows } from "../terminal/rows.ts";
import { paint, type TextStyle } from "../terminal/style.ts";
import { brokenInto } from "../terminal/width.ts";

export const STYLE_OF_VERDICT: Record<VerificationData["verdict"], TextStyle> = {
  authentic: "good",
  intact: "warn",
  failed: "bad",
};

/** The first line: the verdict, the file, and why the verdict is not better. */
export function verdictLine(
  path: string,
  { verdict, reason }: Pick<VerificationData, "verdict" | "reason">,
  terminal: Terminal,
): string {
  const before = verdict.length + 2;
  const [first = "", ...rest] = broken(`${printable(path)}: ${printable(reason)}`, before, terminal);
  const under = rest.map((line) => `${" ".repeat(before)}${line}\n`).join("");
  return `${paint(verdict, STYLE_OF_VERDICT[verdict], terminal)}  ${first}\n${under}`;
}

/** The warning above anything shown of an artifact that failed verification. */
export function unverifiedLine(terminal: Terminal): string {
  return `${paint("UNVERIFIED", "bad", terminal)}  the following is only what the file claims\n`;
}

/** Every finding: what, where, expected, actual, and what to do. */
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
      // The code is one word on the first line.
      const [first = "", ...rest] = broken(`${code}  ${where}${printable(message)}`, 4, terminal);
      const under = rest.map((line) => `    ${line}\n`).join("");
      return `  ${paint(code, "bad", terminal)}${first.slice(code.length)}\n${under}${details}`;
    })
    .join("");
}

/** What a trust file says, if one was given: loaded lazily, as everything that only a trust file needs. */
export async function trustText({ trust }: Pick<VerificationData, "trust">, terminal: Terminal): Promise<string> {
  if (trust === undefined) return "";
  const { trustLines } = await import("./trust.ts");
  return trustLines(trust, terminal);
}

export function warningLines(warnings: readonly string[], terminal: Terminal): string {
  return warnings
    .map((warning) => {
      const [first = "", ...rest] = broken(printable(warning), "warning: ".length, terminal);
      return `${paint("warning", "warn", terminal)}: ${first}\n${rest.map((line) => `         ${line}\n`).join("")}`;
    })
    .join("");
}

/** Wraps text to fit next to the label on its first line. */
function broken(text: string, before: number, { columns }: Terminal): string[] {
  return columns === undefined ? [text] : brokenInto(text, Math.max(20, columns - before));
}
