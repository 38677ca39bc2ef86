/** `run.json` and `refs.json` of a runpack, from the input of `run record` (contract 1.1 and 1.3). */
import type { JsonObject } from "../../schema/document/primitives.ts";
import {
  RecordEnvSchema as ENV,
  RecordEventSchema as EVENT,
  RecordReceiptSchema,
  type RecordRefs,
  RecordRefsSchema,
  type RecordRun,
  RecordRunSchema,
} from "../../schema/document/run-record.ts";
import { ZERO_TIME } from "../time/timestamp.ts";
import { immutabilityOf, recordedContext } from "./context/recorded.ts";
import {
  type RecordContext,
  type RecordStamp,
  recordTime,
  stampOf,
  warnOfDigest,
  warnOfUnknown,
} from "./record-line.ts";

export const DEFAULT_PRODUCER_VERSION = "0.0.0-dev";
/** The recorder's own runtime in the reference implementation; kept, so that the same input gives the same bytes. */
export const DEFAULT_RUNTIME = "go";

/** Defaults for what the input does not say about the machine. */
export interface MachineOptions {
  /** In Go's naming (`linux`, `amd64`); used only where the input has none. */
  readonly machine: { readonly os: string; readonly arch: string };
  /** In the place of what the input says. */
  readonly env?: { readonly [Name in "os" | "arch" | "runtime"]?: string | undefined };
}

const RUN_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordRunSchema.properties));
const ENV_MEMBERS: ReadonlySet<string> = new Set(Object.keys(ENV.properties));
const EVENT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(EVENT.properties));
const REFS_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordRefsSchema.properties));
const RECEIPT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordReceiptSchema.properties));

/** What the input does not say goes to `context.assumed`. */
export function runDocument(
  run: RecordRun,
  where: string,
  { machine, env = {} }: MachineOptions,
  context: RecordContext,
): JsonObject {
  const { warnings } = context;
  const stamp = stampOf({ ...run, run_id: context.defaults.runId }, where, "gait.runpack.run", context);
  warnOfUnknown(run as JsonObject, RUN_MEMBERS, where, warnings, RecordRunSchema);
  warnOfUnknown((run.env ?? {}) as JsonObject, ENV_MEMBERS, `${where}.env`, warnings, ENV);
  const timeline = run.timeline?.map((event, index) => {
    const place = `${where}.timeline[${index}]`;
    warnOfUnknown(event as JsonObject, EVENT_MEMBERS, place, warnings, EVENT);
    return {
      event: event.event ?? "",
      ts: recordTime(event.ts, `${place}.ts`, warnings) ?? ZERO_TIME,
      ...(event.ref ? { ref: event.ref } : {}),
      ...(event.relationship && Object.keys(event.relationship).length > 0 ? { relationship: event.relationship } : {}),
    };
  });
  const stated = { ...run.env, ...withoutEmpty(env) };
  const recorded = {
    os: stated.os || machine.os,
    arch: stated.arch || machine.arch,
    runtime: stated.runtime || DEFAULT_RUNTIME,
  };
  const missing = (["os", "arch", "runtime"] as const).filter((name) => !stated[name]);
  if (missing.length > 0) {
    const values = missing.map((name) => `${name} ${recorded[name]}`).join(", ");
    const flags = missing.map((name) => `--env-${name}`).join(", ");
    context.assumed.push(`run.env leaves out what is recorded by default: ${values} (to be stated with ${flags})`);
  }
  if (!run.producer_version)
    context.assumed.push(`run.producer_version is not stated; recorded as ${stamp.producerVersion}`);
  return {
    ...stampMembers(stamp),
    env: recorded,
    timeline: timeline ?? null,
  };
}

/** The members that every document of a record begins with (contract 1.1). */
function stampMembers(stamp: RecordStamp) {
  return {
    schema_id: stamp.schemaId,
    schema_version: stamp.schemaVersion,
    created_at: stamp.createdAt,
    producer_version: stamp.producerVersion,
    run_id: stamp.runId,
  };
}

function withoutEmpty(env: NonNullable<MachineOptions["env"]>): NonNullable<MachineOptions["env"]> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value));
}

export function refsDocument(
  refs: RecordRefs,
  place: string,
  context: RecordContext,
): JsonObject & { receipts: JsonObject[] } {
  const { warnings } = context;
  warnOfUnknown(refs as JsonObject, REFS_MEMBERS, place, warnings, RecordRefsSchema);
  const stamp = stampOf(refs, place, "gait.runpack.refs", context);
  const receipts = (refs.receipts ?? []).map((receipt, index) => {
    const where = `${place}.receipts[${index}]`;
    warnOfUnknown(receipt as JsonObject, RECEIPT_MEMBERS, where, warnings, RecordReceiptSchema);
    const params = receipt.retrieval_params;
    const traced = context.normalized.ofTrace(receipt);
    const [query, content] = [receipt.query_digest || traced.query, receipt.content_digest || traced.content];
    for (const [name, digest] of [
      ["query_digest", query],
      ["content_digest", content],
    ] as const) {
      if (digest === "") warnings.add(`${name} is missing`, where);
      else warnOfDigest(digest, name, where, warnings);
    }
    return {
      ref_id: receipt.ref_id ?? "",
      source_type: receipt.source_type ?? "",
      source_locator: receipt.source_locator ?? "",
      query_digest: query,
      content_digest: content,
      retrieved_at: recordTime(receipt.retrieved_at, `${where}.retrieved_at`, warnings) ?? ZERO_TIME,
      redaction_mode: receipt.redaction_mode ?? "",
      ...(receipt.sensitivity_label ? { sensitivity_label: receipt.sensitivity_label } : {}),
      ...(params && Object.keys(params).length > 0 ? { retrieval_params: params } : {}),
      ...immutabilityOf(receipt, where),
      ...(receipt.freshness_sla_seconds ? { freshness_sla_seconds: receipt.freshness_sla_seconds } : {}),
    };
  });
  const members = stampMembers(stamp);
  const asked = recordedContext(refs, receipts, place, context);
  return asked === undefined ? { ...members, receipts } : { ...members, ...asked };
}
