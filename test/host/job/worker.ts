/**
 * A process that works on a job, for tests of several at once. Its one argument is JSON (`WorkerOrders`). It reports
 * each command when it ends, one line each: `ok <revision> <summary>` or `no <code> <summary>`.
 */
import { writeSync } from "node:fs";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import { changeJob, type JobStore } from "../../../src/host/job/store.ts";

export interface WorkerOrders {
  readonly root: string;
  readonly jobId: string;
  /** What to do, in turn; a summary that ends with `#` gets the command's number instead. */
  readonly commands: readonly JobCommand[];
  /** The first command, for a process that takes over from a killed one. */
  readonly first?: number;
  /** The process kills itself before this call that changes something. */
  readonly killAt?: number;
  /** How often a command is retried while the lock is held. */
  readonly tries?: number;
}

/** Each call may be the last. A write writes half of its bytes. */
function killing(at: number): DurableFiles {
  let calls = 0;
  const step = (): boolean => {
    calls += 1;
    return calls - 1 === at;
  };
  const end = (): never => {
    process.kill(process.pid, "SIGKILL");
    throw new Error("still alive");
  };
  const guard =
    <Parts extends unknown[], Result>(call: (...parts: Parts) => Result) =>
    (...parts: Parts): Result =>
      step() ? end() : call(...parts);
  return {
    makeFolder: guard(durableFiles.makeFolder),
    removeFolder: guard(durableFiles.removeFolder),
    create: guard(durableFiles.create),
    append: guard(durableFiles.append),
    write(fd, bytes) {
      if (!step()) return durableFiles.write(fd, bytes);
      durableFiles.write(fd, bytes.subarray(0, bytes.length / 2));
      return end();
    },
    truncate: guard(durableFiles.truncate),
    sync: guard(durableFiles.sync),
    close: durableFiles.close,
    link: guard(durableFiles.link),
    rename: guard(durableFiles.rename),
    remove: guard(durableFiles.remove),
    syncFolder: guard(durableFiles.syncFolder),
  };
}

async function work(orders: WorkerOrders): Promise<void> {
  const store: JobStore = {
    root: orders.root,
    producerVersion: "1.2.3",
    now: () => new Date().toISOString(),
    ...(orders.killAt === undefined ? {} : { files: killing(orders.killAt) }),
  };
  for (const [index, order] of orders.commands.entries()) {
    if (index < (orders.first ?? 0)) continue;
    const command = numbered(order, index);
    const name = command.operation === "checkpoint add" ? command.summary : command.operation;
    for (let tries = orders.tries ?? 5; tries > 0; tries -= 1) {
      const outcome = await once(store, orders.jobId, command);
      if (outcome === "no contention" && tries > 1) continue;
      writeSync(1, `${outcome} ${name}\n`);
      break;
    }
  }
}

async function once(store: JobStore, jobId: string, command: JobCommand): Promise<string> {
  try {
    const { event } = await changeJob(store, jobId, command, "envfp:vector");
    return `ok ${event.revision}`;
  } catch (error) {
    if (error instanceof GaitError) return `no ${error.code}`;
    throw error;
  }
}

function numbered(command: JobCommand, index: number): JobCommand {
  if (command.operation !== "checkpoint add") return command;
  return { ...command, summary: command.summary.replace(/#$/, String(index)) };
}

if (import.meta.main) await work(JSON.parse(process.argv[2] ?? "{}"));
