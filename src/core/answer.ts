/** The answers of `--json` (contract 6.1) as text: one object, the same bytes wherever it is made. */
import type { ErrorOutput } from "../schema/output.ts";
import { jsonEscape, printableJson } from "./printable.ts";

/**
 * One line of JSON, members in the order of their names' UTF-16 code units, ended by `\n`. Members that are undefined are
 * left out. Characters that a terminal or an HTML page could act on are written as `\u` escapes.
 */
export function jsonLine(value: unknown): string {
  // Outside of strings JSON has none of these, so that they may be escaped in the whole text.
  return `${printableJson(stableJson(value).replace(/[<>&]/g, jsonEscape))}\n`;
}

/** An answer with the members that every answer has. */
export function envelope(
  { schemaId, operation }: { readonly schemaId: string; readonly operation: string },
  ok: boolean,
  members: object,
): object {
  return { ...members, schema_id: schemaId, schema_version: SCHEMA_VERSION, operation, ok };
}

/** Checked against the schema by its type: the schema itself would cost time at every start. */
const SCHEMA_VERSION: ErrorOutput["schema_version"] = "1.0.0";

// Not JCS: an answer must come out whatever is in it, lone surrogates and undefined members included.
function stableJson(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(stableJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stableJson(member)}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}
