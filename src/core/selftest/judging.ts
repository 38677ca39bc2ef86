/** Verifies a golden pack and tampered copies. */

import { bytesSource } from "../bytes/source.ts";
import { publicKeyOf } from "../signature/signature.ts";
import type { VerificationData } from "../verify/verified.ts";
import { base64, type Check, expectSame, hex, Mismatch, type Parts } from "./check.ts";
import { GOLDEN, TAMPERED } from "./golden.ts";
import { type SignatureAnswer, TAKEN } from "./signature.ts";

/** Distance of the central directory's offset from the end of an archive (APPNOTE 4.3.16). */
const LENGTH_BEHIND_OFFSET = 6;

const [VOUCHING, STRANGER] = TAKEN as readonly [SignatureAnswer, SignatureAnswer, ...SignatureAnswer[]];

function judge(parts: Parts, bytes: Uint8Array, ...keys: readonly string[]): Promise<VerificationData> {
  return parts.judgeArtifact(bytesSource(bytes), {
    platform: parts.platform,
    keys: keys.map((key) => publicKeyOf(parts.platform, hex(key))),
    requireSignature: false,
  });
}

export const JUDGING_CHECKS: readonly Check[] = [
  {
    name: "golden_pack",
    shows: "a golden pack is authentic with its key, intact without one, and failed with a different key",
    async run(parts) {
      const pack = base64(GOLDEN.pack);
      for (const [what, keys, verdict] of [
        ["with its key", [VOUCHING.key], "authentic"],
        ["without a key", [], "intact"],
        ["with a different key", [STRANGER.key], "failed"],
      ] as const) {
        const verification = await judge(parts, pack, ...keys);
        expectSame(`the verdict ${what}`, verification.verdict, verdict);
        expectSame(`the pack id ${what}`, verification.packId, GOLDEN.packId);
      }
    },
  },
  {
    name: "tampered_packs",
    shows: "tampered packs fail, each with the expected findings",
    async run(parts) {
      for (const { what, findings, pack } of TAMPERED) {
        const verification = await judge(parts, base64(pack), VOUCHING.key);
        expectSame(`${what}: the verdict`, verification.verdict, "failed");
        expectSame(`${what}: the findings`, verification.findings.map(({ code }) => code).join(", "), findings);
      }
      const pack = base64(GOLDEN.pack);
      // Up to the central directory: the permissions in it are not evidence, and may differ.
      const directory = new DataView(pack.buffer).getUint32(pack.length - LENGTH_BEHIND_OFFSET, true);
      for (let at = 0; at < directory; at += 97) {
        const altered = pack.slice();
        altered[at] = (altered[at] ?? 0) ^ 0x20;
        const verdict = await judge(parts, altered, VOUCHING.key).then(({ verdict }) => verdict, refusalOf);
        expectSame(`the verdict with byte ${at} changed`, verdict, "failed");
      }
    },
  },
];

/** A file that is not an archive is refused with an error, which is fine too. */
function refusalOf(error: unknown): string {
  if (error instanceof Error && "code" in error && error.code === "not_an_archive") return "failed";
  throw new Mismatch(`an altered pack broke the verifier: ${error instanceof Error ? error.message : String(error)}`);
}
