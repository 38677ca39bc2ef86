/** `gait pack export`: what a pack is and what its run did, for dashboards. */

import { EXPORT_FORMATS } from "../../../../core/export/format.ts";
import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { PackExportFileOutput, PackExportOutput } from "../../../../schema/answer/pack-export.ts";
import type { CommandSpec } from "../../../command/command.ts";
import { LIMIT_FLAGS } from "../../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../../flags/progress.ts";

export const PACK_EXPORT: CommandSpec<PackExportOutput | PackExportFileOutput, PackFailure> = {
  noun: "pack",
  verb: "export",
  schemaId: "gait.pack.output",
  summary: "Write what packs are and what their runs did as telemetry and as SQL",
  description:
    "--to writes packs with every call of their runs as one file for another engine: otlp (OpenTelemetry's traces as JSON lines,\n" +
    "by its conventions for agents), ndjson (a line for each pack, and behind it one for each call) or postgres-copy (tables and\n" +
    "COPY, for psql -f). The same packs give the same bytes.\n" +
    "--otel-out and --postgres-sql-out are about one pack: the lines and the statement are those of the Go implementation, so that\n" +
    "dashboards go on. A pack with missing, changed or undeclared files is exported too, as one that is not whole\n" +
    "(gait.integrity_ok false, exit 0, a warning); one that says of itself what is not so is refused (exit 2). No key can be\n" +
    "given: signatures are counted and not checked.",
  positionals: [{ name: "file", required: true, repeatable: true }],
  options: [
    { flag: "--to", value: "FORMAT", choices: EXPORT_FORMATS, description: "Write packs and calls as this, to --out" },
    { flag: "--out", value: "FILE", output: true, description: "With --to: the file to write" },
    { flag: "--recursive", description: "With --to: include the packs in folders and their subfolders" },
    { flag: "--force", description: "With --to: replace the file if it is there with other content" },
    {
      flag: "--otel-out",
      value: "FILE",
      output: true,
      description: "Add eight lines of JSON to this file: a span, an event, six metrics",
    },
    {
      flag: "--postgres-sql-out",
      value: "FILE",
      output: true,
      description: "Write an INSERT … ON CONFLICT to this file, replacing it",
    },
    {
      flag: "--postgres-table",
      value: "[SCHEMA.]TABLE",
      kind: "text",
      default: "gait_pack_index",
      description: "The table of the statement",
    },
    {
      flag: "--postgres-include-ddl",
      description: "Create the table and its indexes first, where they are not there; =false leaves that out",
    },
    ...LIMIT_FLAGS,
    ...PROGRESS_FLAGS,
  ],
  examples: [
    {
      command: "gait pack export evidence --recursive --to otlp --out traces.jsonl",
      note: "For anything that reads OTLP",
    },
    { command: "gait pack export pack.zip --to ndjson --out calls.ndjson", note: "For DuckDB, ClickHouse, jq" },
    {
      command: "gait pack export evidence --recursive --to postgres-copy --out packs.sql",
      note: "For psql -f packs.sql",
    },
    { command: "gait pack export pack.zip --otel-out packs.jsonl", note: "For a collector that reads the file" },
    {
      command: "gait pack export pack.zip --postgres-sql-out pack.sql --postgres-table audit.packs",
      note: "For psql -f pack.sql",
    },
  ],
  async run(call) {
    const { exportPack } = await import("./export.ts");
    return exportPack(call);
  },
};
