/** The record beside the log: the work it saves, and that nothing important relies on it. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { encodeJobState } from "../../../src/core/job/state.ts";
import { jobFolder, loadJob } from "../../../src/host/job/folder.ts";
import { inspectJob, readJob } from "../../../src/host/job/views.ts";
import { forgeRecord } from "./forged-record.ts";
import { JOB_VECTORS, type JobScene, jobScenes, PROGRESS, refusal, SUBMIT } from "./scene.ts";

const scenes = jobScenes({ inMemory: true });
let scene: JobScene;
beforeEach(() => {
  scene = scenes.next();
});
afterAll(() => scenes.remove());

const DECISION: JobCommand = {
  operation: "checkpoint add",
  type: "decision-needed",
  summary: "which?",
  requiredAction: "choose",
};
const RESUME: JobCommand = { operation: "resume" };

const file = (name: "events.jsonl" | "events.jsonl.checked" | "state.json") => scene.path("job_1", name);
const text = (name: Parameters<typeof file>[0]) => readFileSync(file(name), "utf8");
const sha256 = (bytes: string) => createHash("sha256").update(bytes).digest("hex");

/** Whether the log was replayed: without a replay, findings are not compared with an older snapshot. */
function isTrusted(): boolean {
  const before = text("state.json");
  const { state, warnings } = loadJob(jobFolder(scene.store.root, "job_1"), "x");
  expect(warnings).toEqual([]);
  // A snapshot that is read as stored keeps the file's members, a rebuilt one has them in the format's order.
  return Object.keys(state ?? {}).join() === Object.keys(JSON.parse(before)).join();
}

describe("saves the replay", () => {
  test("of a log and a state that are, byte for byte, those it was written for", async () => {
    await scene.change(SUBMIT);
    await scene.change(PROGRESS);
    expect(JSON.parse(text("events.jsonl.checked"))).toEqual({
      schema_id: "gait.job.checked",
      schema_version: "1.0.0",
      job_id: "job_1",
      revision: 2,
      log_bytes: Buffer.byteLength(text("events.jsonl")),
      log_sha256: sha256(text("events.jsonl")),
      state_sha256: sha256(text("state.json")),
    });
    // A replay ignores the order of members; here it shows that there was no replay.
    const { schema_id, ...rest } = JSON.parse(text("state.json"));
    writeFileSync(file("state.json"), JSON.stringify({ ...rest, schema_id }));
    expect(isTrusted()).toBe(false);
    forgeRecord(scene);
    expect(isTrusted()).toBe(true);
  });

  test("and the state is written as if rebuilt, however the list of checkpoints was copied", async () => {
    const note = (summary: string): JobCommand => ({ operation: "checkpoint add", type: "progress", summary });
    const commands: readonly JobCommand[] = [
      SUBMIT,
      { operation: "pause" },
      RESUME,
      note('"checkpoints": [ é <b> \\ ]'),
      DECISION,
      { operation: "approve", actor: "dana", reason: "計画" },
      RESUME,
      note("half"),
      { operation: "pause" },
      note("\u2028 & done"),
    ];
    for (const [index, command] of commands.entries()) {
      const { state } = await scene.change(command);
      const later = index === 0 ? {} : { later_ref: "p", list: ["]"] };
      expect(text("state.json")).toBe(encodeJobState(state, later));
      // A member of a later version, which stays after the others.
      if (index === 0) {
        writeFileSync(file("state.json"), encodeJobState(state, { later_ref: "p", list: ["]"] }));
      }
    }
    expect((await inspectJob(scene.store, "job_1")).findings).toEqual([]);
  });

  test("of a log started by the Go implementation, from this one's first event on", async () => {
    cpSync(JOB_VECTORS, scene.store.root, { recursive: true });
    await scene.change({ operation: "pause" }, "job_running");
    const { state } = await scene.change({ operation: "resume" }, "job_running");
    expect(state.revision).toBe(5);
    expect((await inspectJob(scene.store, "job_running")).findings).toEqual([]);
  });
});

describe("makes no difference if it is", () => {
  const SPOILED: Readonly<Record<string, () => void>> = {
    missing: () => unlinkSync(file("events.jsonl.checked")),
    empty: () => writeFileSync(file("events.jsonl.checked"), ""),
    cut: () => writeFileSync(file("events.jsonl.checked"), text("events.jsonl.checked").slice(0, 100)),
    "something else": () => writeFileSync(file("events.jsonl.checked"), "null\n"),
    "of another job": () =>
      writeFileSync(file("events.jsonl.checked"), text("events.jsonl.checked").replace("job_1", "job_2")),
    "of an earlier revision": () => writeFileSync(file("events.jsonl.checked"), stale),
    "a folder": () => {
      unlinkSync(file("events.jsonl.checked"));
      mkdirSync(file("events.jsonl.checked"));
    },
    "a link": () => {
      unlinkSync(file("events.jsonl.checked"));
      symlinkSync(file("state.json"), file("events.jsonl.checked"));
    },
  };
  let stale: string;
  for (const [what, spoil] of Object.entries(SPOILED)) {
    test(what, async () => {
      await scene.change(SUBMIT);
      stale = text("events.jsonl.checked");
      await scene.change(DECISION);
      spoil();
      expect(await readJob(scene.store, "job_1")).toMatchObject({ state: { revision: 2 }, warnings: [] });
      expect((await refusal(scene.change(RESUME))).code).toBe("approval_required");
      expect(await scene.change(PROGRESS)).toMatchObject({ state: { revision: 3 }, warnings: [] });
      expect((await inspectJob(scene.store, "job_1")).findings).toEqual([]);
    });
  }
});

describe("forged to fit, it hides nothing", () => {
  async function prepared(): Promise<void> {
    await scene.change(SUBMIT);
    await scene.change(DECISION);
    await scene.change({ operation: "approve", actor: "dana" });
    await scene.change(RESUME);
    await scene.change(PROGRESS);
  }
  const lines = () => text("events.jsonl").trimEnd().split("\n");
  const rewrite = (changed: readonly string[]) =>
    writeFileSync(file("events.jsonl"), changed.map((line) => `${line}\n`).join(""));

  const DAMAGED: Readonly<Record<string, () => void>> = {
    "a name changed in log and state": () => {
      for (const name of ["events.jsonl", "state.json"] as const) {
        writeFileSync(file(name), text(name).replaceAll("dana", "mallory"));
      }
    },
    "a line deleted": () => rewrite(lines().toSpliced(2, 1)),
    "a line repeated": () => rewrite(lines().toSpliced(2, 0, lines()[2] ?? "")),
    "two lines swapped": () =>
      rewrite([...lines().slice(0, 1), ...lines().slice(1, 3).toReversed(), ...lines().slice(3)]),
    "garbage in line 1": () => rewrite(["garbage", ...lines().slice(1)]),
    "a byte-order mark": () => writeFileSync(file("events.jsonl"), `\ufeff${text("events.jsonl")}`),
    "the last event changed": () => rewrite([...lines().slice(0, -1), (lines().at(-1) ?? "").replace("half", "all")]),
  };
  for (const [what, damage] of Object.entries(DAMAGED)) {
    test(what, async () => {
      await prepared();
      damage();
      forgeRecord(scene);
      const log = text("events.jsonl");
      for (const command of [PROGRESS, DECISION, { operation: "pause" }, { operation: "cancel" }] as const) {
        expect((await refusal(scene.change(command))).code).toBe("not_readable");
      }
      expect(text("events.jsonl")).toBe(log);
      const view = await readJob(scene.store, "job_1").catch((error: unknown) => error);
      if (!(view instanceof Error))
        expect(view).toMatchObject({ warnings: [expect.stringContaining("can't be right")] });
      else expect(view).toMatchObject({ code: "not_readable" });
      const inspected = await inspectJob(scene.store, "job_1").catch((error: unknown) => error);
      if (!(inspected instanceof Error)) expect((inspected as { findings: unknown[] }).findings).not.toEqual([]);
    });
  }

  test.each([
    ["an approval that the log lacks", (state: object) => ({ ...state, approvals: [APPROVAL] })],
    ["no decision", (state: object) => ({ ...state, checkpoints: [], status: "paused" })],
    ["another status", (state: object) => ({ ...state, status: "paused" })],
  ])("a state with %s", async (_, change) => {
    await scene.change(SUBMIT);
    await scene.change(DECISION);
    await scene.change(PROGRESS);
    writeFileSync(file("state.json"), JSON.stringify(change(JSON.parse(text("state.json")))));
    forgeRecord(scene);
    expect((await readJob(scene.store, "job_1")).warnings).toEqual([expect.stringContaining("disagrees with the log")]);
    expect((await refusal(scene.change(RESUME))).code).toBe("approval_required");
    expect((await inspectJob(scene.store, "job_1")).findings).not.toEqual([]);
    // The next event writes the state from the log.
    await scene.change({ operation: "approve", actor: "dana" });
    expect(scene.stateOf().approvals).toEqual([expect.objectContaining({ actor: "dana" })]);
    expect((await inspectJob(scene.store, "job_1")).findings).toEqual([]);
  });
  const APPROVAL = { created_at: "2099-01-01T00:00:00Z", actor: "boss", reason: "go" };
});

describe("an unreadable state never counts as absent", () => {
  test.each([
    ["status", "archived"],
    ["schema_version", "2.0.0"],
    ["revision", "1"],
  ])("%s: %j", async (member, value) => {
    await scene.change(SUBMIT);
    writeFileSync(file("state.json"), JSON.stringify({ ...JSON.parse(text("state.json")), [member]: value }));
    const before = text("state.json");
    const error = await refusal(scene.change(PROGRESS));
    expect(error).toMatchObject({ code: "not_readable" });
    expect(error.message).toContain(member);
    expect((await refusal(readJob(scene.store, "job_1"))).code).toBe("not_readable");
    expect(text("state.json")).toBe(before);
  });

  test("nor does an event when the state is missing", async () => {
    await scene.change(SUBMIT);
    const line = text("events.jsonl").replace('"revision":1,"type":"submitted"', '"revision":2,"type":"archived"');
    writeFileSync(file("events.jsonl"), text("events.jsonl") + line);
    rmSync(file("state.json"));
    const log = text("events.jsonl");
    expect((await refusal(scene.change(PROGRESS))).message).toContain("archived");
    expect(text("events.jsonl")).toBe(log);
    expect(existsSync(file("state.json"))).toBe(false);
  });
});
