/** Build information. `scripts/build.ts` defines the constants; they are undefined in a run from source. */
import { PROGRAM_VERSION } from "../../core/platform/program-version.ts";

declare const GAIT_COMMIT: string | undefined;
declare const GAIT_TARGET: string | undefined;

export const BUILD = {
  /** Also the `producer_version` of what it writes. */
  version: PROGRAM_VERSION,
  /** The commit, with `-dirty` appended if the tree had changes; `unknown` outside of version control. */
  commit: typeof GAIT_COMMIT === "string" ? GAIT_COMMIT : "unknown",
  bun: Bun.version,
  /** `linux-x64`, `linux-arm64-musl`, `darwin-arm64`, `windows-x64`, … */
  target: typeof GAIT_TARGET === "string" ? GAIT_TARGET : `${process.platform}-${process.arch}`,
} as const;
