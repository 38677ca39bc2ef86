/**
 * The face of the npm package: verify, describe and compare packs in a program. Bun and browsers get this file, Node gets
 * `host/platform/node-library.ts`, which is the same on another platform.
 */

import type { InspectReport, VerifyReport } from "../schema/answer/pack.ts";
import type { PackDiff } from "../schema/document/diff.ts";
import { accountOf } from "./account/account.ts";
import { inspectReport } from "./account/inspect.ts";
import { type ByteSource, blobSource, bytesSource } from "./bytes/source.ts";
import { diffArtifacts } from "./diff/diff.ts";
import { GaitError } from "./finding/error.ts";
import type { Platform } from "./platform/platform.ts";
import { portablePlatform } from "./portable-platform.ts";
import { assertKnownAnswers } from "./selftest/known-answers.ts";
import { parsePublicKey } from "./signature/key.ts";
import { verifyReport } from "./verify/answer.ts";
import { type Verification, type VerifyOptions, verifyArtifact } from "./verify/verify.ts";
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

/** How an artifact is to be judged. All of it may be left out. */
export interface VerifyRequest {
  /** Texts of public keys, as in key files: base64 or PEM. Without one, no verdict is more than `intact`. */
  readonly keys?: readonly string[];
  /** Makes every verdict below `authentic` a `failed` one. `false` by default. */
  readonly requireSignature?: boolean;
  /** What the archive may ask of its reader; by default 10,000 entries, 1 TiB of content and a ratio of 200. */
  readonly limits?: ZipLimits;
}

/** The functions that the package exports, on some platform. */
export interface Library {
  /**
   * The verdict on a pack, runpack or evidence pack: the member `verify` of `gait pack verify --json`. Bad evidence is a
   * verdict with findings, and never thrown.
   * @throws GaitError `not_an_archive` if the bytes are not a ZIP at all, `invalid_key`, `unsupported` where this runtime
   * fails the self-test
   */
  verify(artifact: Blob | Uint8Array, request?: VerifyRequest): Promise<VerifyReport>;
  /**
   * What an artifact holds: the member `inspect` of `gait pack inspect --json`.
   * @throws GaitError as `verify` does, and `invalid_input` for an artifact whose verdict is `failed`
   */
  inspect(artifact: Blob | Uint8Array, request?: VerifyRequest): Promise<InspectReport>;
  /**
   * What differs between two artifacts: the member `diff` of `gait pack diff --json`. The keys are for both sides.
   * @throws GaitError as `verify` does, and `invalid_input` if the verdict on a side is `failed`
   */
  diff(left: Blob | Uint8Array, right: Blob | Uint8Array, request?: VerifyRequest): Promise<PackDiff>;
}

export function libraryOn(platform: Platform): Library {
  // The runtime is whatever the caller has: it answers what is known before it is believed.
  let checked: Promise<void> | undefined;
  const judge = async (artifact: Blob | Uint8Array, request: VerifyRequest): Promise<JudgedArtifact> => {
    checked ??= assertKnownAnswers(platform, "runtime");
    await checked;
    const source = artifact instanceof Uint8Array ? bytesSource(artifact) : blobSource(artifact);
    const keys = (request.keys ?? []).map((text, index) => parsePublicKey(text, platform, `keys[${index}]`));
    const { requireSignature = false, limits } = request;
    const options = { platform, keys, requireSignature, limits };
    return { source, options, verification: await verifyArtifact(source, options) };
  };
  const judgeSound = async (artifact: Blob | Uint8Array, request: VerifyRequest): Promise<JudgedArtifact> => {
    const judged = await judge(artifact, request);
    if (judged.verification.verdict !== "failed") return judged;
    throw new GaitError("invalid_input", `the artifact has failed: ${judged.verification.reason}`, {
      hint: "Ask `verify` for its findings.",
    });
  };
  return {
    verify: async (artifact, request = {}) => verifyReport((await judge(artifact, request)).verification),
    async inspect(artifact, request = {}) {
      const { source, options, verification } = await judgeSound(artifact, request);
      return inspectReport(verification, await accountOf(source, verification, options));
    },
    async diff(left, right, request = {}) {
      const sides = [await judgeSound(left, request), await judgeSound(right, request)] as const;
      return diffArtifacts(sides[0].verification, sides[1].verification, platform);
    },
  };
}

interface JudgedArtifact {
  readonly source: ByteSource;
  readonly options: VerifyOptions;
  readonly verification: Verification;
}

export const { verify, inspect, diff } = libraryOn(portablePlatform);
