/**
 * Verifies many packs on this thread and others; results come in list order while the list is still being read, in
 * constant memory.
 */
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Listed } from "../files/folder-walk.ts";
import { hostPlatform } from "../platform/bun.ts";
import type { Settled } from "../threads/settled.ts";
import type { Thread } from "../threads/thread.ts";
import { threads } from "../threads/threads.ts";
import { judgeFile, type Trust } from "./artifact-file.ts";
import { BatchSizes } from "./batch-sizes.ts";
import { createChange } from "./change.ts";
import { type Checked, OrderedResults } from "./ordered-results.ts";
import type { PacksAnswer, PacksQuestion } from "./question.ts";

/** Lists of small packs are done by then: another thread would only cost. */
const ALONE_MS = 25;
/** Questions that are with a thread at a time. */
const QUESTIONS = 2;

interface Waiting {
  readonly at: number;
  readonly path: string;
}

/** @param jobs maximum number of threads, including this one */
export async function* verifyPacks(
  list: AsyncIterable<Exclude<Listed, { left: string }>>,
  { jobs, trust }: { readonly jobs: number; readonly trust: Trust },
): AsyncGenerator<Checked> {
  const queue: Waiting[] = [];
  const results = new OrderedResults();
  let listEnd: { readonly error?: unknown } | undefined;
  let stopped = false;
  let others: readonly Thread[] = [];
  let joined = false;
  const batches = new BatchSizes<Thread>();
  const change = createChange();

  const settle = (at: number, checked: Checked): void => {
    results.settle(at, checked);
    change.announce();
  };

  async function readList(): Promise<void> {
    try {
      for await (const listed of list) {
        while (!stopped && results.isFull) await change.next();
        if (stopped) return;
        const at = results.reserve();
        if ("refused" in listed)
          settle(at, { path: listed.path, settled: { refused: listed.refused }, milliseconds: 0 });
        else queue.push({ at, path: listed.path });
        hand();
        change.announce();
      }
      listEnd = {};
    } catch (error) {
      listEnd = { error };
    }
    change.announce();
  }

  /** Sends waiting packs to the other threads, as capacity allows. */
  function hand(): void {
    if (joined && others.length < jobs - 1) others = threads(Math.min(jobs - 1, others.length + queue.length));
    for (const thread of others) {
      while (!stopped && queue.length > 0 && !thread.dead && thread.pending < QUESTIONS) {
        const share = Math.ceil(queue.length / (others.length + 1));
        void judgeElsewhere(thread, queue.splice(0, Math.min(share, batches.sizeFor(thread))));
      }
    }
  }

  async function judgeElsewhere(thread: Thread, batch: readonly Waiting[]): Promise<void> {
    const paths = batch.map(({ path }) => path);
    try {
      const beside = trust.trust === undefined ? {} : { beside: (await import("./beside.ts")).namesBesideEach(paths) };
      const question: PacksQuestion = { packs: paths, trust, ...beside };
      const { verdicts, milliseconds } = (await thread.enqueue(question)) as PacksAnswer;
      batches.learn(
        thread,
        paths.length,
        milliseconds.reduce((sum, each) => sum + each, 0),
      );
      for (const [index, { at, path }] of batch.entries()) {
        const settled = verdicts[index] as Settled<VerificationData>;
        settle(at, { path, settled, milliseconds: milliseconds[index] ?? 0 });
      }
    } catch (error) {
      const broken = error instanceof Error ? error.message : String(error);
      for (const { at, path } of batch) settle(at, { path, settled: { broken }, milliseconds: 0 });
    }
    hand();
  }

  /** The entries of one large archive are read by several threads, where those have no archive of their own to read. */
  const platform = {
    ...hostPlatform,
    threads: (most: number) =>
      queue.length > 0
        ? []
        : threads(Math.min(most, jobs - 1)).filter((thread) => thread.pending === 0 && !thread.dead),
  };

  async function judgeHere(): Promise<void> {
    while (!stopped) {
      const next = queue.shift();
      if (next !== undefined) {
        const start = performance.now();
        const settled = await judgeFile(next.path, { ...trust, platform });
        settle(next.at, { path: next.path, settled, milliseconds: performance.now() - start });
      } else if (listEnd === undefined) await change.next();
      else return;
    }
  }

  const joining = setTimeout(() => {
    joined = true;
    hand();
  }, ALONE_MS);
  void readList();
  void judgeHere();
  try {
    for (;;) {
      const next = results.next();
      if (next !== undefined) {
        change.announce();
        yield next;
      } else if (listEnd !== undefined && results.isEmpty) {
        if ("error" in listEnd) throw listEnd.error;
        return;
      } else await change.next();
    }
  } finally {
    stopped = true;
    clearTimeout(joining);
    change.announce();
  }
}
