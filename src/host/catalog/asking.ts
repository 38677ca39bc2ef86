/** Questions to a catalogue: the packs that fit all that is asked, or a SELECT of somebody's own. */
import type { Database } from "bun:sqlite";
import { assertOneSelect } from "../../core/catalog/select-statement.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { CatalogPack } from "../../schema/answer/store/catalog.ts";
import { sqliteCode } from "./fault.ts";

export interface CatalogQuestion {
  readonly tool: string | undefined;
  /** Failed verification, or with calls that were not ok; of `tool`, where that is given. */
  readonly failed: boolean;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
  /** Key id in lower case. */
  readonly signer: string | undefined;
  /** Trust id in lower case. */
  readonly notVerifiedWith: string | undefined;
}

/** What can be asked of a catalogue, whatever holds it. */
export interface CatalogSource {
  /** What is asked for, and no pack has. */
  unknown(question: CatalogQuestion): Promise<readonly string[]>;
  packs(question: CatalogQuestion): AsyncIterable<CatalogPack> | Iterable<CatalogPack>;
  rows(sql: string): Promise<AskedRows>;
  /** Where the log of that key has its first entry of each of these packs, as far as the catalogue knows. */
  places(vkey: string, digests: Iterable<string>): Promise<ReadonlyMap<string, number>>;
}

export interface AskedRows {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<readonly CatalogValue[]> | Iterable<readonly CatalogValue[]>;
}

/** What is asked for, and no pack has: a word that is spelled wrong finds nothing too. */
export function unknownNames(database: Database, { tool, signer, notVerifiedWith }: CatalogQuestion): string[] {
  const names = [
    ["tool", "name", tool, "no pack has a tool of this name"],
    ["signer", "key_id", signer, "no pack names this key"],
    ["trust", "trust_id", notVerifiedWith, "no verification with this trust is in the catalogue"],
  ] as const;
  return names.flatMap(([table, column, value, what]) => {
    if (value === undefined) return [];
    return database.query(`SELECT 1 FROM ${table} WHERE ${column} = ?`).get(value) === null
      ? [`${value}: ${what}`]
      : [];
  });
}

export function placesIn(database: Database, vkey: string, digests: Iterable<string>): ReadonlyMap<string, number> {
  const asked = database.query<{ at: Whole | null }, [string, Uint8Array]>(
    `SELECT min(entry.at) AS at FROM entry JOIN pack ON pack.id = entry.pack
     WHERE entry.collection = (SELECT id FROM collection WHERE vkey = ?) AND pack.sha256 = ? AND entry.type = 'pack'`,
  );
  const places = new Map<string, number>();
  for (const sha256 of digests) {
    const at = asked.get(vkey, Buffer.from(sha256, "hex"))?.at ?? undefined;
    if (at !== undefined) places.set(sha256, Number(at));
  }
  return places;
}

/** Whole numbers as their database gives them. */
type Whole = bigint | number | string;

export interface CatalogRow {
  readonly id: bigint;
  readonly sha256: Uint8Array;
  readonly size: Whole;
  readonly location: string;
  readonly pack_id: string | null;
  readonly pack_type: string | null;
  readonly source_ref: string | null;
  readonly first_at: string | null;
  readonly last_at: string | null;
  readonly calls: Whole | null;
  readonly not_ok: Whole | null;
  readonly verdict: CatalogPack["verdict"];
  readonly findings: string;
  readonly at: string;
  readonly trust_id: string;
  readonly tool_calls: Whole | null;
  readonly tool_not_ok: Whole | null;
}

/** The newest first; packs of one time by their digest. */
export function* askedPacks(database: Database, question: CatalogQuestion): Generator<CatalogPack> {
  const { sql, values } = statementOf(question, "pack.*, newest.verdict, newest.findings, newest.at, trust.trust_id");
  const signers = database.query<{ key_id: string; status: CatalogPack["signers"][number]["status"] }, [bigint]>(
    "SELECT key_id, status FROM pack_signer JOIN signer ON signer.id = signer WHERE pack = ? ORDER BY key_id",
  );
  for (const row of database.query<CatalogRow, (string | number)[]>(sql).iterate(...values)) {
    yield packOfRow(row, Buffer.from(row.sha256).toString("hex"), signers.all(row.id));
  }
}

export function packOfRow(
  row: Omit<CatalogRow, "sha256">,
  sha256: string,
  signers: CatalogPack["signers"],
): CatalogPack {
  const { size, location, verdict, findings, at, trust_id } = row;
  return {
    ...{ sha256, size: Number(size), location },
    ...{ verdict, findings: JSON.parse(findings) as string[], trust_id, verified_at: at },
    ...present("pack_id", row.pack_id),
    ...present("pack_type", row.pack_type),
    ...present("source_ref", row.source_ref),
    ...present("first_at", row.first_at),
    ...present("last_at", row.last_at),
    ...presentCount("calls", row.calls),
    ...presentCount("not_ok", row.not_ok),
    ...presentCount("tool_calls", row.tool_calls),
    ...presentCount("tool_not_ok", row.tool_not_ok),
    signers,
  };
}

function present<Name extends string>(name: Name, value: string | null): { [Key in Name]?: string } {
  return value === null ? {} : ({ [name]: value } as { [Key in Name]?: string });
}

function presentCount<Name extends string>(name: Name, value: Whole | null): { [Key in Name]?: number } {
  return value === null ? {} : ({ [name]: Number(value) } as { [Key in Name]?: number });
}

/** With `?` for each value, in their order. @param columns of `pack`, `newest` and `trust` */
export function statementOf(
  { tool, failed, since, signer, notVerifiedWith }: CatalogQuestion,
  columns: string,
): {
  readonly sql: string;
  readonly values: (string | number)[];
} {
  const from: string[] = [];
  const where: string[] = [];
  const values: (string | number)[] = [];
  if (tool !== undefined) {
    from.push("JOIN pack_tool used ON used.pack = pack.id AND used.tool = (SELECT id FROM tool WHERE name = ?)");
    values.push(tool);
    // A pack that failed has no tools: what it says of itself counts for nothing.
    if (failed) where.push("used.not_ok > 0");
  } else if (failed) {
    where.push("(pack.not_ok > 0 OR pack.id IN (SELECT pack FROM verification WHERE verdict = 'failed'))");
  }
  if (since !== undefined) {
    where.push("coalesce(pack.last_at, newest.at) >= ?");
    values.push(new Date(since).toISOString());
  }
  if (signer !== undefined) {
    where.push("pack.id IN (SELECT pack FROM pack_signer WHERE signer = (SELECT id FROM signer WHERE key_id = ?))");
    values.push(signer);
  }
  if (notVerifiedWith !== undefined) {
    where.push(
      "NOT EXISTS (SELECT 1 FROM verification v WHERE v.pack = pack.id AND v.verdict <> 'failed' AND v.trust = (SELECT id FROM trust WHERE trust_id = ?))",
    );
    values.push(notVerifiedWith);
  }
  const used =
    tool === undefined
      ? "NULL AS tool_calls, NULL AS tool_not_ok"
      : "used.calls AS tool_calls, used.not_ok AS tool_not_ok";
  const sql = `SELECT ${columns}, ${used}
    FROM pack ${from.join(" ")} JOIN newest ON newest.pack = pack.id JOIN trust ON trust.id = newest.trust
    ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`} ORDER BY coalesce(pack.last_at, newest.at) DESC, pack.sha256`;
  return { sql, values };
}

/** A value of a row: digests in hexadecimal, whole numbers that JSON can't keep as their digits. */
export type CatalogValue = string | number | null;

/**
 * The rows of one SELECT, by the names of its columns.
 * @throws GaitError `invalid_input` for what is no SELECT, and with SQLite's words for one that it can't do
 */
export function askedRows(
  database: Database,
  sql: string,
): { readonly columns: readonly string[]; readonly rows: Iterable<readonly CatalogValue[]> } {
  assertOneSelect(sql);
  const asked = sqlWords(() => database.query<Record<string, unknown>, []>(sql));
  if (asked.paramsCount > 0) throw unasked("has a place for a value, and none is given");
  const columns = sqlWords(() => asked.columnNames);
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice !== undefined) throw unasked(`gives two columns the name ${JSON.stringify(twice)}: name them with AS`);
  return { columns, rows: rowsOf(asked, columns) };
}

function* rowsOf(
  asked: { iterate(): IterableIterator<Record<string, unknown>> },
  columns: readonly string[],
): Generator<CatalogValue[]> {
  const rows = sqlWords(() => asked.iterate());
  for (;;) {
    const next = sqlWords(() => rows.next());
    if (next.done === true) return;
    yield columns.map((name) => shownValue(next.value[name]));
  }
}

function shownValue(value: unknown): CatalogValue {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return typeof value === "string" ? value : null;
}

/** What SQLite says of somebody's own statement is theirs to correct; of the file it is told as for every call. */
function sqlWords<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== "SQLITE_ERROR" && code !== "SQLITE_READONLY" && code !== "SQLITE_TOOBIG" && code !== "SQLITE_MISMATCH")
      throw error;
    throw unasked(`can't be done: ${(error as Error).message}`);
  }
}

function unasked(what: string): GaitError {
  return new GaitError("invalid_input", `the SQL ${what}`, {
    hint: "Give one SELECT; the tables are in docs/catalog.md.",
  });
}
