/** A session's journal under kills, at a full disk, and with several writers. */
import { afterAll, describe, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sessionEvent, sessionHeader } from "../../../src/core/session/event.ts";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import { readSession, type SessionStore, startSession, withSession } from "../../../src/host/session/store.ts";
import type { WorkerOrders } from "./worker.ts";

const root = mkdtempSync(join(tmpdir(), "gait-session-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STORE: SessionStore = { producerVersion: "test", now: () => "2026-02-02T02:15:00Z" };
const STAMP = { sessionId: "s", runId: "r", producerVersion: "test", now: STORE.now() };
let made = 0;

async function journal(events = 0): Promise<string> {
  made += 1;
  const path = join(root, `${made}`, "s.jsonl");
  await startSession(path, sessionHeader(STAMP), STORE);
  for (let done = 0; done < events; done += 1) await append(path);
  return path;
}

function append(path: string, store: SessionStore = STORE): Promise<number> {
  return withSession(path, store, async (session) => {
    const event = sessionEvent(STAMP, session.journal.lastSequence + 1, { toolName: "t", verdict: "allow" });
    session.append({ event });
    session.saveState();
    return event.sequence;
  });
}

function work(orders: WorkerOrders) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "worker.ts"), JSON.stringify(orders)], {
    stdout: "pipe",
    stderr: "pipe",
  });
  return {
    exited: child.exited,
    numbers: new Response(child.stdout).text().then((text) => text.split("\n").filter(Boolean)),
  };
}

describe("a SIGKILL in an append", () => {
  test("at every call leaves each acknowledged event, at most one more, and a journal that goes on", async () => {
    let survived = false;
    for (let killAt = 0; !survived; killAt += 1) {
      expect(killAt).toBeLessThan(40);
      const path = await journal(2);
      const { exited, numbers } = work({ path, tool: "killed", count: 1, killAt });
      const told = await numbers;
      survived = (await exited) === 0;
      const { lastSequence } = (await readSession(path)).journal;
      expect(lastSequence).toBeGreaterThanOrEqual(2 + told.length);
      expect(lastSequence).toBeLessThanOrEqual(3);
      expect(await append(path)).toBe(lastSequence + 1);
      const after = await readSession(path);
      expect(after.warnings).toEqual([]);
      expect(after.journal.events.map(({ sequence }) => sequence)).toEqual(
        [...Array(lastSequence + 1).keys()].map((at) => at + 1),
      );
      // A lock that was being written names nobody: it goes when it is old.
      const left = readdirSync(join(path, "..")).filter((name) => !name.startsWith(".s.jsonl.lock.tmp-"));
      expect(left.sort()).toEqual(["s.jsonl", "s.jsonl.state.json"]);
    }
  });
});

test("several programs that append at once take turns: no event is lost, and none has another's number", async () => {
  const path = await journal();
  const workers = ["a", "b", "c"].map((tool) => work({ path, tool, count: 8 }));
  const told = (await Promise.all(workers.map(({ numbers }) => numbers))).flat().map(Number);
  expect(told.sort((left, right) => left - right)).toEqual([...Array(24).keys()].map((at) => at + 1));
  const { journal: read } = await readSession(path);
  expect(read.events.map(({ tool_name }) => tool_name).sort()).toEqual([
    ..."a".repeat(8),
    ..."b".repeat(8),
    ..."c".repeat(8),
  ]);
});

describe("a full disk", () => {
  for (const [when, room] of [
    ["before the line", 0],
    ["in the middle of it", 40],
  ] as const) {
    test(`${when} leaves the journal as it was`, async () => {
      const path = await journal(1);
      const before = readFileSync(path, "utf8");
      const full: DurableFiles = {
        ...durableFiles,
        write(fd, bytes) {
          // Lock files have no 0x22 0x65: only the line has an event in it.
          if (!new TextDecoder().decode(bytes).includes('"event"')) return durableFiles.write(fd, bytes);
          if (room > 0) durableFiles.write(fd, bytes.subarray(0, room));
          throw Object.assign(new Error("full"), { code: "ENOSPC" });
        },
      };
      const failed = await append(path, { ...STORE, files: full }).catch((error: Error) => error);
      expect(failed).toMatchObject({ code: "write_failed", message: expect.stringContaining("the disk is full") });
      expect(readFileSync(path, "utf8")).toBe(before);
      expect(await append(path)).toBe(2);
    });
  }

  test("in the state is a warning: the event is in the journal, and the next command writes the state", async () => {
    const path = await journal(1);
    const full: DurableFiles = {
      ...durableFiles,
      rename() {
        throw Object.assign(new Error("full"), { code: "ENOSPC" });
      },
    };
    const warnings = await withSession(path, { ...STORE, files: full }, async (session) => {
      session.append({ event: sessionEvent(STAMP, 2, { toolName: "t", verdict: "block" }) });
      return session.saveState();
    });
    expect(warnings).toEqual([expect.stringContaining("the next command writes the state")]);
    expect(await append(path)).toBe(3);
  });
});

describe("a line without its end", () => {
  test("behind what was acknowledged is cut off by the next writer", async () => {
    const path = await journal(2);
    appendFileSync(path, '{"record_type":"event","ev');
    const read = await readSession(path);
    expect(read.journal.lastSequence).toBe(2);
    expect(read.warnings).toEqual([expect.stringContaining("never acknowledged")]);
    expect(await append(path)).toBe(3);
    expect((await readSession(path)).warnings).toEqual([]);
  });

  test("of an event that was acknowledged is refused, and so is one that no state vouches for", async () => {
    const path = await journal(2);
    const whole = readFileSync(path, "utf8");
    writeFileSync(path, whole.slice(0, -20));
    await expect(append(path)).rejects.toThrow("lines were dropped from its end");
    rmSync(`${path}.state.json`);
    await expect(readSession(path)).rejects.toThrow("nothing says that it was never acknowledged");
  });

  test("with all of its event but the newline is that event", async () => {
    const path = await journal(2);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -1));
    expect(await append(path)).toBe(3);
    expect((await readSession(path)).journal.events.length).toBe(3);
  });
});

test("lines that were dropped from the end are missed as long as the state is there", async () => {
  const path = await journal(3);
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, `${lines.slice(0, 3).join("\n")}\n`);
  await expect(readSession(path)).rejects.toThrow("has 2 events");
});

test("a session whose first line was never finished is started anew", async () => {
  const path = join(root, "torn.jsonl");
  writeFileSync(path, '{"record_type":"hea');
  await startSession(path, sessionHeader(STAMP), STORE);
  expect(await append(path)).toBe(1);
  writeFileSync(join(root, "other.txt"), "mine");
  await expect(startSession(join(root, "other.txt"), sessionHeader(STAMP), STORE)).rejects.toThrow(
    "no journal of a session",
  );
  expect(existsSync(join(root, "other.txt.lock"))).toBe(false);
});

test("a lock of the Go implementation is respected for five minutes", async () => {
  const path = await journal(1);
  writeFileSync(
    `${path}.lock`,
    '{"created_at":"2026-02-02T02:15:00Z","pid":1,"schema_id":"gait.runpack.session_lock"}\n',
  );
  await expect(append(path, { ...STORE, lockWaitMs: 50 })).rejects.toThrow("is held by an unidentified program");
  expect(await append(path, { ...STORE, lockWaitMs: 50, lockStaleMs: 0 })).toBe(2);
});
