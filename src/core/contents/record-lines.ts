/**
 * `intents.jsonl` and `results.jsonl`, checked line by line while they are hashed: strict JSON that matches its schema.
 */

import { explain } from "../../schema/validate/explain.ts";
import { foldedNameIssues } from "../../schema/validate/folded-name.ts";
import { quote } from "../../schema/validate/issue.ts";
import type { RecordValidator } from "../../schema/validate/validator.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { collectWarnings } from "../finding/warning.ts";
import { jsonFinding, jsonPath } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader, isBlankLine, MAX_LINE_BYTES } from "../json/lines.ts";
import { JsonOutline } from "../json/outline.ts";
import type { TextProof } from "../platform/platform.ts";
import type { Archive } from "../zip/reader.ts";
import { IntList } from "./int-list.ts";
import type { SoundLines } from "./line-ring.ts";
import { NO_FURTHER, type PayloadDigests } from "./payload-digest.ts";
import { RecordMembers } from "./record-members.ts";
import { createRecordTest } from "./record-shape.ts";
import { shallowRecord } from "./shallow-record.ts";

/**
 * Reading stops after this many bad lines: a quarter of a gigabyte of them would take minutes. The last finding says
 * so.
 */
const MAX_FINDINGS = 20;

export interface RecordChecker {
  readonly observer: (chunk: Uint8Array) => void;
  /**
   * Takes whole lines as found sound elsewhere, in place of their bytes; the lines before ended with LF. `false`: it takes nothing, since it
   * has to see them.
   */
  pass(sound: SoundLines): boolean;
  /** Call once, after the last chunk. */
  end(): RecordsReport;
}

export interface RecordsReport {
  /** Number of records, good or bad; blank lines don't count. */
  readonly count: number;
  readonly findings: readonly Finding[];
  /** Records that name another run: unusual but allowed. */
  readonly warnings: readonly string[];
  /** The number that identifies each record's `intent_id`, in order; 0 for a record that could not be read. */
  readonly intentIds: Int32Array;
  /** Records that keep their payload. */
  readonly kept: number;
}

/** Visits the readable records of a file in order. */
export interface RecordVisitor {
  /** How many levels of values the outline lists. */
  readonly levels: number;
  /** `outline` is valid until the next record. */
  visit(outline: JsonOutline): void;
  /** Called at the end of the file. */
  end(): void;
}

/**
 * Values inside `args` and `result` are proven to be strict JSON but not built: the schema only requires objects, and
 * building them would cost more than the rest of a verification.
 *
 * `visitor` sees the same as with `readRecords`, so that the file is not read twice. With a `proof` the answer is the same,
 * sooner.
 */
export function createRecordChecker(
  validator: RecordValidator,
  path: string,
  runId: string,
  visitor?: RecordVisitor,
  payloads?: PayloadDigests,
  proof?: TextProof,
): RecordChecker {
  const outline = new JsonOutline(visitor?.levels ?? 1, proof);
  const fits = createRecordTest(validator);
  const members = new RecordMembers(["intent_id", "run_id"]);
  const intentIds = new IntList();
  const warnings = collectWarnings();
  const findings: Finding[] = [];
  let count = 0;
  let unreadable = 0;
  let firstUnread: number | undefined;

  const reader = createLineReader((bytes, start, end, line) => {
    if (isBlankLine(bytes, start, end)) return;
    count += 1;
    // A record that can't be read has its place all the same.
    intentIds.push(0);
    const isJudged = findings.length < MAX_FINDINGS;
    if (!isJudged) firstUnread ??= line;
    // An invalid record is still visited: visits continue after the findings stop.
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
      const record = shallowRecord(outline) ?? null;
      const [folded] = validator.fits(record) ? foldedNameIssues(validator.schema, record) : [];
      const issue = folded ?? explain(validator, record)[0];
      const { expected, actual, message } = issue;
      findings.push(
        finding("record_invalid", { path: `${path}:${line}#${jsonPath(issue.path)}`, message, expected, actual }),
      );
      return;
    }
    const { intent_id: intentId, run_id: recordRun } = members.of(outline);
    intentIds.setLast(outline.fingerprint(intentId));
    const disagreement = payloads?.disagreement(outline);
    if (disagreement !== undefined) warnings.add(disagreement, `${path}:${line}`);
    if (!outline.isString(recordRun, runId))
      warnings.add("a record belongs to another run", `${path}:${line} ${quote(outline.string(recordRun) ?? "")}`);
  });

  return {
    observer: reader.push,
    pass({ lines, intentIds: ids, kept }) {
      const isJudged = findings.length < MAX_FINDINGS && reader.tooLong === undefined && payloads?.stopped !== true;
      if (!isJudged || visitor !== undefined || !reader.skip(lines)) return false;
      count += ids.length;
      for (const id of ids) intentIds.push(id);
      if (payloads !== undefined) payloads.kept += kept;
      return true;
    },
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
      return {
        count,
        findings,
        warnings: [...warnings.list(), ...(payloads?.stopped === true ? [`${path}: ${NO_FURTHER}`] : [])],
        intentIds: intentIds.values(),
        kept: payloads?.kept ?? 0,
      };
    },
  };
}

/**
 * Visits every record of a verified file in order; `outline` is valid until the next one and lists `levels` levels.
 * Lines that are not strict JSON are skipped: they already have findings. If given, `isWanted` selects records by
 * number, from 1, in a file whose lines are all records; others are not parsed. Answers whether all of it could be read.
 */
export async function readRecords(
  archive: Archive,
  path: string,
  visit: (outline: JsonOutline) => void,
  levels = 1,
  isWanted?: (place: number) => boolean,
): Promise<boolean> {
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
  const { sha256 } = await archive.stream(path, reader.push);
  reader.end();
  return sha256 !== undefined && bad === 0;
}
