/**
 * What a runtime must get right before it verifies anything: known answers for digests, JSON, signatures and inflate,
 * and a golden pack with tampered copies. Browsers, and programs that use the library, bring untested runtimes.
 */
import { GaitError } from "../finding/error.ts";
import { canonicalize } from "../json/jcs.ts";
import { parseJson } from "../json/parse.ts";
import type { Platform } from "../platform/platform.ts";
import { parsePublicKey } from "../signature/key.ts";
import { normalizeTimestamp, toUtc } from "../time/timestamp.ts";
import { judgeArtifact } from "../verify/verify.ts";
import { type Parts, runChecks } from "./check.ts";
import { DIGEST_CHECKS } from "./digest.ts";
import { INFLATE_CHECKS } from "./inflate.ts";
import { JSON_CHECKS } from "./json.ts";
import { JUDGING_CHECKS } from "./judging.ts";
import { SIGNATURE_CHECKS } from "./signature.ts";

/** The checks of `gait selftest` that need no builder: a verifier-only bundle does not include the builders. */
const CHECKS = [...DIGEST_CHECKS, ...JSON_CHECKS, ...SIGNATURE_CHECKS, ...INFLATE_CHECKS, ...JUDGING_CHECKS];

/** The parts that a verdict depends on. */
export function judgingParts(platform: Platform): Omit<Parts, "loadDeflater" | "createSigner"> {
  return { platform, parseJson, canonicalize, parsePublicKey, normalizeTimestamp, toUtc, judgeArtifact };
}

/** @throws GaitError `unsupported` on a wrong answer */
export async function assertKnownAnswers(platform: Platform, host: "browser" | "runtime"): Promise<void> {
  const loadDeflater = () => Promise.reject(new GaitError("unsupported", "this build can't make packs"));
  const failed = (await runChecks(CHECKS, { ...judgingParts(platform), loadDeflater })).find(({ ok }) => !ok);
  if (failed === undefined) return;
  throw new GaitError("unsupported", `this ${host} fails the self-test "${failed.name}": ${failed.error ?? ""}`, {
    hint: `Nothing can be verified here: use a current ${host}, or the gait executable.`,
  });
}
