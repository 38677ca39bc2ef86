/** Checks `job_events.jsonl` of a pack line by line against the state while it is hashed. */
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import { jobEventValidator } from "../../schema/validator/job.ts";
import type { Observer } from "../contents/contents.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { jsonFinding, jsonPath, textIssues } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { createLineReader, isBlankLine, MAX_LINE_BYTES } from "../json/lines.ts";
import { parseJsonText } from "../json/parse.ts";
import type { Hashing } from "../signature/digest.ts";
import type { Archive } from "../zip/reader.ts";
import { JobAgreement } from "./log-agreement.ts";
import { JOB_EVENTS } from "./pack-files.ts";

/** Reading stops after this many bad lines: a quarter of a gigabyte of them would take minutes. */
const MAX_FINDINGS = 20;

export interface JobEventsChecker {
  readonly observer: Observer;
  readonly count: number;
  /** The last event that could be read. */
  readonly last: JobEvent | undefined;
  /** Call once, after the last chunk. */
  end(): readonly Finding[];
}

/** Without a state to compare with, each event is checked on its own. */
export function createJobEventsChecker(
  state: JobState | undefined,
  hashing: Hashing,
  remark?: (text: string) => void,
): JobEventsChecker {
  const agreement =
    state === undefined
      ? undefined
      : new JobAgreement(state, {
          hashing,
          remark: (revision, message) => remark?.(`revision ${revision}: ${message}`),
        });
  const findings: Finding[] = [];
  let count = 0;
  let firstUnread: number | undefined;
  let last: JobEvent | undefined;

  const report = (found: Finding): void => void findings.push(found);

  const reader = createLineReader((bytes, start, end, line) => {
    if (isBlankLine(bytes, start, end)) return;
    count += 1;
    if (findings.length >= MAX_FINDINGS) {
      firstUnread ??= line;
      return;
    }
    const event = readEvent(bytes, start, end, line, report);
    if (event === undefined) return;
    last = event;
    agreement?.take(event);
  });

  return {
    observer: reader.push,
    get count() {
      return count;
    },
    get last() {
      return last;
    },
    end() {
      reader.end();
      if (reader.tooLong !== undefined) {
        const message = `line ${reader.tooLong} is longer than ${MAX_LINE_BYTES} bytes; no line after it was read`;
        report(finding("record_too_long", { path: `${JOB_EVENTS}:${reader.tooLong}`, message }));
      }
      if (firstUnread !== undefined) {
        const message = `after ${MAX_FINDINGS} bad lines, no line from ${firstUnread} on was read`;
        findings.push(finding("record_invalid", { path: `${JOB_EVENTS}:${firstUnread}`, message }));
      }
      return [...findings, ...(agreement?.finish() ?? [])];
    },
  };
}

function readEvent(
  bytes: Uint8Array,
  start: number,
  end: number,
  line: number,
  report: (found: Finding) => void,
): JobEvent | undefined {
  const place = `${JOB_EVENTS}:${line}`;
  try {
    const text = parseJsonText(bytes, { start, end, line });
    const [issue] = textIssues(text, bytes, jobEventValidator, { start, end });
    if (issue === undefined) return text.value as unknown as JobEvent;
    const { path, message, expected, actual } = issue;
    report(finding("record_invalid", { path: `${place}#${jsonPath(path)}`, message, expected, actual }));
    // With an integer that is only spelled wrong, the event still says what it says.
    if (jobEventValidator.fits(text.value)) return text.value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    report(jsonFinding(error, place));
  }
  return undefined;
}

/** Visits the events of a verified log in order; lines that are not events are skipped. */
export async function readJobEvents(archive: Archive, visit: (event: JobEvent) => void): Promise<void> {
  let bad = 0;
  const reader = createLineReader((bytes, start, end, line) => {
    if (bad >= MAX_FINDINGS || isBlankLine(bytes, start, end)) return;
    const event = readEvent(bytes, start, end, line, () => {
      bad += 1;
    });
    if (event !== undefined) visit(event);
  });
  await archive.stream(JOB_EVENTS, reader.push);
  reader.end();
}
