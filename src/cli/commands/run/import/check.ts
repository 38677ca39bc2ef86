/** `gait run import --check`: whether the source gives the same runpack again, so that a third party can repeat the claim. */
import { basename } from "node:path";
import { chunks } from "../../../../core/bytes/source.ts";
import { GaitError } from "../../../../core/finding/error.ts";
import { type ImportManner, importManner } from "../../../../core/import/format-name.ts";
import { type ImportedSource, importSource } from "../../../../core/import/imported.ts";
import { importSummary } from "../../../../core/import/report.ts";
import type { ImportFile } from "../../../../core/import/source/measured.ts";
import { IMPORT_RECEIPT } from "../../../../core/run/input.ts";
import { recordRun } from "../../../../core/run/record-run.ts";
import type { RunpackReport } from "../../../../core/run/verify-runpack.ts";
import { sameDigest } from "../../../../core/signature/digest.ts";
import { runpackOf, type Verified } from "../../../../core/verify/verified.ts";
import { openArchive } from "../../../../core/zip/reader.ts";
import { SourceFiles } from "../../../../host/import/source-file.ts";
import { withVerified } from "../../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../../host/platform/machine.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { RunImportOutput } from "../../../../schema/answer/run-import.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { refusal } from "../../../show/refusal.ts";
import { UNKEYED } from "../../artifact.ts";
import type { SourceOutcome } from "./outcome.ts";

export interface ImportCheck {
  readonly source: SourceOutcome;
  readonly check: NonNullable<RunImportOutput["check"]>;
}

/** @throws GaitError `invalid_input` for what was not imported, and where the source is neither in the pack nor given */
export function checkImport(call: Call, path: string): Promise<ImportCheck | Answer<RunFailure>> {
  return withVerified(path, UNKEYED, async (verified) => {
    if (verified.verdict === "failed")
      return refusal(call, "it failed verification", [{ path, verification: verified }]);
    const runpack = runpackOf(verified);
    const how = runpack === undefined ? undefined : howImported(runpack);
    if (runpack?.manifest === undefined || how === undefined) {
      throw new GaitError("invalid_input", `${path} was not made by gait run import, or by other rules`, {
        hint: "Only what was imported can be imported again.",
      });
    }
    const files = new SourceFiles();
    const scratches: { dispose(): void }[] = [];
    let imported: ImportedSource | undefined;
    try {
      const [given] = call.positionals;
      const [main, ...others] =
        given === undefined ? await keptFiles(verified, path, scratches) : [await files.open(given)];
      if (main === undefined) throw new GaitError("internal", "an import has no file");
      imported = await importSource(
        main,
        (patterns) => (given === undefined ? others : files.companions(given, patterns)),
        { platform: hostPlatform, format: how.format, redact: how.redact, captureMode: runpack.manifest.capture_mode },
      );
      return await compared(imported, runpack, path, given ?? main.name);
    } finally {
      imported?.dispose();
      files.close();
      for (const scratch of scratches) scratch.dispose();
    }
  });
}

/** By the digest that says so. */
function howImported({ refs }: RunpackReport): ImportManner | undefined {
  const receipt = refs?.receipts.find(({ source_type }) => source_type === IMPORT_RECEIPT);
  return receipt === undefined ? undefined : importManner(hostPlatform, receipt.query_digest);
}

/** The files of the pack, by the names that they had. */
async function keptFiles(
  { archive, importedFrom = [] }: Verified,
  path: string,
  scratches: { dispose(): void }[],
): Promise<ImportFile[]> {
  const files: ImportFile[] = [];
  for (const { name, path: entry } of importedFrom) {
    if (entry === undefined) {
      throw new GaitError("invalid_input", `${name} is not in ${path}`, {
        hint: `Give it: gait run import --check ${basename(path)} FILE. With --keep-source it would be in the pack.`,
      });
    }
    const scratch = hostPlatform.scratch();
    scratches.push(scratch);
    await archive.stream(entry, (bytes) => scratch.write(bytes));
    files.push({ name, chunks: () => chunks(scratch.source()) });
  }
  return files;
}

/** The runs of the source, recorded again as that one was. */
async function compared(
  imported: ImportedSource,
  runpack: RunpackReport,
  path: string,
  source: string,
): Promise<ImportCheck> {
  const { manifest, manifestDigest, runId } = runpack;
  const named = imported.runs.filter(({ id }) => id === runId);
  let closest: { digest: string; differences: string[] } | undefined;
  for (const run of named.length > 0 ? named : imported.runs) {
    const scratch = hostPlatform.scratch();
    try {
      const { manifestDigest: digest } = await recordRun(run.parts(), scratch, {
        platform: hostPlatform,
        runId,
        captureMode: manifest?.capture_mode,
        now: () => manifest?.created_at ?? "",
        machine: machineInGoNaming(),
      });
      const archive = await openArchive(scratch.source(), hostPlatform);
      const differences: string[] = [];
      for (const { path: file, sha256 } of manifest?.files ?? []) {
        const hash = hostPlatform.sha256();
        if (archive.has(file)) await archive.stream(file, (bytes) => hash.update(bytes));
        if (!sameDigest(hash.hex(), sha256)) differences.push(file);
      }
      archive.dispose();
      if (closest === undefined || differences.length < closest.differences.length) closest = { digest, differences };
    } finally {
      scratch.dispose();
    }
  }
  const { digest = "", differences = [] } = closest ?? {};
  return {
    check: {
      pack: path,
      same: sameDigest(digest, manifestDigest),
      manifest_digest: manifestDigest,
      imported_digest: digest,
      differences,
    },
    source: {
      format: imported.format.name,
      files: imported.files.map((file) => ({ ...file, path: source, format: imported.format.name })),
      runs: [],
      summary: importSummary(imported),
      notUnderstood: 0,
    },
  };
}
