/**
 * Verifies many packs on this thread and others; results come in list order while the list is still being read, in
 * constant memory.
 */
import type { RemotePack } from "../../core/store/objects.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Listed } from "../files/folder-walk.ts";
import { hostPlatform } from "../platform/bun.ts";
import { type Settled, settled } from "../threads/settled.ts";
import type { Thread } from "../threads/thread.ts";
import { threads } from "../threads/threads.ts";
import { judgeFile, type Trust } from "./artifact-file.ts";
import { BatchSizes } from "./batch-sizes.ts";
import { createChange } from "./change.ts";
import { type Checked, OrderedResults } from "./ordered-results.ts";
import type { PacksAnswer, PacksQuestion } from "./question.ts";
import type { Fetched, Fetching, HeldPack } from "./remote.ts";

/** Lists of small packs are done by then: another thread would only cost. */
const ALONE_MS = 25;
/** Questions that are with a thread at a time. */
const QUESTIONS = 2;

interface Waiting {
  readonly at: number;
  readonly path: string;
  /** Of one that is no file of this machine. */
  readonly fetched?: Promise<Settled<Fetched>>;
  readonly size?: number;
}

/** Bytes of fetched packs that one question takes along. */
const MOST_SENT = 16 * 1024 * 1024;

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
  let fetching: Fetching | undefined;
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
        else if (listed.remote === undefined) queue.push({ at, path: listed.path });
        else queue.push(await waitingFor(at, listed.path, listed.remote));
        hand();
        change.announce();
      }
      listEnd = {};
    } catch (error) {
      listEnd = { error };
    }
    change.announce();
  }

  async function waitingFor(at: number, path: string, remote: RemotePack): Promise<Waiting> {
    const { Fetching } = await import("./remote.ts");
    fetching ??= new Fetching(trust.trust !== undefined);
    const fetched = fetching.hold(path, remote);
    return { at, path, fetched: settled(() => fetched), size: remote.size };
  }

  /** Sends waiting packs to the other threads, as capacity allows. */
  function hand(): void {
    if (joined && others.length < jobs - 1) others = threads(Math.min(jobs - 1, others.length + queue.length));
    for (const thread of others) {
      while (!stopped && queue.length > 0 && !thread.dead && thread.pending < QUESTIONS) {
        const share = Math.ceil(queue.length / (others.length + 1));
        void judgeElsewhere(thread, queue.splice(0, sendable(queue, Math.min(share, batches.sizeFor(thread)))));
      }
    }
  }

  async function judgeElsewhere(thread: Thread, batch: readonly Waiting[]): Promise<void> {
    const sent = await sentOf(batch);
    try {
      const packs = sent.map(({ pack }) => pack);
      const paths = packs.filter((pack) => typeof pack === "string");
      const isListed = trust.trust !== undefined && paths.length === packs.length;
      const beside = isListed ? { beside: (await import("./beside.ts")).namesBesideEach(paths) } : {};
      const question: PacksQuestion = { packs, trust, ...beside };
      const { verdicts, milliseconds } = (await thread.enqueue(question)) as PacksAnswer;
      batches.learn(
        thread,
        packs.length,
        milliseconds.reduce((sum, each) => sum + each, 0),
      );
      for (const [index, { waiting }] of sent.entries()) {
        const { at, path } = waiting;
        const settled = verdicts[index] as Settled<VerificationData>;
        settle(at, { path, settled, milliseconds: milliseconds[index] ?? 0 });
      }
    } catch (error) {
      const broken = error instanceof Error ? error.message : String(error);
      for (const { waiting } of sent) settle(waiting.at, { path: waiting.path, settled: { broken }, milliseconds: 0 });
    }
    hand();
  }

  /** What can be handed to another thread; the rest is settled, or judged here. */
  async function sentOf(batch: readonly Waiting[]): Promise<{ waiting: Waiting; pack: string | HeldPack }[]> {
    const sent: { waiting: Waiting; pack: string | HeldPack }[] = [];
    for (const waiting of batch) {
      const { at, path } = waiting;
      const fetched = await waiting.fetched;
      if (fetched === undefined) sent.push({ waiting, pack: path });
      else if (!("answer" in fetched)) settle(at, { path, settled: fetched, milliseconds: 0 });
      else if (fetched.answer.held === undefined) await judge(waiting);
      else {
        sent.push({ waiting, pack: fetched.answer.held });
        fetched.answer.release();
      }
    }
    return sent;
  }

  /** The entries of one large archive are read by several threads, where those have no archive of their own to read. */
  const platform = {
    ...hostPlatform,
    threads: (most: number) =>
      queue.length > 0
        ? []
        : threads(Math.min(most, jobs - 1)).filter((thread) => thread.pending === 0 && !thread.dead),
  };

  async function judge({ at, path, fetched }: Waiting): Promise<void> {
    const there = await fetched;
    const start = performance.now();
    const given = { ...trust, platform };
    let judged: Settled<VerificationData>;
    if (there === undefined) judged = await judgeFile(path, given);
    else if ("answer" in there) {
      judged = await there.answer.judge(given);
      there.answer.release();
    } else judged = there;
    settle(at, { path, settled: judged, milliseconds: performance.now() - start });
  }

  async function judgeHere(): Promise<void> {
    while (!stopped) {
      const next = queue.shift();
      if (next !== undefined) await judge(next);
      else if (listEnd === undefined) await change.next();
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

/** How many of the first `most` go into one question. */
function sendable(queue: readonly Waiting[], most: number): number {
  let bytes = 0;
  for (let count = 0; count < most; count += 1) {
    bytes += queue[count]?.size ?? 0;
    if (count > 0 && bytes > MOST_SENT) return count;
  }
  return most;
}
