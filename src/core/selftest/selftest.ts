/**
 * Known answers for everything that a verdict and the bytes of a pack rest on, from data inside the program. It tells
 * whether this program works on this machine. It can't tell whether the program is the one that was published: one that
 * was tampered with would say so too. That is what its SHA-256 is for.
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

/** In the order in which they build on each other. */
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
 * @param createSigner absent where only verifying is asked for (a browser): signing is not checked then
 */
export function partsOf(platform: Platform, createSigner?: (seed: Uint8Array) => Promise<Signer>): Parts {
  return { ...judgingParts(platform), loadDeflater, createSigner };
}

/** Runs every check there is a part for, in order. Never throws: whatever goes wrong is the result of its check. */
export function selftest(parts: Parts): Promise<readonly CheckResult[]> {
  return runChecks(SELFTEST_CHECKS, parts);
}
