/** The pack that is to be vouched for: verified first, and hashed in the same opening. */
import { basename, dirname, resolve } from "node:path";
import type { DeclaredFile } from "../../../../core/contents/contents.ts";
import { digestFile } from "../../../../core/trust/file-digests.ts";
import type { PackIdentity, StatementSubject } from "../../../../core/trust/format/statement.ts";
import { isSidecarName } from "../../../../core/trust/sidecar-name.ts";
import { identityOf } from "../../../../core/verify/answer.ts";
import { declaredFiles, type VerificationData, verificationData } from "../../../../core/verify/verified.ts";
import { type FileOptions, withVerified } from "../../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import type { PackFailure } from "../../../../schema/answer/pack.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { refusal } from "../../../show/refusal.ts";
import { withProgress } from "../../../terminal/progress.ts";

export interface PackToSign {
  readonly path: string;
  readonly identity: PackIdentity;
  readonly subject: StatementSubject;
  readonly sha512: Uint8Array;
  readonly verification: VerificationData;
  readonly files: readonly DeclaredFile[];
  /** The members that every answer about it has. */
  readonly members: ReturnType<typeof identityOf> & { readonly path: string; readonly sha256: string };
}

/** `sign`: what to do with a pack that does not fail; else the answer says why it does. */
export async function withSoundPack<T extends object>(
  call: Call,
  verb: string,
  options: FileOptions,
  sign: (pack: PackToSign) => Promise<Answer<T>>,
): Promise<Answer<T | PackFailure>> {
  const [path = ""] = call.positionals;
  const pack = await withProgress(call, `pack ${verb}`, () =>
    withVerified(path, { ...options, isHeld: true }, async (verified): Promise<PackToSign> => {
      const { file, digests } = await digestFile(verified.archive.source, ["sha512"], hostPlatform);
      const { packId, packType, sourceRef } = verified;
      return {
        path,
        ...{ identity: { packId, packType, sourceRef }, subject: { name: basename(path), sha256: file.sha256 } },
        ...{ sha512: digests.get("sha512") ?? new Uint8Array(0), verification: verificationData(verified) },
        files: declaredFiles(verified),
        members: { path, ...identityOf(verified), sha256: file.sha256 },
      };
    }),
  );
  const { verification } = pack;
  if (verification.verdict !== "failed") return sign(pack);
  return refusal(call, "nothing was signed", [{ path, verification }]);
}

/** What to say of a file of signatures that nobody finds by its name. */
export function placeWarnings(file: string, pack: string): readonly string[] {
  const isBeside = resolve(dirname(file)) === resolve(dirname(pack)) && isSidecarName(basename(file), basename(pack));
  return isBeside ? [] : [`${file} does not lie beside the pack by its name: verify takes it with --bundle alone`];
}
