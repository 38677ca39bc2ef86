/** Entries of logs into a catalogue in PostgreSQL, within the transaction of a call. */
import { GaitError } from "../../core/finding/error.ts";
import type { PostgresConnection } from "../../net/postgres/connection.ts";
import type { CollectionEntry } from "../../schema/document/store/collection.ts";
import type { KnownLog, LogTable } from "./log-loading.ts";

/** Entries of one statement. */
const BATCH = 5000;

/** `$1`: a list of entries. */
const EACH = "jsonb_to_recordset($1::text::jsonb) AS each (at bigint, sha256 text, type text, reason text)";

export class ServerLogs implements LogTable {
  readonly #connection: PostgresConnection;
  #collection = 0;
  #waiting: object[] = [];

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
  }

  async open(vkey: string, origin: string): Promise<KnownLog | undefined> {
    const [known] = await this.#connection.run<{ id: string; size: string; root: string }>(
      "SELECT id, size, encode(root, 'hex') AS root FROM collection WHERE vkey = $1::text",
      [vkey],
    );
    const [made] =
      known === undefined
        ? await this.#connection.run<{ id: string }>(
            "INSERT INTO collection (vkey, origin, size, root) VALUES ($1::text, $2::text, 0, '') RETURNING id",
            [vkey, origin],
          )
        : [known];
    this.#collection = Number(made?.id);
    if (!Number.isSafeInteger(this.#collection)) throw new GaitError("internal", "a collection has no number");
    return known === undefined ? undefined : { size: Number(known.size), root: Buffer.from(known.root, "hex") };
  }

  async clear(): Promise<void> {
    await this.#connection.run(`DELETE FROM entry WHERE collection = ${this.#collection}`);
  }

  add(entry: CollectionEntry, at: number): void {
    const { sha256, type } = entry;
    this.#waiting.push({ at, sha256, type, ...(entry.type === "removed" ? { reason: entry.reason } : {}) });
  }

  async drained(): Promise<void> {
    if (this.#waiting.length >= BATCH) await this.#send();
  }

  async close({ size, root }: KnownLog): Promise<void> {
    await this.#send();
    await this.#connection.run(
      `UPDATE collection SET size = ${size}, root = decode($1::text, 'hex') WHERE id = ${this.#collection}`,
      [Buffer.from(root).toString("hex")],
    );
  }

  async #send(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < entries.length; from += BATCH) {
      const text = JSON.stringify(entries.slice(from, from + BATCH));
      await this.#connection.run(
        `INSERT INTO pack (sha256) SELECT DISTINCT decode(sha256, 'hex') AS digest FROM ${EACH} ORDER BY digest ON CONFLICT DO NOTHING`,
        [text],
      );
      await this.#connection.run(
        `INSERT INTO entry SELECT ${this.#collection}, each.at, pack.id, each.type, each.reason
         FROM ${EACH} JOIN pack ON pack.sha256 = decode(each.sha256, 'hex')`,
        [text],
      );
    }
  }
}
