/** Whether a text is one SELECT: what a read-only connection still does (`VACUUM INTO` writes a file) is refused by its first word. */
import { GaitError } from "../finding/error.ts";

/** Strings and names in quotes, comments, words, semicolons; all else is of no interest. */
const PART =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[A-Za-z_][A-Za-z0-9_]*|;|\S/g;

/** @throws GaitError `invalid_input` for another statement, for two, and for none */
export function assertOneSelect(sql: string): void {
  if (sql.includes("\0")) throw refused("has a NUL character");
  let first: string | undefined;
  let ended = false;
  for (const [part] of sql.matchAll(PART)) {
    if (part.startsWith("--") || part.startsWith("/*")) continue;
    if (part === ";") {
      ended = first !== undefined;
      if (!ended) throw refused("begins with a semicolon");
    } else if (ended) throw refused("has a second statement behind the first");
    else first ??= part.toLowerCase();
  }
  if (first === undefined) throw refused("is empty");
  if (!["select", "with", "values"].includes(first)) throw refused("is no SELECT");
}

function refused(what: string): GaitError {
  return new GaitError("invalid_input", `the SQL ${what}`, {
    hint: "Give one SELECT; the tables are in docs/catalog.md.",
  });
}
