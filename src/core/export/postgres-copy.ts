/** Packs and their calls as a file that `psql -f` takes (contract 7.5): tables, rows as COPY, and a merge, in one transaction. */
import type { CountedCalls } from "../account/receipt.ts";
import type { Scratch } from "../bytes/scratch.ts";
import { chunks } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import { knownInstant } from "../time/known-instant.ts";
import { utcTimestamp } from "../time/timestamp.ts";
import { copyRow } from "./copy-text.ts";
import type { ExportedPack } from "./exported-pack.ts";
import type { PackExport } from "./format.ts";
import type { ExportedCall } from "./spooled-run.ts";

interface Table {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  /** Constraints of the table. */
  readonly rules: readonly string[];
}

const OF_PACK = "bytea NOT NULL REFERENCES gait_pack (sha256) ON DELETE CASCADE";

const PACK: Table = {
  name: "gait_pack",
  columns: [
    ["sha256", "bytea PRIMARY KEY"],
    ["size", "bigint NOT NULL"],
    ["location", "text NOT NULL"],
    ["pack_id", "text NOT NULL"],
    ["pack_type", "text NOT NULL"],
    ["source_ref", "text NOT NULL"],
    ["verdict", "text NOT NULL"],
    ["first_at", "timestamptz"],
    ["last_at", "timestamptz"],
    ["calls", "integer NOT NULL"],
    ["not_ok", "integer NOT NULL"],
  ],
  rules: [],
};

const TOOL: Table = {
  name: "gait_pack_tool",
  columns: [
    ["sha256", OF_PACK],
    ["tool", "text NOT NULL"],
    ["calls", "integer NOT NULL"],
    ["not_ok", "integer NOT NULL"],
  ],
  rules: ["PRIMARY KEY (sha256, tool)"],
};

const CALL: Table = {
  name: "gait_call",
  columns: [
    ["sha256", OF_PACK],
    ["call", "integer NOT NULL"],
    ["intent_id", "text NOT NULL"],
    ["tool", "text"],
    ["outcome", "text NOT NULL"],
    ["status", "text"],
    ["verdict", "text"],
    ["approved_by", "text"],
    ["started_at", "timestamptz"],
    ["ended_at", "timestamptz"],
    ["args_digest", "text"],
    ["result_digest", "text"],
    ["args", "json"],
    ["result", "json"],
  ],
  rules: ["PRIMARY KEY (sha256, call)"],
};

const NO_CALLS: CountedCalls = { calls: 0, not_ok: 0, tools: [] };

const TABLES = [PACK, TOOL, CALL];

const INDEXES = `CREATE INDEX IF NOT EXISTS gait_pack_last_at ON gait_pack (last_at);
CREATE INDEX IF NOT EXISTS gait_pack_tool_not_ok ON gait_pack_tool (tool) WHERE not_ok > 0;
CREATE INDEX IF NOT EXISTS gait_call_tool ON gait_call (tool);
`;

/** UTF-16 units of rows that are handed on at a time. */
const FULL_PIECE = 256 * 1024;

/** Rows of calls go out as they come; those of packs and tools, which are few, wait for the end in scratch space. */
export class PostgresCopy implements PackExport {
  readonly #packs: Scratch;
  readonly #tools: Scratch;

  constructor(platform: Pick<Platform, "scratch">) {
    this.#packs = platform.scratch();
    this.#tools = platform.scratch();
  }

  /**
   * It stops at the first error: else psql would take the rows after a COPY that the server refused for commands, and what
   * an agent wrote is in them.
   */
  head(): string {
    const staged = TABLES.map(({ name, columns }) => {
      const list = columns.map(([column, type]) => `${column} ${type.split(" ")[0]}`).join(", ");
      return `CREATE TEMPORARY TABLE ${newOf(name)} (${list}) ON COMMIT DROP;\n`;
    });
    return (
      `\\set ON_ERROR_STOP on\nBEGIN;\nSET LOCAL client_encoding = 'UTF8';\nSET LOCAL standard_conforming_strings = on;\n` +
      `${TABLES.map(tableStatement).join("")}${INDEXES}${staged.join("")}${copyStatement(CALL)}`
    );
  }

  async *pack(pack: ExportedPack): AsyncGenerator<string> {
    const { record, verdict, file, location, run } = pack;
    const key = bytea(file.sha256);
    const { calls, not_ok, tools: used } = run ?? NO_CALLS;
    const times = [utc(run?.began_at), utc(run?.ended_at)];
    const encoder = new TextEncoder();
    const row = copyRow([
      ...[key, file.size, location, record.pack_id, record.pack_type, record.source_ref, verdict],
      ...[...times, calls, not_ok],
    ]);
    const tools = used.map((tool) => copyRow([key, tool.name, tool.calls, tool.not_ok]));
    let rows = "";
    for await (const call of pack.calls()) {
      rows += copyRow([key, ...callFields(call)]);
      if (rows.length < FULL_PIECE) continue;
      yield rows;
      rows = "";
    }
    if (rows !== "") yield rows;
    this.#packs.write(encoder.encode(row));
    if (tools.length > 0) this.#tools.write(encoder.encode(tools.join("")));
  }

  async *end(): AsyncGenerator<string> {
    yield "\\.\n";
    for (const [table, scratch] of [
      [PACK, this.#packs],
      [TOOL, this.#tools],
    ] as const) {
      yield copyStatement(table);
      const decoder = new TextDecoder();
      for await (const bytes of chunks(scratch.source())) yield decoder.decode(bytes, { stream: true });
      yield `${decoder.decode()}\\.\n`;
    }
    // What a newer version says of the same file takes the place of what was said before.
    yield `DELETE FROM ${PACK.name} USING ${newOf(PACK.name)} WHERE ${PACK.name}.sha256 = ${newOf(PACK.name)}.sha256;\n`;
    for (const table of TABLES)
      yield `INSERT INTO ${table.name} (${columnsOf(table)}) SELECT ${columnsOf(table)} FROM ${newOf(table.name)};\n`;
    yield "COMMIT;\n";
  }

  dispose(): void {
    this.#packs.dispose();
    this.#tools.dispose();
  }
}

function tableStatement({ name, columns, rules }: Table): string {
  const lines = [...columns.map(([column, type]) => `${column} ${type}`), ...rules];
  return `CREATE TABLE IF NOT EXISTS ${name} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n);\n`;
}

function copyStatement(table: Table): string {
  return `COPY ${newOf(table.name)} (${columnsOf(table)}) FROM stdin;\n`;
}

function columnsOf({ columns }: Table): string {
  return columns.map(([column]) => column).join(", ");
}

function newOf(name: string): string {
  return `${name}_new`;
}

function callFields(call: ExportedCall): (string | number | undefined)[] {
  return [
    ...[call.index, call.intent_id, call.tool_name, call.outcome, call.status, call.verdict, call.approved_by],
    ...[utc(call.started_at), utc(call.ended_at), call.args_digest, call.result_digest, call.args, call.result],
  ];
}

/** PostgreSQL's hex form; COPY takes the backslash by its own escape. */
function bytea(hex: string): string {
  return `\\x${hex}`;
}

const FIRST_SECOND = -62_135_596_800;
const END_SECOND = 253_402_300_800;

/** In UTC: an offset of more than 15 hours is a fault to PostgreSQL. None for what is outside the years 1 to 9999 there. */
function utc(time: string | undefined): string | undefined {
  const instant = knownInstant(time);
  if (instant === undefined || instant.seconds < FIRST_SECOND || instant.seconds >= END_SECOND) return undefined;
  return utcTimestamp(instant.seconds, instant.nanosecond);
}
