/** `gait pack report` for programs: the page as one text. */
import { accountOf } from "../account/account.ts";
import { RunRecords } from "../account/run-records.ts";
import { digestingSource } from "../bytes/digesting-source.ts";
import type { ByteSource } from "../bytes/source.ts";
import { differenceBetween, type Side } from "../diff/difference.ts";
import { GaitError } from "../finding/error.ts";
import type { Platform } from "../platform/platform.ts";
import { PROGRAM_VERSION } from "../platform/program-version.ts";
import type { Verified } from "../verify/verified.ts";
import type { VerifyOptions } from "../verify/verify.ts";
import { type Reported, reportHtml } from "./document.ts";
import { BUILT_PAGE } from "./page/built.ts";
import { templateOf } from "./page/template.ts";

/** An artifact and what a report calls it. */
export interface NamedArtifact {
  /** Its base name on the page: `run.zip`. */
  readonly name: string;
  readonly artifact: Blob | Uint8Array;
}

/** Verifies a source, and keeps it open while `use` runs. */
export type WhileVerified = <T>(
  source: ByteSource,
  visitors: VerifyOptions["visitors"],
  use: (verified: Verified) => Promise<T>,
) => Promise<T>;

type Read = Reported & Side;

/** @throws GaitError as `Library.report` */
export async function reportText(
  files: readonly { readonly name: string; readonly source: ByteSource }[],
  platform: Platform,
  whileVerified: WhileVerified,
): Promise<string> {
  if (files.length === 0) throw new GaitError("invalid_input", "there is no artifact to report on");
  if (BUILT_PAGE === "") throw new GaitError("unsupported", "this build has no page for reports");
  // All stay open until the report is made: two of them are compared.
  const withAll = async (read: readonly Read[]): Promise<string> => {
    const file = files[read.length];
    if (file === undefined) return page(read, platform);
    const source = digestingSource(file.source, platform.sha256());
    const records = new RunRecords({ withArguments: true });
    return whileVerified(source, records.visitors, async (verified) => {
      const account = await accountOf(verified, records);
      return withAll([...read, { name: file.name, verified, account, digest: await source.digest() }]);
    });
  };
  return withAll([]);
}

async function page(read: readonly Read[], platform: Platform): Promise<string> {
  const [left, right, ...others] = read;
  const isCompared = others.length === 0 && read.every(({ verified }) => verified.verdict !== "failed");
  const difference =
    left !== undefined && right !== undefined && isCompared ? await differenceBetween(left, right) : undefined;
  const report = {
    artifacts: read,
    producer: `gait ${PROGRAM_VERSION}`,
    ...(difference === undefined ? {} : { difference }),
  };
  return [...reportHtml(platform, report, templateOf(BUILT_PAGE))].join("");
}
