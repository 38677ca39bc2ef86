/**
 * Archives taken apart and reassembled around a change, so that the change gets as deep as intended: past the CRC-32,
 * the manifest's hashes, the manifest's own digest, or the signature.
 */
import { createHash, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { selfDigest } from "../../src/core/contents/manifest.ts";
import { evidencePackId } from "../../src/core/evidence/control.ts";
import { signedDigest } from "../../src/core/signature/signature.ts";
import { hostPlatform as platform } from "../../src/host/platform/bun.ts";
import type { JsonObject } from "../../src/schema/document/primitives.ts";
import { archive, type EntrySpec } from "../core/zip/archive/builder.ts";
import { keyPath } from "../go-vectors.ts";

export type Members = [name: string, content: Uint8Array][];

/** What agrees with a change: CRC-32 and sizes; hashes and digests too, without a signature; or with one. */
export type Seal = "none" | "hashes" | "signature";

/** The members in file order, or nothing when this small reader is in doubt. */
export function readMembers(bytes: Uint8Array): Members | undefined {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length - 22;
    if (view.getUint32(end, true) !== 0x06054b50) return undefined;
    const members: (Members[number] & { offset?: number })[] = [];
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
      const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const data = bytes.subarray(start, start + view.getUint32(at + 20, true));
      const content = view.getUint16(at + 10, true) === 8 ? inflateRawSync(data, { maxOutputLength: 1 << 24 }) : data;
      if (crc32(content) !== view.getUint32(at + 16, true)) return undefined;
      const name = new TextDecoder("utf-8", { fatal: true }).decode(
        bytes.subarray(at + 46, at + 46 + (nameLength ?? 0)),
      );
      members.push(Object.assign([name, new Uint8Array(content)] as Members[number], { offset: local }));
      at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
    }
    return members
      .sort((left, right) => (left.offset ?? 0) - (right.offset ?? 0))
      .map(([name, content]) => [name, content]);
  } catch {
    return undefined;
  }
}

/** Every equivalent form of an entry: its compression, and what follows its data. */
export const FORMS = ["stored", 1, 6, 9, "descriptor"] as const;
export type Form = (typeof FORMS)[number];

export function writeMembers(members: Members, form: (name: string) => Form = () => 6): Uint8Array {
  const entries = members.map(([name, content]): EntrySpec => {
    const how = form(name);
    if (how === "stored" || (how === 6 && name.endsWith(".zip"))) return { name, content };
    const level = how === "descriptor" ? 6 : how;
    const data = new Uint8Array(deflateRawSync(content, { level }));
    return { name, content, deflate: true, data, ...(how === "descriptor" ? { descriptor: "signed" } : {}) };
  });
  return archive({ entries });
}

export function manifestNameOf(members: Members): string | undefined {
  return members.find(([name]) => name === "pack_manifest.json" || name === "manifest.json")?.[0];
}

const SEED = Buffer.from(readFileSync(keyPath("test", "private"), "utf8"), "base64").subarray(0, 32);
const PUBLIC = Buffer.from(readFileSync(keyPath("test", "public"), "utf8"), "base64");
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The members with a manifest that agrees with them as far as `seal` says; unchanged without a manifest. */
export function sealed(members: Members, seal: Seal): Members {
  const path = manifestNameOf(members);
  if (seal === "none" || path === undefined) return members;
  const manifest = objectOf(members.find(([name]) => name === path)?.[1]);
  if (manifest === undefined) return members;
  try {
    const list = manifest[path === "manifest.json" ? "files" : "contents"];
    for (const file of Array.isArray(list) ? list : []) {
      const content = members.find(([name]) => name === (file as JsonObject)?.["path"])?.[1];
      if (content !== undefined) (file as JsonObject)["sha256"] = sha256(content);
    }
    if (path === "manifest.json") manifest["manifest_digest"] = selfDigest(manifest, "manifest_digest", platform);
    else if (manifest["schema_id"] === "gait.guard.pack_manifest") {
      const contents = list as unknown as Parameters<typeof evidencePackId>[1];
      manifest["pack_id"] = evidencePackId(String(manifest["run_id"]), contents, platform);
    } else manifest["pack_id"] = selfDigest(manifest, "pack_id", platform);
    if (seal === "signature") manifest["signatures"] = [signatureOf(manifest)];
    else delete manifest["signatures"];
  } catch {
    // A value that can't be canonicalized has no digest and is unchanged.
  }
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  return members.map(([name, content]) => [name, name === path ? bytes : content]);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function objectOf(bytes: Uint8Array | undefined): JsonObject | undefined {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function signatureOf(manifest: JsonObject): JsonObject {
  const digest = signedDigest(platform, manifest);
  const key = { key: Buffer.concat([PKCS8_ED25519, SEED]), format: "der", type: "pkcs8" } as const;
  const sig = sign(null, Buffer.from(digest, "hex"), key).toString("base64");
  return { alg: "ed25519", key_id: sha256(PUBLIC), sig, signed_digest: digest };
}
