/** Events of the hooks of Claude Code, Codex and Gemini CLI: captured by `gait capture hook`, or appended as they came. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import type { CallNumber, ResultStatus } from "../record/call-table.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import type { ImportRun } from "../record/run.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";

/** Events of the run, by the name of the hook. */
const TIMELINE: Readonly<Record<string, string>> = {
  PermissionRequest: "approval_requested",
  UserPromptSubmit: "prompt",
  BeforeAgent: "prompt",
  Stop: "turn_end",
  AfterAgent: "turn_end",
  SessionStart: "session_start",
  SessionEnd: "session_end",
  SubagentStart: "subagent_start",
  SubagentStop: "subagent_stop",
  PostCompact: "compacted",
};

/** Hooks that the agents' documents name, and that tell nothing of a run. */
const CONTEXT_HOOKS: ReadonlySet<string> = new Set([
  "Notification",
  "PreCompact",
  "PreCompress",
  "BeforeModel",
  "AfterModel",
  "BeforeToolSelection",
  "Setup",
  "UserPromptExpansion",
  "StopFailure",
  "TaskCreated",
  "TaskCompleted",
  "TeammateIdle",
  "InstructionsLoaded",
  "ConfigChange",
  "CwdChanged",
  "FileChanged",
  "WorktreeCreate",
  "WorktreeRemove",
  "Elicitation",
  "ElicitationResult",
]);

export const HOOKS: ImportFormat = {
  name: "hooks",
  runtime: "claude-code",
  fits: (value) =>
    (Object.hasOwn(value, "capture") && Object.hasOwn(value, "event")) ||
    textOf(value, "hook_event_name") !== undefined,
  read: (context) => new HooksReader(context),
};

/** One event, and where it is. */
interface HookEvent {
  readonly event: JsonObject;
  readonly run: ImportRun;
  readonly time: string | undefined;
  readonly place: SourcePlace;
}

class HooksReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #agents = new Map<ImportRun, string>();
  /** Open calls without an id, oldest first, by what they would do. */
  readonly #unnamed = new Map<ImportRun, Map<string, CallNumber[]>>();

  constructor(context: ImportContext) {
    this.#context = context;
  }

  record(value: JsonObject, place: SourcePlace): RecordFate {
    const { tally } = this.#context;
    const isCaptured = Object.hasOwn(value, "capture");
    const event = isCaptured ? objectOf(value, "event") : value;
    const time = this.#context.time(
      memberOf(isCaptured ? value : {}, "ts") ?? memberOf(event ?? {}, "timestamp"),
      place,
    );
    if (event === undefined) return tally.malformed(place);
    const name = textOf(event, "hook_event_name");
    if (name === undefined) return tally.unknown("(no hook_event_name)");
    const run = this.#context.run(textOf(event, "session_id"));
    this.#learnAgent(run, event, name);
    return this.#event(name, { event, run, time, place });
  }

  end(): void {
    for (const [run, agent] of this.#agents) run.setRuntime(agent);
  }

  #learnAgent(run: ImportRun, event: JsonObject, name: string): void {
    if (Object.hasOwn(event, "turn_id")) this.#agents.set(run, "codex");
    else if (/^(?:Before|After)/.test(name) && !this.#agents.has(run)) this.#agents.set(run, "gemini-cli");
  }

  #event(name: string, hook: HookEvent): RecordFate {
    const { event, run, time, place } = hook;
    const { tally } = this.#context;
    switch (name) {
      case "PreToolUse":
      case "BeforeTool":
        return textOf(event, "tool_name") === undefined ? tally.malformed(place) : this.#call(hook).fate;
      case "PostToolUse":
        return this.#result(hook, answeredStatus(event), memberOf(event, "tool_response"));
      case "AfterTool": {
        const response = memberOf(event, "tool_response");
        const hasError = isObject(response) && (memberOf(response, "error") ?? null) !== null;
        return this.#result(hook, hasError ? "error" : "ok", response);
      }
      case "PostToolUseFailure":
        return this.#result(hook, "error", membersOf(event, ["error", "is_interrupt"]));
      case "PermissionDenied":
        return this.#result(hook, "denied", membersOf(event, ["reason"]));
      case "PostToolBatch":
        return this.#batch(hook);
      default: {
        const stated = Object.hasOwn(TIMELINE, name) ? TIMELINE[name] : undefined;
        if (stated === undefined) return CONTEXT_HOOKS.has(name) ? "context" : tally.unknown(name);
        run.event(stated, time);
        return "mapped";
      }
    }
  }

  #call({ event, run, time, place }: HookEvent): { fate: RecordFate; call: CallNumber } {
    const id = textOf(event, "tool_use_id");
    const tool = textOf(event, "tool_name") ?? "";
    const args = memberOf(event, "tool_input");
    // Two hooks may tell the same event.
    const { call, isNew } = run.call({ id, tool, args, time, place, repeat: "equal and open" });
    if (id === undefined) this.#waiting(run, tool, args, place).push(call);
    return { fate: isNew ? "mapped" : "duplicate", call };
  }

  #result(hook: HookEvent, status: ResultStatus, result: JsonValue | undefined): RecordFate {
    const { event, run, time, place } = hook;
    const tool = textOf(event, "tool_name");
    if (tool === undefined) return this.#context.tally.malformed(place);
    const args = memberOf(event, "tool_input");
    const answer = { status, result, time, place };
    const id = textOf(event, "tool_use_id");
    if (id === undefined) {
      const call = this.#waiting(run, tool, args, place)[0] ?? this.#call(hook).call;
      this.#waiting(run, tool, args, place).shift();
      run.answer(call, answer);
      return "mapped";
    }
    const { calls } = run;
    const open = calls.find(id, (call) => !calls.isAnswered(call));
    if (open !== undefined) {
      if (args !== undefined && calls.recorded(open).digest !== run.digestOf(args, place))
        run.warn("args_changed", place);
      run.answer(open, answer);
      return "mapped";
    }
    const same = calls.find(id, (call) => {
      const before = calls.recorded(call);
      if (before.tool !== tool || before.digest !== run.digestOf(args, place)) return false;
      return run.hasAnswer(call, status, result, place);
    });
    if (same !== undefined) return "duplicate";
    // Only the hook behind the call is installed.
    run.answer(this.#call(hook).call, answer);
    return "mapped";
  }

  /** A batch repeats what its calls stated themselves: it counts for those that did not. */
  #batch(hook: HookEvent): RecordFate {
    const { run, time, place } = hook;
    const { calls } = run;
    const stated = listOf(hook.event, "tool_calls");
    if (stated === undefined) return this.#context.tally.malformed(place);
    let mapped = false;
    for (const event of stated.filter(isObject)) {
      const id = textOf(event, "tool_use_id");
      if (id === undefined) continue;
      const known = calls.find(id, () => true) !== undefined;
      const open = calls.find(id, (call) => !calls.isAnswered(call));
      if (known && open === undefined) continue;
      const call = open ?? this.#call({ ...hook, event }).call;
      run.answer(call, { status: "completed", result: memberOf(event, "tool_response"), time, place });
      mapped = true;
    }
    return mapped ? "mapped" : "duplicate";
  }

  #waiting(run: ImportRun, tool: string, args: JsonValue | undefined, place: SourcePlace): CallNumber[] {
    let ofRun = this.#unnamed.get(run);
    if (ofRun === undefined) {
      ofRun = new Map();
      this.#unnamed.set(run, ofRun);
    }
    const key = `${run.digestOf(args, place)} ${tool}`;
    const waiting = ofRun.get(key) ?? [];
    ofRun.set(key, waiting);
    return waiting;
  }
}

/** Codex tells of an answer whatever it says, and only an object can say how the call went. */
function answeredStatus(event: JsonObject): ResultStatus {
  if (!Object.hasOwn(event, "turn_id")) return "ok";
  const response = objectOf(event, "tool_response");
  const isError = response === undefined ? undefined : memberOf(response, "isError");
  if (typeof isError !== "boolean") return "completed";
  return isError ? "error" : "ok";
}

/** Those members that are there; `undefined` where none is. */
function membersOf(event: JsonObject, names: readonly string[]): JsonObject | undefined {
  const there = names.filter((name) => Object.hasOwn(event, name));
  if (there.length === 0) return undefined;
  return Object.fromEntries(there.map((name) => [name, event[name] as JsonValue]));
}
