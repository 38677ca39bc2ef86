/** Receipts into a catalogue in PostgreSQL: all of a call's, or none. */
import { fixedMoment } from "../../core/catalog/moment.ts";
import { copyRow } from "../../core/export/copy-text.ts";
import { GaitError } from "../../core/finding/error.ts";
import { type CopyRows, openPostgres, type PostgresConnection } from "../../net/postgres/connection.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import { momentOf } from "./loading.ts";
import type { LogTable } from "./log-loading.ts";
import { ServerLogs } from "./server-logs.ts";
import { INCOMING, MERGE, SCHEMA, SERVER_TABLES, TABLES_VERSION, TAKE_IN } from "./server-tables.ts";

/** Characters that are sent at a time. */
const PIECE = 256 * 1024;
/** How long a call waits for another that writes. */
const PATIENCE = "10s";

export interface ServerRows {
  add(receipt: PackReceipt, where: string): void;
  /** Await it between pieces of a source: what was added goes to the server. */
  drained(): Promise<void> | undefined;
}

export interface ServerLoaded<T> {
  readonly value: T;
  readonly outcome: "created" | "added" | "rebuilt";
  /** Of the tables that were there. */
  readonly version: number | undefined;
  readonly added: number;
  readonly packs: number;
  /** As it is shown. */
  readonly place: string;
}

/** @throws GaitError `store_unreachable`, `store_refused`, `contention`, `invalid_input`, and what `load` throws */
export async function loadIntoServer<T, L>(
  url: string,
  load: (rows: ServerRows) => Promise<T>,
  loadLogs: (table: LogTable) => Promise<L>,
): Promise<ServerLoaded<T> & { readonly logs: L }> {
  const connection = await openPostgres(url);
  const { place } = connection;
  try {
    await connection.run("BEGIN");
    await connection.run(`SET LOCAL lock_timeout = '${PATIENCE}'`);
    await connection.run("SET LOCAL standard_conforming_strings = on");
    // Two that make the tables at once: the second finds them.
    await connection.run("SELECT pg_advisory_xact_lock(hashtext('gait catalog'))");
    const version = await tablesVersion(connection);
    const outcome = outcomeOf(version);
    if (outcome === "rebuilt") await connection.run(`DROP SCHEMA ${SCHEMA} CASCADE`);
    if (outcome !== "added") await connection.run(`CREATE SCHEMA ${SCHEMA}`);
    await connection.run(`SET LOCAL search_path = ${SCHEMA}, pg_temp`);
    if (outcome !== "added")
      await runAll(
        connection,
        SERVER_TABLES.split(";").filter((each) => each.trim() !== ""),
      );
    await connection.run("LOCK TABLE pack IN SHARE ROW EXCLUSIVE MODE");
    await connection.run(INCOMING);
    const before = await packCount(connection);
    const rows = new Incoming(connection);
    const value = await load(rows);
    await rows.end();
    await runAll(connection, MERGE);
    const logs = await loadLogs(new ServerLogs(connection));
    const packs = await packCount(connection);
    await connection.run("COMMIT");
    return { value, logs, outcome, version, added: packs - before, packs, place };
  } finally {
    // Without a COMMIT the server takes all back.
    await connection.close();
  }
}

class Incoming implements ServerRows {
  readonly #copy: CopyRows;
  #waiting = "";
  #count = 0;

  constructor(connection: PostgresConnection) {
    this.#copy = connection.copy(TAKE_IN);
  }

  add(receipt: PackReceipt, where: string): void {
    const at = momentOf(receipt, where);
    const { sha256, size, location, pack_id, pack_type, source_ref, calls, not_ok, tools = [], signers } = receipt;
    const { trust_id, verdict, reason, findings, gait } = receipt;
    // In the order of the columns of INCOMING.
    const row = [
      ...[this.#count, `\\x${sha256}`, size, location, pack_id, pack_type, source_ref],
      ...[fixedMoment(receipt.first_at), fixedMoment(receipt.last_at), calls, not_ok, JSON.stringify(tools)],
      ...[JSON.stringify(signers), trust_id, verdict, reason, JSON.stringify(findings), at, gait],
    ];
    if (row.some((each) => typeof each === "string" && /\0|\\u0000/.test(each))) {
      throw new GaitError("unsupported", "a receipt has a NUL character, which no text of PostgreSQL can have", {
        hint: "Build the catalogue as a file: --into FILE.sqlite.",
      });
    }
    this.#count += 1;
    this.#waiting += copyRow(row);
  }

  drained(): Promise<void> | undefined {
    return this.#waiting.length < PIECE ? undefined : this.#send();
  }

  async end(): Promise<void> {
    await this.#send();
    await this.#copy.end();
  }

  async #send(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = "";
    if (text !== "") await this.#copy.write(text);
  }
}

async function runAll(connection: PostgresConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}

async function packCount(connection: PostgresConnection): Promise<number> {
  const [row] = await connection.run<{ n: string }>("SELECT count(*) AS n FROM pack");
  return Number(row?.n);
}

function outcomeOf(version: number | undefined): ServerLoaded<unknown>["outcome"] {
  if (version === undefined) return "created";
  return version === TABLES_VERSION ? "added" : "rebuilt";
}

/** `undefined` where there is no schema. @throws GaitError `invalid_input` for one that is somebody else's */
export async function tablesVersion(connection: PostgresConnection): Promise<number | undefined> {
  const [schema] = await connection.run(`SELECT 1 FROM pg_namespace WHERE nspname = '${SCHEMA}'`);
  if (schema === undefined) return undefined;
  const [table] = await connection.run(
    `SELECT 1 FROM pg_tables WHERE schemaname = '${SCHEMA}' AND tablename = 'catalog'`,
  );
  const [row] =
    table === undefined ? [] : await connection.run<{ version: number }>(`SELECT version FROM ${SCHEMA}.catalog`);
  if (row !== undefined) return row.version;
  throw new GaitError("invalid_input", `${connection.place} has a schema ${SCHEMA} that is no catalogue`, {
    hint: "Give a database of its own: nothing that is somebody else's is changed.",
  });
}
