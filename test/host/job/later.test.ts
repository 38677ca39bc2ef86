/** Jobs of version 1.4 of the Go implementation (contract 4.8): read, continued and packed; and its left-over markers. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { jobPayload, jobStateBytes } from "../../../src/core/job/pack-files.ts";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { inspectJob, readJob } from "../../../src/host/job/views.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JobState } from "../../../src/schema/document/job.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { LATER, laterItems } from "../../go-vectors.ts";
import { type JobScene, jobScenes, refusal } from "./scene.ts";

const scenes = jobScenes();
afterAll(() => scenes.remove());
let scene: JobScene;
beforeEach(() => {
  scene = scenes.next();
  cpSync(join(LATER, "jobs"), scene.store.root, { recursive: true, filter: (path) => !path.endsWith(".zip") });
});

const JOBS = readdirSync(join(LATER, "jobs")).filter((name) => name.startsWith("job_"));
const BUILT = laterItems(({ kind, command }) => kind === "pack-build" && command.includes("--type job"));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function codesOf(file: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(join(LATER, file)));
  const options = { platform: hostPlatform, keys: [], requireSignature: false };
  const { findings } = await verifyArtifact(bytesSource(bytes), options);
  return findings.map(({ code, path = "" }) => `${code} ${path}`);
}

describe("a job's folder", () => {
  for (const name of JOBS) {
    test(`${name} is read, and its log agrees with its state`, async () => {
      const { state, events, warnings, findings } = await inspectJob(scene.store, name);
      expect([warnings, findings]).toEqual([[], []]);
      expect(state).toEqual(scene.stateOf(name));
      expect(events).toHaveLength(state.revision);
    });

    test(`${name} has the payload, state and log of its pack there`, async () => {
      const { state, events } = await inspectJob(scene.store, name);
      const { members = {} } = BUILT.find(({ command }) => command.includes(`jobs/${name} `)) ?? {};
      const log = events.map(
        (event) => `${new TextDecoder().decode(canonicalBytes(event as unknown as JsonObject))}\n`,
      );
      expect({
        "job_payload.json": sha256(canonicalBytes(jobPayload(state) as unknown as JsonObject)),
        "job_state.json": sha256(jobStateBytes(state)),
        "job_events.jsonl": sha256(new TextEncoder().encode(log.join(""))),
      }).toEqual({
        "job_payload.json": members["job_payload.json"] ?? "",
        "job_state.json": members["job_state.json"] ?? "",
        "job_events.jsonl": members["job_events.jsonl"] ?? "",
      });
    });

    test(`${name} goes on here, and keeps what it is bound to`, async () => {
      const before = scene.stateOf(name);
      const ends = ["completed", "cancelled"].includes(before.status);
      const note: JobCommand = { operation: "checkpoint add", type: "plan", summary: "here" };
      if (ends) {
        expect((await refusal(scene.change(note, name))).code).toBe("invalid_input");
        return;
      }
      const { state } = await scene.change(note, name);
      const bound = (from: JobState) => [
        from.safety_invariants,
        from.safety_invariant_hash,
        from.policy_digest,
        from.identity,
      ];
      expect(bound(state)).toEqual(bound(before));
      expect(state).toEqual(scene.stateOf(name));
      expect(await inspectJob(scene.store, name)).toMatchObject({ warnings: [], findings: [] });
    });
  }

  test("without its state gets its binding and its invariants from the log", async () => {
    const before = scene.stateOf("job_policy");
    writeFileSync(scene.path("job_policy", "state.json"), "");
    const { state } = await readJob(scene.store, "job_policy");
    for (const name of [
      "policy_digest",
      "policy_ref",
      "identity",
      "safety_invariant_hash",
      "safety_invariants",
    ] as const)
      expect(state[name]).toEqual(before[name] as never);
  });

  test.each([
    ["safety_invariant_hash", "0".repeat(64)],
    ["safety_invariants", ["fail_closed=false"]],
    ["policy_digest", "c"],
    ["policy_ref", "elsewhere"],
    ["identity", "agent:2"],
  ])("with another %s than its log is reported", async (member, value) => {
    const path = scene.path("job_policy", "state.json");
    writeFileSync(path, JSON.stringify({ ...scene.stateOf("job_policy"), [member]: value }));
    const { findings } = await inspectJob(scene.store, "job_policy");
    expect(findings.map(({ code, path: at }) => `${code} ${at}`)).toEqual([
      `job_state_mismatch state.json#$.${member}`,
    ]);
  });
});

describe("a job pack", () => {
  for (const { command } of laterItems(({ kind, command: text }) => kind === "pack-verify" && text.includes("jobs/"))) {
    const file = command.split(" ")[3] ?? "";
    test(`${file} verifies`, async () => expect(await codesOf(file)).toEqual([]));
  }
  test.each([
    ["jobs/tampered_job_decision_invariant_hash.zip", "job_state_mismatch job_state.json#$.safety_invariant_hash"],
    ["jobs/tampered_job_override_invariant_hash.zip", "job_state_mismatch job_state.json#$.safety_invariant_hash"],
    ["jobs/tampered_job_decision_status.zip", "job_state_mismatch job_state.json#$.status"],
    ["jobs/tampered_job_override_status.zip", "job_state_mismatch job_state.json#$.status"],
  ])("%s does not", async (file, finding) => expect(await codesOf(file)).toContain(finding));
});

describe("the marker of a change that was stopped", () => {
  const marker = (jobId: string, updated: JobState): void => {
    const head = { schema_id: "gait.job.pending_mutation", schema_version: "1.0.0", created_at: updated.updated_at };
    const text = { ...head, job_id: jobId, previous_state: scene.stateOf(jobId), updated_state: updated, event: {} };
    writeFileSync(scene.path(jobId, "pending_mutation.json"), JSON.stringify(text, null, 2));
  };

  test("whose event is not in the log: the change never was, and the next one removes the marker", async () => {
    const before = scene.stateOf("job_plain");
    marker("job_plain", { ...before, revision: before.revision + 1, status: "paused", stop_reason: "paused_by_user" });
    const { state, warnings } = await readJob(scene.store, "job_plain");
    expect([state.status, warnings.length]).toEqual(["running", 1]);
    expect(existsSync(scene.path("job_plain", "pending_mutation.json"))).toBe(true);
    const changed = await scene.change({ operation: "pause", actor: "here" }, "job_plain");
    expect(changed.state.revision).toBe(before.revision + 1);
    expect(existsSync(scene.path("job_plain", "pending_mutation.json"))).toBe(false);
    expect(await inspectJob(scene.store, "job_plain")).toMatchObject({ warnings: [], findings: [] });
  });

  test("whose event is in the log, without the state: the summary is not lost", async () => {
    const before = scene.stateOf("job_plain");
    marker("job_plain", before);
    writeFileSync(scene.path("job_plain", "state.json"), "");
    const { state } = await readJob(scene.store, "job_plain");
    expect(state.checkpoints).toEqual(before.checkpoints);
  });

  test.each(["", "{", "[]", '{"updated_state":1}', '{"updated_state":{"revision":99}}'])(
    "that can't be read is as if it were not there: %j",
    async (text) => {
      writeFileSync(scene.path("job_plain", "pending_mutation.json"), text);
      expect((await readJob(scene.store, "job_plain")).warnings).toEqual([]);
    },
  );
});
