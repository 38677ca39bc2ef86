/** The other end of a lane: an entry point of its own, which the executable starts as a thread. */
import { type ContentQuestion, readContent } from "../core/content-task.ts";
import { GaitError } from "../core/error.ts";
import { sliceSource } from "../core/source.ts";
import { openSource } from "./files.ts";
import type { LaneAnswer } from "./lanes.ts";
import { hostPlatform } from "./platform.ts";

declare const self: Worker;

self.onmessage = async ({ data }: MessageEvent<ContentQuestion>) => {
  self.postMessage(await answerTo(data));
};

async function answerTo({ archive, task }: ContentQuestion): Promise<LaneAnswer> {
  try {
    const { source, assertUnchanged, close } = await openSource(archive.path);
    try {
      // A file that was put in its place and taken away again would pass by the thread that asks, and be half a verdict.
      if (source.file?.identity !== archive.identity) {
        throw new GaitError("input_changed", `${archive.path} changed while it was read`, {
          hint: "Try again when nothing writes to it.",
        });
      }
      const answer = await readContent(sliceSource(source, archive.offset, archive.length), task, hostPlatform);
      assertUnchanged();
      return { answer };
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof GaitError) return { refused: { code: error.code, message: error.message, hint: error.hint } };
    return { broken: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
