/** Packs and their calls as lines of JSON (contract 7.5): a line for each pack, and behind it one for each call. */
import type { ExportedCallLine, ExportedPackLine } from "../../schema/answer/pack-export.ts";
import { SCHEMA_VERSION } from "../../schema/document/primitives.ts";
import { toUtcWherePossible } from "../time/timestamp.ts";
import type { ExportedPack } from "./exported-pack.ts";
import type { PackExport } from "./format.ts";
import type { ExportedCall } from "./spooled-run.ts";

/** UTF-16 units of lines that are handed on at a time. */
const FULL_PIECE = 256 * 1024;

/** The same packs give the same bytes. */
export const LINES_EXPORT: PackExport = { head: () => "", pack: lines, end: nothing, dispose: () => undefined };

async function* nothing(): AsyncGenerator<string> {
  yield "";
}

async function* lines(pack: ExportedPack): AsyncGenerator<string> {
  let text = `${JSON.stringify(packLine(pack))}\n`;
  const { run_id } = pack.run ?? {};
  for await (const call of pack.calls()) {
    text += callLine(call, { sha256: pack.file.sha256, run_id: run_id ?? "" });
    if (text.length < FULL_PIECE) continue;
    yield text;
    text = "";
  }
  yield text;
}

function packLine({ record, verdict, file, location, run, signers }: ExportedPack): ExportedPackLine {
  const { began_at, ended_at } = run ?? {};
  return {
    ...{ schema_id: "gait.export.pack", schema_version: SCHEMA_VERSION, ...file, location, verdict },
    ...{ pack_id: record.pack_id, pack_type: record.pack_type, source_ref: record.source_ref },
    ...{ manifest_digest: record.manifest_digest, signers },
    ...(began_at === undefined ? {} : { first_at: toUtcWherePossible(began_at) }),
    ...(ended_at === undefined ? {} : { last_at: toUtcWherePossible(ended_at) }),
    ...(run === undefined ? {} : { calls: run.calls, not_ok: run.not_ok, tools: run.tools }),
  };
}

/** Arguments and results are the text of the evidence: a number keeps its digits. It is JSON of one line, so it can stand there. */
function callLine(
  { args, result, args_text: _, ...call }: ExportedCall,
  of: Pick<ExportedCallLine, "sha256" | "run_id">,
): string {
  const line: ExportedCallLine = { schema_id: "gait.export.call", schema_version: SCHEMA_VERSION, ...of, ...call };
  const kept = [args === undefined ? "" : `,"args":${args}`, result === undefined ? "" : `,"result":${result}`];
  return `${JSON.stringify(line).slice(0, -1)}${kept.join("")}}\n`;
}
