/** All names of a key. */
import { encodeBase64 } from "../../core/bytes/encoding.ts";
import {
  keyNames,
  keyNumberText,
  NAME_OF_ALGORITHM,
  sshBlobOf,
  type VerificationKey,
} from "../../core/trust/key/public.ts";
import { hostPlatform } from "../../host/platform/bun.ts";
import type { KeyNamesShown } from "../../schema/answer/trust-file.ts";
import type { LabelledRow } from "../terminal/rows.ts";

export function keyNamesShown(key: VerificationKey): KeyNamesShown {
  const { id, openssh, spki } = keyNames(key, hostPlatform);
  const type = key.algorithm === "ed25519" ? "ssh-ed25519" : "ecdsa-sha2-nistp256";
  return {
    algorithm: key.algorithm,
    key_id: id,
    ...{ openssh, spki_sha256: spki },
    ...(key.number === undefined ? {} : { minisign_id: keyNumberText(key.number) }),
    openssh_key: `${type} ${encodeBase64(sshBlobOf(key))}`,
  };
}

export function keyRows(key: VerificationKey): LabelledRow[] {
  const names = keyNamesShown(key);
  return [
    ["key", NAME_OF_ALGORITHM[key.algorithm]],
    ["id", names.key_id],
    ["OpenSSH", names.openssh],
    ["SPKI", names.spki_sha256],
    ["minisign", names.minisign_id],
  ];
}
