/** An artifact on disk, opened and verified: what `pack verify`, `inspect`, `diff` and `run inspect` begin with. */
import { GaitError } from "../../core/finding/error.ts";
import { judgeArtifact, type VerifyOptions } from "../../core/verify/verify.ts";
import type { OpenedSource } from "../../host/files/input.ts";
import { hostPlatform } from "../../host/platform/bun.ts";

export const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

/**
 * For a file that was just written: it gets its name only if it verifies.
 * @throws GaitError `internal`: whatever is wrong with it was written by this program
 */
export async function assertVerifies(source: OpenedSource["source"], options: VerifyOptions): Promise<void> {
  const { verdict, findings } = await judgeArtifact(source, options);
  if (verdict === "failed") {
    const [first] = findings;
    throw new GaitError("internal", `what was written does not verify: ${first?.path ?? ""} ${first?.message ?? ""}`);
  }
}
