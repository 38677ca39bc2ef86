/** Receipts as rows. What is newer wins, whatever the order in which they come. */
import type { Database } from "bun:sqlite";
import { fixedMoment } from "../../core/catalog/moment.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";

/** Ids of names that are kept in memory; a name beyond is asked for again. */
const KEPT_NAMES = 50_000;

export class CatalogRows {
  /** Packs that were not there before. */
  added = 0;
  readonly #statements;
  readonly #tool: NameIds;
  readonly #signer: NameIds;
  readonly #trust: NameIds;

  constructor(database: Database) {
    this.#tool = new NameIds(database, "tool", "name");
    this.#signer = new NameIds(database, "signer", "key_id");
    this.#trust = new NameIds(database, "trust", "trust_id");
    this.#statements = {
      pack: database.query<{ id: number }, (string | number | Uint8Array | null)[]>(
        `INSERT INTO pack (sha256, size, location, pack_id, pack_type, source_ref, first_at, last_at, calls, not_ok)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING RETURNING id`,
      ),
      known: database.query<{ id: number; seen: string | null; counted: string | null }, [Uint8Array]>(
        `SELECT id, max(v.at) AS seen, max(CASE WHEN v.verdict <> 'failed' THEN v.at END) AS counted
         FROM pack LEFT JOIN verification v ON v.pack = id WHERE sha256 = ? GROUP BY id`,
      ),
      located: database.query("UPDATE pack SET size = ?, location = ? WHERE id = ?"),
      counted: database.query(
        "UPDATE pack SET pack_id = ?, pack_type = ?, source_ref = ?, first_at = ?, last_at = ?, calls = ?, not_ok = ? WHERE id = ?",
      ),
      noTools: database.query("DELETE FROM pack_tool WHERE pack = ?"),
      tool: database.query("INSERT INTO pack_tool (pack, tool, calls, not_ok) VALUES (?, ?, ?, ?)"),
      // A signature that a key was held against is known for ever: the bytes are the same. A bad one counts most.
      signer: database.query(
        `INSERT INTO pack_signer (pack, signer, status) VALUES (?, ?, ?) ON CONFLICT (pack, signer) DO UPDATE SET status = excluded.status
         WHERE status = 'not_checked' OR (status = 'verified' AND excluded.status = 'failed')`,
      ),
      verification: database.query(
        `INSERT INTO verification (pack, trust, verdict, reason, findings, at, gait) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (pack, trust) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason,
         findings = excluded.findings, at = excluded.at, gait = excluded.gait WHERE excluded.at >= at`,
      ),
    };
  }

  /**
   * @param where for messages
   * @throws GaitError `invalid_input` for a time that no catalogue can order
   */
  add(receipt: PackReceipt, where: string): void {
    const at = momentOf(receipt, where);
    const { pack, known, located, counted, noTools, signer, verification } = this.#statements;
    const key = Buffer.from(receipt.sha256, "hex");
    const numbers = numbersOf(receipt);
    const isFailed = receipt.verdict === "failed";
    let id = pack.get(key, receipt.size, receipt.location, ...numbers)?.id;
    if (id !== undefined) {
      this.added += 1;
      this.#addTools(id, receipt);
    } else {
      const there = known.get(key);
      if (there === null) throw new GaitError("internal", "a pack of the catalogue is not found again");
      id = there.id;
      if (there.seen === null || at >= there.seen) located.run(receipt.size, receipt.location, id);
      // Of a pack that failed, what it says of itself counts only where nothing else is known: a log names it alone.
      if (there.seen === null || (!isFailed && (there.counted === null || at >= there.counted))) {
        counted.run(...numbers, id);
        noTools.run(id);
        this.#addTools(id, receipt);
      }
    }
    for (const { key_id, status } of receipt.signers) signer.run(id, this.#signer.of(key_id), status);
    const { verdict, reason, findings, gait } = receipt;
    verification.run(id, this.#trust.of(receipt.trust_id), verdict, reason, JSON.stringify(findings), at, gait);
  }

  #addTools(id: number, { tools = [] }: PackReceipt): void {
    for (const { name, calls, not_ok } of tools) this.#statements.tool.run(id, this.#tool.of(name), calls, not_ok);
  }
}

/** When it was verified, as a catalogue has it. @throws GaitError `invalid_input` for a time that no catalogue can order */
export function momentOf({ verified_at }: PackReceipt, where: string): string {
  const at = fixedMoment(verified_at);
  if (at !== undefined) return at;
  throw new GaitError("invalid_input", `${where} is no receipt: $.verified_at is not in the years 1 to 9999 in UTC`, {
    hint: "Give what `gait pack verify … --format ndjson --account` wrote, as it was written.",
  });
}

function numbersOf(receipt: PackReceipt): (string | number | null)[] {
  const { pack_id = null, pack_type = null, source_ref = null, calls = null, not_ok = null } = receipt;
  const times = [fixedMoment(receipt.first_at) ?? null, fixedMoment(receipt.last_at) ?? null];
  return [pack_id, pack_type, source_ref, ...times, calls, not_ok];
}

class NameIds {
  readonly #ids = new Map<string, number>();
  readonly #insert;
  readonly #select;

  constructor(database: Database, table: string, column: string) {
    this.#insert = database.query<{ id: number }, [string]>(
      `INSERT INTO ${table} (${column}) VALUES (?) ON CONFLICT DO NOTHING RETURNING id`,
    );
    this.#select = database.query<{ id: number }, [string]>(`SELECT id FROM ${table} WHERE ${column} = ?`);
  }

  of(name: string): number {
    const kept = this.#ids.get(name);
    if (kept !== undefined) return kept;
    const id = (this.#select.get(name) ?? this.#insert.get(name))?.id;
    if (id === undefined) throw new GaitError("internal", "a name of the catalogue is not found again");
    if (this.#ids.size < KEPT_NAMES) this.#ids.set(name, id);
    return id;
  }
}
