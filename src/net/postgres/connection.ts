/** One connection to a PostgreSQL server, for a catalogue. The runtime's client; nothing else of the environment is looked at. */
import { GaitError } from "../../core/finding/error.ts";

export interface PostgresConnection {
  /** As it is shown: without a password. */
  readonly place: string;
  /** The rows of one statement; values stand for `$1`, `$2`, … @throws GaitError */
  run<Row>(sql: string, values?: readonly (string | number)[]): Promise<readonly Row[]>;
  /** Begins a `COPY … FROM STDIN`: until it is ended nothing else can be run. @throws GaitError */
  copy(sql: string): CopyRows;
  close(): Promise<void>;
}

/** Rows on their way to the server, in COPY's text format. */
export interface CopyRows {
  /** @throws GaitError */
  write(text: string): Promise<void>;
  /** All rows are stored when it returns. @throws GaitError */
  end(): Promise<void>;
}

/** A server may be starting, or far away. */
const CONNECT_SECONDS = 15;

/** @throws GaitError `invalid_input`, `store_unreachable`, `store_refused` */
export async function openPostgres(text: string): Promise<PostgresConnection> {
  const place = shownUrl(text);
  const pool = new Bun.SQL({
    url: text,
    // Where the address asks for a certificate to be checked, nothing else of the environment turns that off.
    ...(isVerified(text) ? { tls: { rejectUnauthorized: true } } : {}),
    max: 1,
    idleTimeout: 0,
    connectionTimeout: CONNECT_SECONDS,
  });
  try {
    const connection = await pool.reserve();
    return {
      place,
      async run<Row>(sql: string, values: readonly (string | number)[] = []) {
        try {
          return (await connection.unsafe(sql, [...values])) as readonly Row[];
        } catch (error) {
          throw postgresFault(error, place);
        }
      },
      copy(sql) {
        const writer = connection.unsafe(sql).writable().getWriter();
        const told = async (work: Promise<void>): Promise<void> => {
          try {
            await work;
          } catch (error) {
            throw postgresFault(error, place);
          }
        };
        return { write: (text) => told(writer.write(text)), end: () => told(writer.close()) };
      },
      async close() {
        connection.release();
        await pool.close({ timeout: 0 });
      },
    };
  } catch (error) {
    await pool.close({ timeout: 0 }).catch(() => undefined);
    const fault = postgresFault(error, place);
    // A certificate that nobody vouches for, a name that is of no machine: nothing was asked yet.
    throw fault === error && error instanceof Error ? noAnswer(place, error) : fault;
  }
}

/** `postgres://user@host:port/database`: a password is never shown. @throws GaitError `invalid_input` */
function shownUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new GaitError("invalid_input", "the address of the catalogue can't be one", {
      hint: "Write postgres://user@host:5432/database; a password stands in it, behind the user.",
      cause: error,
    });
  }
  if (url.hostname === "" || url.pathname.length < 2) {
    throw new GaitError("invalid_input", `${url.protocol}//${url.host}${url.pathname} names no server and database`, {
      hint: "Write postgres://user@host:5432/database.",
    });
  }
  const user = url.username === "" ? "" : `${url.username}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname}`;
}

function isVerified(text: string): boolean {
  return (new URL(text).searchParams.get("sslmode") ?? "").startsWith("verify-");
}

/** An error in somebody's own SQL: its words are for whoever wrote it. */
export class StatementError extends Error {
  override readonly name = "StatementError";
}

function noAnswer(place: string, cause: Error): GaitError {
  return new GaitError("store_unreachable", `${place} gives no answer: ${cause.message}`, {
    hint: "Is the server up, and the address right?",
    cause,
  });
}

/** By SQLSTATE (PostgreSQL, Appendix A). */
function postgresFault(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || error instanceof GaitError) return error;
  const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
  if (typeof code !== "string" || !code.startsWith("ERR_POSTGRES")) return error;
  const state = typeof errno === "string" && /^[0-9A-Z]{5}$/.test(errno) ? errno : "";
  const made = (kind: ConstructorParameters<typeof GaitError>[0], what: string, hint: string): GaitError =>
    new GaitError(kind, `${place} ${what}`, { hint, cause: error });
  if (state === "") return noAnswer(place, error);
  if (state.startsWith("28") || state === "42501" || state === "3D000") {
    return made(
      "store_refused",
      `does not allow it: ${error.message}`,
      "Check the user, its password and its rights in the database.",
    );
  }
  if (state === "55P03" || state.startsWith("40")) {
    return made("contention", "is being written by another call", "Try again when that has ended.");
  }
  if (state.startsWith("53") || state.startsWith("57") || state.startsWith("58")) {
    return made(
      "write_failed",
      `can't do it now: ${error.message}`,
      "See the server's log. What was there is as it was.",
    );
  }
  return new StatementError(error.message, { cause: error });
}
