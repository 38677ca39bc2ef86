/** A command that reads only an outline of the state does what one that reads all of it does. */
import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { CHECKPOINT_TYPES, type JobCommand } from "../../../src/core/job/job.ts";
import { encodeJobState, joinState } from "../../../src/core/job/state.ts";
import { outlinedState, wholeState } from "../../../src/host/job/state-text.ts";
import { changeJob, type JobChange, type JobStore } from "../../../src/host/job/store.ts";
import { inspectJob } from "../../../src/host/job/views.ts";
import type { JobState } from "../../../src/schema/document/job.ts";
import { forgeRecord } from "./forged-record.ts";
import { jobScenes, PROGRESS, refusal, SUBMIT } from "./scene.ts";

const scenes = jobScenes({ inMemory: true });
afterAll(() => scenes.remove());

const encode = (state: JobState, unknown = {}) => new TextEncoder().encode(encodeJobState(state, unknown));

/** Texts that look like the layout of a state. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    '\n  "checkpoints": [',
    '\n      "type": "blocked"',
    "\n    {\n",
    "\n  ]",
    '\\"type": "blocked"',
    "\u2028<&",
  ),
);

const STATE: JobState = {
  schema_id: "gait.job.runtime",
  schema_version: "1.0.0",
  created_at: "2027-01-01T00:00:00Z",
  updated_at: "2027-01-01T00:00:00Z",
  producer_version: "1.2.3",
  job_id: "job_1",
  status: "running",
  stop_reason: "none",
  status_reason_code: "submitted",
  environment_fingerprint: "envfp:vector",
  revision: 1,
  checkpoints: [],
};

describe("an outline", () => {
  const checkpoint = fc.record({
    type: fc.constantFrom(...CHECKPOINT_TYPES),
    summary: text,
    required_action: text,
    actor: text,
    reason_code: text,
  });
  test("has the checkpoints that stop a job, the last one, and everything else as it is", () => {
    fc.assert(
      fc.property(
        fc.array(checkpoint, { maxLength: 8 }),
        fc.array(fc.record({ actor: text, reason: text }), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("later", "checkpoints_later"), fc.oneof(text, fc.array(text)), { maxKeys: 2 }),
        text,
        (items, given, unknown, fingerprint) => {
          const at = { created_at: "2027-01-01T00:00:00Z" };
          const checkpoints = items.map((item, index) => ({ checkpoint_id: `cp_000${index + 1}`, ...at, ...item }));
          const approvals = given.map((item) => ({ ...at, ...item }));
          const state = joinState({ ...STATE, environment_fingerprint: fingerprint }, checkpoints, approvals);
          const bytes = encode(state, unknown);
          const whole = wholeState(bytes);
          const outline = outlinedState(bytes);
          const kept = whole?.state.checkpoints.filter(
            ({ type }, index, all) => (type !== "plan" && type !== "progress") || index === all.length - 1,
          );
          expect(outline?.state.checkpoints).toEqual(kept as JobState["checkpoints"]);
          const rest = { ...outline?.state, checkpoints: whole?.state.checkpoints };
          expect({ ...outline, state: rest }).toEqual(whole as never);
        },
      ),
    );
  });

  const decision = { checkpoint_id: "cp_0001", created_at: STATE.created_at, type: "decision-needed", summary: "?" };
  const note = { checkpoint_id: "cp_0002", created_at: STATE.created_at, type: "progress", summary: "half" };
  const listed = { ...STATE, checkpoints: [decision, note] };
  const written = `${JSON.stringify(listed, undefined, 2)}\n`;
  test.each([
    ["in one line", JSON.stringify(listed)],
    ["indented by four spaces", JSON.stringify(listed, undefined, 4)],
    ["cut", written.slice(0, -40)],
    ["with a list that does not end", written.replace("\n  ]", "\n   ]")],
    ["with two lists", written.replace('\n  "checkpoints": [', '\n  "checkpoints": [],\n  "checkpoints": [')],
    ["with a second list after the first", written.replace("\n  ]\n", `\n  ],\n  "checkpoints": [{}]\n`)],
    ["without a list", `${JSON.stringify({ ...STATE, checkpoints: undefined }, undefined, 2)}\n`],
    ["with a list of something else", `${JSON.stringify({ ...STATE, checkpoints: [1] }, undefined, 2)}\n`],
    ["no JSON", written.replace('"revision": 1', '"revision": ')],
  ])("is nothing of a state %s", (_, changed) => {
    expect(outlinedState(new TextEncoder().encode(written))?.state.checkpoints).toHaveLength(2);
    expect(outlinedState(new TextEncoder().encode(changed))).toBeUndefined();
  });
});

const note = (type: string, summary: string): JobCommand => ({
  operation: "checkpoint add",
  type,
  summary,
  requiredAction: "choose",
});
const APPROVE: JobCommand = { operation: "approve", actor: "dana", reason: "計画" };
const REJECT: JobCommand = { operation: "reject", actor: "dana" };

describe("a change by an outline", () => {
  const command: fc.Arbitrary<JobCommand> = fc.oneof(
    fc
      .tuple(fc.constantFrom("plan", "progress", "decision-needed", "blocked"), text)
      .map(([type, what]) => note(type, `s${what}`)),
    fc.constantFrom<JobCommand>(
      APPROVE,
      REJECT,
      { operation: "pause" },
      { operation: "resume" },
      { operation: "stop" },
    ),
  );
  test("leaves the same bytes, and says the same but for the checkpoints that it leaves out", async () => {
    const outcome = async (store: JobStore, given: JobCommand): Promise<JobChange | string> => {
      try {
        return await changeJob(store, "job_1", given, "envfp:vector");
      } catch (error) {
        if (error instanceof GaitError) return `${error.code}: ${error.message}`;
        throw error;
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        const [whole, brief] = [scenes.next(), scenes.next()];
        for (const given of [SUBMIT, ...commands]) {
          const one = await outcome(whole.store, given);
          const other = await outcome({ ...brief.store, outline: true }, given);
          for (const name of ["events.jsonl", "state.json", "events.jsonl.checked"]) {
            expect(readFileSync(brief.path("job_1", name))).toEqual(readFileSync(whole.path("job_1", name)));
          }
          if (typeof one === "string" || typeof other === "string") {
            expect(other).toEqual(one);
            continue;
          }
          expect(other.checkpointCount).toBe(one.state.checkpoints.length);
          expect(other.state.checkpoints.at(-1)).toEqual(one.state.checkpoints.at(-1) as never);
          const stopping = ({ type }: { type: string }) => type !== "plan" && type !== "progress";
          expect(other.state.checkpoints.filter(stopping)).toEqual(one.state.checkpoints.filter(stopping));
          expect({ ...other.state, checkpoints: [] }).toEqual({ ...one.state, checkpoints: [] });
          expect(other.event).toEqual(one.event);
        }
      }),
      { numRuns: 40 },
    );
  });

  const state = (change: (state: JobState) => object) => (found: JobState) =>
    `${JSON.stringify(change(found), undefined, 2)}\n`;
  const FORGED: Readonly<Record<string, (found: JobState) => string>> = {
    "no decision": state((found) => ({ ...found, checkpoints: found.checkpoints.slice(1), status: "paused" })),
    "a decision that is now progress": state((found) => ({
      ...found,
      checkpoints: found.checkpoints.map((each) => ({ ...each, type: "progress" })),
    })),
    "an approval that the log lacks": state((found) => ({
      ...found,
      approvals: [{ created_at: "2099-01-01T00:00:00Z", actor: "boss", reason: "go" }],
    })),
    "one checkpoint less": state((found) => ({ ...found, checkpoints: found.checkpoints.slice(0, 1) })),
    "one checkpoint more": state((found) => ({
      ...found,
      checkpoints: [...found.checkpoints, { ...found.checkpoints.at(-1), checkpoint_id: "cp_0003" }],
    })),
    "another status": state((found) => ({ ...found, status: "running" })),
    "another layout": (found) => JSON.stringify({ ...found, checkpoints: [], status: "paused" }),
  };
  for (const [what, forged] of Object.entries(FORGED)) {
    test(`goes by the log where the state was forged, and the record to fit: ${what}`, async () => {
      const scene = scenes.next();
      const store = { ...scene.store, outline: true };
      const change = (given: JobCommand) => changeJob(store, "job_1", given, "envfp:vector");
      for (const given of [SUBMIT, note("decision-needed", "which?"), PROGRESS]) await change(given);
      writeFileSync(scene.path("job_1", "state.json"), forged(scene.stateOf()));
      forgeRecord(scene);
      expect((await refusal(change({ operation: "resume" }))).code).toBe("approval_required");
      const { event, warnings } = await change(PROGRESS);
      expect(event.payload).toMatchObject({ checkpoint_id: "cp_0003" });
      expect(warnings).toEqual([expect.stringContaining("disagrees with the log")]);
      expect((await inspectJob(scene.store, "job_1")).findings).toEqual([]);
    });
  }

  test("refuses a checkpoint of a type that a later version may have, as whoever reads all of the state does", async () => {
    const scene = scenes.next();
    const store = { ...scene.store, outline: true };
    for (const given of [SUBMIT, PROGRESS, PROGRESS, PROGRESS]) await changeJob(store, "job_1", given, "envfp:vector");
    const later = scene.stateOf();
    const [first, ...others] = later.checkpoints;
    const checkpoints = [{ ...first, type: "pause-needed" }, ...others];
    writeFileSync(scene.path("job_1", "state.json"), `${JSON.stringify({ ...later, checkpoints }, undefined, 2)}\n`);
    forgeRecord(scene);
    const { message } = await refusal(changeJob(store, "job_1", PROGRESS, "envfp:vector"));
    expect(message).toContain("is not understood: checkpoints[0].type");
  });
});
