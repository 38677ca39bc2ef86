/** For people: a line per pack, the findings of those that failed, and a summary line. */
import type { Finding } from "../../core/finding/finding.ts";
import { printable } from "../../core/text/printable.ts";
import type { Terminal } from "../command/command.ts";
import { findingLines, verdictLine } from "../show/verdict.ts";
import { paint } from "../terminal/style.ts";
import { type Format, summaryText, type TrustTold, trustLine, trustOfResult } from "./format.ts";

export function textFormat(terminal: Terminal): Format {
  let trust: TrustTold | undefined;
  return {
    streams: true,
    tellsFault: false,
    separator: "",
    begin: () => "",
    items(result) {
      trust ??= trustOfResult(result);
      if ("verify" in result) {
        const { path, verify } = result;
        return [verdictLine(path, verify, terminal) + findingLines(verify.findings as readonly Finding[], terminal)];
      }
      const { path, exit, error, hint } = result;
      // Most errors name the file already.
      const what = error.startsWith(`${path} `) ? error : `${path}: ${error}`;
      const verdict = paint(exit === 1 ? "broken" : "unreadable", "bad", terminal);
      return [`${verdict}  ${printable(what)}\n  hint: ${printable(hint)}\n`];
    },
    end({ summary }) {
      const by = trust === undefined ? "" : `${printable(trustLine(trust))}\n`;
      return `${by}${paint(summaryText(summary), "strong", terminal)}\n`;
    },
  };
}
