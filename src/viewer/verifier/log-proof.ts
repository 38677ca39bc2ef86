/** Whether a pack is in a log, by the proof beside it. It says nothing of the pack, so the verdict stays what it is. */
import type { NoteKey } from "../../core/collection/note.ts";
import { MAX_PROOF_BYTES, parseProof } from "../../core/collection/proof-file.ts";
import { proofFindings } from "../../core/collection/prove.ts";
import type { Finding } from "../../core/finding/finding.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { countText } from "../../core/text/quantities.ts";
import { digestFile } from "../../core/trust/file-digests.ts";
import type { Verified } from "../../core/verify/verified.ts";
import { fileSource } from "./file-source.ts";

export const PROOF_ENDING = ".tlog-proof";

export interface LogAnswer {
  /** `unsigned`: the key of the log was not given, so that anybody may have written the proof. */
  readonly state: "proven" | "unsigned" | "failed";
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** @param verified what was read of it can't change any more */
export async function logAnswer(
  verified: Verified,
  file: File,
  key: NoteKey | undefined,
  platform: Platform,
): Promise<LogAnswer> {
  const { size } = file;
  const bytes = size > MAX_PROOF_BYTES ? new Uint8Array(0) : (await fileSource(file).read(0, size)).slice();
  const proof = parseProof(bytes);
  if (proof === undefined) return { state: "failed", text: `${file.name} is not a proof of a log.`, findings: [] };
  const { file: hashed } = await digestFile(verified.archive.source, ["sha256"], platform);
  const findings = await proofFindings(platform, file.name, proof, { packId: verified.packId, ...hashed }, key);
  if (findings.length > 0)
    return { state: "failed", text: "The proof does not show that this pack is in the log.", findings };
  const { index, checkpoint } = proof;
  const where = `Entry ${index} of ${countText(checkpoint.size, "entry", "entries")} in ${checkpoint.origin}`;
  return key === undefined
    ? { state: "unsigned", text: `${where}, as the proof says: the log's key was not given.`, findings }
    : {
        state: "proven",
        text: `${where}, signed by the log's key. It says nothing of what else the log has.`,
        findings,
      };
}
