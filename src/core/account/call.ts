/** One call in full, read on request: an account does not keep arguments and results. */
import type { Account } from "../../schema/account/account.ts";
import type { CallRecord } from "../../schema/account/call.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { Receipt } from "../../schema/document/runpack.ts";
import { refsValidator } from "../../schema/validator/runpack.ts";
import { documentLimit } from "../contents/document-limit.ts";
import { readRecords } from "../contents/record-lines.ts";
import { isObject, readDocument } from "../json/document.ts";
import { runpackIn, runpackOf, type Verified } from "../verify/verified.ts";
import type { Archive } from "../zip/reader.ts";

/** Maximum records shown per id; more repetitions are a mistake or an attack. */
const MAX_RECORDS = 20;

/** The call with that id, or `undefined`. `account` must be that of the verified artifact. */
export async function callRecord(
  verified: Verified,
  account: Account,
  intentId: string,
): Promise<CallRecord | undefined> {
  const { run } = account;
  if (run === undefined) return undefined;
  const calls = run.calls.filter(({ intent_id }) => intent_id === intentId);
  const strays = run.stray_results.filter(({ intent_id }) => intent_id === intentId);
  if (calls.length === 0 && strays.length === 0) return undefined;
  const runpack = await runpackIn(verified);
  if (runpack === undefined) return undefined;
  const intents = await recordsOf(runpack, "intents.jsonl", intentId);
  const results = await recordsOf(runpack, "results.jsonl", intentId);
  const receipts = runpackOf(verified)?.refs?.receipts ?? (await receiptsOf(runpack));
  return {
    intent_id: intentId,
    calls: calls.slice(0, MAX_RECORDS),
    stray_results: strays.slice(0, MAX_RECORDS),
    intents: intents.kept,
    results: results.kept,
    left_out: intents.leftOut + results.leftOut,
    events: run.events.filter(({ ref }) => ref === intentId),
    references: mentions(intentId, receipts, intents.kept, results.kept),
  };
}

async function recordsOf(
  archive: Archive,
  path: string,
  intentId: string,
): Promise<{ kept: JsonObject[]; leftOut: number }> {
  const kept: JsonObject[] = [];
  let leftOut = 0;
  if (!archive.has(path)) return { kept, leftOut };
  await readRecords(archive, path, (outline) => {
    const member = outline.member(outline.root, "intent_id");
    if (member < 0 ? intentId !== "" : !outline.isString(member, intentId)) return;
    const value = kept.length < MAX_RECORDS ? outline.value(outline.root) : undefined;
    if (isObject(value)) kept.push(value);
    else leftOut += 1;
  });
  return { kept, leftOut };
}

async function receiptsOf(archive: Archive): Promise<readonly Receipt[]> {
  if (!archive.has("refs.json")) return [];
  const { bytes } = await archive.bytes("refs.json", documentLimit(archive, "refs.json"));
  return (bytes === undefined ? undefined : readDocument(bytes, "refs.json", refsValidator).value)?.receipts ?? [];
}

function mentions(
  intentId: string,
  receipts: readonly Receipt[],
  intents: readonly JsonObject[],
  results: readonly JsonObject[],
): CallRecord["references"] {
  const inArgs = textsOf(intents.map(({ args }) => args ?? null));
  const inResult = textsOf(results.map(({ result }) => result ?? null));
  const mentionedBy = (receipt: Receipt): "receipt" | "args" | "result" | undefined => {
    if (textsOf([receipt as unknown as JsonObject]).has(intentId)) return "receipt";
    if (inArgs.has(receipt.ref_id)) return "args";
    return inResult.has(receipt.ref_id) ? "result" : undefined;
  };
  return receipts.flatMap((receipt) => {
    const by = mentionedBy(receipt);
    return by === undefined ? [] : [{ mentioned_by: by, receipt: receipt as unknown as JsonObject }];
  });
}

/** All non-blank texts in a value, without member names. */
function textsOf(values: readonly JsonValue[]): ReadonlySet<string> {
  const texts = new Set<string>();
  const rest = [...values];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value === "string" && value.trim() !== "") texts.add(value);
    else if (typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) rest.push(member);
    }
  }
  return texts;
}
