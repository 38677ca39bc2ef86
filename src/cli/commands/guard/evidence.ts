/** The evidence for a new pack: the named files, and those next to the run that belong to it. */
import { resolve } from "node:path";
import { type Evidence, type EvidenceKind, NO_EVIDENCE, readEvidence } from "../../../core/evidence/input.ts";
import { type Selection, selectEvidence } from "../../../core/evidence/select-input.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { findEvidence } from "../../../host/files/evidence.ts";
import { readInput } from "../../../host/files/input.ts";
import type { IncidentWindow } from "../../../schema/document/evidence-pack.ts";
import type { Call, Flag } from "../../command/command.ts";

/** Largest document of evidence, in bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const FLAGS: readonly (readonly [EvidenceKind, Flag])[] = [
  ["inventory", "--inventory"],
  ["trace", "--trace"],
  ["regress", "--regress"],
  ["approvalAudit", "--approval-audit"],
  ["credential", "--credential-evidence"],
];

/** The kinds that are looked up next to the run when none is named. */
const FOUND: readonly EvidenceKind[] = ["approvalAudit", "credential"];
const FOUND_IN_WINDOW: readonly EvidenceKind[] = [...FOUND, "trace", "regress"];

/**
 * @param directory the run's folder
 * @throws GaitError for a named file that can't be read or does not fit; a file that was only found gives a warning
 */
export async function evidenceFor(
  call: Call,
  runId: string,
  directory: string,
  window: IncidentWindow | undefined,
): Promise<Selection> {
  const named = new Map(FLAGS.map(([kind, flag]) => [kind, pathsOf(call.options(flag))]));
  const given = emptyEvidence();
  for (const [kind, paths] of named) {
    for (const path of paths) given[kind].push(await readFile(kind, path));
  }
  const found = emptyEvidence();
  const warnings: string[] = [];
  const wanted = (window === undefined ? FOUND : FOUND_IN_WINDOW).filter((kind) => named.get(kind)?.length === 0);
  for (const { kind, path } of findEvidence(directory, wanted)) {
    try {
      found[kind].push(await readFile(kind, path));
    } catch (error) {
      // It may belong to this run or not; say that it was skipped.
      if (!(error instanceof GaitError) || error.code === "internal") throw error;
      warnings.push(`${path}: left out, it can't be read as evidence: ${error.message}`);
    }
  }
  const selection = selectEvidence(found as Evidence, { runId, given: given as Evidence, window });
  return { ...selection, warnings: [...warnings, ...selection.warnings] };
}

type Collected = { [Kind in EvidenceKind]: unknown[] };

function emptyEvidence(): Collected {
  return Object.fromEntries(Object.keys(NO_EVIDENCE).map((kind) => [kind, []])) as unknown as Collected;
}

async function readFile(kind: EvidenceKind, path: string): Promise<unknown> {
  return readEvidence(kind, path, await readInput(path, { limit: MAX_BYTES }));
}

/** The items of comma lists, each file once. */
function pathsOf(lists: readonly string[]): string[] {
  const paths = new Map<string, string>();
  for (const item of lists.flatMap((list) => list.split(","))) {
    const path = item.trim();
    if (path !== "" && !paths.has(resolve(path))) paths.set(resolve(path), path);
  }
  return [...paths.values()];
}
