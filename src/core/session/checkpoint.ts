/** A checkpoint of a session: the runpack of the events since the last one, and the record of it (contract 15.3). */
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { SessionCheckpoint, SessionEvent } from "../../schema/document/session/journal.ts";
import type { RecordItem, RecordParts } from "../run/input.ts";
import { DEFAULT_RUNTIME } from "../run/record-documents.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";
import { toUtcWherePossible } from "../time/timestamp.ts";
import type { SessionStamp } from "./event.ts";
import type { Journal } from "./journal.ts";
import { checkpointDigest } from "./link.ts";
import { decisionNodes, node, relationshipOf } from "./relationship.ts";

/** The next checkpoint of a journal, before its runpack is written. */
export interface CheckpointPlan {
  readonly index: number;
  /** At least one. */
  readonly events: readonly SessionEvent[];
  /** Of its runpack. */
  readonly runId: string;
  readonly previousDigest: string | undefined;
}

/** `undefined` where there is no event since the last checkpoint. */
export function nextCheckpoint({ header, events, checkpoints }: Journal): CheckpointPlan | undefined {
  const last = checkpoints.at(-1);
  const since = events.filter(({ sequence }) => sequence > (last?.sequence_end ?? 0));
  if (since.length === 0) return undefined;
  const index = checkpoints.length + 1;
  return {
    index,
    events: since,
    runId: checkpointRunId(header.run_id, index),
    previousDigest: last?.checkpoint_digest,
  };
}

/** Id of the run that the runpack of a checkpoint holds. */
export function checkpointRunId(runId: string, index: number): string {
  return `${runId}_cp_${String(index).padStart(4, "0")}`;
}

/** What is recorded of the events: digests only. */
export function checkpointRecords(
  plan: CheckpointPlan,
  stamp: SessionStamp,
  machine: { readonly os: string; readonly arch: string },
  hashing: Hashing,
): RecordParts {
  const { events, runId, index } = plan;
  const ids = events.map((event, at) => event.intent_id?.trim() || `intent_${at + 1}`);
  const items = (of: (event: SessionEvent, id: string) => JsonObject): RecordItem[][] => [
    events.map((event, at) => {
      const value = of(event, ids[at] ?? "");
      return { value, where: `event ${event.sequence}`, size: JSON.stringify(value).length };
    }),
  ];
  return {
    run: {
      run_id: runId,
      created_at: stamp.now,
      producer_version: stamp.producerVersion,
      env: { ...machine, runtime: DEFAULT_RUNTIME },
      timeline: [
        ...events.map((event) => ({
          event: "session_event",
          ts: utc(event),
          ...(event.trace_id ? { ref: event.trace_id } : {}),
          relationship: eventRelationship(event, runId, stamp.sessionId),
        })),
        {
          event: "session_checkpoint_emitted",
          ts: stamp.now,
          ref: `checkpoint:${index}`,
          relationship: emittedRelationship(runId, `checkpoint:${index}`),
        },
      ],
    },
    refs: { receipts: [] },
    places: { run: "run", refs: "refs" },
    captureMode: "reference",
    intents: items((event, id) => ({
      intent_id: id,
      created_at: utc(event),
      tool_name: event.tool_name ?? "",
      args_digest:
        event.intent_digest ||
        digestOf(hashing, {
          session_id: stamp.sessionId,
          sequence: event.sequence,
          trace_id: event.trace_id ?? "",
          trace_path: event.trace_path ?? "",
        }),
    })),
    results: items((event, id) => ({
      intent_id: id,
      created_at: utc(event),
      status: event.verdict === "block" || event.verdict === "require_approval" ? "error" : "ok",
      result_digest: digestOf(hashing, {
        reason_codes: listOrNull(event.reason_codes),
        trace_id: event.trace_id ?? "",
        trace_path: event.trace_path ?? "",
        verdict: event.verdict ?? "",
        violations: listOrNull(event.violations),
      }),
    })),
    unknown: [],
  };
}

/** The record of the checkpoint whose runpack was written. @param runpackPath as it was named */
export function checkpointOf(
  plan: CheckpointPlan,
  stamp: SessionStamp,
  { runpackPath, manifestDigest }: { readonly runpackPath: string; readonly manifestDigest: string },
  hashing: Hashing,
): SessionCheckpoint {
  const { events, index, previousDigest, runId } = plan;
  const linked = {
    checkpoint_index: index,
    sequence_start: events[0]?.sequence ?? 0,
    sequence_end: events.at(-1)?.sequence ?? 0,
    runpack_path: runpackPath,
    manifest_digest: manifestDigest,
    ...(previousDigest === undefined ? {} : { prev_checkpoint_digest: previousDigest }),
  };
  const digest = checkpointDigest(linked, hashing);
  const [checkpoint, run] = [node("evidence", digest), node("run", runId)];
  return {
    schema_id: "gait.runpack.session_checkpoint",
    schema_version: "1.0.0",
    created_at: stamp.now,
    producer_version: stamp.producerVersion,
    session_id: stamp.sessionId,
    run_id: stamp.runId,
    ...linked,
    checkpoint_digest: digest,
    relationship: relationshipOf({
      parent: node("session", stamp.sessionId),
      entities: [node("evidence", manifestDigest), checkpoint, node("run", stamp.runId), run],
      edges: [{ kind: "derived_from", from: checkpoint, to: run }],
    }),
  };
}

function eventRelationship(event: SessionEvent, runId: string, sessionId: string): JsonObject {
  const { entities, edges } = decisionNodes(event);
  const run = node("run", runId);
  const { trace_id: trace = "" } = event;
  const relationship = relationshipOf({
    parent: run,
    entities: [node("evidence", sessionId), ...entities],
    edges: [...edges, ...(trace === "" ? [] : [{ kind: "derived_from", from: node("trace", trace), to: run }])],
  });
  return asObject(relationship);
}

function emittedRelationship(runId: string, ref: string): JsonObject {
  const [run, emitted] = [node("run", runId), node("evidence", ref)];
  return asObject(
    relationshipOf({
      parent: run,
      entities: [emitted],
      edges: [{ kind: "emits_evidence", from: run, to: emitted }],
    }),
  );
}

function asObject(relationship: object): JsonObject {
  return relationship as JsonObject;
}

function utc({ created_at }: SessionEvent): string {
  return toUtcWherePossible(created_at);
}

function listOrNull(list: readonly string[] | undefined): JsonValue {
  return list === undefined || list.length === 0 ? null : [...list];
}
