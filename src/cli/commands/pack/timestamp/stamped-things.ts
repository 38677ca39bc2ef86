/** The pack and the signatures beside it, as things that a timestamp can be over. */
import { digestBytes, digestFile } from "../../../../core/trust/file-digests.ts";
import { MAX_SIGNATURE_FILE_BYTES, readSignatureFile, type Sidecar } from "../../../../core/trust/format/read-file.ts";
import { type StampableSignature, stampableSignatures } from "../../../../core/trust/stampable.ts";
import type { ImprintAlgorithm } from "../../../../core/trust/time/judgement.ts";
import { identityOf } from "../../../../core/verify/answer.ts";
import { type VerificationData, verificationData } from "../../../../core/verify/verified.ts";
import { withVerified } from "../../../../host/packs/artifact-file.ts";
import { namesBeside, sidecarsOf } from "../../../../host/packs/beside.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { Call } from "../../../command/command.ts";
import { limitsOf } from "../../../flags/limits.ts";
import { UNKEYED } from "../../artifact.ts";

export interface StampedThings {
  readonly path: string;
  readonly verification: VerificationData;
  /** The members that every answer about the pack has. */
  readonly members: ReturnType<typeof identityOf> & { readonly path: string; readonly sha256: string };
  packDigest(algorithm: ImprintAlgorithm): Uint8Array;
  readonly sidecars: readonly Sidecar[];
  readonly signatures: readonly StampableSignature[];
}

export async function stampedThings(call: Call): Promise<StampedThings> {
  const [path = ""] = call.positionals;
  return withVerified(path, { ...UNKEYED, limits: limitsOf(call), isHeld: true }, async (verified) => {
    const { file, digests } = await digestFile(verified.archive.source, ["sha384", "sha512"], hostPlatform);
    const sidecars = await sidecarsOf(path, namesBeside(path), MAX_SIGNATURE_FILE_BYTES);
    const files = sidecars.map((sidecar) => readSignatureFile(sidecar, hostPlatform));
    return {
      path,
      verification: verificationData(verified),
      members: { path, ...identityOf(verified), sha256: file.sha256 },
      packDigest: (algorithm) => digests.get(algorithm) ?? new Uint8Array(0),
      ...{ sidecars, signatures: stampableSignatures(files, sidecars) },
    };
  });
}

export function digestOfThing(thing: StampableSignature, algorithm: ImprintAlgorithm): Promise<Uint8Array> {
  return digestBytes(algorithm, thing.bytes, hostPlatform);
}
