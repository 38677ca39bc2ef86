/** The version of this program. `scripts/release/npm-package.ts` writes the library's copy of this file anew. */

declare const GAIT_VERSION: string | undefined;

/** Also the `producer_version` of packs; `0.0.0-dev` in a run from source. */
export const PROGRAM_VERSION: string = typeof GAIT_VERSION === "string" ? GAIT_VERSION : "0.0.0-dev";
