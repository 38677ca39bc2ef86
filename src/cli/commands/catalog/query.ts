/** The work of `gait catalog query`. */
import { GaitError } from "../../../core/finding/error.ts";
import { isSha256Hex } from "../../../core/signature/digest.ts";
import { countText } from "../../../core/text/quantities.ts";
import { jsonLine } from "../../../core/verify/json-answer.ts";
import type { CatalogQuestion, CatalogSource, CatalogValue } from "../../../host/catalog/asking.ts";
import { isServer, withCatalog } from "../../../host/catalog/source.ts";
import type { CatalogPack, CatalogQueryOutput } from "../../../schema/answer/store/catalog.ts";
import type { Answer, Call, Flag } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { sinceOf } from "../../flags/since.ts";
import { warningLines } from "../../show/verdict.ts";
import { type Column, type TableCell, table } from "../../terminal/table.ts";

/** Lines of a table that are aligned with each other: a catalogue of a million packs is not held in memory. */
const ALIGNED = 1000;

const FILTERS: readonly Flag[] = ["--tool", "--failed", "--since", "--signer", "--not-verified-with"];

export async function queryCatalog(call: Call): Promise<Answer<CatalogQueryOutput>> {
  const db = call.option("--db");
  if (db === undefined) {
    throw new GaitError("invalid_input", "--db is missing", { hint: "Name the catalogue: --db FILE.sqlite." });
  }
  const format = call.option("--format");
  if (call.json && format !== undefined) {
    throw new GaitError("invalid_input", `--json and --format ${format} are both given`, { hint: "Give one of them." });
  }
  const sql = call.option("--sql");
  const filter = FILTERS.find((flag) => call.has(flag));
  if (sql !== undefined && filter !== undefined) {
    throw new GaitError("invalid_input", `--sql and ${filter} are both given`, {
      hint: "Write it into the SELECT, or leave out --sql.",
    });
  }
  const question: CatalogQuestion = {
    tool: call.option("--tool"),
    failed: call.has("--failed"),
    since: sinceOf(call),
    signer: digestOf(call, "--signer", "a key id, as `gait keys show` has it"),
    notVerifiedWith: digestOf(call, "--not-verified-with", "a trust id, as receipts have it"),
  };
  return withCatalog(db, (source) =>
    sql === undefined ? packsAnswer(call, { db, source, question }) : rowsAnswer(call, { db, source, sql }),
  );
}

/** A server's address has no password in an answer. */
function shown(db: string): string {
  return isServer(db) ? db.replace(/:\/\/([^/@:]*):[^/@]*@/, "://$1@") : db;
}

function digestOf(call: Call, flag: Flag, what: string): string | undefined {
  const text = call.option(flag);
  if (text === undefined || isSha256Hex(text)) return text?.toLowerCase();
  throw new GaitError("invalid_input", `${flag} can't be ${JSON.stringify(text)}`, {
    hint: `Give ${what}: 64 hex digits.`,
  });
}

interface Asked {
  readonly db: string;
  readonly source: CatalogSource;
}

async function packsAnswer(
  call: Call,
  { db, source, question }: Asked & { readonly question: CatalogQuestion },
): Promise<Answer<CatalogQueryOutput>> {
  const warnings = await source.unknown(question);
  const packs = source.packs(question);
  const notes = warningLines(warnings, call.stderr);
  if (call.json) {
    const json = { db: shown(db), packs: await Array.fromAsync(packs), ...(warnings.length > 0 ? { warnings } : {}) };
    return { exit: EXIT.ok, json, text: "", notes };
  }
  const isLines = call.option("--format") === "ndjson";
  const count = await written(call, packs, {
    line: isLines ? (pack: CatalogPack) => jsonLine(pack) : undefined,
    cells: cellsOf,
    columns: PACK_COLUMNS,
  });
  if (!isLines) await call.write(`${countText(count, "pack")}\n`);
  await call.flush();
  return { exit: EXIT.ok, json: undefined, text: "", written: true, notes, notesBesideLines: true };
}

const PACK_COLUMNS: readonly Column[] = [{ least: 20 }, { least: 9 }, { least: 9 }, { least: 10 }, {}];

function cellsOf(pack: CatalogPack): TableCell[] {
  const { last_at, verified_at, verdict, calls, not_ok, tool_calls, tool_not_ok, signers, location } = pack;
  const counted = tool_calls ?? calls;
  const bad = tool_not_ok ?? not_ok ?? 0;
  const callText = counted === undefined ? "" : `${countText(counted, "call")}${bad > 0 ? `, ${bad} not ok` : ""}`;
  const signed = signers.map(({ key_id, status }) => `${key_id.slice(0, 8)} ${SIGNED[status]}`).join(", ");
  return [
    (last_at ?? `verified ${verified_at}`).replace(".000Z", "Z"),
    verdict === "failed" ? [verdict, "bad"] : verdict,
    bad > 0 ? [callText, "bad"] : callText,
    signed,
    location,
  ];
}

const SIGNED = { verified: "verified", failed: "FAILED", not_checked: "not checked" } as const;

async function rowsAnswer(
  call: Call,
  { db, source, sql }: Asked & { readonly sql: string },
): Promise<Answer<CatalogQueryOutput>> {
  const { columns, rows } = await source.rows(sql);
  if (call.json) {
    const all = (await Array.fromAsync(rows)).map(rowObject(columns));
    return { exit: EXIT.ok, json: { db: shown(db), columns, rows: all }, text: "" };
  }
  const isLines = call.option("--format") === "ndjson";
  const count = await written(call, rows, {
    line: isLines ? (row) => jsonLine(rowObject(columns)(row)) : undefined,
    cells: (row: readonly CatalogValue[]) => row.map((value) => (value === null ? "" : String(value))),
    columns: columns.map((_, at) => (at === columns.length - 1 ? {} : NUMBER_OR_TEXT)),
    head: columns,
  });
  if (!isLines) await call.write(`${countText(count, "row")}\n`);
  await call.flush();
  return { exit: EXIT.ok, json: undefined, text: "", written: true };
}

function rowObject(columns: readonly string[]) {
  return (row: readonly CatalogValue[]): Record<string, CatalogValue> =>
    Object.fromEntries(row.map((value, at) => [columns[at] as string, value]));
}

const NUMBER_OR_TEXT: Column = { least: 1 };

/** @returns how many there were */
async function written<Item>(
  call: Call,
  items: AsyncIterable<Item> | Iterable<Item>,
  as: {
    readonly line: ((item: Item) => string) | undefined;
    readonly cells: (item: Item) => TableCell[];
    readonly columns: readonly Column[];
    /** Above the first lines of a table. */
    readonly head?: readonly string[];
  },
): Promise<number> {
  let count = 0;
  let waiting: Item[] = [];
  const show = async (): Promise<void> => {
    if (as.line !== undefined) await call.write(waiting.map(as.line).join(""));
    else {
      const head =
        count === waiting.length && as.head !== undefined ? [as.head.map((name): TableCell => [name, "strong"])] : [];
      await call.write(table(as.columns, [...head, ...waiting.map(as.cells)], call.stdout));
    }
    waiting = [];
  };
  for await (const item of items) {
    count += 1;
    waiting.push(item);
    if (waiting.length >= ALIGNED) await show();
  }
  if (waiting.length > 0 || (count === 0 && as.line === undefined && as.head !== undefined)) await show();
  return count;
}
