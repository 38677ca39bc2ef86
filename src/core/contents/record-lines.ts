/** `intents.jsonl` and `results.jsonl`, checked line by line while they are hashed: strict JSON that fits its schema. */

import { explain } from "../../schema/validate/explain.ts";
import { quote } from "../../schema/validate/issue.ts";
import type { RecordValidator } from "../../schema/validate/validator.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { collectWarnings } from "../finding/warning.ts";
import { jsonFinding, jsonPath } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader, isBlankLine, MAX_LINE_BYTES } from "../json/lines.ts";
import { JsonOutline } from "../json/outline.ts";
import type { Archive } from "../zip/reader.ts";
import { createRecordTest } from "./record-shape.ts";
import { shallowRecord } from "./shallow-record.ts";

/**
 * After this many bad lines no more are read: a quarter of a gigabyte of them would keep the reader for minutes. The last
 * finding says so.
 */
const MAX_FINDINGS = 20;

export interface RecordChecker {
  readonly observer: (chunk: Uint8Array) => void;
  /** To be called once, after the last chunk. */
  end(): RecordsReport;
}

export interface RecordsReport {
  /** Records, whether good or bad; blank lines are none. */
  readonly count: number;
  readonly findings: readonly Finding[];
  /** Records that name another run: odd, and allowed. */
  readonly warnings: readonly string[];
}

/** Sees the records of a file that can be read, in order. */
export interface RecordVisitor {
  /** Of how many levels the outline is to list the values. */
  readonly levels: number;
  /** `outline` holds until the next record. */
  visit(outline: JsonOutline): void;
  /** The file has been read to its end. */
  end(): void;
}

/**
 * Values inside `args` and `result` are proven to be strict JSON and are not built: the schema asks only that they are
 * objects, and building them would cost more than all the rest of a verification.
 *
 * `visitor` sees what `readRecords` would show it of the same file, so that nothing is read twice for it.
 */
export function createRecordChecker(
  validator: RecordValidator,
  path: string,
  runId: string,
  visitor?: RecordVisitor,
): RecordChecker {
  const outline = new JsonOutline(visitor?.levels ?? 1);
  const fits = createRecordTest(validator);
  const warnings = collectWarnings();
  const findings: Finding[] = [];
  let count = 0;
  let unreadable = 0;
  let firstUnread: number | undefined;

  const reader = createLineReader((bytes, start, end, line) => {
    if (isBlankLine(bytes, start, end)) return;
    count += 1;
    const isJudged = findings.length < MAX_FINDINGS;
    if (!isJudged) firstUnread ??= line;
    // A record that does not fit its schema is still shown: a visitor goes on for longer than the findings.
    if (!isJudged && (visitor === undefined || unreadable >= MAX_FINDINGS)) return;
    try {
      outline.scan(bytes, { start, end, line });
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      unreadable += 1;
      if (isJudged) findings.push(jsonFinding(error, `${path}:${line}`));
      return;
    }
    visitor?.visit(outline);
    if (!isJudged) return;
    if (!fits(outline)) {
      const [issue] = explain(validator, shallowRecord(outline) ?? null);
      const { expected, actual, message } = issue;
      findings.push(
        finding("record_invalid", { path: `${path}:${line}#${jsonPath(issue.path)}`, message, expected, actual }),
      );
      return;
    }
    const recordRun = outline.member(outline.root, "run_id");
    if (!outline.isString(recordRun, runId))
      warnings.add("a record of another run", `${path}:${line} ${quote(outline.string(recordRun) ?? "")}`);
  });

  return {
    observer: reader.push,
    end() {
      reader.end();
      visitor?.end();
      if (reader.tooLong !== undefined) {
        const message = `line ${reader.tooLong} is longer than ${MAX_LINE_BYTES} bytes; no line after it was read`;
        findings.push(finding("record_too_long", { path: `${path}:${reader.tooLong}`, message }));
      }
      if (firstUnread !== undefined) {
        const message = `after ${MAX_FINDINGS} bad lines, no line from ${firstUnread} on was read`;
        findings.push(finding("record_invalid", { path: `${path}:${firstUnread}`, message }));
      }
      return { count, findings, warnings: warnings.list() };
    },
  };
}

/**
 * Visits every record of a file that has been verified, in order; `outline` holds until the next, and lists as
 * many `levels` as asked for. Lines that are no
 * strict JSON are passed over: they had their findings, and whoever reads on wants what can be read. `isWanted` is asked
 * of each record by its place, from 1, for a file whose lines are all records: what is not wanted is not looked at.
 */
export async function readRecords(
  archive: Archive,
  path: string,
  visit: (outline: JsonOutline) => void,
  levels = 1,
  isWanted?: (place: number) => boolean,
): Promise<void> {
  const outline = new JsonOutline(levels);
  let bad = 0;
  let place = 0;
  const reader = createLineReader((bytes, start, end, line) => {
    if (bad >= MAX_FINDINGS || isBlankLine(bytes, start, end)) return;
    place += 1;
    if (isWanted?.(place) === false) return;
    try {
      outline.scan(bytes, { start, end, line });
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      bad += 1;
      return;
    }
    visit(outline);
  });
  await archive.stream(path, reader.push);
  reader.end();
}
