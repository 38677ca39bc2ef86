/**
 * Known answers for everything that a verdict and the bytes of a pack depend on, from data inside the program. It
 * checks that this program works on this machine. It can't check that this is the published program: a tampered one
 * would also pass. That is what its SHA-256 is for.
 */

import type { Platform } from "../platform/platform.ts";
import type { Signer } from "../signature/signature.ts";
import { loadDeflater } from "../zip/deflate.ts";
import { type Check, type CheckResult, type Parts, runChecks } from "./check.ts";
import { DEFLATE_CHECKS } from "./deflate.ts";
import { DIGEST_CHECKS } from "./digest.ts";
import { INFLATE_CHECKS } from "./inflate.ts";
import { JSON_CHECKS } from "./json.ts";
import { JUDGING_CHECKS } from "./judging.ts";
import { judgingParts } from "./known-answers.ts";
import { PACK_CHECKS } from "./pack.ts";
import { SIGNATURE_CHECKS } from "./signature.ts";

/** Each check may rely on those before it. */
export const SELFTEST_CHECKS: readonly Check[] = [
  ...DIGEST_CHECKS,
  ...JSON_CHECKS,
  ...SIGNATURE_CHECKS,
  ...DEFLATE_CHECKS,
  ...INFLATE_CHECKS,
  ...JUDGING_CHECKS,
  ...PACK_CHECKS,
];

/**
 * The parts of this program on `platform`.
 * @param createSigner absent for a verifier (a browser); signing is then not checked
 */
export function partsOf(platform: Platform, createSigner?: (seed: Uint8Array) => Promise<Signer>): Parts {
  return { ...judgingParts(platform), loadDeflater, createSigner };
}

/** Runs every check whose part exists, in order. Never throws: an error becomes the check's result. */
export function selftest(parts: Parts): Promise<readonly CheckResult[]> {
  return runChecks(SELFTEST_CHECKS, parts);
}
