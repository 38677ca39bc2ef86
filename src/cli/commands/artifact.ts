/** Opens and verifies an artifact on disk: the first step of `pack verify`, `inspect`, `diff` and `run inspect`. */
import { GaitError } from "../../core/finding/error.ts";
import { judgeArtifact, type VerifyOptions } from "../../core/verify/verify.ts";
import type { OpenedSource } from "../../host/files/input.ts";
import { hostPlatform } from "../../host/platform/bun.ts";

export const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

/**
 * Verifies a file that was just written, before it gets its final name.
 * @throws GaitError `internal` if it does not verify: this program wrote it, so that is a defect
 */
export async function assertVerifies(source: OpenedSource["source"], options: VerifyOptions): Promise<void> {
  const { verdict, findings } = await judgeArtifact(source, options);
  if (verdict === "failed") {
    const [first] = findings;
    throw new GaitError("internal", `what was written does not verify: ${first?.path ?? ""} ${first?.message ?? ""}`);
  }
}
