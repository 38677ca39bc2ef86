/** Questions to a catalogue in PostgreSQL: as to a file, in a transaction that reads, by a cursor. */
import { assertOneSelect } from "../../core/catalog/select-statement.ts";
import { GaitError } from "../../core/finding/error.ts";
import { openPostgres, type PostgresConnection, StatementError } from "../../net/postgres/connection.ts";
import type { CatalogPack } from "../../schema/answer/store/catalog.ts";
import type { AskedRows, CatalogSource } from "./asking.ts";
import { type CatalogQuestion, type CatalogRow, type CatalogValue, packOfRow, statementOf } from "./asking.ts";
import { tablesVersion } from "./server-loading.ts";
import { SCHEMA, TABLES_VERSION } from "./server-tables.ts";

const FETCHED = 1000;

export async function askServer<T>(url: string, ask: (source: CatalogSource) => Promise<T>): Promise<T> {
  const connection = await openPostgres(url);
  try {
    const version = await tablesVersion(connection);
    if (version !== TABLES_VERSION) {
      const what = version === undefined ? "has no catalogue" : `has a catalogue of version ${version}`;
      throw new GaitError(version === undefined ? "not_found" : "unsupported", `${connection.place} ${what}`, {
        hint: "Make it with `gait catalog build RECEIPTS --into postgres://…`.",
      });
    }
    await connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await connection.run("SET LOCAL standard_conforming_strings = on");
    await connection.run("SET LOCAL TIME ZONE 'UTC'");
    await connection.run(`SET LOCAL search_path = ${SCHEMA}`);
    return await ask(sourceOf(connection));
  } finally {
    await connection.close();
  }
}

function sourceOf(connection: PostgresConnection): CatalogSource {
  return {
    unknown: (question) => unknownNames(connection, question),
    packs: (question) => askedPacks(connection, question),
    rows: (sql) => askedRows(connection, sql),
    places: (vkey, digests) => placesIn(connection, vkey, digests),
  };
}

async function unknownNames(
  connection: PostgresConnection,
  { tool, signer, notVerifiedWith }: CatalogQuestion,
): Promise<string[]> {
  const unknown: string[] = [];
  for (const [table, column, value, what] of [
    ["tool", "name", tool, "no pack has a tool of this name"],
    ["signer", "key_id", signer, "no pack names this key"],
    ["trust", "trust_id", notVerifiedWith, "no verification with this trust is in the catalogue"],
  ] as const) {
    if (value === undefined) continue;
    const [row] = await connection.run(`SELECT 1 FROM ${table} WHERE ${column} = ${literal(value)}`);
    if (row === undefined) unknown.push(`${value}: ${what}`);
  }
  return unknown;
}

async function placesIn(
  connection: PostgresConnection,
  vkey: string,
  digests: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const places = new Map<string, number>();
  const wanted = [...digests];
  for (let from = 0; from < wanted.length; from += FETCHED) {
    const list = wanted.slice(from, from + FETCHED).map((sha256) => `decode(${literal(sha256)}, 'hex')`);
    const rows = await connection.run<{ sha256: string; at: string }>(
      `SELECT encode(pack.sha256, 'hex') AS sha256, min(entry.at) AS at FROM entry JOIN pack ON pack.id = entry.pack
       WHERE entry.collection = (SELECT id FROM collection WHERE vkey = ${literal(vkey)}) AND entry.type = 'pack'
         AND pack.sha256 IN (${list.join(", ")}) GROUP BY pack.sha256`,
    );
    for (const { sha256, at } of rows) places.set(sha256, Number(at));
  }
  return places;
}

/** As the file has them: times in UTC to the millisecond, digests in hexadecimal. */
const COLUMNS = `pack.id, encode(pack.sha256, 'hex') AS sha256, pack.size, pack.location, pack.pack_id, pack.pack_type,
  pack.source_ref, ${timeText("pack.first_at")} AS first_at, ${timeText("pack.last_at")} AS last_at, pack.calls,
  pack.not_ok, newest.verdict, newest.findings::text AS findings, ${timeText("newest.at")} AS at, trust.trust_id,
  (SELECT coalesce(json_agg(json_build_object('key_id', key_id, 'status', status) ORDER BY key_id COLLATE "C"), '[]')::text
   FROM pack_signer JOIN signer ON signer.id = signer WHERE pack_signer.pack = pack.id) AS signers`;

function timeText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

async function* askedPacks(connection: PostgresConnection, question: CatalogQuestion): AsyncGenerator<CatalogPack> {
  const { sql, values } = statementOf(question, COLUMNS);
  let next = 0;
  const whole = sql.replaceAll("?", () => literal(String(values[next++])));
  for await (const row of cursor<Omit<CatalogRow, "sha256"> & { sha256: string; signers: string }>(connection, whole)) {
    yield packOfRow(row, row.sha256, JSON.parse(row.signers) as CatalogPack["signers"]);
  }
}

/** @throws GaitError `invalid_input` for what is no SELECT, and with the server's words for one that it can't do */
async function askedRows(connection: PostgresConnection, sql: string): Promise<AskedRows> {
  assertOneSelect(sql);
  const text = sql.replace(/[\s;]+$/, "");
  // What is a text or a comment is another thing for the server than for us: one statement is what has no end in it.
  if (text.includes(";")) throw unasked("has a semicolon in it, which a server could take for a second statement");
  const named = await asking(() => connection.run<object>(`SELECT * FROM (${text}\n) AS asked LIMIT 0`));
  const columns = ((named as { columns?: { name: string }[] }).columns ?? []).map(({ name }) => name);
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) throw unasked(`gives two columns the name ${JSON.stringify(twice)}: name them with AS`);
  async function* rows(): AsyncGenerator<CatalogValue[]> {
    for await (const row of cursor<Record<string, unknown>>(connection, text))
      yield columns.map((name) => shownValue(row[name]));
  }
  return { columns, rows: rows() };
}

async function* cursor<Row>(connection: PostgresConnection, sql: string): AsyncGenerator<Row> {
  await asking(() => connection.run(`DECLARE asked NO SCROLL CURSOR FOR ${sql}`));
  for (;;) {
    const rows = await asking(() => connection.run<Row>(`FETCH ${FETCHED} FROM asked`));
    yield* rows;
    if (rows.length < FETCHED) return;
  }
}

async function asking<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StatementError) throw unasked(`can't be done: ${error.message}`);
    throw error;
  }
}

function shownValue(value: unknown): CatalogValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** With `standard_conforming_strings`. */
function literal(text: string): string {
  if (text.includes("\0")) throw unasked("has a NUL character");
  return `'${text.replaceAll("'", "''")}'`;
}

function unasked(what: string): GaitError {
  return new GaitError("invalid_input", `the SQL ${what}`, {
    hint: "Give one SELECT; the tables are in docs/catalog.md.",
  });
}
