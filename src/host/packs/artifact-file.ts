/** Opens and verifies an artifact in a file, and checks that the file does not change. */

import type { VerificationData, Verified } from "../../core/verify/verified.ts";
import { judgeArtifact, type VerifyOptions, verifyNamed } from "../../core/verify/verify.ts";
import { type OpenedSource, openSource } from "../files/input.ts";
import { type Settled, settled } from "../threads/settled.ts";

/** The options of a verification, besides the platform: plain data, so that they can cross threads. */
export type Trust = Omit<VerifyOptions, "platform" | "visitors" | "knownRunpack">;

/** Opens the file, passes it to `use`, and checks that it did not change. */
export async function withArtifact<T>(path: string, use: (opened: OpenedSource) => Promise<T>): Promise<T> {
  const opened = await openSource(path);
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
  options: VerifyOptions,
  use: (verified: Verified, opened: OpenedSource) => Promise<T>,
): Promise<T> {
  return withArtifact(path, (opened) => whileVerified(opened, options, (verified) => use(verified, opened)));
}

/** Verifies what is open, hands it to `use`, and lets go of what the verification opened. */
export async function whileVerified<T>(
  { path, source }: Pick<OpenedSource, "path" | "source">,
  options: VerifyOptions,
  use: (verified: Verified) => Promise<T>,
): Promise<T> {
  const verified = await verifyNamed(path, source, options);
  try {
    return await use(verified);
  } finally {
    verified.dispose();
  }
}

/** The verdict on one file of many: a read error becomes its own result. */
export function judgeFile(path: string, options: VerifyOptions): Promise<Settled<VerificationData>> {
  return settled(() => withArtifact(path, ({ source }) => judgeArtifact(source, options)));
}
