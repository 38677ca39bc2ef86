/** Rows of PostgreSQL's COPY in its text format ("COPY", section File Formats): fields with TAB between them, NULL as `\N`. */
import { GaitError } from "../finding/error.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** @throws GaitError `unsupported` for a NUL character, which no text of PostgreSQL can have */
export function copyRow(fields: readonly (string | number | undefined)[]): string {
  return `${fields.map(field).join("\t")}\n`;
}

function field(value: string | number | undefined): string {
  if (value === undefined) return "\\N";
  if (typeof value === "number") return String(value);
  if (value.includes("\0")) {
    throw new GaitError("unsupported", "a text has a NUL character, which no text of PostgreSQL can have", {
      hint: "Export this pack with --to otlp.",
    });
  }
  return value.replace(/[\\\b\f\n\r\t\v]/g, (char) => ESCAPES[char] as string);
}
