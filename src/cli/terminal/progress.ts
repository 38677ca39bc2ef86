/** Progress of long work: bytes, rate, time left. A line on a terminal, records for a program, otherwise nothing. */
import { sizeText } from "../../core/text/quantities.ts";
import { jsonLine } from "../../core/verify/json-answer.ts";
import { progressSoFar } from "../../host/threads/progress.ts";
import type { ProgressLine } from "../../schema/answer/packs.ts";
import type { Call, Status } from "../command/command.ts";

/** Packs done, and the total once it is known. */
export interface PackCount {
  readonly done: number;
  readonly total: number | undefined;
}

/** No progress for shorter work. */
const PATIENCE_MS = 1000;
const LINE_MS = 200;
const RECORD_MS = 1000;
/** The rate is measured over this many samples. */
const LOOKS = 10;

interface Look {
  readonly at: number;
  readonly done: number;
}

/** Runs `work` and shows its progress. The command has `PROGRESS_FLAGS`. */
export async function withProgress<T>(
  call: Call,
  about: string,
  work: () => Promise<T>,
  packs?: () => PackCount,
): Promise<T> {
  const asRecords = call.option("--progress") === "ndjson";
  if (call.has("--quiet") || (!asRecords && !(call.stderr.isTerminal && call.env["TERM"] !== "dumb"))) return work();
  const start = call.now();
  // The counter starts with the process; subtract what was read before this work.
  const before = progressSoFar();
  const looks: Look[] = [];
  const look = (): void => {
    const now = progressSoFar();
    looks.push({ at: call.now(), done: now.done - before.done });
    if (looks.length > LOOKS) looks.shift();
    const seen = { start, looks, ahead: now.ahead - before.ahead };
    call.showStatus(statusOf(about, seen, packs?.(), asRecords, call.stderr.columns));
  };
  let next: ReturnType<typeof setTimeout>;
  const later = (wait: number): void => {
    next = setTimeout(() => {
      look();
      later(asRecords ? RECORD_MS : LINE_MS);
    }, wait);
    next.unref();
  };
  later(PATIENCE_MS);
  try {
    return await work();
  } finally {
    clearTimeout(next!);
    call.showStatus(undefined);
  }
}

interface Seen {
  readonly start: number;
  readonly looks: readonly Look[];
  readonly ahead: number;
}

function statusOf(
  about: string,
  { start, looks, ahead }: Seen,
  packs: PackCount | undefined,
  asRecords: boolean,
  columns: number | undefined,
): Status {
  const now = looks.at(-1) ?? { at: start, done: 0 };
  const from = looks.length > 1 ? (looks[0] as Look) : { at: start, done: 0 };
  const rate = now.at > from.at ? ((now.done - from.done) * 1000) / (now.at - from.at) : 0;
  const total = packs === undefined && ahead >= now.done && ahead > 0 ? ahead : undefined;
  const line: ProgressLine = {
    schema_id: "gait.progress",
    schema_version: "1.0.0",
    about,
    elapsed_ms: Math.max(0, Math.round(now.at - start)),
    bytes: now.done,
    bytes_per_second: Math.round(rate),
    ...(total === undefined ? {} : { bytes_total: total }),
    ...leftOf(total === undefined ? undefined : (total - now.done) / rate),
    ...(packs === undefined ? {} : packsOf(packs, now.at - start)),
  };
  return asRecords ? { record: jsonLine(line) } : { line: lineOf(line).slice(0, Math.max(20, (columns ?? 80) - 1)) };
}

function packsOf({ done, total }: PackCount, elapsed: number): Partial<ProgressLine> {
  if (total === undefined) return { packs: done };
  return {
    packs: done,
    packs_total: total,
    ...leftOf(done === 0 ? undefined : ((total - done) * elapsed) / done / 1000),
  };
}

function leftOf(seconds: number | undefined): Partial<ProgressLine> {
  return seconds !== undefined && Number.isFinite(seconds) ? { seconds_left: Math.ceil(seconds) } : {};
}

function lineOf({
  about,
  bytes,
  bytes_total,
  bytes_per_second,
  seconds_left,
  packs,
  packs_total,
}: ProgressLine): string {
  const parts = [
    ...(packs === undefined ? [] : [packs_total === undefined ? `${packs} packs` : `${packs} of ${packs_total} packs`]),
    bytes_total === undefined ? sizeText(bytes) : `${sizeText(bytes)} of ${sizeText(bytes_total)}`,
    `${sizeText(bytes_per_second)}/s`,
    ...(seconds_left === undefined ? [] : [`${timeText(seconds_left)} left`]),
  ];
  return `${about}  ${parts.join("  ")}`;
}

function timeText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
