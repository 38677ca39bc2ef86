/** The job store on a real disk: its files, and its work on the Go implementation's folders. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { type DurableFiles, durableFiles } from "../../../src/host/files/durable.ts";
import { changeJob } from "../../../src/host/job/store.ts";
import { inspectJob, listJobs, readJob } from "../../../src/host/job/views.ts";
import { JOB_VECTORS, type JobScene, jobScenes, PROGRESS, refusal, SUBMIT } from "./scene.ts";

const scenes = jobScenes();
let scene: JobScene;
beforeEach(() => {
  scene = scenes.next();
});
afterAll(() => scenes.remove());

/** A disk that is full at the space-consuming call numbered `at`, and only then. */
function failingFiles(at: number): DurableFiles & { calls(): number } {
  let calls = 0;
  const guard =
    <Parts extends unknown[], Result>(call: (...parts: Parts) => Result) =>
    (...parts: Parts): Result => {
      calls += 1;
      if (calls - 1 === at) throw Object.assign(new Error("no room"), { code: "ENOSPC" });
      return call(...parts);
    };
  const { makeFolder, create, append, write, sync, link, syncFolder } = durableFiles;
  return {
    ...durableFiles,
    ...{ makeFolder: guard(makeFolder), create: guard(create), append: guard(append), write: guard(write) },
    ...{ sync: guard(sync), link: guard(link), syncFolder: guard(syncFolder) },
    calls: () => calls,
  };
}

describe("a folder of the Go implementation (contract 4.2)", () => {
  for (const name of readdirSync(JOB_VECTORS)) {
    test(`${name} is read, and its log agrees with its state`, async () => {
      cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
      const before = readFileSync(scene.path(name, "state.json"), "utf8");
      const { state, events, warnings } = await inspectJob(scene.store, name);
      expect(warnings).toEqual([]);
      expect(state).toEqual(JSON.parse(before));
      expect(events).toHaveLength(state.revision);
      expect(readdirSync(scene.path(name)).sort()).toEqual(["events.jsonl", "state.json"]);
    });
  }

  test("can be extended: the log grows, earlier bytes stay", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    const log = readFileSync(scene.path("job_running", "events.jsonl"), "utf8");
    const { state } = await scene.change({ operation: "pause", actor: "alice" }, "job_running");
    expect(state).toMatchObject({ status: "paused", revision: 4, producer_version: "0.0.0-dev" });
    expect(state.checkpoints[0]?.summary).toBe("plan é 計画");
    expect(readFileSync(scene.path("job_running", "events.jsonl"), "utf8").startsWith(log)).toBe(true);
    expect((await inspectJob(scene.store, "job_running")).warnings).toEqual([]);
  });

  test("without its state is rebuilt, and the summaries that only the state had are reported as lost", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    unlinkSync(scene.path("job_running", "state.json"));
    const { state, warnings } = await readJob(scene.store, "job_running");
    expect(state).toMatchObject({ status: "running", revision: 3, producer_version: "1.2.3" });
    expect(warnings).toEqual([expect.stringContaining("cp_0001")]);
  });

  test("whose state is one revision ahead of the log: the log counts, and the next command works", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    const log = readFileSync(scene.path("job_approved", "events.jsonl"), "utf8").split("\n");
    writeFileSync(scene.path("job_approved", "events.jsonl"), `${log.slice(0, 2).join("\n")}\n`);
    const { state, warnings } = await readJob(scene.store, "job_approved");
    expect(state).toMatchObject({ revision: 2, status_reason_code: "decision_needed" });
    expect(state.approvals).toBeUndefined();
    expect(state.checkpoints[0]?.summary).toBe("Deploy <b>prod</b> & wait?");
    expect(warnings).toEqual([expect.stringContaining("revision 3")]);
    expect((await refusal(scene.change({ operation: "resume" }, "job_approved"))).code).toBe("approval_required");
    expect((await scene.change({ operation: "approve", actor: "boss" }, "job_approved")).state.revision).toBe(3);
    expect((await readJob(scene.store, "job_approved")).warnings).toEqual([]);
  });

  test("whose submit was stopped before the event is not a job yet", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    writeFileSync(scene.path("job_paused", "events.jsonl"), "");
    writeFileSync(
      scene.path("job_paused", "state.json"),
      JSON.stringify({ ...scene.stateOf("job_paused"), revision: 1 }),
    );
    expect((await refusal(readJob(scene.store, "job_paused"))).code).toBe("not_found");
    expect((await scene.change({ operation: "submit", jobId: "job_paused" }, "job_paused")).state.revision).toBe(1);
  });

  test("of a later version keeps its members, which this one ignores", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    const later = { ...scene.stateOf("job_running"), later_ref: "p", owner: { name: "x" } };
    writeFileSync(scene.path("job_running", "state.json"), JSON.stringify(later));
    await scene.change({ operation: "pause" }, "job_running");
    expect(scene.stateOf("job_running")).toMatchObject({ later_ref: "p", owner: { name: "x" }, status: "paused" });
  });
});

describe("the files written", () => {
  test("has the contract's bytes and modes", async () => {
    await scene.change(SUBMIT);
    await scene.change({ ...PROGRESS, summary: "<é>" } as JobCommand);
    const events = readFileSync(scene.path("job_1", "events.jsonl"), "utf8").split("\n");
    expect(events[1]).toBe(
      '{"schema_id":"gait.job.event","schema_version":"1.0.0","created_at":"2027-01-01T00:00:00Z","job_id":"job_1","revision":2,' +
        '"type":"checkpoint_added","reason_code":"checkpoint_progress","payload":{"checkpoint_id":"cp_0001",' +
        '"checkpoint_type":"progress","log_sha256":"0f25858a6a5a4005567a495de512c1bfd8a096d04d38923ea2bd3ae610ab63fb",' +
        '"required_action":"","summary":"\\u003cé\\u003e"}}',
    );
    for (const name of ["events.jsonl", "events.jsonl.checked", "state.json"])
      expect(statSync(scene.path("job_1", name)).mode & 0o777).toBe(0o600);
    expect(statSync(scene.path("job_1")).mode & 0o777).toBe(0o750);
    expect(readdirSync(scene.path("job_1")).sort()).toEqual(["events.jsonl", "events.jsonl.checked", "state.json"]);
  });

  test("stay in the root: ids and links that lead out are refused", async () => {
    mkdirSync(scene.store.root, { recursive: true });
    mkdirSync(`${scene.store.root}-elsewhere`);
    symlinkSync(`${scene.store.root}-elsewhere`, scene.path("linked"));
    symlinkSync(scene.path("nothing"), scene.path("dangling"));
    for (const jobId of ["../x", "..", ".", "a/b", "", "linked", "dangling"]) {
      expect((await refusal(scene.change({ operation: "submit", jobId }, jobId))).code).toBe("invalid_input");
      expect((await refusal(readJob(scene.store, jobId))).code).toBe("invalid_input");
    }
    expect(readdirSync(`${scene.store.root}-elsewhere`)).toEqual([]);
  });

  test("never go through a link in place of the log or the state", async () => {
    await scene.change(SUBMIT);
    const victim = `${scene.store.root}-victim`;
    writeFileSync(victim, "mine\n");
    for (const name of ["events.jsonl", "state.json"]) {
      const kept = readFileSync(scene.path("job_1", name));
      unlinkSync(scene.path("job_1", name));
      symlinkSync(victim, scene.path("job_1", name));
      expect((await refusal(scene.change(PROGRESS))).code).toBe("not_readable");
      unlinkSync(scene.path("job_1", name));
      writeFileSync(scene.path("job_1", name), kept);
    }
    expect(readFileSync(victim, "utf8")).toBe("mine\n");
  });

  test("a refused submit leaves no folder", async () => {
    expect((await refusal(changeJob(scene.store, "job_1", SUBMIT, " "))).code).toBe("invalid_input");
    expect(existsSync(scene.store.root)).toBe(false);
  });

  test("a submit that fails at any call leaves either no folder or the job", async () => {
    for (let at = 0; ; at += 1) {
      const one = scenes.next();
      const files = failingFiles(at);
      const outcome = await changeJob({ ...one.store, files }, "job_1", SUBMIT, "envfp:vector").catch((error) => error);
      if (!(outcome instanceof GaitError)) {
        expect(outcome.state.status).toBe("running");
        if (files.calls() <= at) break;
        continue;
      }
      expect([at, outcome.code, existsSync(one.store.root)]).toEqual([at, "write_failed", false]);
      expect((await one.change(SUBMIT)).state.revision).toBe(1);
    }
  });

  test("a submit that fails removes no existing folder, and no other process's job", async () => {
    mkdirSync(scene.store.root, { recursive: true });
    writeFileSync(scene.path("kept"), "");
    await refusal(changeJob({ ...scene.store, files: failingFiles(3) }, "job_1", SUBMIT, "envfp:vector"));
    expect(readdirSync(scene.store.root)).toEqual(["kept"]);
    await scene.change(SUBMIT);
    await refusal(changeJob({ ...scene.store, files: failingFiles(3) }, "job_1", SUBMIT, "envfp:vector"));
    expect(scene.stateOf().revision).toBe(1);
  });

  test("a submit continues when another's failure removes the new folder", async () => {
    let taken = false;
    const files: DurableFiles = {
      ...durableFiles,
      create(path) {
        if (!taken) rmSync(scene.store.root, { recursive: true });
        taken = true;
        return durableFiles.create(path);
      },
    };
    const { state } = await changeJob({ ...scene.store, files }, "job_1", SUBMIT, "envfp:vector");
    expect([taken, state.revision, scene.stateOf().revision]).toEqual([true, 1, 1]);
  });

  test("an event that could not be read back is refused", async () => {
    await scene.change(SUBMIT);
    const reason = "x".repeat(11 * 1024 * 1024);
    await scene.change({ operation: "pause" });
    expect((await refusal(scene.change({ operation: "resume", reason }))).code).toBe("invalid_input");
    expect((await scene.change({ operation: "resume" })).state.revision).toBe(3);
  });
});

describe("a missing job", () => {
  test("is not found, and nothing is created", async () => {
    expect((await refusal(readJob(scene.store, "job_1"))).code).toBe("not_found");
    expect((await refusal(scene.change(PROGRESS))).code).toBe("not_found");
    expect(existsSync(scene.store.root)).toBe(false);
    expect(listJobs(scene.store)).toEqual([]);
  });

  test("is not listed; an unreadable one is, with the reason", async () => {
    await scene.change(SUBMIT);
    await scene.change({ operation: "submit", jobId: "job_0" }, "job_0");
    mkdirSync(scene.path("empty"));
    mkdirSync(scene.path("_odd"));
    writeFileSync(scene.path("file"), "");
    mkdirSync(scene.path("broken"));
    writeFileSync(scene.path("broken", "events.jsonl"), "{}\n{}\n");
    const listed = listJobs(scene.store);
    expect(listed.map(({ jobId }) => jobId)).toEqual(["broken", "job_0", "job_1"]);
    expect(listed[0]?.problem).toContain("line 1");
    expect(listed[1]?.state?.status).toBe("running");
  });
});
