/** A job's folder after a crash or changes by another program: repaired or refused. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { bytesText } from "../../../src/core/text/quantities.ts";
import { inspectJob, readJob } from "../../../src/host/job/views.ts";
import { type JobScene, jobScenes, PROGRESS, refusal, SUBMIT } from "./scene.ts";

const scenes = jobScenes({ inMemory: true });
let scene: JobScene;
beforeEach(() => {
  scene = scenes.next();
});
afterAll(() => scenes.remove());

describe("an untrustworthy state is rebuilt from the log", () => {
  const SPOILED: Readonly<Record<string, (file: string) => void>> = {
    missing: (file) => unlinkSync(file),
    empty: (file) => truncateSync(file, 0),
    cut: (file) => truncateSync(file, 100),
    "of another job": (file) => writeFileSync(file, readFileSync(file, "utf8").replaceAll("job_1", "job_2")),
    "with a member twice": (file) => writeFileSync(file, readFileSync(file, "utf8").replace("{", '{"revision": 7,')),
    "with a different status": (file) =>
      writeFileSync(file, readFileSync(file, "utf8").replaceAll('"paused"', '"running"')),
    behind: (file) => writeFileSync(file, readFileSync(file, "utf8").replace('"revision": 3', '"revision": 2')),
  };
  for (const [what, spoil] of Object.entries(SPOILED)) {
    test(what, async () => {
      await scene.change(SUBMIT);
      await scene.change(PROGRESS);
      const { state } = await scene.change({ operation: "pause" });
      spoil(scene.path("job_1", "state.json"));
      expect((await readJob(scene.store, "job_1")).state).toEqual(state);
      const next = await scene.change({ operation: "resume" });
      expect(next.state).toMatchObject({ revision: 4, checkpoints: state.checkpoints });
      expect(scene.stateOf()).toEqual(next.state);
    });
  }
});

describe("a log that lost events is refused, with the revision", () => {
  async function prepared(): Promise<string[]> {
    await scene.change(SUBMIT);
    for (let count = 0; count < 3; count += 1) await scene.change(PROGRESS);
    return readFileSync(scene.path("job_1", "events.jsonl"), "utf8").trim().split("\n");
  }
  function rewrite(lines: readonly string[]): void {
    writeFileSync(scene.path("job_1", "events.jsonl"), lines.map((line) => `${line}\n`).join(""));
  }

  test("two events cut off that are in the state", async () => {
    rewrite((await prepared()).slice(0, 2));
    const error = await refusal(scene.change(PROGRESS));
    expect(error.code).toBe("not_readable");
    expect(error.message).toContain("ends at revision 2");
    expect((await refusal(readJob(scene.store, "job_1"))).code).toBe("not_readable");
  });

  test("all of them", async () => {
    await prepared();
    rewrite([]);
    expect((await refusal(scene.change(SUBMIT))).code).toBe("not_readable");
  });

  test("the last one garbled, which is in the state", async () => {
    const lines = await prepared();
    rewrite([...lines.slice(0, 3), "garbage"]);
    expect((await refusal(scene.change(PROGRESS))).code).toBe("not_readable");
  });

  test("one in the middle, without a state", async () => {
    const lines = await prepared();
    rewrite(lines.toSpliced(1, 1));
    unlinkSync(scene.path("job_1", "state.json"));
    const error = await refusal(readJob(scene.store, "job_1"));
    expect(error.code).toBe("not_readable");
    expect(error.message).toContain("revision 2 is missing");
  });

  test("one in the middle beside a state: status warns, inspect has findings, writers refuse", async () => {
    rewrite((await prepared()).toSpliced(1, 1));
    const log = readFileSync(scene.path("job_1", "events.jsonl"));
    const { state, warnings } = await readJob(scene.store, "job_1");
    expect(state.revision).toBe(4);
    expect(warnings).toEqual([expect.stringContaining("revision 2 is missing")]);
    const { findings } = await inspectJob(scene.store, "job_1");
    expect(findings.map(({ message }) => message).join("\n")).toContain("revision 2 is missing");
    const error = await refusal(scene.change(PROGRESS));
    expect(error.code).toBe("not_readable");
    expect(error.message).toContain("revision 2 is missing");
    expect(readFileSync(scene.path("job_1", "events.jsonl"))).toEqual(log);
  });
});

describe("the end of the log", () => {
  async function prepared(): Promise<string> {
    await scene.change(SUBMIT);
    const before = readFileSync(scene.path("job_1", "events.jsonl"), "utf8");
    await scene.change(PROGRESS);
    const line = readFileSync(scene.path("job_1", "events.jsonl"), "utf8").slice(before.length);
    // As if the crash came before the state was written.
    rmSync(scene.path("job_1"), { recursive: true });
    await scene.change(SUBMIT);
    return line;
  }

  test("torn at every byte of the last event: readers skip it, the next command repairs it", async () => {
    const line = new TextEncoder().encode(await prepared());
    for (let length = 1; length < line.length; length += 1) {
      const log = readFileSync(scene.path("job_1", "events.jsonl"));
      const state = readFileSync(scene.path("job_1", "state.json"));
      appendFileSync(scene.path("job_1", "events.jsonl"), line.subarray(0, length));
      const read = await readJob(scene.store, "job_1");
      expect(read.state.revision).toBe(1);
      expect(read.warnings).toEqual([expect.stringContaining(bytesText(length))]);
      const next = await scene.change({ operation: "pause" });
      expect(next.state.revision).toBe(2);
      expect((await inspectJob(scene.store, "job_1")).warnings).toEqual([]);
      writeFileSync(scene.path("job_1", "events.jsonl"), log);
      writeFileSync(scene.path("job_1", "state.json"), state);
    }
  });

  test("complete, with only the state behind: the event happened", async () => {
    appendFileSync(scene.path("job_1", "events.jsonl"), await prepared());
    expect(await readJob(scene.store, "job_1")).toMatchObject({ state: { revision: 2 }, warnings: [] });
    expect((await scene.change({ operation: "pause" })).state).toMatchObject({
      revision: 3,
      checkpoints: [{ summary: "half way" }],
    });
  });

  test("blocks that were never written: skipped, then repaired", async () => {
    await scene.change(SUBMIT);
    appendFileSync(scene.path("job_1", "events.jsonl"), "\0\0\0\0\n");
    expect((await readJob(scene.store, "job_1")).state.revision).toBe(1);
    expect((await scene.change(PROGRESS)).state.revision).toBe(2);
    expect((await inspectJob(scene.store, "job_1")).warnings).toEqual([]);
  });

  test.each(["garbage\n", "{}\n", '{"a":1,"a":1}\n', '{"schema_id":"gait.job.event"}\n'])(
    "a complete but unreadable line (%j) is refused, and never cut off",
    async (text) => {
      await scene.change(SUBMIT);
      appendFileSync(scene.path("job_1", "events.jsonl"), text);
      const log = readFileSync(scene.path("job_1", "events.jsonl"));
      expect((await refusal(readJob(scene.store, "job_1"))).code).toBe("not_readable");
      const error = await refusal(scene.change(PROGRESS));
      expect(error.code).toBe("not_readable");
      expect(error.message).toContain("line 2");
      expect(readFileSync(scene.path("job_1", "events.jsonl"))).toEqual(log);
    },
  );

  test("a newline that an editor removed from a known event is restored", async () => {
    await scene.change(SUBMIT);
    await scene.change(PROGRESS);
    const size = statSync(scene.path("job_1", "events.jsonl")).size;
    truncateSync(scene.path("job_1", "events.jsonl"), size - 1);
    expect((await readJob(scene.store, "job_1")).state.revision).toBe(2);
    expect((await scene.change(PROGRESS)).state.revision).toBe(3);
    expect((await inspectJob(scene.store, "job_1")).events).toHaveLength(3);
  });

  test("blank lines are ignored", async () => {
    await scene.change(SUBMIT);
    appendFileSync(scene.path("job_1", "events.jsonl"), "\n  \r\n\n");
    await scene.change(PROGRESS);
    const { events, warnings } = await inspectJob(scene.store, "job_1");
    expect(events).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});
