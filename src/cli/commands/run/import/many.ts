/** The work of `gait run import`: the sources of a call, each in its turn, and what they gave together. */
import { GaitError, hintOfError } from "../../../../core/finding/error.ts";
import { digestOfFile, knownSources } from "../../../../host/import/known-source.ts";
import { listSources } from "../../../../host/import/source-list.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { RunImportOutput } from "../../../../schema/answer/run-import.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { withProgress } from "../../../terminal/progress.ts";
import { importAnswer } from "./answer.ts";
import { importPath } from "./batch.ts";
import { checkImport } from "./check.ts";
import type { ImportOutcome, RefusedSource, SourceOutcome, Unimported } from "./outcome.ts";
import { type ImportSettings, importSettings } from "./settings.ts";

export function importRuns(call: Call): Promise<Answer<RunImportOutput | RunFailure>> {
  return withProgress(call, "run import", async () => {
    const settings = await importSettings(call);
    const checked = call.option("--check");
    if (checked !== undefined) return checkAnswer(call, settings, checked);
    if (call.positionals.length === 0) {
      throw new GaitError("invalid_input", "the source is missing", {
        hint: "Give a file or a folder, or - for the standard input.",
      });
    }
    const outcome = await importAll(call, settings);
    return importAnswer(call, settings, outcome);
  });
}

async function checkAnswer(
  call: Call,
  settings: ImportSettings,
  path: string,
): Promise<Answer<RunImportOutput | RunFailure>> {
  const made = await checkImport(call, path);
  if (!("check" in made)) return made;
  const outcome = { sources: [made.source], leftOut: [], refused: [] };
  return importAnswer(call, { ...settings, dryRun: true }, outcome, made.check);
}

/** @throws GaitError for the one source that was named and could not be imported */
async function importAll(call: Call, settings: ImportSettings): Promise<ImportOutcome> {
  const sources: SourceOutcome[] = [];
  const leftOut: Unimported[] = [];
  const refused: RefusedSource[] = [];
  const done = new Set<string>();
  let known: ReadonlySet<string> | undefined;
  const isOne = call.positionals.length === 1;
  for await (const { path, isFound } of listSources(call.positionals, settings.since)) {
    if (done.has(path)) continue;
    try {
      if (isFound && !settings.force) {
        known ??= await knownSources(settings.outDir);
        if (known.size > 0 && known.has(await digestOfFile(path))) {
          leftOut.push({ path, reason: "imported before" });
          continue;
        }
      }
      assertOneRun(call, settings, sources.length);
      const outcome = await importPath(call, path, settings);
      sources.push(outcome);
      for (const file of outcome.files) done.add(file.path);
    } catch (error) {
      if (!(error instanceof GaitError) || error.code === "internal") throw error;
      if (isOne && !isFound) throw error;
      const isOther = isFound && error.code === "invalid_input" && !settings.strict;
      if (isOther) leftOut.push({ path, reason: error.message });
      else refused.push({ path, reason: `${error.message}. ${hintOfError(error)}`, error });
    }
  }
  if (sources.length === 0 && refused.length === 0 && !leftOut.some(({ reason }) => reason === "imported before")) {
    throw new GaitError("invalid_input", "there is no record of an agent's run", {
      hint:
        leftOut[0] === undefined
          ? noFileText(settings.since !== undefined)
          : `${leftOut[0].path}: ${leftOut[0].reason}`,
    });
  }
  return { sources, leftOut, refused };
}

function noFileText(isSince: boolean): string {
  return isSince
    ? "The folder has no file that is new enough."
    : "There is no file in the folder, nor in its subfolders.";
}

function assertOneRun(call: Call, { runId }: ImportSettings, before: number): void {
  if (runId === undefined || before === 0) return;
  throw new GaitError("invalid_input", `--run-id names one run, and ${call.positionals.join(" ")} has several`, {
    hint: "Import the file alone.",
  });
}
