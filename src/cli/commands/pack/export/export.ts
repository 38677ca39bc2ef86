/** The work of `gait pack export`. */
import { resolve } from "node:path";
import { type ExportRecord, exportRecord, isUnexportable } from "../../../../core/export/exported.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../../../../core/export/format.ts";
import { otelLines } from "../../../../core/export/otel.ts";
import { sqlStatements, sqlTable } from "../../../../core/export/sql.ts";
import { GaitError } from "../../../../core/finding/error.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { assertLocated, locateArtifact } from "../../../../host/job/locate.ts";
import { appendLines } from "../../../../host/packs/append-lines.ts";
import { withVerified } from "../../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { PackExportFileOutput, PackExportOutput } from "../../../../schema/answer/pack-export.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { refusal } from "../../../show/refusal.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { UNKEYED } from "../../artifact.ts";

interface Outputs {
  readonly otel: string | undefined;
  readonly sql: string | undefined;
}

export async function exportPack(call: Call): Promise<Answer<PackExportOutput | PackExportFileOutput | PackFailure>> {
  const to = EXPORT_FORMATS.find((format) => format === call.option("--to"));
  assertOneKind(call, to);
  if (to !== undefined) {
    const { exportPacks } = await import("./many.ts");
    return exportPacks(call, to);
  }
  return exportOne(call);
}

/** Flags of one kind of export. */
const OF_LINES = ["--otel-out", "--postgres-sql-out"] as const;
const OF_FILE = ["--out", "--recursive", "--force"] as const;

/** @throws GaitError `invalid_input` for flags of both kinds, and for several packs without `--to` */
function assertOneKind(call: Call, to: ExportFormat | undefined): void {
  const lines = OF_LINES.find((flag) => call.option(flag) !== undefined);
  if (to !== undefined && lines !== undefined) {
    throw new GaitError("invalid_input", `--to and ${lines} are both given`, {
      hint: "They are two kinds of export: call it once for each.",
    });
  }
  if (to !== undefined) return;
  const misplaced = OF_FILE.find((flag) => call.has(flag));
  if (misplaced !== undefined) {
    throw new GaitError("invalid_input", `${misplaced} is given without --to`, {
      hint: `Say what the file is to be: --to ${EXPORT_FORMATS.join(" or --to ")}.`,
    });
  }
  if (call.positionals.length > 1) {
    throw new GaitError("invalid_input", `unexpected argument ${JSON.stringify(call.positionals[1])}`, {
      hint: "--otel-out and --postgres-sql-out take one pack; --to takes several.",
    });
  }
}

async function exportOne(call: Call): Promise<Answer<PackExportOutput | PackFailure>> {
  const outputs = outputsOf(call);
  const table = sqlTable(call.option("--postgres-table") ?? "");
  const withTable = call.options("--postgres-include-ddl")[0] !== "false";
  const [name = ""] = call.positionals;
  const path = locateArtifact(name, { cwd: call.cwd, home: call.env["HOME"] });
  const options = { ...UNKEYED, limits: limitsOf(call) };
  return withVerified(path, options, async (verified, { assertUnchanged }) => {
    assertLocated(name, path, verified);
    if (isUnexportable(verified)) return refusal(call, "not exported", [{ path, verification: verified }]);
    const record = await exportRecord(verified, hostPlatform);
    const isIntact = verified.verdict !== "failed";
    assertUnchanged();
    const inputs = [...call.inputs, path];
    const encoder = new TextEncoder();
    // First what can be written again without harm: lines that were added stay.
    if (outputs.sql !== undefined) {
      const bytes = encoder.encode(sqlStatements(record, table, withTable));
      await writeAtomically(outputs.sql, async (sink) => sink.write(bytes), { force: true, inputs });
    }
    if (outputs.otel !== undefined)
      await appendLines(outputs.otel, encoder.encode(otelLines(record, isIntact, hostPlatform)), inputs);
    const [first] = verified.findings;
    const warnings = [
      ...(first === undefined ? [] : [`the pack is not whole, and exported so: ${first.path ?? ""} ${first.message}`]),
      ...verified.warnings,
    ];
    return exported(call, path, { record, verdict: verified.verdict, outputs, warnings });
  });
}

function outputsOf(call: Call): Outputs {
  const [otel, sql] = [call.option("--otel-out"), call.option("--postgres-sql-out")];
  if (otel === undefined && sql === undefined) {
    throw new GaitError("invalid_input", "there is nothing to write: --otel-out and --postgres-sql-out are missing", {
      hint: "Give one of them, or both; or --to and --out.",
    });
  }
  if (otel !== undefined && sql !== undefined && resolve(otel) === resolve(sql)) {
    throw new GaitError("invalid_input", "--otel-out and --postgres-sql-out name the same file", {
      hint: "Give two files.",
    });
  }
  return { otel, sql };
}

interface Exported {
  readonly record: ExportRecord;
  readonly verdict: PackExportOutput["verdict"];
  readonly outputs: Outputs;
  readonly warnings: readonly string[];
}

function exported(call: Call, path: string, done: Exported): Answer<PackExportOutput> {
  const { record, verdict, outputs, warnings } = done;
  const { metrics } = record;
  const lines = rows(
    [
      ["pack id", record.pack_id],
      ["source", `${record.pack_type} ${record.source_ref}`],
      ["calls", `${metrics.tool_calls_success} of ${metrics.tool_calls_total} ok`],
      ["telemetry", outputs.otel],
      ["SQL", outputs.sql],
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      path,
      pack_id: record.pack_id,
      pack_type: record.pack_type as PackExportOutput["pack_type"],
      source_ref: record.source_ref,
      verdict,
      export: record as PackExportOutput["export"],
      ...(outputs.otel === undefined ? {} : { otel_path: outputs.otel }),
      ...(outputs.sql === undefined ? {} : { postgres_sql_path: outputs.sql }),
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `exported  ${path}\n${lines}`,
    notes: warningLines(warnings, call.stderr),
  };
}
