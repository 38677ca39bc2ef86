/** One intent or result of a record input as its canonical line in a runpack (contract 1.1 and 1.3). */

import type { CaptureMode, JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { RecordIntentSchema, RecordResultSchema } from "../../schema/document/run-record.ts";
import { recordIntentValidator, recordResultValidator } from "../../schema/validator/run-record.ts";
import type { Warnings } from "../finding/warning.ts";
import { fitted } from "../json/document.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import { sha256OfText } from "../signature/digest.ts";
import type { IdSet } from "../signature/digest-set.ts";
import { inputTime } from "../time/timestamp.ts";
import type { RecordBody, RecordItem } from "./input.ts";

/** The run's values, used as defaults for its records. */
export interface RecordDefaults {
  readonly createdAt: string;
  readonly producerVersion: string;
  readonly runId: string;
}

export interface RecordContext {
  readonly defaults: RecordDefaults;
  readonly captureMode: CaptureMode;
  readonly platform: Platform;
  readonly warnings: Warnings;
  /** Replaces the run id of every record. */
  readonly overrideRunId: string | undefined;
  /** Filled by the intents, read by the results. */
  readonly intentIds: IdSet;
  readonly quotes: RecordQuotes;
}

/** Returns the canonical text of a string. */
type Quote = (text: string) => string;

/** A cache for each member that mostly repeats the previous record's value. */
export type RecordQuotes = { readonly [Member in keyof Stamp | "toolName" | "status"]: Quote };

export function recordQuotes(): RecordQuotes {
  return {
    schemaId: repeatedQuote(),
    schemaVersion: repeatedQuote(),
    createdAt: repeatedQuote(),
    producerVersion: repeatedQuote(),
    runId: repeatedQuote(),
    toolName: repeatedQuote(),
    status: repeatedQuote(),
  };
}

function repeatedQuote(): Quote {
  let last = "";
  let quoted = quote(last);
  return (text) => {
    if (text !== last) {
      quoted = quote(text);
      last = text;
    }
    return quoted;
  };
}

/** A canonical line without its LF, and whether reference mode left its body out. */
export interface RecordLine {
  readonly text: string;
  readonly omitted: boolean;
}

const INTENT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordIntentSchema.properties));
const RESULT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordResultSchema.properties));

/** @throws GaitError `invalid_input` with the JSON path of an invalid member. */
export function intentLine({ value, where, body }: RecordItem, context: RecordContext): RecordLine {
  const record = fitted(recordIntentValidator, value, where);
  warnOfUnknown(value, INTENT_MEMBERS, where, context.warnings);
  const intentId = record.intent_id ?? "";
  if (!context.intentIds.add(intentId))
    context.warnings.add("a repeated intent_id", `${where}.intent_id ${quote(intentId)}`);

  const args =
    body === undefined
      ? bodyOf(record.args, record.args_digest, "args", where, context)
      : readyBody(body, "args", where, context);
  const stamp = stampOf(record, where, "gait.runpack.intent", context);
  const { quotes } = context;
  // The names in canonical order, so that the text of `args` is built once, for both the digest and the line.
  const text =
    `{${args.text === undefined ? "" : `"args":${args.text},`}"args_digest":${args.digest}` +
    `,"created_at":${quotes.createdAt(stamp.createdAt)},"intent_id":${quote(intentId)}` +
    `,"producer_version":${quotes.producerVersion(stamp.producerVersion)},"run_id":${quotes.runId(stamp.runId)}` +
    `,"schema_id":${quotes.schemaId(stamp.schemaId)},"schema_version":${quotes.schemaVersion(stamp.schemaVersion)}` +
    `,"tool_name":${quotes.toolName(record.tool_name ?? "")}}`;
  return { text, omitted: args.omitted };
}

/** @throws GaitError `invalid_input` with the JSON path of an invalid member. */
export function resultLine({ value, where, body }: RecordItem, context: RecordContext): RecordLine {
  const record = fitted(recordResultValidator, value, where);
  warnOfUnknown(value, RESULT_MEMBERS, where, context.warnings);
  const intentId = record.intent_id ?? "";
  if (!context.intentIds.has(intentId))
    context.warnings.add("no intent has this intent_id", `${where}.intent_id ${quote(intentId)}`);

  const result =
    body === undefined
      ? bodyOf(record.result, record.result_digest, "result", where, context)
      : readyBody(body, "result", where, context);
  const stamp = stampOf(record, where, "gait.runpack.result", context);
  const { quotes } = context;
  const text =
    `{"created_at":${quotes.createdAt(stamp.createdAt)},"intent_id":${quote(intentId)}` +
    `,"producer_version":${quotes.producerVersion(stamp.producerVersion)}` +
    `${result.text === undefined ? "" : `,"result":${result.text}`},"result_digest":${result.digest}` +
    `,"run_id":${quotes.runId(stamp.runId)},"schema_id":${quotes.schemaId(stamp.schemaId)}` +
    `,"schema_version":${quotes.schemaVersion(stamp.schemaVersion)},"status":${quotes.status(record.status ?? "")}}`;
  return { text, omitted: result.omitted };
}

interface Stamp {
  readonly schemaId: string;
  readonly schemaVersion: string;
  readonly createdAt: string;
  readonly producerVersion: string;
  readonly runId: string;
}

/** The common members of a runpack's documents; empty, null and absent ones default to the run's. */
export function stampOf(
  record: { [Name in "schema_id" | "schema_version" | "created_at" | "producer_version" | "run_id"]?: string | null },
  where: string,
  schemaId: string,
  context: Pick<RecordContext, "defaults" | "overrideRunId" | "warnings">,
): Stamp {
  const { defaults, overrideRunId, warnings } = context;
  const runId = overrideRunId ?? (record.run_id || defaults.runId);
  if (runId !== defaults.runId) warnings.add("a record belongs to another run", `${where}.run_id ${quote(runId)}`);
  return {
    schemaId: record.schema_id || schemaId,
    schemaVersion: record.schema_version || "1.0.0",
    createdAt: recordTime(record.created_at, `${where}.created_at`, warnings) ?? defaults.createdAt,
    producerVersion: record.producer_version || defaults.producerVersion,
    runId,
  };
}

/** Like `inputTime`; digits past the nanosecond are cut (contract 0.2), with a warning. */
export function recordTime(text: string | null | undefined, where: string, warnings: Warnings): string | undefined {
  const kept = text?.replace(/(\.[0-9]{9})[0-9]+/, "$1");
  if (kept !== text && text !== null) warnings.add("digits past the nanosecond were cut", where);
  return inputTime(kept, where);
}

interface WrittenBody {
  readonly digest: string;
  readonly text: string | undefined;
  readonly omitted: boolean;
}

function readyBody(
  { digest, text, isOmitted }: RecordBody,
  name: "args" | "result",
  where: string,
  { warnings }: RecordContext,
): WrittenBody {
  if (digest === "") warnings.add(`neither ${name} nor ${name}_digest`, where);
  return { digest: quote(digest), text, omitted: isOmitted };
}

/**
 * `args` or `result` with its digest, both as written. An empty object has a digest but is not written: readers can't
 * distinguish it from an absent one.
 */
function bodyOf(
  value: JsonObject | null | undefined,
  digest: string | null | undefined,
  name: "args" | "result",
  where: string,
  { captureMode, platform, warnings }: RecordContext,
): WrittenBody {
  const given = digest ?? "";
  if (value === null || value === undefined) {
    if (given === "") warnings.add(`neither ${name} nor ${name}_digest`, where);
    return { digest: quote(given), text: undefined, omitted: false };
  }
  const canonical = canonicalize(value);
  const computed = sha256OfText(platform, canonical);
  if (given !== "" && given.toLowerCase() !== computed) warnings.add(`${name}_digest does not match ${name}`, where);
  const empty = canonical === "{}";
  return {
    // Hex digits need no escape.
    digest: given === "" ? `"${computed}"` : quote(given),
    text: empty || captureMode === "reference" ? undefined : canonical,
    omitted: !empty && captureMode === "reference",
  };
}

export function warnOfUnknown(value: JsonValue, known: ReadonlySet<string>, where: string, warnings: Warnings): void {
  // Parsed objects have only own members; this avoids building a list of them.
  for (const name in value as JsonObject) {
    if (!known.has(name)) warnings.add("unknown member, left out", `${where}.${name}`);
  }
}

/** Canonical text of a string (RFC 8785 section 3.2.2.2): what was read is well-formed Unicode. */
function quote(text: string): string {
  return JSON.stringify(text);
}
