/** Errors of SQLite as messages and hints. */
import { GaitError } from "../../core/finding/error.ts";

/** A catalogue can always be made again. */
const ANEW = "Build it anew from the receipts, under another name.";

type Refusal = readonly [what: string, hint: string];

const WRITING: Readonly<Record<string, Refusal>> = {
  SQLITE_FULL: [
    "can't be written: the disk is full",
    "Free some space, or write to another disk. What was there is as it was.",
  ],
  SQLITE_READONLY: [
    "can't be written: this user may not",
    "Change its permissions and those of its folder, or write to another folder.",
  ],
  SQLITE_CANTOPEN: [
    "can't be written: it or its folder may not be written by this user",
    "Check its permissions and those of its folder.",
  ],
  SQLITE_IOERR: ["can't be written: the disk reports an error, or is full", "Check the disk, or write to another one."],
};

/** @returns a `GaitError` for an error of SQLite; anything else as it is */
export function catalogFault(error: unknown, doing: "read" | "write", path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const is = (name: string): boolean => code === name || code.startsWith(`${name}_`);
  const made = (kind: ConstructorParameters<typeof GaitError>[0], what: string, hint: string): GaitError =>
    new GaitError(kind, `${path} ${what}`, { hint, cause: error });
  if (is("SQLITE_BUSY") || is("SQLITE_LOCKED"))
    return made("contention", "is being written by another call", "Try again when that has ended.");
  if (is("SQLITE_NOTADB"))
    return made(
      "invalid_input",
      "is no catalogue: it is not an SQLite database",
      "Give a file that `gait catalog build` made.",
    );
  if (is("SQLITE_CORRUPT")) return made("invalid_input", "is damaged", ANEW);
  if (doing === "write") {
    for (const [name, [what, hint]] of Object.entries(WRITING)) if (is(name)) return made("write_failed", what, hint);
    return made("write_failed", `can't be written (${code})`, ANEW);
  }
  return made("not_readable", `can't be read (${code})`, `Check its permissions. ${ANEW}`);
}

/** `SQLITE_FULL` and the like. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code.startsWith("SQLITE_") ? error.code : undefined;
}
