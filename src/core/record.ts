/** `run record`: the record of a run, as an agent's runtime writes it down, becomes a runpack (contract of runpacks, 1.3). */
import type { JsonObject, JsonValue } from "../schema/primitives.ts";
import {
  type RecordInput,
  RecordInputSchema,
  RecordReceiptSchema,
  type RecordRefs,
  type RecordRun,
  RecordRunSchema,
} from "../schema/record.ts";
import { fitted, jsonInputError } from "./document.ts";
import { GaitError } from "./error.ts";
import { assertIdentifier } from "./identifier.ts";
import { canonicalize } from "./jcs.ts";
import { JsonError, JsonOutline } from "./json.ts";
import { RUNPACK_MANIFEST, selfDigest } from "./manifest.ts";
import type { Platform } from "./platform.ts";
import {
  type CaptureMode,
  intentLine,
  type RecordContext,
  type RecordLine,
  recordTime,
  resultLine,
  stampOf,
  warnOfUnknown,
} from "./record-line.ts";
import { type Signature, type Signer, signManifest } from "./signature.ts";
import { ZERO_TIME } from "./timestamp.ts";
import { collectWarnings } from "./warning.ts";
import { type ByteSink, createZipWriter } from "./zip/writer.ts";

export interface RecordOptions {
  readonly platform: Platform;
  /** Takes the place of every run id in the input. */
  readonly runId?: string | undefined;
  /** Takes the place of the input's `capture_mode`; `reference` where neither says. */
  readonly captureMode?: string | undefined;
  /** RFC 3339; used only where the input has no `run.created_at`. */
  readonly now: () => string;
  /** In Go's naming (`linux`, `amd64`); used only where the input has none. */
  readonly machine: { readonly os: string; readonly arch: string };
  readonly signer?: Signer | undefined;
}

export interface Recorded {
  readonly runId: string;
  readonly captureMode: CaptureMode;
  readonly manifestDigest: string;
  readonly intents: number;
  readonly results: number;
  readonly refs: number;
  /** How many `args` and `result` objects reference mode left out; their digests are kept. */
  readonly argsOmitted: number;
  readonly resultsOmitted: number;
  readonly signature: Signature | undefined;
  readonly warnings: readonly string[];
}

const DEFAULT_PRODUCER_VERSION = "0.0.0-dev";
/** The recorder's own runtime in the reference implementation; kept, so that the same input gives the same bytes. */
const DEFAULT_RUNTIME = "go";
const BATCH_CHARACTERS = 64 * 1024;
const INPUT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordInputSchema.properties));
const RUN_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordRunSchema.properties));
const RECEIPT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordReceiptSchema.properties));

/**
 * Reads `input` (one JSON document), writes the runpack to `sink` from its first byte to its last, and says what it wrote.
 * Nothing in the records is sorted, trimmed or repaired; what looks wrong in them is recorded as given and warned of.
 *
 * @throws GaitError `invalid_input` with the JSON path of what does not fit or is no strict JSON.
 */
export async function recordRun(input: Uint8Array, sink: ByteSink, options: RecordOptions): Promise<Recorded> {
  const { platform } = options;
  const warnings = collectWarnings();
  // Two levels: the members of the document, and the elements of the arrays among them.
  const spans = scanInput(input);
  const outline = fitted<RecordInput>(RecordInputSchema, outlineOf(spans), "$");
  for (const member of spans.children(spans.root)) {
    const name = spans.name(member) ?? "";
    if (!INPUT_MEMBERS.has(name)) warnings.add("unknown member, left out", `$.${name}`);
  }

  const run = outline.run ?? {};
  const runId = options.runId ?? run.run_id ?? "";
  assertIdentifier(runId, "run id");
  const captureMode = captureModeOf(options.captureMode ?? (outline.capture_mode ?? "").trim());
  const context: RecordContext = {
    defaults: {
      createdAt: recordTime(run.created_at, "$.run.created_at", warnings) ?? options.now(),
      producerVersion: run.producer_version || DEFAULT_PRODUCER_VERSION,
      runId,
    },
    captureMode,
    platform,
    warnings,
    overrideRunId: options.runId,
    intentIds: new Set(),
  };

  const writer = createZipWriter(sink, platform);
  const files: { path: string; sha256: string }[] = [];
  const add = async (path: string, content: Uint8Array | Iterable<Uint8Array>): Promise<void> => {
    const { sha256 } = await writer.add(path, content);
    files.push({ path, sha256 });
  };
  const intents = recordLines(spans, "intents", intentLine, context);
  const results = recordLines(spans, "results", resultLine, context);
  const refs = refsDocument(outline.refs ?? {}, context);
  await add("intents.jsonl", intents.chunks);
  await add("refs.json", encode(canonicalize(refs)));
  await add("results.jsonl", results.chunks);
  await add("run.json", encode(canonicalize(runDocument(run, options.machine, context))));

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
  await writer.add(RUNPACK_MANIFEST, encode(canonicalize(manifest)));
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
    warnings: warnings.list(),
  };
}

function scanInput(input: Uint8Array): JsonOutline {
  try {
    return new JsonOutline(2).scan(input);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, "the record of the run");
    throw error;
  }
}

/** The input without the elements of its two long arrays, which are read one at a time. */
function outlineOf(spans: JsonOutline): JsonValue {
  if (spans.kind(spans.root) !== "object") return spans.value(spans.root);
  const outline: JsonObject = {};
  for (const name of INPUT_MEMBERS) {
    const member = spans.member(spans.root, name);
    if (member < 0) continue;
    const long = (name === "intents" || name === "results") && spans.kind(member) === "array";
    outline[name] = long ? [] : spans.value(member);
  }
  return outline;
}

interface RecordLines {
  /** JSONL, made while it is read: the lines of 200,000 records are never in memory together. */
  readonly chunks: Iterable<Uint8Array>;
  readonly count: number;
  /** Grows while the chunks are read. */
  omitted: number;
}

function recordLines(
  spans: JsonOutline,
  name: "intents" | "results",
  line: (value: JsonValue, where: string, context: RecordContext) => RecordLine,
  context: RecordContext,
): RecordLines {
  const array = spans.member(spans.root, name);
  const length = array < 0 ? 0 : spans.elementCount(array);
  const made: RecordLines = { chunks: generate(), count: length, omitted: 0 };
  function* generate(): Generator<Uint8Array> {
    let batch = "";
    for (let index = 0; index < length; index += 1) {
      const value = spans.value(spans.element(array, index));
      const { text, omitted } = line(value, `$.${name}[${index}]`, context);
      if (omitted) made.omitted += 1;
      batch += `${text}\n`;
      if (batch.length >= BATCH_CHARACTERS) {
        yield encode(batch);
        batch = "";
      }
    }
    if (batch !== "") yield encode(batch);
  }
  return made;
}

function runDocument(run: RecordRun, machine: RecordOptions["machine"], context: RecordContext): JsonObject {
  const { warnings } = context;
  const stamp = stampOf({ ...run, run_id: context.defaults.runId }, "$.run", "gait.runpack.run", context);
  warnOfUnknown(run as JsonObject, RUN_MEMBERS, "$.run", warnings);
  const timeline = run.timeline?.map((event, index) => ({
    event: event.event ?? "",
    ts: recordTime(event.ts, `$.run.timeline[${index}].ts`, warnings) ?? ZERO_TIME,
    ...(event.ref ? { ref: event.ref } : {}),
  }));
  return {
    schema_id: stamp.schemaId,
    schema_version: stamp.schemaVersion,
    created_at: stamp.createdAt,
    producer_version: stamp.producerVersion,
    run_id: stamp.runId,
    env: {
      os: run.env?.os || machine.os,
      arch: run.env?.arch || machine.arch,
      runtime: run.env?.runtime || DEFAULT_RUNTIME,
    },
    timeline: timeline ?? null,
  };
}

function refsDocument(refs: RecordRefs, context: RecordContext): JsonObject & { receipts: JsonObject[] } {
  const { warnings } = context;
  const stamp = stampOf(refs, "$.refs", "gait.runpack.refs", context);
  const receipts = (refs.receipts ?? []).map((receipt, index) => {
    const where = `$.refs.receipts[${index}]`;
    warnOfUnknown(receipt as JsonObject, RECEIPT_MEMBERS, where, warnings);
    const params = receipt.retrieval_params;
    return {
      ref_id: receipt.ref_id ?? "",
      source_type: receipt.source_type ?? "",
      source_locator: receipt.source_locator ?? "",
      query_digest: receipt.query_digest ?? "",
      content_digest: receipt.content_digest ?? "",
      retrieved_at: recordTime(receipt.retrieved_at, `${where}.retrieved_at`, warnings) ?? ZERO_TIME,
      redaction_mode: receipt.redaction_mode ?? "",
      ...(receipt.sensitivity_label ? { sensitivity_label: receipt.sensitivity_label } : {}),
      ...(params && Object.keys(params).length > 0 ? { retrieval_params: params } : {}),
    };
  });
  return {
    schema_id: stamp.schemaId,
    schema_version: stamp.schemaVersion,
    created_at: stamp.createdAt,
    producer_version: stamp.producerVersion,
    run_id: stamp.runId,
    receipts,
  };
}

function captureModeOf(text: string): CaptureMode {
  if (text === "") return "reference";
  if (text === "reference" || text === "raw") return text;
  throw new GaitError("invalid_input", `the capture mode is ${JSON.stringify(text)}`, {
    hint: "give reference or raw",
  });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
