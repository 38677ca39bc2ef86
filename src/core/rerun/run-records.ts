/** The run that is in an artifact, record by record, for what compares, replays and reduces runs. */
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Intent, Refs, Result, Run, RunpackManifest } from "../../schema/document/runpack.ts";
import { readRecords } from "../contents/record-lines.ts";
import { GaitError } from "../finding/error.ts";
import { runpackIn, runpackOf, type Verified } from "../verify/verified.ts";
import type { Archive } from "../zip/reader.ts";

/** The documents of a verified run, and the archive of its records. */
export interface RunRead {
  readonly archive: Archive;
  readonly manifest: RunpackManifest;
  readonly run: Run;
  readonly refs: Refs;
}

/** @param verified one that did not fail @throws GaitError `invalid_input` if it contains no run */
export async function runIn(path: string, verified: Verified): Promise<RunRead> {
  const { manifest, run, refs } = runpackOf(verified) ?? {};
  const archive = await runpackIn(verified);
  if (archive === undefined || manifest === undefined || run === undefined || refs === undefined) {
    throw new GaitError("invalid_input", `${path} contains no run`, {
      hint: "Give a runpack, as gait run record and gait run import write it, or a pack built from one.",
    });
  }
  return { archive, manifest, run, refs };
}

/** In the order of the file. */
export async function eachIntent({ archive }: RunRead, visit: (intent: Intent) => void): Promise<void> {
  await readRecords(archive, "intents.jsonl", (outline) => visit(outline.value(outline.root) as JsonObject as Intent));
}

/** In the order of the file. */
export async function eachResult({ archive }: RunRead, visit: (result: Result) => void): Promise<void> {
  await readRecords(archive, "results.jsonl", (outline) => visit(outline.value(outline.root) as JsonObject as Result));
}
