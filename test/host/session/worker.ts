/**
 * A process that appends to a session's journal, for tests of several at once, and of one that is killed. Its argument is JSON
 * (`WorkerOrders`). It prints the number of each event that it appended.
 */
import { writeSync } from "node:fs";
import { sessionEvent } from "../../../src/core/session/event.ts";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import { type SessionStore, withSession } from "../../../src/host/session/store.ts";

export interface WorkerOrders {
  readonly path: string;
  readonly tool: string;
  readonly count: number;
  /** The process kills itself before this call that changes something; a write writes half of its bytes. */
  readonly killAt?: number;
}

function killing(at: number): DurableFiles {
  let calls = 0;
  const end = (): never => {
    process.kill(process.pid, "SIGKILL");
    throw new Error("still alive");
  };
  return new Proxy(durableFiles, {
    get(files, name: keyof DurableFiles) {
      return (...parts: unknown[]) => {
        calls += 1;
        if (calls - 1 !== at) return (files[name] as (...parts: unknown[]) => unknown)(...parts);
        if (name !== "write") return end();
        const [fd, bytes] = parts as [number, Uint8Array];
        files.write(fd, bytes.subarray(0, bytes.length / 2));
        return end();
      };
    },
  });
}

const { path, tool, count, killAt } = JSON.parse(process.argv[2] ?? "{}") as WorkerOrders;
const store: SessionStore = {
  producerVersion: "test",
  now: () => "2026-02-02T02:15:00Z",
  lockWaitMs: 30_000,
  ...(killAt === undefined ? {} : { files: killing(killAt) }),
};
for (let done = 0; done < count; done += 1) {
  await withSession(path, store, async (session) => {
    const { session_id: sessionId, run_id: runId } = session.journal.header;
    const stamp = { sessionId, runId, producerVersion: "test", now: store.now() };
    const event = sessionEvent(stamp, session.journal.lastSequence + 1, { toolName: tool, verdict: "allow" });
    session.append({ event });
    session.saveState();
    writeSync(1, `${event.sequence}\n`);
  });
}
