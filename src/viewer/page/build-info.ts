/** Which gait this page is of. `scripts/viewer.ts` puts the constants in. */

declare const GAIT_VERSION: string;
declare const GAIT_COMMIT: string;

export const BUILD = { version: GAIT_VERSION, commit: GAIT_COMMIT } as const;
