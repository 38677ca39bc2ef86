/** The verdict on a verified pack by a trust file: authentic where its rule is met, else failed (contract 11.8). */
import { PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import type { Platform } from "../platform/platform.ts";
import type { SignatureReport } from "../signature/signature.ts";
import { evaluateTrust, type TrustQuestion } from "../trust/evaluate.ts";
import type { Verified } from "./verified.ts";

/** @param verified with the trusted Ed25519 keys, of which it names none that is missing */
export async function vouched(verified: Verified, question: TrustQuestion, platform: Platform): Promise<Verified> {
  const { findings, packId, packType, sourceRef, legacyType, archive } = verified;
  const signature = withoutOthers(verified.signature);
  const signatureFindings = findings.filter(({ code }) => code === "signature_invalid");
  const isBroken = signatureFindings.length < findings.length;
  const outcome = await evaluateTrust(
    question,
    {
      ...{ identity: { packId, packType, sourceRef }, signature, signatureFindings, isBroken },
      manifest: legacyType === "runpack" ? RUNPACK_MANIFEST : PACK_MANIFEST,
    },
    archive.source,
    platform,
  );
  const { trust, file } = outcome;
  if (isBroken) return { ...verified, signature, trust, file };
  const all = [...findings, ...outcome.findings];
  const verdict = all.length === 0 ? "authentic" : "failed";
  return { ...verified, signature, trust, file, findings: all, verdict, reason: outcome.reason };
}

/** A signature in the manifest by somebody else is no fault here: nobody asked for one inside. */
function withoutOthers(signature: SignatureReport): SignatureReport {
  if (signature.status !== "failed" || signature.findings.length > 0) return signature;
  return { ...signature, status: "skipped", errors: [] };
}
