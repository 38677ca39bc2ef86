/**
 * Many packs, verified by this thread and others, given in the order of the list while it is still read. What is held in
 * memory does not grow with the list.
 */
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Listed } from "../files/folder-walk.ts";
import { hostPlatform } from "../platform/bun.ts";
import type { Settled } from "../threads/settled.ts";
import type { Thread } from "../threads/thread.ts";
import { threads } from "../threads/threads.ts";
import { judgeFile, type Trust } from "./artifact-file.ts";
import type { PacksAnswer, PacksQuestion } from "./question.ts";

export interface Checked {
  readonly path: string;
  readonly settled: Settled<VerificationData>;
}

/** So many packs may be on the way or wait for one before them, and so much may be said of those that wait. */
const MOST_ON_THE_WAY = 8192;
const MOST_FINDINGS = 65_536;
/** Lists of small packs are done by then: another thread would only cost. */
const ALONE_MS = 25;
/** A question to a thread is to keep it busy for as long as this, and two of them are with it. */
const BATCH_MS = 8;
const MOST_IN_BATCH = 64;
const QUESTIONS = 2;

interface Waiting {
  readonly at: number;
  readonly path: string;
}

/** @param jobs threads at the most, this one included */
export async function* verifyPacks(
  list: AsyncIterable<Exclude<Listed, { left: string }>>,
  { jobs, trust }: { readonly jobs: number; readonly trust: Trust },
): AsyncGenerator<Checked> {
  const queue: Waiting[] = [];
  const done = new Map<number, Checked>();
  let taken = 0;
  let given = 0;
  let findings = 0;
  let listEnd: { readonly error?: unknown } | undefined;
  let stopped = false;
  let others: readonly Thread[] = [];
  let joined = false;
  const batchSizes = new Map<Thread, number>();
  const change = signal();

  const settle = (at: number, checked: Checked): void => {
    findings += findingsOf(checked);
    done.set(at, checked);
    change.give();
  };

  async function readList(): Promise<void> {
    try {
      for await (const listed of list) {
        while (!stopped && (taken - given >= MOST_ON_THE_WAY || findings >= MOST_FINDINGS)) await change.next();
        if (stopped) return;
        const at = taken;
        taken += 1;
        if ("refused" in listed) settle(at, { path: listed.path, settled: { refused: listed.refused } });
        else queue.push({ at, path: listed.path });
        hand();
        change.give();
      }
      listEnd = {};
    } catch (error) {
      listEnd = { error };
    }
    change.give();
  }

  /** Hands what waits to the other threads, as far as they have room. */
  function hand(): void {
    if (joined && others.length < jobs - 1) others = threads(Math.min(jobs - 1, others.length + queue.length));
    for (const thread of others) {
      while (!stopped && queue.length > 0 && !thread.dead && thread.pending < QUESTIONS) {
        const share = Math.ceil(queue.length / (others.length + 1));
        void judgeElsewhere(thread, queue.splice(0, Math.min(share, batchSizes.get(thread) ?? 1)));
      }
    }
  }

  async function judgeElsewhere(thread: Thread, batch: readonly Waiting[]): Promise<void> {
    const paths = batch.map(({ path }) => path);
    try {
      const question: PacksQuestion = { packs: paths, trust };
      const { verdicts, milliseconds } = (await thread.enqueue(question)) as PacksAnswer;
      const each = Math.max(milliseconds / paths.length, 0.01);
      batchSizes.set(thread, Math.min(MOST_IN_BATCH, Math.max(1, Math.floor(BATCH_MS / each))));
      for (const [index, { at, path }] of batch.entries())
        settle(at, { path, settled: verdicts[index] as Settled<VerificationData> });
    } catch (error) {
      const broken = error instanceof Error ? error.message : String(error);
      for (const { at, path } of batch) settle(at, { path, settled: { broken } });
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
      if (next !== undefined)
        settle(next.at, { path: next.path, settled: await judgeFile(next.path, { ...trust, platform }) });
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
      const next = done.get(given);
      if (next !== undefined) {
        done.delete(given);
        findings -= findingsOf(next);
        given += 1;
        change.give();
        yield next;
      } else if (listEnd !== undefined && given === taken) {
        if ("error" in listEnd) throw listEnd.error;
        return;
      } else await change.next();
    }
  } finally {
    stopped = true;
    clearTimeout(joining);
    change.give();
  }
}

function findingsOf({ settled }: Checked): number {
  return "answer" in settled ? settled.answer.findings.length + settled.answer.warnings.length : 0;
}

/** Something that several wait for at once, again and again. */
function signal(): { give(): void; next(): Promise<void> } {
  let waiting: (() => void)[] = [];
  return {
    give() {
      const now = waiting;
      waiting = [];
      for (const go of now) go();
    },
    next: () => new Promise((resolve) => void waiting.push(resolve)),
  };
}
