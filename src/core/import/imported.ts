/** Reads the record that an agent wrote, and holds the runs that it tells of until they are written. */
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { RecordReceipt } from "../../schema/document/run-record.ts";
import { GaitError } from "../finding/error.ts";
import { isObject } from "../json/document.ts";
import { methodsOf } from "../platform/hot-code.ts";
import type { Compilable, Platform, TextProof } from "../platform/platform.ts";
import { IMPORT_RECEIPT, type RecordParts } from "../run/input.ts";
import { MOST_RUN_ID, runIdOf } from "../text/run-id.ts";
import { importQuery } from "./format-name.ts";
import { hotCode } from "./hot-code.ts";
import { recognise, type SourceShape } from "./recognise.ts";
import type { Companion, FormatReader, ImportContext, ImportFormat } from "./record/format.ts";
import { IdIndex } from "./record/id-index.ts";
import { LineSpool } from "./record/line-spool.ts";
import { ImportRun, type RunOptions } from "./record/run.ts";
import { RunAhead } from "./record/run-ahead.ts";
import { Spool } from "./record/spool.ts";
import { lacksZone, sourceTime } from "./record/time.ts";
import { readSourceJson } from "./source/json.ts";
import { type ImportedFile, type ImportFile, type Measured, measured } from "./source/measured.ts";
import type { SourcePlace } from "./source/place.ts";
import { ImportTally } from "./source/tally.ts";
import { lineText, type SourceLine, SourceText } from "./source/text.ts";

export interface ImportOptions {
  readonly platform: Platform;
  /** Name of the format; by default it is recognised. */
  readonly format?: string | undefined;
  readonly captureMode: "reference" | "raw";
  readonly redact: boolean;
  /** It will be recorded, with the ids that it has: its lines may be deflated while it is read. */
  readonly isRecorded?: boolean | undefined;
}

export interface ImportedRun {
  readonly id: string;
  readonly run: ImportRun;
  /** For the recorder. Once. */
  parts(): RecordParts;
}

export interface ImportedSource {
  readonly format: ImportFormat;
  readonly files: readonly ImportedFile[];
  readonly runs: readonly ImportedRun[];
  readonly tally: ImportTally;
  /** Gives back what the runs hold on the disk. */
  dispose(): void;
}

/**
 * Reads a file and its companions, which `companions` opens when the format is known.
 * @throws GaitError `invalid_input` where the format is not recognised; what reading throws
 */
export async function importSource(
  main: ImportFile,
  companions: FindCompanions,
  options: ImportOptions,
): Promise<ImportedSource> {
  const opened: Measured[] = [];
  const measure = (file: ImportFile): Measured => {
    const source = measured(file, options.platform);
    opened.push(source);
    return source;
  };
  try {
    return await importMeasured(measure, main, companions, options);
  } catch (error) {
    for (const source of opened) source.drop();
    throw error;
  }
}

type FindCompanions = (patterns: readonly Companion[]) => readonly ImportFile[] | Promise<readonly ImportFile[]>;

async function importMeasured(
  measure: (file: ImportFile) => Measured,
  main: ImportFile,
  companions: FindCompanions,
  options: ImportOptions,
): Promise<ImportedSource> {
  const { platform } = options;
  const first = measure(main);
  const text = await SourceText.open(first.chunks);
  const { format, shape } = await recognise(text, main.name, options.format);
  const proof = text.isWhole ? undefined : await platform.textProof?.();
  const spare = text.isWhole ? undefined : await platform.lastTierSparer?.();
  spare?.([...hotCode(), takeLine, takeValue]);
  const session = new ImportSession(options, format, proof, spare);
  try {
    const reader = format.read(session);
    spare?.([...methodsOf(reader.constructor), ...(reader.hot ?? [])]);
    const reading = { reader, format, tally: session.tally, pause: () => session.pause() };
    await readText(text, shape, main.name, reading);
    const files = [await first.end()];
    const patterns = format.companions?.(main.name, session.firstId) ?? [];
    for (const file of patterns.length > 0 ? await companions(patterns) : []) {
      const next = measure(file);
      await readText(await SourceText.open(next.chunks), { kind: "lines" }, file.name, reading);
      files.push(await next.end());
    }
    reader.end?.();
    const receipts = sourceReceipts(format, files, options);
    return {
      format,
      files,
      runs: session.finish(format, files[0]?.sha256 ?? "", receipts),
      tally: session.tally,
      dispose: () => session.dispose(),
    };
  } catch (error) {
    session.dispose();
    throw error;
  }
}

interface Reading {
  readonly reader: FormatReader;
  readonly format: ImportFormat;
  readonly tally: ImportTally;
  /** A promise to await between pieces of the source. */
  readonly pause: () => Promise<void> | undefined;
}

async function readText(text: SourceText, shape: SourceShape, file: string, reading: Reading): Promise<void> {
  reading.reader.file?.(file);
  if (shape.kind === "lines") {
    await text.lines((line) => takeLine(line, file, reading), reading.pause);
    return;
  }
  if (shape.kind === "sequence") {
    for await (const { json, line } of text.sequence()) {
      const place = { file, line, isExact: json?.isExact ?? true };
      if (json !== undefined) takeValue(json.value, place, reading);
      else {
        reading.tally.warn("torn_last_line", place);
        reading.tally.count("malformed");
      }
    }
    return;
  }
  const { value, isExact } = shape.json;
  const [list, path] = listIn(value, reading.format);
  if (list === undefined || reading.format.isWhole === true) {
    takeValue(value, { file, path: "$", isExact }, reading);
    return;
  }
  for (const [index, element] of list.entries())
    takeValue(element, { file, path: `${path}[${index}]`, isExact }, reading);
}

function listIn(value: JsonValue, { list }: ImportFormat): [JsonValue[] | undefined, string] {
  if (Array.isArray(value)) return [value, "$"];
  const member = list !== undefined && isObject(value) && Object.hasOwn(value, list) ? value[list] : undefined;
  return [Array.isArray(member) ? member : undefined, `$.${list}`];
}

function takeLine(source: SourceLine, file: string, reading: Reading): void {
  const { reader, tally } = reading;
  const { bytes, start, end, line, isTorn } = source;
  const fate = reader.line?.(source, { file, line, isExact: true });
  if (fate !== undefined) {
    tally.count(fate);
    return;
  }
  const json = readSourceJson(bytes, start, end);
  if (typeof json !== "string") {
    takeValue(json.value, { file, line, isExact: json.isExact }, reading);
    return;
  }
  const place: SourcePlace = { file, line, isExact: true };
  const stated = reader.text?.(lineText(source), place);
  if (stated === undefined) tally.warn(isTorn ? "torn_last_line" : "malformed_line", place);
  tally.count(stated ?? "malformed");
}

function takeValue(value: JsonValue, place: SourcePlace, { reader, format, tally }: Reading): void {
  const isTaken = isObject(value) || (Array.isArray(value) && (format.takesLists ?? format.isWhole) === true);
  const fate = isTaken ? reader.record(value as JsonObject, place) : tally.malformed(place);
  if (fate !== undefined) tally.count(fate);
}

type Spare = (functions: readonly Compilable[]) => void;

class ImportSession implements ImportContext {
  readonly tally = new ImportTally();
  readonly platform: Platform;
  readonly #options: RunOptions;
  readonly #runs = new Map<string, ImportRun>();
  readonly #spools: { dispose(): void }[] = [];
  readonly #index: IdIndex;
  readonly #spare: Spare | undefined;
  #ahead: RunAhead | undefined;

  readonly proof: TextProof | undefined;

  constructor(options: ImportOptions, format: ImportFormat, proof: TextProof | undefined, spare: Spare | undefined) {
    this.platform = options.platform;
    this.#spare = spare;
    this.proof = proof;
    this.#index = new IdIndex(options.platform);
    spare?.(this.#index.hot);
    const storage = {
      spool: this.#disposed(new LineSpool(this.platform.scratch(), this.platform.encodeTextInto)),
      index: this.#index,
      runs: 0,
    };
    const ahead = options.isRecorded === true ? this.#aheadOf(format) : undefined;
    this.#options = { ...options, tally: this.tally, storage, ahead };
  }

  /** While a source is read, its first run is the one that most likely is large. */
  #aheadOf(format: ImportFormat): RunOptions["ahead"] {
    return (sourceId, runtime) => {
      if (this.#ahead !== undefined) return undefined;
      const stamp = { runId: runIdOf(sourceId), producerVersion: runtime ?? format.runtime };
      this.#ahead = new RunAhead(stamp, this.platform);
      this.#spare?.(this.#ahead.intents.hot);
      return this.#ahead;
    };
  }

  /** A promise to await, where what was read is far ahead of what was deflated. */
  pause(): Promise<void> | undefined {
    return this.#ahead?.drained();
  }

  /** The id of the first session. */
  get firstId(): string | undefined {
    const [first] = this.#runs.values();
    return first?.sourceId;
  }

  run(key = ""): ImportRun {
    let run = this.#runs.get(key);
    if (run === undefined) {
      run = new ImportRun(this.#options);
      if (this.#runs.size === 0) this.#spare?.(run.hot);
      run.setSourceId(key);
      this.#runs.set(key, run);
    }
    return run;
  }

  unnamedRun(): ImportRun {
    const run = new ImportRun(this.#options);
    // No session's id is that long.
    this.#runs.set(`${" ".repeat(MOST_RUN_ID)}${this.#runs.size}`, run);
    return run;
  }

  spool(): Spool {
    return this.#disposed(new Spool(this.platform.scratch()));
  }

  #disposed<T extends { dispose(): void }>(spool: T): T {
    this.#spools.push(spool);
    return spool;
  }

  time(value: JsonValue | undefined, place: SourcePlace, zone?: "UTC"): string | undefined {
    if (typeof value !== "string") return undefined;
    if (zone === "UTC" && lacksZone(value)) {
      const time = sourceTime(`${value.replace(" ", "T")}Z`);
      if (time !== undefined) {
        this.tally.warn("zone_assumed_utc", place);
        return time;
      }
    }
    const time = sourceTime(value);
    if (time === undefined) this.tally.warn("time_unreadable", place);
    return time;
  }

  finish(format: ImportFormat, digest: string, receipts: readonly RecordReceipt[]): ImportedRun[] {
    const runs = [...this.#runs.values()].filter((run) => !(format.dropsEmptyRuns === true && run.isEmpty));
    const unnamed = runs.filter((run) => run.sourceId === undefined);
    const used = new Set<string>();
    // All pairs are made.
    this.#index.clear();
    this.platform.collectGarbage?.();
    return runs.map((run) => {
      const made = `${digest.slice(0, 16)}${unnamed.length > 1 ? `-${unnamed.indexOf(run) + 1}` : ""}`;
      const id = unused(runIdOf(run.sourceId ?? made), used);
      return { id, run, parts: () => partsOf(run, id, format, receipts) };
    });
  }

  dispose(): void {
    this.#ahead?.drop();
    for (const spool of this.#spools) spool.dispose();
  }
}

/** Two ids that differ only in what a run id can't hold are still two runs. */
function unused(id: string, used: Set<string>): string {
  let free = id;
  for (let number = 2; used.has(free.toLowerCase()); number += 1) {
    const end = `-${number}`;
    free = id.slice(0, MOST_RUN_ID - end.length) + end;
  }
  used.add(free.toLowerCase());
  return free;
}

function partsOf(run: ImportRun, id: string, format: ImportFormat, receipts: readonly RecordReceipt[]): RecordParts {
  return {
    run: run.document(id, format.runtime),
    refs: { receipts: [...run.receipts, ...receipts] },
    places: { run: "run", refs: "refs" },
    captureMode: undefined,
    intents: { ready: run.calls.intents(), ahead: run.calls.ahead?.intents },
    results: { ready: run.calls.resultItems(), ahead: run.calls.ahead?.results },
    unknown: [],
  };
}

/** The source vouched for by its digest; no `retrieved_at`, which would make other bytes each time. */
function sourceReceipts(
  format: ImportFormat,
  files: readonly ImportedFile[],
  { platform, redact }: ImportOptions,
): RecordReceipt[] {
  const query = importQuery(platform, { format: format.name, redact });
  return files.map(({ name, sha256 }, index) => ({
    ref_id: index === 0 ? "source" : `source_${index + 1}`,
    source_type: IMPORT_RECEIPT,
    source_locator: name,
    query_digest: query,
    content_digest: sha256,
    redaction_mode: "reference",
  }));
}

/** @throws GaitError `invalid_input` where the source has no call: there is nothing to record */
export function assertHasCalls({ runs, format }: ImportedSource, name: string): void {
  if (runs.some(({ run }) => run.calls.calls + run.calls.results > 0)) return;
  throw new GaitError("invalid_input", `${name} has no calls (no_calls), read as ${format.name}`, {
    hint: "Nothing was written. A conversation without tools has nothing to record.",
  });
}
