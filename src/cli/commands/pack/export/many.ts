/** The work of `gait pack export --to`: packs with their calls as one file for another engine. */

import { isUnexportable } from "../../../../core/export/exported.ts";
import { withExportedPack } from "../../../../core/export/exported-pack.ts";
import type { ExportFormat, PackExport } from "../../../../core/export/format.ts";
import { GaitError } from "../../../../core/finding/error.ts";
import { countText, grouped } from "../../../../core/text/quantities.ts";
import { isFolder, type Listed } from "../../../../host/files/folder-walk.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { assertLocated, locateArtifact } from "../../../../host/job/locate.ts";
import { withVerified } from "../../../../host/packs/artifact-file.ts";
import { listPacks } from "../../../../host/packs/list.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { errorOf } from "../../../../host/threads/settled.ts";
import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { PackExportFileOutput } from "../../../../schema/answer/pack-export.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { assertEnding } from "../../../flags/ending.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { type Refused, refusal } from "../../../show/refusal.ts";
import { warningLines } from "../../../show/verdict.ts";
import { withProgress } from "../../../terminal/progress.ts";
import { UNKEYED } from "../../artifact.ts";

/** OpenTelemetry's own file exporter writes its lines into files of either name. */
const ENDINGS = { otlp: ["jsonl", "json", "ndjson"], ndjson: ["ndjson", "jsonl"], "postgres-copy": ["sql"] } as const;

/** Packs that fail, after which no further one is looked at. */
const MOST_REFUSED = 20;

interface Done {
  packs: number;
  calls: number;
  repeated: number;
  readonly refused: Refused[];
  readonly warnings: string[];
}

/** Nothing is written where one pack is refused. */
class RefusedError extends Error {}

export async function exportPacks(call: Call, to: ExportFormat): Promise<Answer<PackExportFileOutput | PackFailure>> {
  const out = call.option("--out");
  if (out === undefined)
    throw new GaitError("invalid_input", "--out is missing", {
      hint: `Name the file to write: --out packs.${ENDINGS[to][0]}.`,
    });
  assertEnding(ENDINGS, { flag: "--to", format: to, out, asked: `--to ${to}` });
  const done: Done = { packs: 0, calls: 0, repeated: 0, refused: [], warnings: [] };
  const inputs = [...call.inputs];
  const writer = await writerOf(to);
  const encoder = new TextEncoder();
  try {
    await withProgress(call, "pack export", () =>
      writeAtomically(
        out,
        async (sink) => {
          const write = (text: string): void => sink.write(encoder.encode(text));
          write(writer.head());
          await exportEach(call, writer, { write, done, inputs });
          if (done.refused.length > 0) throw new RefusedError();
          for await (const text of writer.end()) write(text);
        },
        { force: call.has("--force"), inputs },
      ),
    );
  } catch (error) {
    const [first, ...others] = done.refused;
    if (!(error instanceof RefusedError) || first === undefined) throw error;
    return refusal(call, "nothing was exported", [first, ...others]);
  } finally {
    writer.dispose();
  }
  const { packs, calls, repeated, warnings } = done;
  const again = repeated === 0 ? "" : `, ${grouped(repeated)} given again and left out`;
  return {
    exit: EXIT.ok,
    json: { to, out_path: out, packs, calls, repeated, ...(warnings.length > 0 ? { warnings } : {}) },
    text: `exported  ${out}: ${countText(packs, "pack")}, ${countText(calls, "call")}${again}\n`,
    notes: warningLines(warnings, call.stderr),
  };
}

async function writerOf(to: ExportFormat): Promise<PackExport> {
  if (to === "otlp") return (await import("../../../../core/export/otlp.ts")).otlpExport(hostPlatform);
  if (to === "ndjson") return (await import("../../../../core/export/lines.ts")).LINES_EXPORT;
  const { PostgresCopy } = await import("../../../../core/export/postgres-copy.ts");
  return new PostgresCopy(hostPlatform);
}

interface Target {
  readonly write: (text: string) => void;
  readonly done: Done;
  readonly inputs: string[];
}

async function exportEach(call: Call, writer: PackExport, { write, done, inputs }: Target): Promise<void> {
  const seen = new Set<string>();
  const options = { ...UNKEYED, limits: limitsOf(call) };
  for await (const { name, path } of given(call, done.warnings)) {
    inputs.push(path);
    await withVerified(path, options, async (verified, { assertUnchanged }) => {
      assertLocated(name, path, verified);
      if (isUnexportable(verified)) {
        done.refused.push({ path, verification: verified });
        return;
      }
      // One that is refused ends it without a file: the others are still judged, so that all are named at once.
      if (done.refused.length > 0) return;
      await withExportedPack(verified, { location: path, platform: hostPlatform }, async (pack) => {
        if (seen.has(pack.file.sha256)) {
          done.repeated += 1;
          return;
        }
        seen.add(pack.file.sha256);
        for await (const text of writer.pack(pack)) write(text);
        done.packs += 1;
        done.calls += pack.run?.calls ?? 0;
      });
      assertUnchanged();
      const [first] = verified.findings;
      if (first !== undefined)
        done.warnings.push(`${path} is not whole, and exported so: ${first.path ?? ""} ${first.message}`);
    });
    if (done.refused.length >= MOST_REFUSED) return;
  }
  if (done.packs + done.refused.length > 0) return;
  throw new GaitError("invalid_input", "there is no pack to export", {
    hint: "Give packs, or a folder with --recursive.",
  });
}

/** The packs of the call, in order; what can't be listed ends it. */
async function* given(
  call: Call,
  warnings: string[],
): AsyncGenerator<{ readonly name: string; readonly path: string }> {
  const folders = { cwd: call.cwd, home: call.env["HOME"] };
  for (const name of call.positionals) {
    const recursive = call.has("--recursive");
    const isWalked = recursive && isFolder(name);
    const located = isWalked ? name : locateArtifact(name, folders);
    for await (const listed of listPacks({ paths: [located], recursive, standardInput: () => call.stdin() })) {
      const path = pathOf(listed, warnings);
      if (path !== undefined) yield { name: path === located ? name : path, path };
    }
  }
}

function pathOf(listed: Listed, warnings: string[]): string | undefined {
  if ("refused" in listed) throw errorOf(listed.refused);
  if (!("left" in listed)) return listed.path;
  warnings.push(`${listed.path}: ${listed.left}`);
  return undefined;
}
