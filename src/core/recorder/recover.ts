/** A run whose program ended before it was finished: read from its log, to be recorded further. */
import type { CaptureMode, JsonValue } from "../../schema/document/primitives.ts";
import type { RecordEvent, RecordReceipt, RecordRun } from "../../schema/document/run-record.ts";
import {
  recordIntentValidator,
  recordRefsValidator,
  recordResultValidator,
  recordRunValidator,
} from "../../schema/validator/run-record.ts";
import { GaitError } from "../finding/error.ts";
import { fitted, isObject } from "../json/document.ts";
import { spanValue } from "../json/text.ts";
import { assertIdentifier } from "../text/identifier.ts";
import { type LogEntry, type LogReading, logEntries, type RecorderLog } from "./log.ts";

/** A run as its log told it. */
export interface RecoveredRun {
  readonly run: RecordRun;
  readonly captureMode: CaptureMode;
  readonly log: RecorderLog;
  /** Of the log, its first line left out. */
  readonly entries: number;
  readonly intentIds: readonly string[];
  /** Ids of the calls without an answer, in order. */
  readonly open: readonly string[];
  readonly events: readonly RecordEvent[];
  readonly receipts: readonly RecordReceipt[];
  readonly warnings: readonly (readonly [kind: string, where: string])[];
}

/** @throws GaitError `invalid_input` for a log of something else; what the log throws while it is read */
export async function recoverRun(log: RecorderLog): Promise<RecoveredRun> {
  const reading: LogReading = { faults: [] };
  const told = new ToldRun();
  for await (const entry of logEntries(log, reading)) told.add(entry);
  const { run, captureMode } = headOf(reading.head);
  const { entries, intentIds, open, events, receipts } = told;
  const warnings = reading.faults.map((line) => [CUT, `line ${line} of the log`] as const);
  return { run, captureMode, log, entries, intentIds, open: [...open], events, receipts, warnings };
}

const CUT = "cut off or no entry, left out";

class ToldRun {
  entries = 0;
  readonly intentIds: string[] = [];
  readonly open = new Set<string>();
  readonly events: RecordEvent[] = [];
  readonly receipts: RecordReceipt[] = [];

  add({ kind, record }: LogEntry): void {
    this.entries += 1;
    const where = `entry ${this.entries} of the log`;
    const value = spanValue(record, { start: 0, end: record.length });
    switch (kind) {
      case "intent": {
        const { intent_id: id } = fitted(recordIntentValidator, value, where);
        this.intentIds.push(id ?? "");
        this.open.add(id ?? "");
        return;
      }
      case "result":
        this.open.delete(fitted(recordResultValidator, value, where).intent_id ?? "");
        return;
      case "event":
        this.events.push(...(fitted(recordRunValidator, { timeline: [value] }, where).timeline ?? []));
        return;
      case "receipt":
        this.receipts.push(...(fitted(recordRefsValidator, { receipts: [value] }, where).receipts ?? []));
    }
  }
}

function headOf(head: JsonValue | undefined): Pick<RecoveredRun, "run" | "captureMode"> {
  if (head === undefined || !isObject(head)) throw noLog();
  const { run, capture_mode: captureMode } = head;
  if (run === undefined || (captureMode !== "raw" && captureMode !== "reference")) throw noLog();
  const fit = fitted(recordRunValidator, run, "the first line of the log");
  assertIdentifier(fit.run_id ?? "", "run id");
  return { run: fit, captureMode };
}

function noLog(): GaitError {
  return new GaitError("invalid_input", "this is not the log of a recorder: its first line is another", {
    hint: 'It begins with {"recorder":"gait.recorder/1". Logs of hooks and of the MCP tap are read by gait run import.',
  });
}
