/** `gait collection verify PACK`: whether a pack is in a log, by the proof beside it, offline. */
import { existsSync } from "node:fs";
import { encodeBase64 } from "../../../core/bytes/encoding.ts";
import type { NoteKey } from "../../../core/collection/note.ts";
import { MAX_PROOF_BYTES, parseProof } from "../../../core/collection/proof-file.ts";
import { proofFindings } from "../../../core/collection/prove.ts";
import { witnessed } from "../../../core/collection/witness.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { digestFile } from "../../../core/trust/file-digests.ts";
import { readInput } from "../../../host/files/input.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { CollectionVerifyOutput } from "../../../schema/answer/store/log.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { findingLines, verdictLine } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";
import { witnessesOf } from "./opened.ts";

export async function verifyProof(
  call: Call,
  path: string,
  key: NoteKey | undefined,
): Promise<Answer<CollectionVerifyOutput>> {
  const given = call.option("--proof");
  const proofPath = given ?? `${path}.tlog-proof`;
  if (given === undefined && !existsSync(proofPath)) {
    throw new GaitError("not_found", `no proof lies beside ${path}: ${proofPath} does not exist`, {
      hint: "Whoever keeps the log makes it with `gait collection prove`; --proof names it elsewhere, --name verifies a whole log.",
    });
  }
  const proof = parseProof(
    await readInput(proofPath, { limit: MAX_PROOF_BYTES, limitHint: "Give a .tlog-proof file." }),
  );
  if (proof === undefined) {
    throw new GaitError("invalid_input", `${proofPath} is not a proof of a log`, {
      hint: "It begins with c2sp.org/tlog-proof@v1: get it again, or make it with `gait collection prove`.",
    });
  }
  const options = { platform: hostPlatform, keys: [], requireSignature: false, limits: limitsOf(call), isHeld: true };
  const pack = await withVerified(path, options, async ({ verdict, reason, findings, packId, archive }) => {
    const { file } = await digestFile(archive.source, ["sha256"], hostPlatform);
    return { verdict, reason, findings, packId, ...file };
  });
  const { keys: witnesses, atLeast } = witnessesOf(call);
  const seenBy =
    witnesses.length === 0 ? undefined : await witnessed(hostPlatform, proofPath, proof.checkpoint, witnesses, atLeast);
  const findings =
    pack.verdict === "failed"
      ? pack.findings
      : [...(await proofFindings(hostPlatform, proofPath, proof, pack, key)), ...(seenBy?.findings ?? [])];
  const { index, checkpoint } = proof;
  const judged = judge(findings, pack, key, `entry ${index} of ${checkpoint.size} in ${checkpoint.origin}`);
  const isGood = judged.verdict !== "failed";
  const terminal = isGood ? call.stdout : call.stderr;
  const json = {
    ...{ path, ...judged, origin: checkpoint.origin, size: checkpoint.size },
    ...{ root: encodeBase64(checkpoint.root), index, findings },
    ...(seenBy === undefined ? {} : { cosigned_by: seenBy.by }),
  };
  const claim = isGood
    ? "it was in the log when the head was signed; it says nothing of what else was, or is there now"
    : undefined;
  const text =
    verdictLine(path, judged, terminal) + findingLines(findings, terminal) + rows([["claim", claim]], terminal, "  ");
  return { exit: exitOfVerdict(judged.verdict), json, text: isGood ? text : "", notes: isGood ? "" : text };
}

function judge(
  findings: readonly { readonly message: string }[],
  pack: { readonly verdict: string; readonly reason: string },
  key: NoteKey | undefined,
  where: string,
) {
  const [first] = findings;
  if (pack.verdict === "failed") return { verdict: "failed", reason: pack.reason } as const;
  if (first !== undefined) return { verdict: "failed", reason: first.message } as const;
  return key === undefined
    ? ({ verdict: "intact", reason: `${where}; the log's key was not given (--log-vkey)` } as const)
    : ({ verdict: "authentic", reason: `${where}, signed by its key` } as const);
}
