/**
 * `proof_records.jsonl` (contract 7.3): a chain of records, one for each other entry of a pack, in byte order of their paths.
 * Each record's hash covers the hash before it, so that none can be dropped, added or moved without all that follow.
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { ProofRecord } from "../../schema/document/proof.ts";
import { encodeBase64 } from "../bytes/encoding.ts";
import { canonicalize } from "../json/jcs.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";
import type { Signer, Verifying } from "../signature/signature.ts";
import { signText } from "../signature/signature.ts";
import { PACK_EPOCH } from "../time/timestamp.ts";

export const PROOF_RECORDS = "proof_records.jsonl";

/** What every record of one pack says. */
export interface ProvenPack {
  readonly packType: string;
  readonly sourceRef: string;
  readonly producerVersion: string;
}

export interface ProvenEntry {
  readonly path: string;
  /** As the manifest declares it. */
  readonly type: string;
  readonly sha256: string;
  /** In bytes, uncompressed. */
  readonly size: number;
}

/** 0644, as every entry of a pack has it. */
const PERMISSIONS = 0o644;

/** What the record of `entry` says of it. */
export function proofEvent(pack: ProvenPack, entry: ProvenEntry): JsonObject {
  return {
    pack_type: pack.packType,
    source_ref: pack.sourceRef,
    producer_version: pack.producerVersion,
    entry_path: entry.path,
    entry_type: entry.type,
    entry_sha256: entry.sha256,
    entry_size_bytes: entry.size,
    entry_permissions: PERMISSIONS,
  };
}

/** `prf-`, the timestamp, and 8 digits of the digest of what was recorded, by whom and when. */
export function proofRecordId(record: ProofRecord, hashing: Hashing): string {
  const { timestamp, source, source_product, agent_id = "", record_type, event } = record;
  const digest = digestOf(hashing, { timestamp, source, source_product, agent_id, record_type, event });
  return `prf-${timestamp}-${digest.slice(0, 8)}`;
}

/** `sha256:` and the digest of all of a record but its own hash and signature. */
export function proofRecordHash(record: ProofRecord, hashing: Hashing): string {
  const { integrity, agent_id = "", metadata = null, relationship, relations, ...rest } = record;
  const hashed: JsonObject = {
    ...rest,
    agent_id,
    metadata,
    ...(relationship === undefined ? {} : { relationship }),
    ...(relations === undefined ? {} : { relations: relations as JsonObject[] }),
    integrity: { previous_record_hash: integrity.previous_record_hash ?? "" },
  };
  return `sha256:${digestOf(hashing, hashed)}`;
}

/**
 * The content of `proof_records.jsonl`: canonical JSON, a record a line, without a line end after the last.
 *
 * @param entries in byte order of their paths
 */
export async function proofRecords(
  pack: ProvenPack,
  entries: readonly ProvenEntry[],
  platform: Hashing & Verifying,
  signer: Signer | undefined,
): Promise<Uint8Array> {
  const lines: string[] = [];
  let previous = "";
  for (const entry of entries) {
    const unhashed: ProofRecord = {
      record_id: "",
      record_version: "1.0",
      timestamp: PACK_EPOCH,
      source: "gait.pack",
      source_product: "gait",
      agent_id: "gait",
      record_type: "tool_invocation",
      event: proofEvent(pack, entry),
      controls: { permissions_enforced: false },
      metadata: { artifact_kind: "gait.pack.entry" },
      integrity: { record_hash: "", ...(previous === "" ? {} : { previous_record_hash: previous }) },
    };
    const record = { ...unhashed, record_id: proofRecordId(unhashed, platform) };
    const hash = proofRecordHash(record, platform);
    const signed =
      signer === undefined
        ? {}
        : {
            signing_key_id: signer.publicKey.id,
            signature: `base64:${encodeBase64(await signText(hash, signer, platform))}`,
          };
    const integrity = { ...record.integrity, record_hash: hash, ...signed };
    lines.push(canonicalize({ ...record, integrity } as unknown as JsonObject));
    previous = hash;
  }
  return new TextEncoder().encode(lines.join("\n"));
}
