/**
 * The API of the npm package: verify, describe and compare packs in a program. Bun and browsers get this file; Node
 * gets `host/platform/node-library.ts`, which is the same on a different platform.
 */

import type { InspectReport, VerifyReport } from "../schema/answer/pack.ts";
import type { PackDiff } from "../schema/document/diff.ts";
import { accountOf } from "./account/account.ts";
import { inspectReport } from "./account/inspect.ts";
import { RunRecords } from "./account/run-records.ts";
import { blobSource, bytesSource } from "./bytes/source.ts";
import { diffArtifacts } from "./diff/diff.ts";
import { GaitError } from "./finding/error.ts";
import type { Platform } from "./platform/platform.ts";
import { portablePlatform } from "./portable-platform.ts";
import { assertKnownAnswers } from "./selftest/known-answers.ts";
import { parsePublicKey } from "./signature/key.ts";
import { verifyReport } from "./verify/answer.ts";
import type { Verified } from "./verify/verified.ts";
import { type VerifyOptions, verifyArtifact } from "./verify/verify.ts";
import type { ZipLimits } from "./zip/limits.ts";

export type { InspectReport, VerifyReport } from "../schema/answer/pack.ts";
export type { PackDiff } from "../schema/document/diff.ts";
export type { JsonObject, JsonValue } from "../schema/document/primitives.ts";
export { type ErrorCode, GaitError } from "./finding/error.ts";
export { JsonError, type JsonErrorCode } from "./json/error.ts";
export { canonicalize } from "./json/jcs.ts";
export { parseJson } from "./json/parse.ts";
export type { JsonTextOptions } from "./json/text.ts";
export type { ZipLimits } from "./zip/limits.ts";

/** Options for verification. All are optional. */
export interface VerifyRequest {
  /** Public keys as in key files: base64 or PEM. Without one, the verdict is at most `intact`. */
  readonly keys?: readonly string[];
  /** Makes every verdict below `authentic` a `failed` one. `false` by default. */
  readonly requireSignature?: boolean;
  /** Limits on the archive; by default 10,000 entries, 1 TiB of content and a ratio of 200. */
  readonly limits?: ZipLimits;
}

/** The functions that the package exports. */
export interface Library {
  /**
   * The verdict on a pack, runpack or evidence pack: the member `verify` of `gait pack verify --json`. Bad evidence
   * gives a verdict with findings and never throws.
   * @throws GaitError `not_an_archive` if the bytes are not a ZIP at all, `invalid_key`, `unsupported` if this runtime
   * fails the self-test
   */
  verify(artifact: Blob | Uint8Array, request?: VerifyRequest): Promise<VerifyReport>;
  /**
   * The contents of an artifact: the member `inspect` of `gait pack inspect --json`.
   * @throws GaitError as `verify` does, and `invalid_input` for an artifact whose verdict is `failed`
   */
  inspect(artifact: Blob | Uint8Array, request?: VerifyRequest): Promise<InspectReport>;
  /**
   * What differs between two artifacts: the member `diff` of `gait pack diff --json`. The keys apply to both sides.
   * @throws GaitError as `verify` does, and `invalid_input` if the verdict on a side is `failed`
   */
  diff(left: Blob | Uint8Array, right: Blob | Uint8Array, request?: VerifyRequest): Promise<PackDiff>;
}

export function libraryOn(platform: Platform): Library {
  // The caller's runtime is untested: run the known-answer tests before trusting it.
  let checked: Promise<void> | undefined;
  const whileVerified = async <T>(
    artifact: Blob | Uint8Array,
    { keys: texts = [], requireSignature = false, limits }: VerifyRequest,
    use: (verified: Verified) => T | Promise<T>,
    visitors?: VerifyOptions["visitors"],
  ): Promise<T> => {
    checked ??= assertKnownAnswers(platform, "runtime");
    await checked;
    const source = artifact instanceof Uint8Array ? bytesSource(artifact) : blobSource(artifact);
    const keys = texts.map((text, index) => parsePublicKey(text, platform, `keys[${index}]`));
    const verified = await verifyArtifact(source, { platform, keys, requireSignature, limits, visitors });
    try {
      return await use(verified);
    } finally {
      verified.dispose();
    }
  };
  return {
    verify: (artifact, request = {}) => whileVerified(artifact, request, verifyReport),
    inspect(artifact, request = {}) {
      const records = new RunRecords();
      const report = async (verified: Verified): Promise<InspectReport> => {
        assertSound(verified);
        return inspectReport(verified, await accountOf(verified, records));
      };
      return whileVerified(artifact, request, report, records.visitors);
    },
    diff: (left, right, request = {}) =>
      whileVerified(left, request, (from) => {
        assertSound(from);
        return whileVerified(right, request, (to) => {
          assertSound(to);
          return diffArtifacts(from, to, platform);
        });
      }),
  };
}

function assertSound({ verdict, reason }: Verified): void {
  if (verdict !== "failed") return;
  throw new GaitError("invalid_input", `the artifact failed verification: ${reason}`, {
    hint: "Call `verify` for its findings.",
  });
}

export const { verify, inspect, diff } = libraryOn(portablePlatform);
