/** The page of reports in the npm library: `scripts/release/npm-package.ts` writes the library's copy of this file anew. */

/** As `scripts/report.ts` builds it; empty in a run from source. */
export const BUILT_PAGE: string = "";
