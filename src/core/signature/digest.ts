/** SHA-256 as in the formats: 64 hex digits, of bytes or of a document's canonical JSON. */

import type { JsonValue } from "../../schema/document/primitives.ts";
import { decodeHex } from "../bytes/encoding.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";

/** What a digest needs from the platform. */
export type Hashing = Pick<Platform, "sha256" | "sha256Text" | "sha256TextInto" | "sha256Bytes" | "sha256BytesInto">;

/** SHA-256 of `bytes`, 64 lower-case hex digits. */
export function sha256Hex(platform: Hashing, bytes: Uint8Array): string {
  const hash = platform.sha256();
  hash.update(bytes);
  return hash.hex();
}

/** SHA-256 of a text's UTF-8 bytes, 64 lower-case hex digits. Recording does this for every call, so speed matters. */
export function sha256OfText(platform: Hashing, text: string): string {
  return platform.sha256Text?.(text) ?? sha256Hex(platform, new TextEncoder().encode(text));
}

/** SHA-256 of a few bytes, as of one record, 64 lower-case hex digits. */
export function sha256OfBytes(platform: Hashing, bytes: Uint8Array): string {
  return platform.sha256Bytes?.(bytes) ?? sha256Hex(platform, bytes);
}

/** SHA-256 of a text as 32 bytes, into `digest`. For short texts the hex digits would be most of the work. */
export function sha256OfTextInto(platform: Hashing, text: string, digest: Uint8Array): void {
  if (platform.sha256TextInto !== undefined) platform.sha256TextInto(text, digest);
  else digest.set(decodeHex(sha256OfText(platform, text)) ?? []);
}

/** SHA-256 of `bytes` as 32 bytes, into `digest`. */
export function sha256OfBytesInto(platform: Hashing, bytes: Uint8Array, digest: Uint8Array): void {
  if (platform.sha256BytesInto !== undefined) platform.sha256BytesInto(bytes, digest);
  else digest.set(decodeHex(sha256Hex(platform, bytes)) ?? []);
}

/** H(value) of the formats: SHA-256 of its canonical JSON (RFC 8785), 64 lower-case hex digits. */
export function digestOf(platform: Hashing, value: JsonValue): string {
  return sha256OfText(platform, canonicalize(value));
}

/** Whether `text` is 64 hex digits; the formats take either letter case. */
export function isSha256Hex(text: string): boolean {
  return /^[0-9A-Fa-f]{64}$/.test(text);
}

/** Whether both are SHA-256 digests, and the same one. Two empty texts are not digests, so they are not equal. */
export function sameDigest(left: string, right: string): boolean {
  return isSha256Hex(left) && isSha256Hex(right) && left.toLowerCase() === right.toLowerCase();
}
