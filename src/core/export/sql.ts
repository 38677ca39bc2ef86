/** One artifact as a statement of Postgres (contract 7.3): a row that replaces the one of the same pack. */
import { GaitError } from "../finding/error.ts";
import { instantOf, utcTimestamp } from "../time/timestamp.ts";
import type { ExportRecord } from "./exported.ts";

/** A table by its parts: a schema and a name, or a name. */
export type SqlTable = readonly [name: string] | readonly [schema: string, name: string];

const COLUMNS = [
  ["pack_id", "TEXT PRIMARY KEY"],
  ["pack_type", "TEXT NOT NULL"],
  ["source_ref", "TEXT NOT NULL"],
  ["manifest_digest", "TEXT NOT NULL"],
  ["files_checked", "INTEGER NOT NULL"],
  ["hash_mismatches", "INTEGER NOT NULL"],
  ["missing_files", "INTEGER NOT NULL"],
  ["undeclared_files", "INTEGER NOT NULL"],
  ["signature_status", "TEXT NOT NULL"],
  ["signatures_total", "INTEGER NOT NULL"],
  ["signatures_valid", "INTEGER NOT NULL"],
  ["tool_calls_total", "INTEGER NOT NULL"],
  ["tool_calls_success", "INTEGER NOT NULL"],
  ["tool_calls_success_rate", "DOUBLE PRECISION NOT NULL"],
  ["policy_blocked", "INTEGER NOT NULL"],
  ["approval_required", "INTEGER NOT NULL"],
  ["regress_failures", "INTEGER NOT NULL"],
  ["created_at", "TIMESTAMPTZ NOT NULL"],
] as const;

/** @throws GaitError `invalid_input` for what is not `TABLE` or `SCHEMA.TABLE` */
export function sqlTable(text: string): SqlTable {
  const parts = text.trim().split(".");
  const [first = "", second] = parts;
  if (parts.length > 2 || !parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part))) {
    throw new GaitError("invalid_input", `${JSON.stringify(text)} is not a table of Postgres`, {
      hint: "Give TABLE or SCHEMA.TABLE, of letters, digits and _, not beginning with a digit.",
    });
  }
  return second === undefined ? [first] : [first, second];
}

/** `withTable`: first the table and its indexes, where they are not there. */
export function sqlStatements(record: ExportRecord, table: SqlTable, withTable: boolean): string {
  return (withTable ? `${tableStatements(table)}\n` : "") + insertStatement(record, table);
}

function tableStatements(table: SqlTable): string {
  const name = quotedName(table);
  const index = `idx_${(table.at(-1) ?? "").toLowerCase()}`;
  const columns = COLUMNS.map(([column, type]) => `  ${column} ${type}`).join(",\n");
  return (
    `CREATE TABLE IF NOT EXISTS ${name} (\n${columns}\n);\n` +
    `CREATE INDEX IF NOT EXISTS "${index}_pack_type_created_at" ON ${name} (pack_type, created_at DESC);\n` +
    `CREATE INDEX IF NOT EXISTS "${index}_source_ref" ON ${name} (source_ref);\n`
  );
}

function insertStatement(record: ExportRecord, table: SqlTable): string {
  const { metrics } = record;
  const values = [
    literal(record.pack_id),
    literal(record.pack_type),
    literal(record.source_ref),
    literal(record.manifest_digest),
    record.files_checked,
    record.hash_mismatches,
    record.missing_files,
    record.undeclared_files,
    literal(record.signature_status),
    record.signatures_total,
    record.signatures_valid,
    metrics.tool_calls_total,
    metrics.tool_calls_success,
    sixDecimals(metrics.tool_calls_success_rate),
    metrics.policy_blocked,
    metrics.approval_required,
    metrics.regress_failures,
    `${literal(wholeSeconds(record.created_at))}::timestamptz`,
  ];
  const names = COLUMNS.map(([column]) => column);
  const updates = names.slice(1).map((column) => `  ${column} = EXCLUDED.${column}`);
  return (
    `INSERT INTO ${quotedName(table)} (\n${names.map((column) => `  ${column}`).join(",\n")}\n) VALUES (\n` +
    `${values.map((value) => `  ${value}`).join(",\n")}\n)\n` +
    `ON CONFLICT (pack_id) DO UPDATE SET\n${updates.join(",\n")};\n`
  );
}

function quotedName(table: SqlTable): string {
  return table.map((part) => `"${part}"`).join(".");
}

/** Postgres takes no other meaning from a backslash here: `standard_conforming_strings` is on since version 9.1. */
function literal(text: string): string {
  if (text.includes("\0")) {
    throw new GaitError("unsupported", "an id has a NUL character, which no text of Postgres can have", {
      hint: "Export it with --otel-out alone.",
    });
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/** Go's `%.6f`: a tie goes to the even digit, where `toFixed` goes up. Only odd multiples of 1/128 are ties. */
export function sixDecimals(rate: number): string {
  const below = Math.floor(rate * 1e6);
  const isTie = Number.isInteger(rate * 128) && rate * 1e6 - below === 0.5;
  return isTie && below % 2 === 0 ? (below / 1e6).toFixed(6) : rate.toFixed(6);
}

function wholeSeconds(time: string): string {
  return utcTimestamp(instantOf(time).seconds, 0);
}
