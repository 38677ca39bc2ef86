/**
 * The platform for browsers: portable dependencies and web APIs. The host has a faster one (`host/platform/bun.ts`);
 * the tests compare the two.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { MemoryScratch } from "./bytes/scratch.ts";
import type { Platform, Sha256 } from "./platform/platform.ts";
import { verifyEd25519Portable } from "./signature/ed25519-portable.ts";

export const portablePlatform: Platform = {
  sha256: () => portableSha256(),
  crc32: crc32Table,
  InflateRaw: class InflateRaw extends DecompressionStream {
    constructor() {
      super("deflate-raw");
    }
  },
  scratch: () => new MemoryScratch(),
  verifyEd25519: verifyEd25519Portable,
};

function portableSha256(hash = sha256.create()): Sha256 {
  return {
    update: (bytes) => void hash.update(bytes),
    fork: () => portableSha256(hash.clone()),
    hex: () => bytesToHex(hash.digest()),
  };
}

/** Remainders of all bytes by the reversed polynomial 0xedb88320 (ISO 3309). */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

function crc32Table(bytes: Uint8Array, seed: number): number {
  let crc = ~seed;
  for (const byte of bytes) crc = (REMAINDERS[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}
