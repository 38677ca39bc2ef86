/**
 * The signature of a trace (contract 3.10): Ed25519 over H(record without `signature`), of the record as it is stored, unknown
 * members included.
 */
import type { Trace } from "../../schema/document/evidence-input.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { traceValidator } from "../../schema/validator/evidence-input.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { readDocument } from "../json/document.ts";
import { digestOf } from "../signature/digest.ts";
import { checkSignature, type PublicKey, signatureKeyId, type Verifying } from "../signature/signature.ts";

export interface TraceCheck {
  /** Absent if the file is no JSON object: it is no trace. */
  readonly object: JsonObject | undefined;
  /** Present if it fits the schema. */
  readonly trace: Trace | undefined;
  /** The key that verified it; else the given key that it names. */
  readonly keyId: string | undefined;
  readonly findings: readonly Finding[];
}

/** Checks a file with a trace. Without a signature of one of `keys` there is a finding; `path` names the file in it. */
export async function checkTrace(
  bytes: Uint8Array,
  path: string,
  keys: readonly PublicKey[],
  platform: Verifying,
): Promise<TraceCheck> {
  const { object, value: trace, findings } = readDocument(bytes, path, traceValidator);
  if (object === undefined) return { object, trace, keyId: undefined, findings };
  const checked = await traceSignature(object, path, keys, platform);
  return { object, trace, keyId: checked.keyId, findings: [...findings, ...checked.findings] };
}

/**
 * What is wrong with the signature of a record. Without keys, that it is there and of this record is all that can be known of
 * it, and a record without one is left alone.
 */
export async function traceSignature(
  record: JsonObject,
  path: string,
  keys: readonly PublicKey[],
  platform: Verifying,
): Promise<{ readonly keyId: string | undefined; readonly findings: readonly Finding[] }> {
  const { signature, ...unsigned } = record;
  const place = `${path}#$.signature`;
  if (signature === undefined || signature === null) {
    const missing = finding("signature_missing", { path: place, message: "the trace has no signature" });
    return { keyId: undefined, findings: keys.length === 0 ? [] : [missing] };
  }
  const digest = digestOf(platform, unsigned);
  const named = signatureKeyId(signature);
  const result =
    keys.length === 0 ? stated(signature, digest) : await checkSignature(signature, digest, keys, platform);
  if (result === undefined) return { keyId: undefined, findings: [] };
  if ("id" in result) return { keyId: result.id, findings: [] };
  const { reason: message, expected, actual } = result;
  return {
    keyId: keys.find(({ id }) => id === named)?.id,
    findings: [finding("signature_invalid", { path: place, message, expected, actual })],
  };
}

/** The digest that it says it signed must be that of the record: no key is needed to see that it is not. */
function stated(signature: JsonObject[string], digest: string) {
  const isObject = typeof signature === "object" && signature !== null && !Array.isArray(signature);
  const actual = isObject && Object.hasOwn(signature, "signed_digest") ? signature["signed_digest"] : undefined;
  if (actual === digest) return undefined;
  const reason = "signed_digest differs from the digest of this document";
  return { reason, expected: digest, actual: typeof actual === "string" ? actual.slice(0, 100) : undefined };
}
