/** `gait pack export`: what a pack is and what its run did, for dashboards. */
import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { PackExportOutput } from "../../../../schema/answer/pack-export.ts";
import type { CommandSpec } from "../../../command/command.ts";
import { LIMIT_FLAGS } from "../../../flags/limits.ts";

export const PACK_EXPORT: CommandSpec<PackExportOutput, PackFailure> = {
  noun: "pack",
  verb: "export",
  schemaId: "gait.pack.output",
  summary: "Write what a pack is and what its run did as telemetry and as SQL",
  description:
    "The lines and the statement are those of the Go implementation, so that dashboards go on. A pack with missing, changed or\n" +
    "undeclared files is exported too, as one that is not whole (gait.integrity_ok false, exit 0, a warning); one that says of\n" +
    "itself what is not so is refused (exit 2). No key can be given: signatures are counted and not checked.",
  positionals: [{ name: "file", required: true }],
  options: [
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
  ],
  examples: [
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
