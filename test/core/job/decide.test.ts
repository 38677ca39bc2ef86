/** The job's transitions: each command from each state, and invariants of any sequence of them. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { decide } from "../../../src/core/job/decide.ts";
import {
  allowedOperations,
  checkpointId,
  isTerminal,
  type JobCommand,
  MAX_SUMMARY_BYTES,
  openDecisions,
} from "../../../src/core/job/job.ts";
import { apply, encodeJobEvent, encodeJobState } from "../../../src/core/job/state.ts";
import { JobEventSchema, type JobState, JobStateSchema } from "../../../src/schema/document/job.ts";
import { issuesOf } from "../../../src/schema/validate/explain.ts";

const CONTEXT = { now: "2026-03-01T10:00:00Z", fingerprint: "envfp:here" };
const ELSEWHERE = { ...CONTEXT, fingerprint: "envfp:there" };

const SUBMIT: JobCommand = { operation: "submit", jobId: "job_1", actor: "alice" };
const PROGRESS: JobCommand = { operation: "checkpoint add", type: "progress", summary: "half way" };
const DECISION: JobCommand = {
  operation: "checkpoint add",
  type: "decision-needed",
  summary: "which colour?",
  requiredAction: "choose blue or green",
};
const BLOCKED: JobCommand = { operation: "checkpoint add", type: "blocked", summary: "no quota" };
const COMPLETED: JobCommand = { operation: "checkpoint add", type: "completed", summary: "done" };
const PAUSE: JobCommand = { operation: "pause" };
const APPROVE: JobCommand = { operation: "approve", actor: "boss" };
const RESUME: JobCommand = { operation: "resume" };
const CANCEL: JobCommand = { operation: "cancel" };
const STOP: JobCommand = { operation: "stop", actor: "ops" };

function jobAfter(...commands: readonly JobCommand[]): JobState {
  const state = commands.reduce<JobState | undefined>(step, undefined);
  if (state === undefined) throw new Error("no commands");
  return state;
}

function step(state: JobState | undefined, command: JobCommand): JobState {
  return apply(state, decide(state, command, CONTEXT), "1.2.3");
}

function refusal(call: () => unknown): GaitError {
  try {
    call();
  } catch (error) {
    if (error instanceof GaitError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const STATES: Readonly<Record<string, JobState | undefined>> = {
  absent: undefined,
  running: jobAfter(SUBMIT),
  paused: jobAfter(SUBMIT, PAUSE),
  "decision_needed, open": jobAfter(SUBMIT, DECISION),
  "decision_needed, approved": jobAfter(SUBMIT, DECISION, APPROVE),
  "paused, decision open": jobAfter(SUBMIT, DECISION, PAUSE),
  "two decisions, one approved": jobAfter(SUBMIT, DECISION, DECISION, APPROVE),
  blocked: jobAfter(SUBMIT, BLOCKED),
  "blocked, decision open": jobAfter(SUBMIT, DECISION, BLOCKED),
  resumed: jobAfter(SUBMIT, PAUSE, RESUME),
  completed: jobAfter(SUBMIT, COMPLETED),
  "completed, decision open": jobAfter(SUBMIT, DECISION, COMPLETED),
  cancelled: jobAfter(SUBMIT, CANCEL),
  emergency_stopped: jobAfter(SUBMIT, STOP),
};

const COMMANDS = {
  submit: SUBMIT,
  progress: PROGRESS,
  decision: DECISION,
  blocked: BLOCKED,
  completed: COMPLETED,
  pause: PAUSE,
  approve: APPROVE,
  resume: RESUME,
  cancel: CANCEL,
  stop: STOP,
} as const;

/** A status: the command succeeds and leads to it. `no`: invalid_input. `wait`: approval_required. */
const TABLE = `
state                        | submit  | progress        | decision        | blocked | completed | pause  | approve         | resume  | cancel | stop
absent                       | running | none            | none            | none    | none      | none   | none            | none    | none | none
running                      | exists  | running         | decision_needed | blocked | completed | paused | no              | no      | cancelled | emergency_stopped
paused                       | exists  | paused          | decision_needed | blocked | completed | no     | no              | running | cancelled | emergency_stopped
decision_needed, open        | exists  | decision_needed | decision_needed | blocked | completed | paused | decision_needed | wait    | cancelled | emergency_stopped
decision_needed, approved    | exists  | decision_needed | decision_needed | blocked | completed | paused | no              | running | cancelled | emergency_stopped
paused, decision open        | exists  | paused          | decision_needed | blocked | completed | no     | paused          | wait    | cancelled | emergency_stopped
two decisions, one approved  | exists  | decision_needed | decision_needed | blocked | completed | paused | decision_needed | wait    | cancelled | emergency_stopped
blocked                      | exists  | blocked         | decision_needed | blocked | completed | no     | no              | running | cancelled | emergency_stopped
blocked, decision open       | exists  | blocked         | decision_needed | blocked | completed | no     | blocked         | wait    | cancelled | emergency_stopped
resumed                      | exists  | running         | decision_needed | blocked | completed | paused | no              | no      | cancelled | emergency_stopped
completed                    | exists  | no              | no              | no      | no        | no     | no              | no      | no | no
completed, decision open     | exists  | no              | no              | no      | no        | no     | no              | no      | no | no
cancelled                    | exists  | no              | no              | no      | no        | no     | no              | no      | no | no
emergency_stopped            | exists  | emergency_stopped | no            | no      | no        | no     | no              | no      | cancelled | no
`;

const CODES: Readonly<Record<string, string>> = {
  exists: "already_exists",
  none: "not_found",
  no: "invalid_input",
  wait: "approval_required",
};

describe("each command from each state (contract 4.3)", () => {
  const [header = "", ...lines] = TABLE.trim().split("\n");
  const [, ...names] = header.split("|").map((cell) => cell.trim());
  for (const line of lines) {
    const [from = "", ...cells] = line.split("|").map((cell) => cell.trim());
    for (const [index, expected] of cells.entries()) {
      const name = names[index] ?? "";
      test(`${name} of a job that is ${from}: ${expected}`, () => {
        const state = STATES[from];
        const command = COMMANDS[name as keyof typeof COMMANDS];
        expect(from in STATES && command !== undefined).toBe(true);
        const code = CODES[expected];
        if (code === undefined) {
          expect(step(state, command).status).toBe(expected as JobState["status"]);
          return;
        }
        const error = refusal(() => step(state, command));
        expect(error.code).toBe(code as GaitError["code"]);
        expect(error.message).toContain(command.operation);
        if (state !== undefined) expect(error.message).toContain(state.status);
        expect(error.hint).toBeTruthy();
      });
    }
  }

  test("a refusal lists what is allowed instead", () => {
    const error = refusal(() => step(STATES["paused"], PAUSE));
    expect(error.message).toBe("job job_1 is paused, but pause is allowed only from running, decision_needed");
    expect(error.hint).toBe("It allows: checkpoint add, resume, stop, cancel.");
  });

  test("resume without approval names the decision and the required action", () => {
    const error = refusal(() => step(STATES["decision_needed, open"], RESUME));
    expect(error.message).toContain("cp_0001");
    expect(error.hint).toContain("choose blue or green");
  });
});

describe("approvals", () => {
  test("each answers the oldest open decision", () => {
    const two = jobAfter(SUBMIT, DECISION, DECISION);
    expect(openDecisions(two).map((each) => each.checkpoint_id)).toEqual(["cp_0001", "cp_0002"]);
    const one = step(two, APPROVE);
    expect(openDecisions(one).map((each) => each.checkpoint_id)).toEqual(["cp_0002"]);
    expect(openDecisions(step(one, APPROVE))).toEqual([]);
  });

  test("one given before the decision, as the Go implementation allows, answers nothing", () => {
    const early = { created_at: "2026-03-01T09:00:00Z", actor: "boss", reason: "approved" };
    const state = { ...jobAfter(SUBMIT, DECISION), approvals: [early] };
    expect(openDecisions(state)).toHaveLength(1);
    expect(refusal(() => step(state, RESUME)).code).toBe("approval_required");
    expect(openDecisions(step(state, APPROVE))).toEqual([]);
  });

  test("a job waiting for a decision that is not among its checkpoints does not resume", () => {
    const state: JobState = { ...jobAfter(SUBMIT), status: "decision_needed", stop_reason: "decision_needed" };
    expect(refusal(() => step(state, RESUME)).code).toBe("approval_required");
  });

  test("need an actor; the reason has a default", () => {
    const state = jobAfter(SUBMIT, DECISION);
    expect(refusal(() => step(state, { ...APPROVE, actor: "  " })).code).toBe("invalid_input");
    expect(step(state, { ...APPROVE, actor: " boss " }).approvals).toEqual([
      { created_at: CONTEXT.now, actor: "boss", reason: "approved" },
    ]);
  });
});

describe("checkpoints", () => {
  const running = jobAfter(SUBMIT);
  const add = (fields: Partial<typeof DECISION>): JobCommand => ({ ...DECISION, ...fields }) as JobCommand;

  const REFUSED: Readonly<Record<string, Partial<typeof DECISION>>> = {
    "an unknown type": { type: "decision_needed" },
    "a blank summary": { summary: " \n\t" },
    "a summary of 513 bytes": { summary: "x".repeat(MAX_SUMMARY_BYTES + 1) },
    "a summary of 171 characters of 3 bytes": { summary: "計".repeat(171) },
    "a decision without a required action": { requiredAction: " " },
    "a lone surrogate": { summary: "\ud800" },
  };
  for (const [what, fields] of Object.entries(REFUSED)) {
    test(`refused: ${what}`, () => {
      expect(refusal(() => step(running, add(fields))).code).toBe("invalid_input");
    });
  }

  test("a summary has up to 512 bytes after trimming", () => {
    const summary = `${"計".repeat(170)}xx`;
    expect(step(running, add({ summary: `  ${summary}\n` })).checkpoints[0]?.summary).toBe(summary);
  });

  test("types other than decision-needed drop the required action", () => {
    const state = step(running, add({ type: "blocked" }));
    expect(state.checkpoints[0]).toEqual({
      checkpoint_id: "cp_0001",
      created_at: CONTEXT.now,
      type: "blocked",
      summary: "which colour?",
      reason_code: "checkpoint_blocked",
    });
  });

  test("are numbered in four digits, and more when needed", () => {
    expect([1, 9999, 10000].map(checkpointId)).toEqual(["cp_0001", "cp_9999", "cp_10000"]);
  });

  test("the event carries the summary, so the log alone can rebuild the state", () => {
    expect(decide(running, PROGRESS, CONTEXT).payload).toEqual({
      checkpoint_id: "cp_0001",
      checkpoint_type: "progress",
      required_action: "",
      summary: "half way",
    });
  });
});

describe("resume", () => {
  const paused = jobAfter(SUBMIT, PAUSE);

  test("in a different environment is refused", () => {
    const error = refusal(() => decide(paused, RESUME, ELSEWHERE));
    expect(error.code).toBe("invalid_input");
    expect(error.hint).toContain("--allow-env-mismatch");
  });

  test("in a different environment, when allowed, is recorded and keeps the fingerprint", () => {
    const event = decide(paused, { operation: "resume", allowEnvMismatch: true, reason: "moved" }, ELSEWHERE);
    expect(event.reason_code).toBe("resumed_with_env_override");
    expect(event.payload).toEqual({
      actual_fingerprint: "envfp:there",
      expected_fingerprint: "envfp:here",
      reason: "moved",
    });
    const state = apply(paused, event, "1.2.3");
    expect(state).toMatchObject({
      status: "running",
      status_reason_code: "resumed_with_env_override",
      environment_fingerprint: "envfp:here",
    });
  });

  test("in the same environment, with permission, is a plain resume", () => {
    const event = decide(paused, { operation: "resume", allowEnvMismatch: true }, CONTEXT);
    expect(event).toMatchObject({ reason_code: "resumed", payload: { reason: "resume" } });
  });
});

describe("submit", () => {
  test.each(["", ".", "..", "a/b", "a\\b", "-a", "_a", "a b", `a${"b".repeat(128)}`, "a\n"])(
    "refuses the id %j",
    (jobId) => {
      expect(refusal(() => decide(undefined, { ...SUBMIT, jobId } as JobCommand, CONTEXT)).code).toBe("invalid_input");
    },
  );

  test.each(["a", "0012", "job:1.2-x_y", `a${"b".repeat(127)}`])("takes the id %j", (jobId) => {
    expect(decide(undefined, { ...SUBMIT, jobId } as JobCommand, CONTEXT).job_id).toBe(jobId);
  });
});

test("a clock set back does not make times go back", () => {
  const event = decide(jobAfter(SUBMIT), PAUSE, { ...CONTEXT, now: "2020-01-01T00:00:00Z" });
  expect(event.created_at).toBe(CONTEXT.now);
});

describe("encoding (contract 4.2)", () => {
  const odd = step(jobAfter(SUBMIT), { ...DECISION, summary: '<b>&\u2028\u2029\u007f"é' } as JobCommand);

  test("the state is indented, ends with a newline, and escapes what the Go encoder escapes", () => {
    const text = encodeJobState(odd);
    expect(text).toContain('      "summary": "\\u003cb\\u003e\\u0026\\u2028\\u2029\u007f\\"é",\n');
    expect(text.startsWith('{\n  "schema_id": "gait.job.runtime",\n')).toBe(true);
    expect(text.endsWith("\n}\n")).toBe(true);
    expect(JSON.parse(text)).toEqual(odd);
  });

  test("members of a later version are kept, after the others", () => {
    expect(Object.keys(JSON.parse(encodeJobState(odd, { later_ref: "p" }))).at(-1)).toBe("later_ref");
  });

  test("an event is one line", () => {
    const event = decide(jobAfter(SUBMIT), { ...PROGRESS, summary: "a\nb" } as JobCommand, CONTEXT);
    expect(encodeJobEvent(event).split("\n")).toHaveLength(2);
    expect(JSON.parse(encodeJobEvent(event))).toEqual(event);
  });
});

const command = fc.oneof(
  ...Object.values(COMMANDS).map((each) => fc.constant(each)),
  fc.record({
    operation: fc.constant("checkpoint add" as const),
    type: fc.constantFrom("plan", "progress", "decision-needed", "blocked", "completed", "odd"),
    summary: fc.string(),
    requiredAction: fc.string(),
    actor: fc.string(),
  }),
  fc.record({ operation: fc.constant("approve" as const), actor: fc.string(), reason: fc.string() }),
);

test("any sequence: states and events fit their schemas, revisions count, a terminal state accepts nothing", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let state: JobState | undefined;
      for (const each of [SUBMIT, ...commands]) {
        const before = state;
        try {
          const event = decide(state, each, CONTEXT);
          state = apply(state, event, "1.2.3");
          expect(issuesOf(JobEventSchema, event)).toEqual([]);
          expect(issuesOf(JobStateSchema, state)).toEqual([]);
          expect(state.revision).toBe((before?.revision ?? 0) + 1);
          if (before !== undefined) {
            expect(isTerminal(before.status)).toBe(false);
            expect(allowedOperations(before)).toContain(each.operation);
          }
        } catch (error) {
          if (!(error instanceof GaitError)) throw error;
          expect(error.code).not.toBe("internal");
          // A command listed as allowed is refused only for its values.
          const plain = Object.values(COMMANDS).includes(each);
          // After an emergency stop, by its type too: notes are allowed, no other checkpoint.
          const isByType = before?.status === "emergency_stopped" && each.operation === "checkpoint add";
          if (plain && before !== undefined && !isByType)
            expect(allowedOperations(before)).not.toContain(each.operation);
        }
      }
    }),
  );
});
