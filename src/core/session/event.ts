/** One line of a session's journal, made and encoded (contract 15.1). */
import type {
  SessionCheckpoint,
  SessionEvent,
  SessionHeader,
  SessionJournal,
} from "../../schema/document/session/journal.ts";
import { escapeHtml } from "../json/html-escape.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { decisionNodes, node, relationshipOf } from "./relationship.ts";

/** What names a session, and who writes its next line, and when. */
export interface SessionStamp {
  readonly sessionId: string;
  readonly runId: string;
  readonly producerVersion: string;
  /** As the formats write it. */
  readonly now: string;
}

/** What is said of one call, as given: texts are trimmed, digests lower-cased, lists sorted. */
export interface AppendedEvent {
  readonly toolName: string;
  readonly verdict: string;
  readonly intentId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly tracePath?: string | undefined;
  readonly intentDigest?: string | undefined;
  readonly policyDigest?: string | undefined;
  readonly reasonCodes?: readonly string[];
  readonly violations?: readonly string[];
}

export function sessionHeader({ sessionId, runId, producerVersion, now }: SessionStamp): SessionHeader {
  return {
    schema_id: "gait.runpack.session_journal",
    schema_version: "1.0.0",
    created_at: now,
    producer_version: producerVersion,
    session_id: sessionId,
    run_id: runId,
    started_at: now,
    events: [],
  };
}

export function sessionEvent(stamp: SessionStamp, sequence: number, given: AppendedEvent): SessionEvent {
  const said = withoutEmpty({
    intent_id: given.intentId?.trim(),
    tool_name: given.toolName.trim(),
    intent_digest: given.intentDigest?.trim().toLowerCase(),
    policy_digest: given.policyDigest?.trim().toLowerCase(),
    trace_id: given.traceId?.trim(),
    trace_path: given.tracePath?.trim(),
    verdict: given.verdict,
  });
  const { entities, edges } = decisionNodes(said);
  const [reasons, violations] = [sorted(given.reasonCodes), sorted(given.violations)];
  return {
    schema_id: "gait.runpack.session_event",
    schema_version: "1.0.0",
    created_at: stamp.now,
    producer_version: stamp.producerVersion,
    session_id: stamp.sessionId,
    run_id: stamp.runId,
    sequence,
    ...said,
    ...(reasons.length === 0 ? {} : { reason_codes: reasons }),
    ...(violations.length === 0 ? {} : { violations }),
    relationship: relationshipOf({
      parent: node("session", stamp.sessionId),
      entities: [node("run", stamp.runId), ...entities],
      edges,
      ...(said.policy_digest === undefined ? {} : { policyDigest: said.policy_digest }),
    }),
  };
}

type JournalRecord =
  | { readonly header: SessionHeader }
  | { readonly event: SessionEvent }
  | { readonly checkpoint: SessionCheckpoint };

/** With its newline. */
export function journalLine(record: JournalRecord): string {
  const [type] = Object.keys(record);
  const line = { record_type: type, ...record } as SessionJournal;
  return `${escapeHtml(JSON.stringify(line))}\n`;
}

/** Two-space indentation and a final newline. */
export function indentedJson(document: object): string {
  return `${escapeHtml(JSON.stringify(document, null, 2))}\n`;
}

function sorted(list: readonly string[] = []): string[] {
  return [...new Set(list.map((each) => each.trim()).filter((each) => each !== ""))].sort(compareUtf8);
}

function withoutEmpty<T extends { readonly [name: string]: string | undefined }>(
  members: T,
): { [Name in keyof T]?: string } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value)) as { [Name in keyof T]?: string };
}
