/** An artifact in a file: opened, verified, and held to be one and the same file all the while. */
import {
  type VerificationData,
  type VerifyOptions,
  verificationData,
  verifyArtifact,
} from "../../core/verify/verify.ts";
import { type OpenedSource, openSource } from "../files/input.ts";
import { type Settled, settled } from "../threads/settled.ts";

/** What a verification is given, beside the platform: plain data, for another thread too. */
export type Trust = Omit<VerifyOptions, "platform">;

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

/** The verdict on one file of many: an error in reading it becomes its own result. */
export function judgeFile(path: string, options: VerifyOptions): Promise<Settled<VerificationData>> {
  return settled(async () =>
    verificationData(await withArtifact(path, ({ source }) => verifyArtifact(source, options))),
  );
}
