/** Opens and verifies an artifact in a file, and checks that the file does not change. */

import type { OpenedObject } from "../../core/store/objects.ts";
import type { TrustQuestion } from "../../core/trust/evaluate.ts";
import type { Sidecar } from "../../core/trust/format/read-file.ts";
import type { VerificationData, Verified } from "../../core/verify/verified.ts";
import { judgeArtifact, type TrustVerifyOptions, type VerifyOptions, verifyNamed } from "../../core/verify/verify.ts";
import { type OpenedSource, openSource } from "../files/input.ts";
import { type Settled, settled } from "../threads/settled.ts";

/** What is asked of a trust file: for every pack the same, but for what lies beside it. */
export interface TrustCall extends Omit<TrustQuestion, "sidecars"> {
  /** The files of `--bundle`. */
  readonly bundles: readonly Sidecar[];
}

/** The options of a verification of a file. */
export interface FileOptions extends VerifyOptions, Pick<TrustVerifyOptions, "isHeld"> {
  readonly trust?: TrustCall | undefined;
  /** The file's name has to be its SHA-256, as in a store. */
  readonly isNamedByDigest?: boolean | undefined;
  /** With the numbers of a receipt. */
  readonly isAccounted?: boolean | undefined;
}

/** With the names of what lies beside it, where somebody listed its folder already. */
type ListedOptions = FileOptions & { readonly beside?: readonly string[] | undefined };

/** The same, besides the platform: plain data, so that they can cross threads. */
export type Trust = Omit<FileOptions, "platform" | "visitors" | "knownRunpack">;

/** The options for the file at `path`, with what lies beside it. */
async function optionsFor(path: string, { beside, ...options }: ListedOptions): Promise<TrustVerifyOptions> {
  if (options.trust === undefined) return optionsWith([], options);
  const [{ namesBeside, sidecarsOf }, { MAX_SIGNATURE_FILE_BYTES }] = await Promise.all([
    import("./beside.ts"),
    import("../../core/trust/format/read-file.ts"),
  ]);
  return optionsWith(await sidecarsOf(path, beside ?? namesBeside(path), MAX_SIGNATURE_FILE_BYTES), options);
}

/** The options with what lies beside the artifact. */
function optionsWith(
  sidecars: readonly Sidecar[],
  { trust, isNamedByDigest: _, isAccounted: __, ...options }: FileOptions,
): TrustVerifyOptions {
  if (trust === undefined) return options;
  const { bundles, ...question } = trust;
  return { ...options, trust: { ...question, sidecars: [...sidecars, ...bundles] } };
}

/** Opens the file, passes it to `use`, and checks that it did not change. */
export async function withArtifact<T>(path: string, use: (opened: OpenedSource) => Promise<T>): Promise<T> {
  return whileOpen(await openSource(path), use);
}

/** Passes what is open to `use`, checks that it did not change, and closes it. */
export async function whileOpen<T, Opened extends Pick<OpenedObject, "assertUnchanged" | "close">>(
  opened: Opened,
  use: (opened: Opened) => Promise<T>,
): Promise<T> {
  try {
    const result = await use(opened);
    opened.assertUnchanged();
    return result;
  } finally {
    opened.close();
  }
}

/** As `withArtifact`, verified; `use` may read more of it. */
export function withVerified<T>(
  path: string,
  options: FileOptions,
  use: (verified: Verified, opened: OpenedSource) => Promise<T>,
): Promise<T> {
  return withArtifact(path, (opened) => whileVerified(opened, options, (verified) => use(verified, opened)));
}

/** Verifies what is open, hands it to `use`, and lets go of what the verification opened. */
export async function whileVerified<T>(
  { path, source }: Pick<OpenedSource, "path" | "source">,
  options: FileOptions,
  use: (verified: Verified) => Promise<T>,
): Promise<T> {
  const verified = await verifyNamed(path, source, await optionsFor(path, options));
  try {
    return await use(verified);
  } finally {
    verified.dispose();
  }
}

/** The verdict on one file of many: a read error becomes its own result. */
export function judgeFile(path: string, options: ListedOptions): Promise<Settled<VerificationData>> {
  return settled(() =>
    withArtifact(path, async (opened) => judgeOpened(opened, await optionsFor(path, options), options)),
  );
}

/** The same of what is open, with what lies beside it. */
export function judgeHeld(
  opened: Judged,
  sidecars: readonly Sidecar[],
  options: FileOptions,
): Promise<Settled<VerificationData>> {
  return settled(() => judgeOpened(opened, optionsWith(sidecars, options), options));
}

type Judged = Pick<OpenedObject, "path" | "source" | "digest">;

async function judgeOpened(
  opened: Judged,
  given: TrustVerifyOptions,
  { isAccounted, isNamedByDigest }: FileOptions,
): Promise<VerificationData> {
  const judge = isAccounted === true ? (await import("./accounted.ts")).judgeAccounted : judgeArtifact;
  const verification = await judge(opened.source, given);
  if (isNamedByDigest !== true) return verification;
  const { heldToName } = await import("./named-by-digest.ts");
  return heldToName(opened, verification);
}
