/**
 * The real file calls, up to a crash: at a given call the process dies, and no later call has an effect. With
 * `power: "lost"` the machine dies too, and loses everything that was not synced.
 */
import { existsSync, fstatSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import type { Processes, ProcessIdentity } from "../../../src/host/job/process-identity.ts";

/** Thrown at the crash; the store must not mistake it for an operating system error. */
export class Crash extends Error {}

export interface CrashPlan {
  /** The changing call to crash before, counted from 0; past the end: after the last. */
  readonly at: number;
  /** How many bytes are written when the crash is in a write. */
  readonly bytes?: number;
  readonly power?: "kept" | "lost";
}

export interface CrashingFiles extends DurableFiles {
  /** The calls made, by name. */
  readonly calls: readonly string[];
  /** How many bytes each call was to write; 0 except for writes. */
  readonly sizes: readonly number[];
  /** The crash, if it was not in a call; undoes unsynced changes if the plan says so. */
  settle(): void;
}

interface Pending {
  readonly path: string;
  readonly kind: "name" | "content";
  undo(): void;
}

export function crashingFiles(plan: CrashPlan): CrashingFiles {
  const calls: string[] = [];
  const sizes: number[] = [];
  const paths = new Map<number, string>();
  let pending: Pending[] = [];
  let crashed = false;

  /** Whether the call may proceed; throws when the process is dead. */
  function step(name: string, size = 0): void {
    if (crashed) throw new Crash(name);
    calls.push(name);
    sizes.push(size);
    crashed = calls.length - 1 === plan.at;
    if (crashed && name !== "write") throw new Crash(name);
  }
  function synced(path: string, kind: Pending["kind"]): void {
    pending = pending.filter((each) => each.path !== path || each.kind !== kind);
  }
  function named(path: string): void {
    const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined;
    const undo = (): void => (before === undefined ? rmSync(path, { force: true }) : writeFileSync(path, before));
    pending.push({ path: dirname(path), kind: "name", undo });
  }
  function opened(fd: number, path: string): number {
    paths.set(fd, path);
    return fd;
  }
  function changing(fd: number): void {
    const path = paths.get(fd) ?? "";
    const before = readFileSync(path);
    pending.push({
      path,
      kind: "content",
      undo: () => {
        if (!existsSync(path)) return;
        truncateSync(path, 0);
        writeFileSync(path, before);
      },
    });
  }

  return {
    calls,
    sizes,
    makeFolder(path) {
      step("makeFolder");
      return durableFiles.makeFolder(path);
    },
    removeFolder(path) {
      step("removeFolder");
      durableFiles.removeFolder(path);
    },
    create(path) {
      step("create");
      return opened(durableFiles.create(path), path);
    },
    append(path) {
      step("append");
      if (!existsSync(path)) named(path);
      return opened(durableFiles.append(path), path);
    },
    write(fd, bytes) {
      step("write", bytes.length);
      changing(fd);
      const written = durableFiles.write(fd, crashed ? bytes.subarray(0, plan.bytes ?? 0) : bytes);
      if (crashed) throw new Crash("write");
      return written;
    },
    truncate(fd, length) {
      step("truncate");
      if (length < fstatSync(fd).size) changing(fd);
      durableFiles.truncate(fd, length);
    },
    sync(fd) {
      step("sync");
      durableFiles.sync(fd);
      synced(paths.get(fd) ?? "", "content");
    },
    close: durableFiles.close,
    link(from, to) {
      step("link");
      durableFiles.link(from, to);
    },
    rename(from, to) {
      step("rename");
      named(to);
      durableFiles.rename(from, to);
    },
    remove(path) {
      step("remove");
      durableFiles.remove(path);
    },
    syncFolder(path) {
      step("syncFolder");
      durableFiles.syncFolder(path);
      synced(path, "name");
    },
    settle() {
      if (plan.power === "lost") for (const { undo } of pending.toReversed()) undo();
    },
  };
}

/** Processes that exist only in a test: each number is alive until declared dead. */
export class MadeUpProcesses {
  readonly #dead = new Set<number>();
  #last = 0;

  start(): Processes {
    this.#last += 1;
    const self: ProcessIdentity = { pid: this.#last, host: "test" };
    // Numbers that were never given out belong to no process.
    return { self, liveness: ({ pid }) => (pid > this.#last || this.#dead.has(pid) ? "dead" : "alive") };
  }

  kill(process: Processes): void {
    this.#dead.add(process.self.pid);
  }
}
