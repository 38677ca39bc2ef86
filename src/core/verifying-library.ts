/** The part of the library that verifies, describes and compares. */
import type { InspectReport, VerifyReport } from "../schema/answer/pack.ts";
import type { PackDiff } from "../schema/document/diff.ts";
import { accountOf } from "./account/account.ts";
import { inspectReport } from "./account/inspect.ts";
import { RunRecords } from "./account/run-records.ts";
import { type ByteSource, blobSource, bytesSource } from "./bytes/source.ts";
import { diffArtifacts } from "./diff/diff.ts";
import { GaitError } from "./finding/error.ts";
import type { Platform } from "./platform/platform.ts";
import { assertKnownAnswers } from "./selftest/known-answers.ts";
import { parsePublicKey } from "./signature/key.ts";
import type { PublicKey } from "./signature/signature.ts";
import { compareTimestamps, toUtc } from "./time/timestamp.ts";
import type { TrustQuestion } from "./trust/evaluate.ts";
import { verifyReport } from "./verify/answer.ts";
import type { Verified } from "./verify/verified.ts";
import { type VerifyOptions, verifyArtifact } from "./verify/verify.ts";
import type { ZipLimits } from "./zip/limits.ts";

/** Options for verification. All are optional. */
export interface VerifyRequest {
  /** Public keys as in key files: base64 or PEM. Without one, the verdict is at most `intact`. */
  readonly keys?: readonly string[];
  /** Makes every verdict below `authentic` a `failed` one. `false` by default. */
  readonly requireSignature?: boolean;
  /** Instead of keys: a trust file, which says whose signatures count. The verdict is `authentic` or `failed`. */
  readonly trust?: TrustRequest;
  /** Limits on the archive; by default 10,000 entries, 1 TiB of content and a ratio of 200. */
  readonly limits?: ZipLimits;
}

/** A trust file, the time that is taken for now, and what lies beside the artifact. */
export interface TrustRequest {
  /** The file: ours, or an `allowed_signers` file of OpenSSH. It comes from those who verify, never with the evidence. */
  readonly file: string | Uint8Array;
  /** Taken for now, in UTC: `new Date().toISOString()`. */
  readonly at: string;
  /** The files whose names begin with the artifact's, and their names. */
  readonly beside?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** The functions that judge. */
export interface VerifyingLibrary {
  /**
   * The verdict on a pack, runpack or evidence pack: the member `verify` of `gait pack verify --json`. Bad evidence
   * gives a verdict with findings and never throws.
   * @throws GaitError `not_an_archive` if the bytes are not a ZIP at all, `invalid_key`, `invalid_trust`, `unsupported` if
   * this runtime fails the self-test
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

const checked = new WeakMap<Platform, Promise<void>>();

/** The caller's runtime is untested: this runs the known-answer tests before it is trusted, once. @throws GaitError `unsupported` */
export function checkRuntime(platform: Platform): Promise<void> {
  const check = checked.get(platform) ?? assertKnownAnswers(platform, "runtime");
  checked.set(platform, check);
  return check;
}

/** Verifies an artifact, and keeps it open while `use` runs. @throws GaitError as `VerifyingLibrary.verify` */
export async function whileVerified<T>(
  platform: Platform,
  artifact: Artifact,
  { keys: texts = [], requireSignature = false, limits, trust }: VerifyRequest,
  use: (verified: Verified) => T | Promise<T>,
  visitors?: VerifyOptions["visitors"],
): Promise<T> {
  await checkRuntime(platform);
  const source = sourceOf(artifact);
  const keys = texts.map((text, index) => parsePublicKey(text, platform, `keys[${index}]`));
  const asked = trust === undefined ? undefined : await questionOf(trust, keys, platform);
  const options = { platform, keys, requireSignature, limits, visitors, trust: asked };
  const verified = await verifyArtifact(source, options);
  try {
    return await use(verified);
  } finally {
    verified.dispose();
  }
}

export function verifyingOn(platform: Platform): VerifyingLibrary {
  return {
    verify: (artifact, request = {}) => whileVerified(platform, artifact, request, verifyReport),
    inspect(artifact, request = {}) {
      const records = new RunRecords();
      const report = async (verified: Verified): Promise<InspectReport> => {
        assertSound(verified);
        return inspectReport(verified, await accountOf(verified, records));
      };
      return whileVerified(platform, artifact, request, report, records.visitors);
    },
    diff: (left, right, request = {}) =>
      whileVerified(platform, left, request, (from) => {
        assertSound(from);
        return whileVerified(platform, right, request, (to) => {
          assertSound(to);
          return diffArtifacts(from, to, platform);
        });
      }),
  };
}

/** What is verified. */
export type Artifact = Blob | Uint8Array | ByteSource;

export function sourceOf(artifact: Artifact): ByteSource {
  if (artifact instanceof Uint8Array) return bytesSource(artifact);
  return "read" in artifact ? artifact : blobSource(artifact);
}

async function questionOf(
  { file, at, beside = [] }: TrustRequest,
  keys: readonly PublicKey[],
  platform: Platform,
): Promise<TrustQuestion> {
  if (keys.length > 0)
    throw new GaitError("invalid_input", "a trust file and a key are both given", {
      hint: "Give only the trust file: it names the keys.",
    });
  const { readPolicy } = await import("./trust/policy/read-policy.ts");
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const policy = await readPolicy(bytes, "trust.file", platform);
  const now = toUtc(at);
  if (policy.until !== undefined && compareTimestamps(now, policy.until) > 0) {
    throw new GaitError("invalid_trust", `the trust file has ended: it is to be used until ${policy.until}`);
  }
  return { policy, at: now, clock: "given", sidecars: beside };
}

function assertSound({ verdict, reason }: Verified): void {
  if (verdict !== "failed") return;
  throw new GaitError("invalid_input", `the artifact failed verification: ${reason}`, {
    hint: "Call `verify` for its findings.",
  });
}
