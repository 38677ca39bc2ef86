/** One source after the other: read, recorded, packed. */
import { basename } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import {
  assertHasCalls,
  type ImportedRun,
  type ImportedSource,
  importSource,
} from "../../../../core/import/imported.ts";
import { importSummary } from "../../../../core/import/report.ts";
import { attachedMembers, IMPORT_SOURCES } from "../../../../core/pack/attachment.ts";
import { type Recorded, recordRun } from "../../../../core/run/record-run.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { SourceFiles } from "../../../../host/import/source-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../../host/platform/machine.ts";
import { uncounted } from "../../../../host/threads/progress.ts";
import type { RunImportOutput } from "../../../../schema/answer/run-import.ts";
import type { Call } from "../../../command/command.ts";
import { assertVerifies, UNKEYED } from "../../artifact.ts";
import { writeRunPack } from "../../pack/build.ts";
import type { SourceOutcome } from "./outcome.ts";
import type { ImportSettings } from "./settings.ts";

/** Progress goes by what is read. */
const PLATFORM = { ...hostPlatform, progress: uncounted };

/**
 * Imports the file at `path` with what belongs to it. `isTaken` is asked of each run before anything is written.
 * @throws GaitError `invalid_input` where it is no record, has no calls, or is not wholly understood with `--strict`
 */
export async function importPath(call: Call, path: string, settings: ImportSettings): Promise<SourceOutcome> {
  const files = new SourceFiles();
  let imported: ImportedSource | undefined;
  try {
    const main = path === "-" ? files.standardInput(call.stdin(), settings.keepSource) : await files.open(path);
    imported = await importSource(main, (patterns) => files.companions(path, patterns), {
      platform: PLATFORM,
      format: settings.format,
      captureMode: settings.captureMode,
      redact: settings.redact || settings.dryRun,
      isRecorded: !settings.dryRun && settings.runId === undefined && settings.run === undefined,
    });
    assertHasCalls(imported, main.name);
    const summary = importSummary(imported);
    const notUnderstood = summary.counts.unknown + summary.counts.malformed;
    const runs = runsOf(imported, main.name, settings);
    const isWritten = !settings.dryRun && !(settings.strict && notUnderstood > 0);
    const written: RunImportOutput["runs"][number][] = [];
    for (const run of runs) written.push(isWritten ? await write(run, files, settings) : shown(run, settings));
    return {
      format: imported.format.name,
      files: imported.files.map((file, index) => ({
        ...file,
        path: files.paths[index] ?? path,
        format: imported?.format.name ?? "",
      })),
      runs: written,
      summary,
      notUnderstood,
    };
  } finally {
    imported?.dispose();
    files.close();
  }
}

/** @throws GaitError `invalid_input` where `--run` or `--run-id` wants one run, and there is not just one */
function runsOf({ runs }: ImportedSource, name: string, { run, runId }: ImportSettings): readonly ImportedRun[] {
  const taken = run === undefined ? runs : runs.filter((each) => each.id === run || each.run.sourceId === run);
  const known = runs.map(({ id }) => id).slice(0, 20);
  if (taken.length === 0) {
    throw new GaitError("invalid_input", `${name} has no run ${JSON.stringify(run)}`, {
      hint: `It has ${known.join(", ")}.`,
    });
  }
  if (runId !== undefined && taken.length > 1) {
    throw new GaitError("invalid_input", `--run-id names one run, and ${name} has ${taken.length}`, {
      hint: `Choose one with --run: ${known.join(", ")}.`,
    });
  }
  return taken;
}

function shown({ id, run }: ImportedRun, { runId, captureMode }: ImportSettings): RunImportOutput["runs"][number] {
  const { calls, results } = run.calls;
  return { run_id: runId ?? id, capture_mode: captureMode, intents_count: calls, results_count: results };
}

async function write(
  run: ImportedRun,
  files: SourceFiles,
  settings: ImportSettings,
): Promise<RunImportOutput["runs"][number]> {
  const { outDir, force, signing, captureMode } = settings;
  const { signer } = signing;
  const trusted = { ...UNKEYED, keys: signer === undefined ? [] : [signer.publicKey] };
  const { path, value } = await writeAtomically(
    { directory: outDir, name: ({ runId }: Recorded) => `runpack_${runId}.zip` },
    async (sink) => {
      const recorded = await recordRun(run.parts(), sink, {
        platform: PLATFORM,
        runId: settings.runId,
        captureMode,
        now: () => settings.createdAt,
        machine: machineInGoNaming(),
        signer,
      });
      files.assertUnchanged();
      // What was written is verified now, and needs the room.
      run.run.calls.release();
      hostPlatform.collectGarbage?.();
      return recorded;
    },
    { force, inputs: files.paths, verify: (output) => assertVerifies(output, trusted) },
  );
  return {
    run_id: value.runId,
    bundle: path,
    ...(settings.pack ? await pack(path, files, settings) : {}),
    manifest_digest: value.manifestDigest,
    capture_mode: value.captureMode,
    intents_count: value.intents,
    results_count: value.results,
    refs_count: value.refs,
    args_omitted: value.argsOmitted,
    results_omitted: value.resultsOmitted,
    signature_status: value.signature === undefined ? "missing" : "signed",
    ...(value.signature === undefined ? {} : { signature_key_id: value.signature.key_id }),
    ...(value.warnings.length > 0 ? { warnings: value.warnings } : {}),
  };
}

async function pack(
  path: string,
  files: SourceFiles,
  { outDir, force, signing, keepSource }: ImportSettings,
): Promise<{ pack: string; pack_id: string }> {
  const attached = keepSource ? attachedMembers(IMPORT_SOURCES, files.kept()) : [];
  const target = { directory: outDir, name: ({ packId }: { packId: string }) => `pack_${packId}.zip` };
  const made = await writeRunPack({ path, target, force, inputs: files.paths, attached }, signing);
  if ("failed" in made) throw new GaitError("internal", `${basename(path)} does not verify any more`);
  files.assertUnchanged();
  return { pack: made.written.path, pack_id: made.written.value.packId };
}
