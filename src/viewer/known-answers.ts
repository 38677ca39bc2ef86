/**
 * What this browser must get right before it judges anything: known answers for digests, JSON, signatures and inflate, and
 * a golden pack with tampered ones. Whoever opens the page brings a browser that it was never tested in.
 */
import { GaitError } from "../core/error.ts";
import { canonicalize } from "../core/jcs.ts";
import { parseJson } from "../core/json.ts";
import { parsePublicKey } from "../core/key.ts";
import type { Platform } from "../core/platform.ts";
import { type Parts, runChecks } from "../core/selftest/check.ts";
import { DIGEST_CHECKS } from "../core/selftest/digest.ts";
import { INFLATE_CHECKS } from "../core/selftest/inflate.ts";
import { JSON_CHECKS } from "../core/selftest/json.ts";
import { JUDGING_CHECKS } from "../core/selftest/judging.ts";
import { SIGNATURE_CHECKS } from "../core/selftest/signature.ts";
import { normalizeTimestamp, toUtc } from "../core/timestamp.ts";
import { verifyArtifact } from "../core/verify.ts";

/** Those of `gait selftest` that need no builder: this page makes no packs. */
const CHECKS = [...DIGEST_CHECKS, ...JSON_CHECKS, ...SIGNATURE_CHECKS, ...INFLATE_CHECKS, ...JUDGING_CHECKS];

let checked: Promise<void> | undefined;

/** Once in each thread. @throws GaitError `unsupported` where an answer is not the known one */
export function assertKnownAnswers(platform: Platform): Promise<void> {
  checked ??= check(platform);
  return checked;
}

async function check(platform: Platform): Promise<void> {
  const parts: Parts = {
    platform,
    parseJson,
    canonicalize,
    parsePublicKey,
    normalizeTimestamp,
    toUtc,
    verifyArtifact,
    loadDeflater: () => Promise.reject(new GaitError("unsupported", "this page makes no packs")),
  };
  const failed = (await runChecks(CHECKS, parts)).find(({ ok }) => !ok);
  if (failed === undefined) return;
  throw new GaitError("unsupported", `this browser fails the self-test "${failed.name}": ${failed.error ?? ""}`, {
    hint: "Nothing can be judged here: use a current browser, or the gait executable.",
  });
}
