/** The other end of a lane: an entry point of its own, which the executable starts as a thread. */
import { readContent } from "../core/content-task.ts";
import { GaitError } from "../core/error.ts";
import type { ContentQuestion, LaneQuestion } from "../core/lane.ts";
import { sliceSource } from "../core/source.ts";
import { streamContent } from "../core/zip/content.ts";
import { Giver, type PieceMessage, type Post, Taker } from "./exchange.ts";
import { openSource } from "./files.ts";
import type { LaneAnswer } from "./lanes.ts";
import { hostPlatform } from "./platform.ts";

declare const self: Worker;

const post: Post = (message, transfer) => self.postMessage(message, transfer);
let giver = new Giver(post);
let taker = new Taker(post);

self.onmessage = async ({ data }: MessageEvent<{ question: LaneQuestion } | PieceMessage>) => {
  if ("taken" in data) giver.taken();
  else if (!("question" in data)) taker.receive(data);
  else {
    giver = new Giver(post);
    taker = new Taker(post);
    self.postMessage(await answerTo(data.question));
  }
};

async function answerTo(question: LaneQuestion): Promise<LaneAnswer> {
  try {
    return { answer: question.kind === "deflate" ? await deflate() : await read(question) };
  } catch (error) {
    if (error instanceof GaitError) return { refused: { code: error.code, message: error.message, hint: error.hint } };
    return { broken: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

async function read({ archive, task, isForwarded }: ContentQuestion): Promise<object> {
  const { source, assertUnchanged, close } = await openSource(archive.path);
  try {
    // A file that was put in its place and taken away again would pass by the thread that asks, and be half a verdict.
    if (source.file?.identity !== archive.identity) {
      throw new GaitError("input_changed", `${archive.path} changed while it was read`, {
        hint: "Try again when nothing writes to it.",
      });
    }
    const range = sliceSource(source, archive.offset, archive.length);
    const answer = isForwarded
      ? await streamContent(range, task.entry, hostPlatform, (chunk) => giver.give(chunk))
      : await readContent(range, task, hostPlatform);
    assertUnchanged();
    return answer;
  } finally {
    close();
  }
}

async function deflate(): Promise<number> {
  const { loadDeflater } = await import("../core/zip/deflate.ts");
  const { deflateTo } = await loadDeflater();
  return deflateTo(taker, (bytes) => giver.give(bytes));
}
