/** AES-256-GCM of whole files, in the documents of contract 3.8. */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { decodeBase64, encodeBase64 } from "../../core/bytes/encoding.ts";
import { GaitError } from "../../core/finding/error.ts";
import { type Finding, finding } from "../../core/finding/finding.ts";
import { fitted, isObject, jsonInputError } from "../../core/json/document.ts";
import { JsonError } from "../../core/json/error.ts";
import { parseJson } from "../../core/json/parse.ts";
import { type Hashing, isSha256Hex, sha256Hex } from "../../core/signature/digest.ts";
import type { EncryptedArtifact } from "../../schema/document/evidence-pack.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { encryptedArtifactValidator } from "../../schema/validator/evidence-pack.ts";

/** A file is held in memory three times. */
export const MAX_PLAIN_BYTES = 256 * 1024 * 1024;
/** Base64 of that, and the members around it. */
export const MAX_ENCRYPTED_BYTES = 384 * 1024 * 1024;

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface EncryptOptions {
  readonly key: Uint8Array;
  readonly keySource: EncryptedArtifact["key_source"];
  /** RFC 3339 in UTC. */
  readonly createdAt: string;
  readonly producerVersion: string;
  readonly hashing: Hashing;
}

/** With a new nonce each time: the same file gives other bytes, which is what makes it safe. */
export function encrypted(plain: Uint8Array, options: EncryptOptions): EncryptedArtifact {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const cipher = createCipheriv(ALGORITHM, options.key, nonce);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: ALGORITHM,
    ciphertext: encodeBase64(ciphertext),
    created_at: options.createdAt,
    key_source: options.keySource,
    nonce: encodeBase64(nonce),
    plain_sha256: sha256Hex(options.hashing, plain),
    plain_size: plain.length,
    producer_version: options.producerVersion,
    schema_id: "gait.guard.encrypted_artifact",
    schema_version: "1.0.0",
  };
}

export interface Decrypted {
  readonly plain: Uint8Array;
  readonly sha256: string;
  /** What the document says of the content, and is not so. */
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
}

/** @throws GaitError `invalid_input` for what is no such document, a wrong key, or a changed ciphertext */
export function decrypted(bytes: Uint8Array, path: string, key: Uint8Array, hashing: Hashing): Decrypted {
  const artifact = artifactOf(bytes, path);
  const nonce = decodeBase64(artifact.nonce);
  const data = decodeBase64(artifact.ciphertext);
  if (artifact.algorithm !== ALGORITHM) throw unreadable(path, `its algorithm is not ${ALGORITHM}`);
  if (nonce?.length !== NONCE_BYTES) throw unreadable(path, `its nonce is not base64 of ${NONCE_BYTES} bytes`);
  if (data === undefined || data.length < TAG_BYTES) throw unreadable(path, "its ciphertext is not base64 with a tag");
  const plain = opened(data, key, nonce, path);
  const sha256 = sha256Hex(hashing, plain);
  const { plain_sha256: stated, plain_size: size } = artifact;
  const findings: Finding[] = [];
  const differs = (name: string, expected: string, actual: string): void =>
    void findings.push(
      finding("decrypted_content_mismatch", {
        ...{ path: `${path}#$.${name}`, expected, actual },
        message: `the decrypted content has another ${name === "plain_size" ? "size" : "SHA-256"}`,
      }),
    );
  if (stated !== "" && stated.toLowerCase() !== sha256) differs("plain_sha256", stated, sha256);
  if (size !== undefined && size !== plain.length) differs("plain_size", String(size), String(plain.length));
  const warnings = stated === "" ? ["the file does not say what the SHA-256 of its content is"] : [];
  return { plain, sha256, findings, warnings };
}

function opened(data: Uint8Array, key: Uint8Array, nonce: Uint8Array, path: string): Uint8Array {
  const end = data.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, nonce);
  decipher.setAuthTag(data.subarray(end));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(data.subarray(0, end)), decipher.final()]));
  } catch (error) {
    throw new GaitError("invalid_input", `${path} can't be decrypted: another key, or it was changed`, {
      hint: "The two look alike. Check the key; get the file again from its source.",
      cause: error,
    });
  }
}

function artifactOf(bytes: Uint8Array, path: string): EncryptedArtifact {
  let value: JsonValue;
  try {
    value = parseJson(bytes);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, path);
    throw error;
  }
  if (!isObject(value)) throw unreadable(path, "it is no JSON object");
  const artifact = fitted(encryptedArtifactValidator, value, `${path}#$`);
  const { plain_sha256: digest } = artifact;
  if (digest !== "" && !isSha256Hex(digest)) throw unreadable(path, "its plain_sha256 is not 64 hex digits");
  return artifact;
}

function unreadable(path: string, why: string): GaitError {
  return new GaitError("invalid_input", `${path} is no file of gait guard encrypt: ${why}`, {
    hint: "Give a file that gait guard encrypt wrote.",
  });
}
