/** Whoever opens the page brings a browser that it was never tested in: it answers what is known before it is believed. */

import type { Platform } from "../../core/platform/platform.ts";
import { assertKnownAnswers } from "../../core/selftest/known-answers.ts";

let checked: Promise<void> | undefined;

/** Once in each thread. @throws GaitError `unsupported` where an answer is not the known one */
export function assertSoundBrowser(platform: Platform): Promise<void> {
  checked ??= assertKnownAnswers(platform, "browser");
  return checked;
}
