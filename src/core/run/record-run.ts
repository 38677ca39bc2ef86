/** `run record`: turns the record of a run, as written by an agent's runtime, into a runpack (contract 1.3). */

import type { CaptureMode, JsonObject } from "../../schema/document/primitives.ts";
import { RUNPACK_MANIFEST, selfDigest } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { collectWarnings } from "../finding/warning.ts";
import { MAX_DOCUMENT_BYTES } from "../json/document.ts";
import { canonicalBytes } from "../json/jcs.ts";
import { GarbageCollection } from "../platform/collect-garbage.ts";
import type { Platform } from "../platform/platform.ts";
import { IdSet } from "../signature/digest-set.ts";
import { type Ed25519Signature, type Signer, signManifest } from "../signature/signature.ts";
import { assertIdentifier } from "../text/identifier.ts";
import type { Content } from "../zip/measure.ts";
import { type ByteSink, createZipWriter } from "../zip/writer.ts";
import { LinePieces, type RecordLine } from "./canonical/line-pieces.ts";
import type { ContextEvidence } from "./context/recorded.ts";
import type { ReadyRecords, RecordItem, RecordItems, RecordParts } from "./input.ts";
import { NormalizedDigests } from "./normalization.ts";
import { idOfReady, type ReadyKind, ReadyLines } from "./ready-record.ts";
import { DEFAULT_PRODUCER_VERSION, type MachineOptions, refsDocument, runDocument } from "./record-documents.ts";
import { intentLine, type RecordContext, recordQuotes, recordTime, resultLine } from "./record-line.ts";

export interface RecordOptions extends MachineOptions {
  readonly platform: Platform;
  /** Replaces every run id in the input. */
  readonly runId?: string | undefined;
  /** Replaces the input's `capture_mode`; the default is `reference`. */
  readonly captureMode?: string | undefined;
  /** RFC 3339; used only if the input has no `run.created_at`. */
  readonly now: () => string;
  readonly signer?: Signer | undefined;
  /** The run's context is recorded, in the form of contract 7.1. */
  readonly contextEvidence?: ContextEvidence | undefined;
}

export interface Recorded {
  readonly runId: string;
  readonly captureMode: CaptureMode;
  readonly manifestDigest: string;
  readonly intents: number;
  readonly results: number;
  readonly refs: number;
  /** How many `args` and `result` objects were left out in reference mode; their digests are kept. */
  readonly argsOmitted: number;
  readonly resultsOmitted: number;
  readonly signature: Ed25519Signature | undefined;
  /** What the input does not say about program and machine, and what was recorded in its place. */
  readonly assumed: readonly string[];
  readonly warnings: readonly string[];
}

/** Garbage is collected after this many bytes of records: otherwise it grows as long as there is memory. */
const COLLECT_EVERY_BYTES = 16 * 1024 * 1024;

/**
 * Writes the runpack of `parts` sequentially to `sink`, and returns a summary. Intents and results are streamed, once
 * and in that order. Records are not sorted, trimmed or repaired; what looks wrong in them is recorded as given, with a
 * warning.
 *
 * @throws GaitError `invalid_input` with the place of an invalid value; otherwise what reading the parts and the sink
 * throw.
 */
export async function recordRun(parts: RecordParts, sink: ByteSink, options: RecordOptions): Promise<Recorded> {
  const { platform } = options;
  const { run, places } = parts;
  const warnings = collectWarnings();
  for (const place of parts.unknown) warnings.add("unknown member, left out", place);

  const runId = options.runId ?? run.run_id ?? "";
  assertIdentifier(runId, "run id");
  const captureMode = captureModeOf(options.captureMode ?? (parts.captureMode ?? "").trim());
  const context: RecordContext = {
    defaults: {
      createdAt: recordTime(run.created_at, `${places.run}.created_at`, warnings) ?? options.now(),
      producerVersion: run.producer_version || DEFAULT_PRODUCER_VERSION,
      runId,
    },
    captureMode,
    platform,
    warnings,
    overrideRunId: options.runId,
    intentIds: new IdSet(platform),
    quotes: recordQuotes(),
    normalized: new NormalizedDigests(parts.normalization ?? {}, parts.refs.receipts ?? [], platform),
    assumed: [],
    contextEvidence: options.contextEvidence,
  };

  const writer = createZipWriter(sink, platform);
  const files: { path: string; sha256: string }[] = [];
  const add = async (path: string, content: Content): Promise<void> => {
    const { sha256 } = await writer.add(path, content);
    files.push({ path, sha256 });
  };
  const addLines = async (path: string, kind: ReadyKind, records: RecordItems | ReadyRecords): Promise<LineCount> => {
    const ahead = "ready" in records ? await records.ahead?.end(context.defaults) : undefined;
    if (ahead !== undefined) {
      const { sha256 } = await writer.addAhead(path, ahead.entry);
      files.push({ path, sha256 });
      return ahead;
    }
    const lines = linesOf(kind, records, context);
    await add(path, lines.chunks);
    return lines;
  };
  const intents = await addLines("intents.jsonl", "intent", parts.intents);
  // After the intents: a receipt may be about one of them.
  const refs = refsDocument(parts.refs, places.refs, context);
  await add("refs.json", documentBytes(refs, "refs"));
  const results = await addLines("results.jsonl", "result", parts.results);
  await add("run.json", documentBytes(runDocument(run, places.run, options, context), "run"));

  const manifest: JsonObject = {
    schema_id: "gait.runpack.manifest",
    schema_version: "1.0.0",
    created_at: context.defaults.createdAt,
    producer_version: context.defaults.producerVersion,
    run_id: runId,
    capture_mode: captureMode,
    files,
  };
  const manifestDigest = selfDigest(manifest, "manifest_digest", platform);
  manifest["manifest_digest"] = manifestDigest;
  const signature = options.signer && (await signManifest(manifest, options.signer, platform));
  if (signature !== undefined) manifest["signatures"] = [{ ...signature }];
  await writer.add(RUNPACK_MANIFEST, canonicalBytes(manifest));
  await writer.close();

  return {
    runId,
    captureMode,
    manifestDigest,
    intents: intents.count,
    results: results.count,
    refs: refs.receipts.length,
    argsOmitted: intents.omitted,
    resultsOmitted: results.omitted,
    signature,
    assumed: context.assumed,
    warnings: warnings.list(),
  };
}

interface LineCount {
  readonly count: number;
  readonly omitted: number;
}

interface RecordLines {
  /** Streamed JSONL: the lines of 200,000 records are never in memory together. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Both grow while the chunks are read. */
  count: number;
  omitted: number;
}

function linesOf(kind: ReadyKind, records: RecordItems | ReadyRecords, context: RecordContext): RecordLines {
  if ("ready" in records) return readyLines(kind, records, context);
  return recordLines(records, kind === "intent" ? intentLine : resultLine, context);
}

function readyLines(kind: ReadyKind, { ready }: ReadyRecords, context: RecordContext): RecordLines {
  const lines = new ReadyLines(kind, context.defaults);
  const body = kind === "intent" ? "args" : "result";
  const made: RecordLines = { chunks: generate(), count: 0, omitted: 0 };
  async function* generate(): AsyncGenerator<Uint8Array> {
    for (const record of ready) {
      made.count += 1;
      if (record.isOmitted) made.omitted += 1;
      if (!record.hasDigest) context.warnings.add(`neither ${body} nor ${body}_digest`, idOfReady(record));
      const piece = lines.add(record);
      if (piece !== undefined) yield piece;
    }
    const last = lines.take();
    if (last !== undefined) yield last;
  }
  return made;
}

function recordLines(
  items: RecordItems,
  line: (item: RecordItem, context: RecordContext) => RecordLine,
  context: RecordContext,
): RecordLines {
  const garbage = new GarbageCollection(context.platform, COLLECT_EVERY_BYTES);
  const made: RecordLines = { chunks: generate(), count: 0, omitted: 0 };
  async function* generate(): AsyncGenerator<Uint8Array> {
    const pieces = new LinePieces();
    for await (const batch of items) {
      for (const item of batch) {
        garbage.after(item.size);
        const written = line(item, context);
        made.count += 1;
        if (written.omitted) made.omitted += 1;
        const full = pieces.add(written, item.where);
        if (full !== undefined) yield full;
      }
    }
    const last = pieces.take();
    if (last !== undefined) yield last;
  }
  return made;
}

function documentBytes(document: JsonObject, what: string): Uint8Array {
  const bytes = canonicalBytes(document);
  if (bytes.length <= MAX_DOCUMENT_BYTES) return bytes;
  throw new GaitError("invalid_input", `the ${what} document has more than ${MAX_DOCUMENT_BYTES} bytes, the limit`, {
    hint: "Record it as several runs.",
  });
}

function captureModeOf(text: string): CaptureMode {
  if (text === "") return "reference";
  if (text === "reference" || text === "raw") return text;
  throw new GaitError("invalid_input", `the capture mode is ${JSON.stringify(text)}`, {
    hint: "Give reference or raw.",
  });
}
