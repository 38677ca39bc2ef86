/** The gait version of this page. `scripts/viewer.ts` defines the constants. */

declare const GAIT_VERSION: string;
declare const GAIT_COMMIT: string;

export const BUILD = { version: GAIT_VERSION, commit: GAIT_COMMIT } as const;
