/**
 * `SHA256SUMS`, as `sha256sum -c` reads it, and `SHA256SUMS.sig`: the 64 bytes of the Ed25519 signature over its bytes,
 * as `openssl pkeyutl -verify -rawin` reads it.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { serializePublicKey } from "../../src/core/signature/key.ts";
import type { Signer } from "../../src/core/signature/signature.ts";

/** DER of a SubjectPublicKeyInfo with an Ed25519 key (RFC 8410 section 4), up to the key itself. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export function sha256OfFile(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** Every file below `folder`, in byte order of the paths. */
export function sumsText(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return files.map((file) => `${sha256OfFile(join(folder, file))}  ${file}\n`).join("");
}

/** Writes the signature, and the public key in both forms: a convenience copy, not a basis for trust. */
export async function signSums(folder: string, signer: Signer): Promise<void> {
  const sums = new Uint8Array(readFileSync(join(folder, "SHA256SUMS")));
  writeFileSync(join(folder, "SHA256SUMS.sig"), await signer.sign(sums));
}

export function writePublicKey(folder: string, { publicKey }: Signer): void {
  writeFileSync(join(folder, "gait_release_public.key"), serializePublicKey(publicKey));
  const der = Buffer.concat([SPKI_PREFIX, publicKey.bytes]).toString("base64");
  writeFileSync(
    join(folder, "gait_release_public.pem"),
    `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`,
  );
}
