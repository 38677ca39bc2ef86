/** Which trust a verification was given, as one digest: two receipts with the same id were judged by the same. */
import { canonicalize } from "../../core/json/jcs.ts";
import { sha256Hex, sha256OfText } from "../../core/signature/digest.ts";
import { DEFAULT_LIMITS } from "../../core/zip/limits.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { hostPlatform } from "../platform/bun.ts";
import type { Trust, TrustCall } from "./artifact-file.ts";

/** SHA-256 over the canonical JSON of keys, limits, what is required, and the trust file (contract 14.7). */
export function trustId({ keys, limits = DEFAULT_LIMITS, requireSignature, trust }: Trust): string {
  const { maxBytes, maxEntries, maxRatio } = limits;
  const given: JsonValue = {
    keys: sorted(keys.map(({ id }) => id)),
    limits: { max_bytes: maxBytes, max_entries: maxEntries, max_ratio: maxRatio },
    require_signature: requireSignature,
    ...(trust === undefined ? {} : { trust_file: trustFile(trust) }),
  };
  return sha256OfText(hostPlatform, canonicalize(given));
}

/** The machine's own clock is left out: it would make every run another trust. */
function trustFile({ policy, at, clock, bundles }: TrustCall): JsonValue {
  const keys = policy.signers.flatMap((signer) => signer.keys);
  return {
    ...(clock === "given" ? { at } : {}),
    bundles: sorted(bundles.map(({ bytes = new Uint8Array(0) }) => sha256Hex(hostPlatform, bytes))),
    revoked: sorted(keys.filter(({ revoked }) => revoked !== undefined).map(({ key }) => key.id)),
    sha256: policy.sha256,
  };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
