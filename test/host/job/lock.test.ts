/** Locks with owners: never taken from a live process, taken over from a dead one, by one process only. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import {
  acquireLock,
  type Lock,
  type LockOptions,
  STALE_LOCK_MS,
  sweepLockLitter,
} from "../../../src/host/job/lock.ts";
import { isProcessId, type ProcessIdentity, thisMachine } from "../../../src/host/job/process-identity.ts";
import { MadeUpProcesses } from "./crashing-files.ts";

const BASE = mkdtempSync(join(tmpdir(), "gait-lock-"));
afterAll(() => rmSync(BASE, { recursive: true, force: true }));

let count = 0;
let folder: string;
let path: string;
beforeEach(() => {
  count += 1;
  folder = join(BASE, String(count));
  mkdirSync(folder);
  path = join(folder, "state.json.lock");
});

const machine = thisMachine();
const real: LockOptions = { files: durableFiles, processes: machine, waitMs: 60 };

async function contention(options: LockOptions = real): Promise<GaitError> {
  try {
    await acquireLock(path, options);
  } catch (error) {
    if (error instanceof GaitError && error.code === "contention") return error;
    throw error;
  }
  throw new Error("the lock was acquired");
}

function writeLock(owner: Partial<ProcessIdentity> | string, ageMs = 0): void {
  const token = "a".repeat(32);
  writeFileSync(path, typeof owner === "string" ? owner : `${JSON.stringify({ ...machine.self, token, ...owner })}\n`);
  const then = (Date.now() - ageMs) / 1000;
  utimesSync(path, then, then);
}

/** A process that has ended and was reaped. */
async function deadPid(): Promise<number> {
  const child = Bun.spawn(["true"]);
  await child.exited;
  return child.pid;
}

const OLD = STALE_LOCK_MS + 5000;

describe("a lock", () => {
  test("names its holder, and is gone when released", async () => {
    const lock = await acquireLock(path, real);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ ...machine.self, token: lock.token });
    expect(readdirSync(folder)).toEqual(["state.json.lock"]);
    lock.assertHeld();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    expect(() => lock.assertHeld()).toThrow(GaitError);
  });

  test("makes others wait", async () => {
    const lock = await acquireLock(path, real);
    const next = acquireLock(path, { ...real, waitMs: 2000 });
    await Bun.sleep(20);
    lock.release();
    (await next).release();
  });

  test("that another process removed is not released", async () => {
    const lock = await acquireLock(path, real);
    writeLock({});
    lock.release();
    expect(readdirSync(folder)).toEqual(["state.json.lock"]);
  });
});

describe("a held lock names its holder", () => {
  test("a living process", async () => {
    await acquireLock(path, real);
    const error = await contention();
    expect(error.message).toContain(`process ${process.pid} on "${hostname()}"`);
    expect(error.hint).toContain("Try again");
  });

  test("or says unidentified, for an empty one of the Go implementation", async () => {
    writeLock("");
    expect((await contention()).message).toContain("an unidentified program");
  });
});

describe("never taken from a live process", () => {
  test("however old it is", async () => {
    writeLock({}, OLD);
    await contention();
  });

  test("of another user, which can be seen but not signalled", async () => {
    const init = readStartTime(1);
    if (init === undefined) return;
    writeLock({ pid: 1, start_time: init }, OLD);
    await contention();
  });

  test.each([
    ["another machine", { host: "elsewhere", pid: 0x7ffffffe }],
    ["another boot", { boot_id: "other", pid: 0x7ffffffe }],
    ["another container", { pid_namespace: "pid:[1]", pid: 0x7ffffffe }],
  ])("of %s, while it is young", async (_, owner) => {
    writeLock(owner);
    await contention();
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "garbage"],
    ["no owner", "{}"],
    ["an invalid process id and token", '{"pid":-1,"host":"x","token":"../../x"}'],
    ["too much", "x".repeat(5000)],
  ])("nor one containing %s, while it is young", async (_, content) => {
    writeLock(content);
    await contention();
  });
});

describe("taken over", () => {
  test("from a process that has ended", async () => {
    writeLock({ pid: await deadPid() });
    (await acquireLock(path, real)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")("from one that was killed and not yet reaped", async () => {
    // The shell's child ends while the shell sleeps on without waiting for it.
    const shell = Bun.spawn(["sh", "-c", "sh -c 'echo $$; exec true' & exec sleep 5"], { stdout: "pipe" });
    const { value } = await shell.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    await Bun.sleep(50);
    const state = readFileSync(`/proc/${pid}/stat`, "utf8");
    expect(state).toContain(") Z ");
    writeLock({ pid, start_time: startTimeIn(state) });
    (await acquireLock(path, real)).release();
    shell.kill("SIGKILL");
    await shell.exited;
  });

  test("from one whose id another process has now", async () => {
    writeLock({ start_time: "1" });
    (await acquireLock(path, real)).release();
  });

  test.each([
    ["an empty one", ""],
    ["one of another machine", { host: "elsewhere" }],
    ["one of another boot", { boot_id: "other" }],
    ["garbage", "{"],
  ])("when it is old: %s", async (_, owner) => {
    writeLock(owner, OLD);
    (await acquireLock(path, real)).release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

/** Real calls; `meanwhile` happens before the one with this number. */
function interrupted(at: number, meanwhile: () => void): { files: DurableFiles; calls(): number } {
  let calls = 0;
  const guard =
    <Parts extends unknown[], Result>(call: (...parts: Parts) => Result) =>
    (...parts: Parts): Result => {
      calls += 1;
      if (calls - 1 === at) meanwhile();
      return call(...parts);
    };
  const { link, remove, create, write } = durableFiles;
  const files = {
    ...durableFiles,
    link: guard(link),
    remove: guard(remove),
    create: guard(create),
    write: guard(write),
  };
  return { files, calls: () => calls };
}

test("a dead lock that two find is taken over by one at a time, wherever the other interrupts", async () => {
  let holders = 0;
  const use = async (lock: Promise<Lock>): Promise<void> => {
    const held = await lock;
    holders += 1;
    expect(holders).toBe(1);
    await Bun.sleep(1);
    holders -= 1;
    held.release();
  };
  for (let at = 0, more = true; more; at += 1) {
    const processes = new MadeUpProcesses();
    writeLock({ pid: 0x7ffffffe, host: "test" });
    // An async function runs synchronously up to its first await: the other does all it can in the middle of this.
    const others: Promise<void>[] = [];
    const { files, calls } = interrupted(at, () => {
      others.push(use(acquireLock(path, { files: durableFiles, processes: processes.start() })));
    });
    const first = use(acquireLock(path, { files, processes: processes.start() }));
    await first;
    await Promise.all(others);
    expect(readdirSync(folder)).toEqual([]);
    more = at < calls();
  }
});

test("leftovers of dead processes are removed, files of live ones are not", async () => {
  const left = `.state.json.lock.tmp-${"b".repeat(32)}`;
  const claim = `.state.json.lock.claim-${"c".repeat(32)}`;
  const living = `.state.json.lock.tmp-${"d".repeat(32)}`;
  const dead = JSON.stringify({ ...machine.self, pid: await deadPid(), token: "e".repeat(32) });
  const alive = JSON.stringify({ ...machine.self, token: "f".repeat(32) });
  writeFileSync(join(folder, left), dead);
  writeFileSync(join(folder, claim), dead);
  writeFileSync(join(folder, living), alive);
  writeFileSync(join(folder, "state.json"), "{}");
  const lock = await acquireLock(path, real);
  sweepLockLitter(path, lock, real);
  expect(readdirSync(folder).sort()).toEqual([living, "state.json", "state.json.lock"].sort());
});

test("without hard links the lock is made in place", async () => {
  const link = (): never => {
    throw Object.assign(new Error("no links"), { code: "EPERM" });
  };
  const options = { ...real, files: { ...durableFiles, link } };
  const lock = await acquireLock(path, options);
  expect(JSON.parse(readFileSync(path, "utf8")).token).toBe(lock.token);
  await contention(options);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock that is a folder or a link is neither removed nor waited for", async () => {
  mkdirSync(path);
  const then = (Date.now() - OLD) / 1000;
  utimesSync(path, then, then);
  const refused = await acquireLock(path, real).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(GaitError);
});

test("process ids name processes, never groups", () => {
  expect([1, 0x7fffffff].every(isProcessId)).toBe(true);
  expect([0, -1, 1.5, 2 ** 31, Number.NaN, "1", undefined].some(isProcessId)).toBe(false);
});

function readStartTime(pid: number): string | undefined {
  try {
    return startTimeIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

function startTimeIn(stat: string): string {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
