/** The evidence for a new pack: the named files, and those next to the run that belong to it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Evidence,
  type EvidenceKind,
  type Given,
  NO_EVIDENCE,
  readEvidence,
} from "../../../core/evidence/input.ts";
import { type Selection, selectEvidence } from "../../../core/evidence/select-input.ts";
import { traceSignature } from "../../../core/evidence/trace-signature.ts";
import { GaitError } from "../../../core/finding/error.ts";
import type { Finding } from "../../../core/finding/finding.ts";
import type { PublicKey } from "../../../core/signature/signature.ts";
import { findEvidence } from "../../../host/files/evidence.ts";
import { readInput } from "../../../host/files/input.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { IncidentWindow } from "../../../schema/document/evidence-pack.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
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

export interface CollectedEvidence extends Selection {
  readonly files: readonly string[];
  /** Named traces whose signature is not what it must be. */
  readonly refused: readonly { readonly path: string; readonly findings: readonly Finding[] }[];
}

/**
 * @param directory the run's folder
 * @param keys those that traces must be signed with, if any
 * @throws GaitError for a named file that can't be read or does not fit; a file that was only found gives a warning
 */
export async function evidenceFor(
  call: Call,
  runId: string,
  directory: string,
  window: IncidentWindow | undefined,
  keys: readonly PublicKey[],
): Promise<CollectedEvidence> {
  const named = new Map(FLAGS.map(([kind, flag]) => [kind, pathsOf(flag, call.options(flag))]));
  const given = emptyEvidence();
  const refused: { path: string; findings: readonly Finding[] }[] = [];
  for (const [kind, paths] of named) {
    for (const path of paths) {
      const read = await readFile(kind, path);
      const findings = await signatureFindings(kind, read, keys);
      if (findings.length > 0) refused.push({ path, findings });
      else given[kind].push(read);
    }
  }
  const found = emptyEvidence();
  const warnings: string[] = [];
  const wanted = (window === undefined ? FOUND : FOUND_IN_WINDOW).filter((kind) => named.get(kind)?.length === 0);
  const lookedUp = findEvidence(directory, wanted);
  for (const { kind, path } of lookedUp) {
    try {
      const read = await readFile(kind, path);
      const [bad] = await signatureFindings(kind, read, keys);
      if (bad === undefined) found[kind].push(read);
      else warnings.push(`${path}: left out: ${bad.message}`);
    } catch (error) {
      // It may belong to this run or not; say that it was skipped.
      if (!(error instanceof GaitError) || error.code === "internal") throw error;
      warnings.push(`${path}: left out, it can't be read as evidence: ${error.message}`);
    }
  }
  const selection = selectEvidence(found as Evidence, { runId, given: given as Evidence, window });
  const files = [...[...named.values()].flat(), ...lookedUp.map(({ path }) => path)];
  return { ...selection, files, refused, warnings: [...warnings, ...selection.warnings] };
}

/** Of a trace: its verdict is summed up in the pack, so that it must be what was signed. */
async function signatureFindings(
  kind: EvidenceKind,
  { name, document }: Given<unknown>,
  keys: readonly PublicKey[],
): Promise<readonly Finding[]> {
  if (kind !== "trace") return [];
  return (await traceSignature(document as JsonObject, name, keys, hostPlatform)).findings;
}

type Collected = { [Kind in EvidenceKind]: unknown[] };

function emptyEvidence(): Collected {
  return Object.fromEntries(Object.keys(NO_EVIDENCE).map((kind) => [kind, []])) as unknown as Collected;
}

async function readFile(kind: EvidenceKind, path: string): Promise<Given<unknown>> {
  return readEvidence(kind, path, await readInput(path, { limit: MAX_BYTES }));
}

/** The items of comma lists, each file once. */
function pathsOf(flag: Flag, lists: readonly string[]): string[] {
  const paths = new Map<string, string>();
  for (const path of lists.flatMap((list) => itemsOf(flag, list))) {
    if (!paths.has(resolve(path))) paths.set(resolve(path), path);
  }
  return [...paths.values()];
}

/** The parts between the commas; a file whose name has commas is one item. */
function itemsOf(flag: Flag, list: string): string[] {
  const parts = list.split(",");
  const items: string[] = [];
  for (let start = 0; start < parts.length; ) {
    let end = parts.length;
    while (end > start + 1 && !existsSync(parts.slice(start, end).join(",").trim())) end -= 1;
    const item = parts.slice(start, end).join(",").trim();
    if (item === "") {
      throw new GaitError("invalid_input", `${flag} has an empty name in its list: ${JSON.stringify(list)}`, {
        hint: "Is a variable of the shell unset? A list is FILE,FILE without a comma at its end.",
      });
    }
    items.push(item);
    start = end;
  }
  return items;
}
