/**
 * What a runtime must get right before it judges anything: known answers for digests, JSON, signatures and inflate, and a
 * golden pack with tampered ones. A browser, and the program that uses the library, bring one that this was never tested in.
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

/** Those of `gait selftest` that need no builder: whoever only judges makes no packs, and does not carry the means. */
const CHECKS = [...DIGEST_CHECKS, ...JSON_CHECKS, ...SIGNATURE_CHECKS, ...INFLATE_CHECKS, ...JUDGING_CHECKS];

/** The parts that a verdict rests on. */
export function judgingParts(platform: Platform): Omit<Parts, "loadDeflater" | "createSigner"> {
  return { platform, parseJson, canonicalize, parsePublicKey, normalizeTimestamp, toUtc, judgeArtifact };
}

/** @throws GaitError `unsupported` where an answer is not the known one */
export async function assertKnownAnswers(platform: Platform, host: "browser" | "runtime"): Promise<void> {
  const loadDeflater = () => Promise.reject(new GaitError("unsupported", "nothing is packed here"));
  const failed = (await runChecks(CHECKS, { ...judgingParts(platform), loadDeflater })).find(({ ok }) => !ok);
  if (failed === undefined) return;
  throw new GaitError("unsupported", `this ${host} fails the self-test "${failed.name}": ${failed.error ?? ""}`, {
    hint: `Nothing can be judged here: use a current ${host}, or the gait executable.`,
  });
}
