/** An artifact on disk, opened and verified: what `pack verify`, `inspect`, `diff` and `run inspect` begin with. */
import { GaitError } from "../../core/error.ts";
import { type VerifyOptions, verifyArtifact } from "../../core/verify.ts";
import { type OpenedSource, openSource } from "../../host/files.ts";
import { hostPlatform } from "../../host/platform.ts";

export { identityOf, verifyReport } from "../../core/verify-answer.ts";

export const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

/** Opens the file, hands it to `use`, and makes sure that it was one and the same file all the while. */
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

/**
 * For a file that was just written: it gets its name only if it verifies.
 * @throws GaitError `internal`: whatever is wrong with it was written by this program
 */
export async function assertVerifies(source: OpenedSource["source"], options: VerifyOptions): Promise<void> {
  const { verdict, findings } = await verifyArtifact(source, options);
  if (verdict === "failed") {
    const [first] = findings;
    throw new GaitError("internal", `what was written does not verify: ${first?.path ?? ""} ${first?.message ?? ""}`);
  }
}
