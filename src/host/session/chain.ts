/** A session's chain on disk, and the runpacks that it names (contract 15.3). */
import { GaitError } from "../../core/finding/error.ts";
import { type Finding, finding, inside } from "../../core/finding/finding.ts";
import { linkFindings, parseChain, runpackFindings } from "../../core/session/chain.ts";
import { runpackOf, type VerificationData } from "../../core/verify/verified.ts";
import type { SessionChain, SessionCheckpoint } from "../../schema/document/session/journal.ts";
import { readInput } from "../files/input.ts";
import { type FileOptions, withVerified } from "../packs/artifact-file.ts";
import { hostPlatform } from "../platform/bun.ts";

const MAX_CHAIN_BYTES = 64 * 1024 * 1024;

export interface CheckedCheckpoint {
  readonly checkpoint: SessionCheckpoint;
  /** Absent where there is no archive at its path. */
  readonly verification: VerificationData | undefined;
  /** About the runpack as the one of this checkpoint. */
  readonly findings: readonly Finding[];
}

/** @throws GaitError `invalid_input` for what is no chain; as `readInput` */
export async function readChain(path: string): Promise<SessionChain> {
  return parseChain(await readInput(path, { limit: MAX_CHAIN_BYTES }), path);
}

export interface CheckedChain {
  readonly chain: SessionChain;
  readonly links: readonly Finding[];
  readonly checkpoints: readonly CheckedCheckpoint[];
}

/** Links and runpacks: all that is wrong. Paths begin at the folder of the process, as the Go implementation takes them. */
export async function checkChain(path: string, options: FileOptions): Promise<CheckedChain> {
  const chain = await readChain(path);
  const checkpoints: CheckedCheckpoint[] = [];
  for (const [at, checkpoint] of chain.checkpoints.entries())
    checkpoints.push(await checkCheckpoint(checkpoint, `${path}#$.checkpoints[${at}]`, options));
  return { chain, links: linkFindings(chain, path, hostPlatform), checkpoints };
}

const UNREADABLE: ReadonlySet<string> = new Set(["not_found", "not_readable", "not_an_archive", "invalid_input"]);

async function checkCheckpoint(
  checkpoint: SessionCheckpoint,
  place: string,
  options: FileOptions,
): Promise<CheckedCheckpoint> {
  try {
    return await withVerified(checkpoint.runpack_path, options, async (verified) => {
      const runpack = runpackOf(verified);
      const isRunpack = verified.format === "runpack" && runpack !== undefined;
      if (!isRunpack) {
        const message = "there is no runpack at this path";
        const findings =
          verified.verdict === "failed" ? [] : [finding("session_runpack_mismatch", { path: place, message })];
        return { checkpoint, verification: verified, findings };
      }
      const { manifestDigest, runId, intents } = runpack;
      return {
        checkpoint,
        verification: verified,
        findings: runpackFindings(checkpoint, place, { manifestDigest, runId, intents }),
      };
    });
  } catch (error) {
    if (!(error instanceof GaitError) || !UNREADABLE.has(error.code)) throw error;
    const path = `${place}.runpack_path`;
    return {
      checkpoint,
      verification: undefined,
      findings: [finding("session_runpack_missing", { path, message: error.message })],
    };
  }
}

/** All that is wrong, each runpack's own findings with its path before theirs. */
export function chainFindings({ links, checkpoints }: CheckedChain): Finding[] {
  return [
    ...links,
    ...checkpoints.flatMap(({ checkpoint, verification, findings }) => [
      ...findings,
      ...(verification === undefined ? [] : inside(checkpoint.runpack_path, verification.findings)),
    ]),
  ];
}

/** Whether an argument that names a run may be a chain, as the Go implementation tells the two apart. */
export function isChainPath(argument: string): boolean {
  return argument.trim().toLowerCase().endsWith(".json");
}
