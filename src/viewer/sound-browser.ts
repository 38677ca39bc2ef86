/** Whoever opens the page brings a browser that it was never tested in: it answers what is known before it is believed. */
import { assertKnownAnswers } from "../core/known-answers.ts";
import type { Platform } from "../core/platform.ts";

let checked: Promise<void> | undefined;

/** Once in each thread. @throws GaitError `unsupported` where an answer is not the known one */
export function assertSoundBrowser(platform: Platform): Promise<void> {
  checked ??= assertKnownAnswers(platform, "browser");
  return checked;
}
