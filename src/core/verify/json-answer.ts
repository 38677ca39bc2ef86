/** The answers of `--json` (contract 6.1) as text: one object with the same bytes on every platform. */
import type { Envelope, ErrorOutput } from "../../schema/answer/answer.ts";
import { jsonEscape, printableJson, withoutLogCommands } from "../text/printable.ts";

/**
 * One line of JSON, members sorted by UTF-16 code units, ending with `\n`. Undefined members are left out. Characters
 * that are unsafe in a terminal or an HTML page are written as `\u` escapes.
 */
export function jsonLine(value: unknown): string {
  const parts: string[] = [];
  let texts: string[] = [];
  const end = (): void => {
    // Outside of strings JSON has none of these, so the whole text can be escaped.
    parts.push(withoutLogCommands(printableJson(texts.join("").replace(/[<>&]/g, jsonEscape))));
    texts = [];
  };
  writeJson(value, (text) => {
    if (texts.push(text) >= TEXTS_IN_PART) end();
  });
  end();
  parts.push("\n");
  return parts.join("");
}

/** An answer may have 100,000 calls: concatenating its members would take ten times its size in memory. */
const TEXTS_IN_PART = 8192;

/** An answer with the members that every answer has. */
export function envelope<Members extends object>(
  { schemaId, operation }: { readonly schemaId: string; readonly operation: string },
  ok: boolean,
  members: Members,
): Members & Envelope {
  return { ...members, schema_id: schemaId, schema_version: SCHEMA_VERSION, operation, ok };
}

/** Checked against the schema by type only: loading the schema would slow every start. */
const SCHEMA_VERSION: ErrorOutput["schema_version"] = "1.0.0";

// Not JCS: an answer must be printable whatever it contains, including lone surrogates and undefined members.
function writeJson(value: unknown, write: (text: string) => void): void {
  if (typeof value !== "object" || value === null) {
    write(JSON.stringify(value) ?? "null");
    return;
  }
  if (Array.isArray(value)) {
    write("[");
    for (const [index, element] of value.entries()) {
      if (index > 0) write(",");
      writeJson(element, write);
    }
    write("]");
    return;
  }
  const object = value as Readonly<Record<string, unknown>>;
  write("{");
  let before = "";
  for (const name of Object.keys(object).sort()) {
    const member = object[name];
    if (member === undefined) continue;
    write(before === "" ? labelOf(name) : `,${labelOf(name)}`);
    writeJson(member, write);
    before = ",";
  }
  write("}");
}

function labelOf(name: string): string {
  return `${JSON.stringify(name)}:`;
}
