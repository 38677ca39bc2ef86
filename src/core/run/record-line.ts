/** One intent or result of a record input as its canonical line in a runpack (contract 1.1 and 1.3). */

import type { TSchema } from "typebox";
import type { CaptureMode, JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { RecordIntentSchema, RecordResultSchema } from "../../schema/document/run-record.ts";
import { recordIntentValidator, recordResultValidator } from "../../schema/validator/run-record.ts";
import { GaitError } from "../finding/error.ts";
import type { Warnings } from "../finding/warning.ts";
import { assertNoFoldedNames, fitted, isObject } from "../json/document.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import { sha256OfBytes, sha256OfText } from "../signature/digest.ts";
import type { IdSet } from "../signature/digest-set.ts";
import { inputTime, toUtcWherePossible } from "../time/timestamp.ts";
import type { CanonicalText, RecordLine } from "./canonical/line-pieces.ts";
import type { ContextEvidence } from "./context/recorded.ts";
import type { RecordItem } from "./input.ts";
import type { NormalizedDigests } from "./normalization.ts";
import type { RecordDefaults } from "./record-defaults.ts";

export interface RecordContext {
  readonly defaults: RecordDefaults;
  readonly captureMode: CaptureMode;
  readonly platform: Platform;
  readonly warnings: Warnings;
  /** Replaces the run id of every record. */
  readonly overrideRunId: string | undefined;
  readonly normalized: NormalizedDigests;
  /** What was not stated about program and machine. */
  readonly assumed: string[];
  /** Where it is asked for. */
  readonly contextEvidence?: ContextEvidence | undefined;
  /** Filled by the intents, read by the results. */
  readonly intentIds: Pick<IdSet, "add" | "has">;
  readonly quotes: RecordQuotes;
}

/** Returns the canonical text of a string. */
type Quote = (text: string) => string;

/** A cache for each member that mostly repeats the previous record's value. */
export type RecordQuotes = { readonly [Member in keyof RecordStamp | "toolName" | "status"]: Quote };

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

const INTENT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordIntentSchema.properties));
const RESULT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordResultSchema.properties));

/** @throws GaitError `invalid_input` with the JSON path of an invalid member. */
export function intentLine({ value, where, canonical }: RecordItem, context: RecordContext): RecordLine {
  assertBody(value, "args", where);
  const record = fitted(recordIntentValidator, value, where);
  warnOfUnknown(value, INTENT_MEMBERS, where, context.warnings, RecordIntentSchema);
  const intentId = record.intent_id ?? "";
  if (intentId === "" && !record.tool_name) {
    throw new GaitError("invalid_input", `${where} has neither intent_id nor tool_name: it says nothing of a call`, {
      hint: "Is it a record of another format? `gait run import` reads those of agents.",
    });
  }
  if (!context.intentIds.add(intentId))
    context.warnings.add("a repeated intent_id", `${where}.intent_id ${quote(intentId)}`);

  const args = bodyOf(canonical ?? record.args, record.args_digest, "args", { where, intentId }, context);
  const stamp = stampOf(record, where, "gait.runpack.intent", context);
  context.normalized.note(intentId, record.tool_name ?? "", args.digest.slice(1, -1));
  const { quotes } = context;
  // The names in canonical order, so that the text of `args` is built once, for both the digest and the line.
  const after =
    `"args_digest":${args.digest}` +
    `,"created_at":${quotes.createdAt(stamp.createdAt)},"intent_id":${quote(intentId)}` +
    `,"producer_version":${quotes.producerVersion(stamp.producerVersion)},"run_id":${quotes.runId(stamp.runId)}` +
    `,"schema_id":${quotes.schemaId(stamp.schemaId)},"schema_version":${quotes.schemaVersion(stamp.schemaVersion)}` +
    `,"tool_name":${quotes.toolName(record.tool_name ?? "")}}`;
  const { text: body, omitted } = args;
  return body === undefined
    ? { before: "{", body, after, omitted }
    : { before: '{"args":', body, after: `,${after}`, omitted };
}

/** @throws GaitError `invalid_input` with the JSON path of an invalid member. */
export function resultLine({ value, where, canonical }: RecordItem, context: RecordContext): RecordLine {
  assertBody(value, "result", where);
  const record = fitted(recordResultValidator, value, where);
  warnOfUnknown(value, RESULT_MEMBERS, where, context.warnings, RecordResultSchema);
  const intentId = record.intent_id ?? "";
  if (!context.intentIds.has(intentId))
    context.warnings.add("no intent has this intent_id", `${where}.intent_id ${quote(intentId)}`);

  const result = bodyOf(canonical ?? record.result, record.result_digest, "result", { where, intentId }, context);
  const stamp = stampOf(record, where, "gait.runpack.result", context);
  const { quotes } = context;
  const before =
    `{"created_at":${quotes.createdAt(stamp.createdAt)},"intent_id":${quote(intentId)}` +
    `,"producer_version":${quotes.producerVersion(stamp.producerVersion)}`;
  const after =
    `,"result_digest":${result.digest}` +
    `,"run_id":${quotes.runId(stamp.runId)},"schema_id":${quotes.schemaId(stamp.schemaId)}` +
    `,"schema_version":${quotes.schemaVersion(stamp.schemaVersion)},"status":${quotes.status(record.status ?? "")}}`;
  const { text: body, omitted } = result;
  return { before: body === undefined ? before : `${before},"result":`, body, after, omitted };
}

/** Model APIs hand over arguments as JSON text, and results as a list or a text. */
function assertBody(value: JsonValue, name: "args" | "result", where: string): void {
  const body = isObject(value) ? value[name] : undefined;
  if (typeof body !== "string" && !Array.isArray(body)) return;
  const is = typeof body === "string" ? "a text" : "a list";
  throw new GaitError("invalid_input", `${where}.${name} is ${is}, and an object is recorded`, {
    hint: 'Parse a text that is JSON; else put it into an object, such as {"content": …}.',
  });
}

export interface RecordStamp {
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
): RecordStamp {
  assertSchema(record, where, schemaId);
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

/** A document of another schema says something else by the same names. */
function assertSchema(
  record: { readonly schema_id?: string | null; readonly schema_version?: string | null },
  where: string,
  schemaId: string,
): void {
  for (const [name, given, wanted] of [
    ["schema_id", record.schema_id, schemaId],
    ["schema_version", record.schema_version, "1.0.0"],
  ] as const) {
    if (!given || given === wanted) continue;
    throw new GaitError("invalid_input", `${where}.${name} is ${quote(given)}, and ${quote(wanted)} is recorded here`, {
      hint: "Leave it out, or give the document of that schema.",
    });
  }
}

/** Like `inputTime`; digits past the nanosecond are cut (contract 0.2), with a warning. */
export function recordTime(text: string | null | undefined, where: string, warnings: Warnings): string | undefined {
  const kept = text?.replace(/(\.[0-9]{9})[0-9]+/, "$1");
  if (kept !== text && text !== null) warnings.add("digits past the nanosecond were cut", where);
  const time = inputTime(kept, where);
  if (time !== undefined && /^(0001|9999)-/.test(time) && toUtcWherePossible(time) === time && !time.endsWith("Z")) {
    throw new GaitError("invalid_input", `${where}: ${quote(time)} is outside the years 0001 to 9999 in UTC`, {
      hint: "Give the time in UTC.",
    });
  }
  return time;
}

interface WrittenBody {
  readonly digest: string;
  readonly text: CanonicalText | undefined;
  readonly omitted: boolean;
}

/**
 * `args` or `result`, a value or its canonical bytes, with its digest, both as written. An empty object has a digest but
 * is not written: readers can't distinguish it from an absent one.
 */
function bodyOf(
  value: JsonObject | Uint8Array | null | undefined,
  digest: string | null | undefined,
  name: "args" | "result",
  { where, intentId }: { where: string; intentId: string },
  { captureMode, platform, warnings, normalized }: RecordContext,
): WrittenBody {
  const given = digest ?? "";
  const stated = normalized.of(name, intentId, given, where);
  if (value === null || value === undefined) {
    const digest = given === "" ? (stated ?? "") : given;
    if (digest === "") warnings.add(`neither ${name} nor ${name}_digest`, where);
    else warnOfDigest(digest, `${name}_digest`, where, warnings);
    return { digest: quote(digest), text: undefined, omitted: false };
  }
  const canonical = value instanceof Uint8Array ? value : canonicalize(value);
  const computed =
    typeof canonical === "string" ? sha256OfText(platform, canonical) : sha256OfBytes(platform, canonical);
  if (given !== "" && given.toLowerCase() !== computed) warnings.add(`${name}_digest does not match ${name}`, where);
  if (stated !== undefined && stated !== computed && captureMode === "raw") {
    throw new GaitError("invalid_input", `${where}: $.normalization has a different ${name} from the record`, {
      hint: "In raw mode the two must be the same: leave one out, or record by reference.",
    });
  }
  const empty = canonical.length === "{}".length;
  return {
    // Hex digits need no escape.
    digest: given === "" ? `"${stated ?? computed}"` : quote(given),
    text: empty || captureMode === "reference" ? undefined : canonical,
    omitted: !empty && captureMode === "reference",
  };
}

/** A digest that no reader can compare with anything. */
export function warnOfDigest(digest: string, name: string, where: string, warnings: Warnings): void {
  if (!/^[0-9a-f]{64}$/i.test(digest)) warnings.add(`${name} is not a SHA-256 of 64 hex digits`, where);
}

/** @throws GaitError `invalid_input` for a name that differs from one of `schema` in letter case alone */
export function warnOfUnknown(
  value: JsonValue,
  known: ReadonlySet<string>,
  where: string,
  warnings: Warnings,
  schema?: TSchema,
): void {
  // Parsed objects have only own members; this avoids building a list of them.
  for (const name in value as JsonObject) {
    if (known.has(name)) continue;
    if (schema !== undefined) assertNoFoldedNames(schema, value, where);
    warnings.add("unknown member, left out", `${where}.${name}`);
  }
}

/** Canonical text of a string (RFC 8785 section 3.2.2.2): what was read is well-formed Unicode. */
function quote(text: string): string {
  return JSON.stringify(text);
}
