/**
 * A signature over a job's log (contract 4.7): by the writer of an event, over the `log_sha256` of that event, beside it in
 * the payload. The digest covers every line up to there, so that the signature of the last event covers the log.
 */

import type { JobEvent } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { type Finding, finding } from "../finding/finding.ts";
import {
  checkSignature,
  type PublicKey,
  type Signer,
  signatureKeyId,
  signDigest,
  type Verifying,
} from "../signature/signature.ts";
import { LOG_SHA256, LOG_SIGNATURE, type LogChain, logDigestOf, withLink } from "./log-chain.ts";

/** `event`, which is the next one of the log in `chain`, with the digest of the log and, given a signer, its signature. */
export async function linked(
  event: JobEvent,
  chain: LogChain,
  signer: Signer | undefined,
  platform: Verifying,
): Promise<JobEvent> {
  const digest = chain.digestOf(event);
  const link: JsonObject = { [LOG_SHA256]: digest };
  if (signer !== undefined) link[LOG_SIGNATURE] = { ...(await signDigest(digest, signer, platform)) };
  return withLink(event, link);
}

export interface LogSignature {
  /** `unsigned`: the last event has no signature, whatever those before it have. */
  readonly status: "unsigned" | "not_checked" | "verified" | "failed";
  /** The key that it verified with; else the one that it names, if any. */
  readonly keyId?: string;
  readonly finding?: Finding;
}

/**
 * The signature of the log that ends with `last`, whose `log_sha256` has been found to be right. With keys, anything but a
 * signature that verifies with one of them is a finding.
 */
export async function checkLogSignature(
  last: JobEvent,
  keys: readonly PublicKey[],
  eventsPath: string,
  platform: Verifying,
): Promise<LogSignature> {
  const digest = logDigestOf(last);
  const { payload } = last;
  const stored = payload !== undefined && Object.hasOwn(payload, LOG_SIGNATURE) ? payload[LOG_SIGNATURE] : undefined;
  const path = `${eventsPath}#revision ${last.revision}`;
  if (stored === undefined || digest === undefined) {
    if (keys.length === 0) return { status: "unsigned" };
    const message = `the log is not signed: its last event, revision ${last.revision}, has no ${LOG_SIGNATURE}`;
    return { status: "failed", finding: finding("signature_missing", { path, message }) };
  }
  const named = signatureKeyId(stored);
  const keyId = named === "" ? {} : { keyId: named };
  if (keys.length === 0) return { status: "not_checked", ...keyId };
  const result = await checkSignature(stored, digest, keys, platform);
  if (!("reason" in result)) return { status: "verified", keyId: result.id };
  const { reason, expected, actual } = result;
  const message = `the ${LOG_SIGNATURE} of revision ${last.revision}: ${reason}`;
  return { status: "failed", ...keyId, finding: finding("signature_invalid", { path, message, expected, actual }) };
}
