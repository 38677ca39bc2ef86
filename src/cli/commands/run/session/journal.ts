/** The work of `gait run session start`, `append` and `status`. */
import { GaitError } from "../../../../core/finding/error.ts";
import { checkpointRunId } from "../../../../core/session/checkpoint.ts";
import { sessionEvent, sessionHeader } from "../../../../core/session/event.ts";
import type { Journal } from "../../../../core/session/journal.ts";
import { isSha256Hex } from "../../../../core/signature/digest.ts";
import { assertIdentifier } from "../../../../core/text/identifier.ts";
import { printable } from "../../../../core/text/printable.ts";
import { countText } from "../../../../core/text/quantities.ts";
import { readSession, startSession, withSession } from "../../../../host/session/store.ts";
import type {
  SessionAppendOutput,
  SessionStartOutput,
  SessionStatusOutput,
} from "../../../../schema/answer/session.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { journalOf, listOf, needed, stampOf, statusMembers, storeOf } from "./store.ts";

const MAX_ID = 512;

export async function start(call: Call): Promise<Answer<SessionStartOutput>> {
  const journal = journalOf(call);
  const sessionId = needed(call, "--session-id", "the session's id");
  const runId = needed(call, "--run-id", "the id of the run that it records");
  assertIdentifier(runId, "run id");
  // The runpacks of its checkpoints have ids of runs too.
  assertIdentifier(checkpointRunId(runId, 1), "id of a checkpoint's run");
  if (sessionId.length > MAX_ID)
    throw new GaitError("invalid_input", `the session id is longer than ${MAX_ID} characters`, { hint: "Shorten it." });
  const store = storeOf(call);
  const { now, producerVersion } = store;
  const stamp = { sessionId, runId, producerVersion, now: now() };
  const started = await startSession(journal, sessionHeader(stamp), store);
  return {
    exit: EXIT.ok,
    json: { journal, status: statusMembers(started.journal), ...warningMember(started.warnings) },
    text: `${started.isNew ? "started" : "already there"}  ${printable(journal)}\n${statusText(call, started.journal)}`,
    notes: warningLines(started.warnings, call.stderr),
  };
}

export async function append(call: Call): Promise<Answer<SessionAppendOutput>> {
  const journal = journalOf(call);
  const given = {
    toolName: needed(call, "--tool", "the tool that was to be called"),
    verdict: needed(call, "--verdict", "the decision").toLowerCase(),
    intentId: call.option("--intent-id"),
    traceId: call.option("--trace-id"),
    tracePath: call.option("--trace-path"),
    intentDigest: call.option("--intent-digest"),
    policyDigest: call.option("--policy-digest"),
    reasonCodes: listOf(call, "--reason-codes"),
    violations: listOf(call, "--violations"),
  };
  const odd = (["--intent-digest", "--policy-digest"] as const)
    .filter((flag) => call.has(flag) && !isSha256Hex(call.option(flag)?.trim() ?? ""))
    .map((flag) => `${flag} is no SHA-256 in hex; recorded as it is`);
  const store = storeOf(call);
  return withSession(journal, store, async (session) => {
    const event = sessionEvent(stampOf(session.journal, store), session.journal.lastSequence + 1, given);
    session.append({ event });
    const warnings = [...session.warnings, ...odd, ...session.saveState()];
    return {
      exit: EXIT.ok,
      json: { journal, event, ...warningMember(warnings) },
      text: `event ${event.sequence}  ${printable(`${event.tool_name}: ${event.verdict}`)}\n`,
      notes: warningLines(warnings, call.stderr),
    };
  });
}

export async function status(call: Call): Promise<Answer<SessionStatusOutput>> {
  const path = journalOf(call);
  const { journal, warnings } = await readSession(path);
  return {
    exit: EXIT.ok,
    json: { journal: path, status: statusMembers(journal), ...warningMember(warnings) },
    text: `session  ${printable(path)}\n${statusText(call, journal)}`,
    notes: warningLines(warnings, call.stderr),
  };
}

function statusText(call: Call, { header, events, checkpoints, lastSequence }: Journal): string {
  const last = checkpoints.at(-1);
  const open = lastSequence - (last?.sequence_end ?? 0);
  return rows(
    [
      ["session", header.session_id],
      ["run", header.run_id],
      ["started", header.started_at],
      ["events", `${countText(events.length, "event")} here, the last is ${lastSequence}`],
      ["checkpoints", last === undefined ? "none" : `${checkpoints.length}, up to event ${last.sequence_end}`],
      ["since then", countText(open, "event")],
    ],
    call.stdout,
    "  ",
  );
}

export function warningMember(warnings: readonly string[]): { readonly warnings?: readonly string[] } {
  return warnings.length > 0 ? { warnings } : {};
}
