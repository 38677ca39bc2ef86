/**
 * Escapes text of the evidence before it is shown. Names and ids in evidence are untrusted: a control or bidi character
 * could repaint a screen and fake a verdict.
 */

/** Control, format (bidi, zero width), line separator and lone surrogate characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Only non-ASCII text needs the full check; the tables behind `\p` cost start-up time. */
const NOT_PLAIN = /[^\x20-\x7e]/;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * `text` as one line that is safe to show on a terminal or a page: unsafe characters become `\n`, `\u001b` or
 * `\u{e0001}`.
 */
export function printable(text: string): string {
  return NOT_PLAIN.test(text) ? text.replace(UNSAFE, escapeCharacter) : text;
}

function escapeCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return SHORT_ESCAPES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/** The same with JSON escapes: `text` is JSON, where such characters occur only in strings. */
export function printableJson(text: string): string {
  return NOT_PLAIN.test(text) ? text.replace(UNSAFE, jsonEscape) : text;
}

/**
 * What runners of CI systems take for a command anywhere in a line of a log: `##[error]` (GitHub Actions, Azure
 * Pipelines), `##vso[` (Azure Pipelines), `##teamcity[`.
 */
const LOG_COMMAND = /##(?=[a-z]*\[)/gi;

/** `text` without a command to a runner that reads the log: escaped as in JSON, where it is the same value. */
export function withoutLogCommands(text: string): string {
  return text.includes("##") ? text.replace(LOG_COMMAND, "#\\u0023") : text;
}

/** The UTF-16 code units of a character as JSON escapes. */
export function jsonEscape(character: string): string {
  let escaped = "";
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
