/** Verdicts and findings as a person reads them. */
import type { Finding } from "../../core/finding.ts";
import type { Verification } from "../../core/verify.ts";
import type { Terminal } from "../command.ts";
import { paint, printable, type Row, rows, type Tone } from "../output.ts";

const TONE_OF_VERDICT: Record<Verification["verdict"], Tone> = { authentic: "good", intact: "warn", failed: "bad" };

export const NAME_OF_FORMAT: Record<NonNullable<Verification["legacyType"]>, string> = {
  runpack: "runpack",
  guard: "evidence pack",
};

/** The first line: the verdict, the file, and why the verdict is not more. */
export function verdictLine(path: string, { verdict, reason }: Verification, terminal: Terminal): string {
  return `${paint(verdict, TONE_OF_VERDICT[verdict], terminal)}  ${printable(path)}: ${printable(reason)}\n`;
}

/** What stands above anything that is shown of an artifact that failed verification. */
export function unverifiedLine(terminal: Terminal): string {
  return `${paint("UNVERIFIED", "bad", terminal)}  what follows is only what the file says of itself\n`;
}

/** What the artifact is, by its own words. */
export function identityRows(verification: Verification): Row[] {
  const { packType, packId, sourceRef, legacyType, contents, signature } = verification;
  const format = legacyType === undefined ? `PackSpec v1 pack of a ${packType}` : NAME_OF_FORMAT[legacyType];
  const digest = legacyType === "runpack" ? "manifest digest" : "pack id";
  return [
    ["format", packType === "" ? undefined : format],
    [digest, packId === "" ? undefined : packId],
    [packType === "job" ? "job" : "run", sourceRef === "" ? undefined : sourceRef],
    ["files checked", packType === "" ? undefined : String(contents.filesChecked)],
    ["signatures", packType === "" ? undefined : signatureText(signature)],
  ];
}

function signatureText({ status, total, valid }: Verification["signature"]): string {
  const count = total === 1 ? "1 signature" : `${total} signatures`;
  if (status === "missing") return "none";
  if (status === "skipped") return `${count}, not checked: no key was given`;
  return `${count}, ${valid} verified with a given key`;
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

/** How a call's status is shown: failures stand out. */
export function toneOfStatus(status: string | undefined): Tone {
  if (status === undefined) return "dim";
  return status === "ok" ? "good" : "bad";
}

export function warningLines(warnings: readonly string[], terminal: Terminal): string {
  return warnings.map((warning) => `${paint("warning", "warn", terminal)}: ${printable(warning)}\n`).join("");
}
