/** A catalogue as a file: what it is, made beside and then named, or opened to add to it or to ask it. */
import type { Database } from "bun:sqlite";
import { closeSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { statOrNothing, withFileErrors } from "../files/errno.ts";
import { kindOf } from "../files/input.ts";
import { stageFile } from "../files/staged.ts";
import { catalogFault, sqliteCode } from "./fault.ts";
import { APPLICATION_ID, INDEXES, TABLES, TABLES_VERSION } from "./tables.ts";

/** How long a call waits for another that writes. */
const PATIENCE_MS = 10_000;

/** Negative: in KiB, 256 MiB. With SQLite's own 2 MB a load of a million packs does not end. */
const WRITING_CACHE = -262_144;

const MAGIC = "SQLite format 3\0";

/**
 * The version of its tables; `undefined` where there is no file.
 * @throws GaitError `invalid_input` for a file that is no catalogue: it is never written to
 */
export function catalogVersion(path: string): number | undefined {
  assertHere(path);
  const stats = withFileErrors("read", path, () => statOrNothing(() => statSync(path)));
  if (stats === undefined) {
    if (withFileErrors("read", path, () => statOrNothing(() => lstatSync(path))) === undefined) return undefined;
    throw new GaitError("invalid_input", `${path} is a link that leads to no file`, {
      hint: "Give the path of the file itself.",
    });
  }
  if (!stats.isFile()) {
    throw new GaitError("invalid_input", `${path} is ${kindOf(stats)}, and a catalogue is a file`, {
      hint: "Give a file that `gait catalog build` made, or a new name.",
    });
  }
  const head = Buffer.alloc(100);
  withFileErrors("read", path, () => {
    const fd = openSync(path, "r");
    try {
      readSync(fd, head, 0, head.length, 0);
    } finally {
      closeSync(fd);
    }
  });
  // https://www.sqlite.org/fileformat2.html#the_database_header
  if (head.toString("latin1", 0, 16) === MAGIC && head.readUInt32BE(68) === APPLICATION_ID) return head.readInt32BE(60);
  const isSqlite = head.toString("latin1", 0, 16) === MAGIC;
  throw new GaitError(
    "invalid_input",
    `${path} is no catalogue: it is ${isSqlite ? "another program's" : "not an SQLite"} database`,
    {
      hint: "Give a file that `gait catalog build` made, or a new name.",
    },
  );
}

/** SQLite itself reads `file:` and `:memory:` in another way; a whole path is never one of these. */
function assertHere(path: string): void {
  if (path === "") throw new GaitError("invalid_input", "the path of the catalogue is empty", { hint: "Give a file." });
  if (path.includes("\0"))
    throw new GaitError("invalid_input", "the path has a NUL character in it", { hint: "Check the path." });
  if (!/^[a-z][a-z0-9+.-]*:\/\//.test(path)) return;
  throw new GaitError("unsupported", `${path} is not a file`, {
    hint: "A catalogue is a file on this machine (FILE.sqlite), or in PostgreSQL (postgres://user@host/database).",
  });
}

/**
 * A new catalogue, made under another name and named when it is whole.
 * @param options.replace takes the place of what is there
 * @throws GaitError `already_exists` where another call was first, `write_failed`, and what `load` throws
 */
export async function makeCatalog<T>(
  path: string,
  options: { readonly replace: boolean },
  load: (database: Database) => Promise<T>,
): Promise<T> {
  const { Database } = await import("bun:sqlite");
  const staged = stageFile(dirname(path), basename(path));
  try {
    let value: T;
    const database = new Database(resolve(staged.path), { readwrite: true, create: false, strict: true });
    try {
      // A file that nobody knows needs no journal: it is thrown away whole.
      database.run("PRAGMA journal_mode = OFF");
      database.run("PRAGMA synchronous = OFF");
      database.run(`PRAGMA cache_size = ${WRITING_CACHE}`);
      database.run(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.run(`PRAGMA user_version = ${TABLES_VERSION}`);
      database.run("BEGIN");
      database.run(TABLES);
      value = await load(database);
      database.run(INDEXES);
      database.run("COMMIT");
    } finally {
      database.close();
    }
    staged.seal();
    staged.publish(path, options);
    return value;
  } catch (error) {
    if (error instanceof GaitError && error.code === "already_exists") {
      throw new GaitError("already_exists", `${path} was made by another call meanwhile`, {
        hint: "Run the command again: it adds to that.",
      });
    }
    throw catalogFault(error, "write", path);
  } finally {
    staged.discard();
  }
}

/** Adds to a catalogue in one transaction: all of it, or as it was. @throws GaitError `contention`, `write_failed`, and what `load` throws */
export async function addToCatalog<T>(path: string, load: (database: Database) => Promise<T>): Promise<T> {
  const { Database } = await import("bun:sqlite");
  try {
    const database = new Database(resolve(path), { readwrite: true, create: false, strict: true });
    try {
      database.run(`PRAGMA busy_timeout = ${PATIENCE_MS}`);
      database.run(`PRAGMA cache_size = ${WRITING_CACHE}`);
      database.run("PRAGMA trusted_schema = OFF");
      database.run("BEGIN IMMEDIATE");
      try {
        const value = await load(database);
        database.run("COMMIT");
        return value;
      } catch (error) {
        if (database.inTransaction) database.run("ROLLBACK");
        throw error;
      }
    } finally {
      database.close();
    }
  } catch (error) {
    throw catalogFault(error, "write", path);
  }
}

/**
 * Hands a read-only connection to `ask`.
 * @throws GaitError `not_found`, `invalid_input` (no catalogue, or of another version), `contention`, and what `ask` throws
 */
export async function askCatalog<T>(path: string, ask: (database: Database) => Promise<T>): Promise<T> {
  const version = catalogVersion(path);
  if (version === undefined) {
    throw new GaitError("not_found", `${path} does not exist`, {
      hint: "Make it with `gait catalog build RECEIPTS --into FILE`.",
    });
  }
  if (version !== TABLES_VERSION) {
    throw new GaitError(
      "unsupported",
      `${path} is a catalogue of version ${version}, and this program reads version ${TABLES_VERSION}`,
      {
        hint: "Build it anew from the receipts with `gait catalog build`.",
      },
    );
  }
  const { Database } = await import("bun:sqlite");
  const open = (): Database => {
    const database = new Database(resolve(path), { readonly: true, strict: true, safeIntegers: true });
    try {
      database.run(`PRAGMA busy_timeout = ${PATIENCE_MS}`);
      database.run("PRAGMA trusted_schema = OFF");
      database.query("SELECT count(*) FROM sqlite_schema").get();
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  try {
    const database = await openRecovered(open, path);
    try {
      return await ask(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw catalogFault(error, "read", path);
  }
}

/** A call that was killed while it added has left a journal, by which the next connection that may write takes it back. */
async function openRecovered(open: () => Database, path: string): Promise<Database> {
  try {
    return open();
  } catch (error) {
    const code = sqliteCode(error) ?? "";
    if (code !== "SQLITE_READONLY_ROLLBACK" && code !== "SQLITE_CANTOPEN") throw error;
    try {
      await addToCatalog(path, async () => undefined);
    } catch (cause) {
      if (!(cause instanceof GaitError) || cause.code !== "write_failed") throw cause;
      throw new GaitError(
        "not_readable",
        `${path} was left in the middle of a change, which this user may not take back`,
        {
          hint: "Ask it once as a user who may write to it and to its folder, or build it anew.",
          cause,
        },
      );
    }
    return open();
  }
}
