/** The calls of a verified run that a question means, with what was kept of them where it is asked for. */
import type { RunAccount, RunCall } from "../../../schema/account/run.ts";
import type { JsonValue } from "../../../schema/document/primitives.ts";
import { readRecords } from "../../contents/record-lines.ts";
import { GaitError } from "../../finding/error.ts";
import type { JsonOutline } from "../../json/outline.ts";
import { grouped } from "../../text/quantities.ts";
import type { Archive } from "../../zip/reader.ts";
import { type CallQuery, type PayloadField, type PayloadTerm, payloadTerms } from "./grammar.ts";
import { matchesCall, matchesPayload } from "./match-call.ts";

/** A call with its arguments and its result, as far as they were kept and asked for. */
export interface FoundCall {
  readonly call: RunCall;
  readonly args?: JsonValue;
  readonly result?: JsonValue;
}

/** Bytes of arguments and results that are held for the answer. */
const MOST_PAYLOAD = 256 * 1024 * 1024;

const FILES: Readonly<Record<PayloadField, string>> = { args: "intents.jsonl", result: "results.jsonl" };

/**
 * In the order of the evidence. `archive` is the runpack's, verified before.
 * @param withPayloads whether arguments and results are wanted
 * @throws GaitError `invalid_input` for more of them than are held
 */
export async function findCalls(
  { run, archive, query }: { readonly run: RunAccount; readonly archive: Archive; readonly query: CallQuery },
  withPayloads: boolean,
): Promise<readonly FoundCall[]> {
  const terms = payloadTerms(query);
  const held = new Map<PayloadTerm, Uint8Array>();
  for (const field of ["args", "result"] as const) {
    const asked = terms.filter((term) => term.field === field);
    if (asked.length > 0) await hold(asked, held, { archive, field, records: recordsOf(run, field) });
  }
  const calls = run.calls.filter((call) =>
    matchesCall(query, call, (term, { index, result_index }) => {
      const place = term.field === "args" ? index : result_index;
      return place === undefined ? matchesPayload(term, undefined) : held.get(term)?.[place - 1] === 1;
    }),
  );
  if (!withPayloads) return calls.map((call) => ({ call }));
  const args = await payloadsOf(archive, "args", new Set(calls.map(({ index }) => index)));
  const results = await payloadsOf(archive, "result", new Set(calls.flatMap(({ result_index }) => result_index ?? [])));
  return calls.map((call) => {
    const [own, answer] = [args.get(call.index), results.get(call.result_index ?? 0)];
    return { call, ...(own === undefined ? {} : { args: own }), ...(answer === undefined ? {} : { result: answer }) };
  });
}

/**
 * What a question can't know: it has a term about arguments or results of which only digests were kept. Such a term is false
 * of them, and its negation true, whatever the call did.
 */
export function unknownPayloads({ totals }: Pick<RunAccount, "totals">, query: CallQuery): readonly string[] {
  const asked = new Set(payloadTerms(query).map(({ field }) => field));
  const sides = [
    { field: "args", name: "arguments", records: totals.calls, kept: totals.args_kept },
    { field: "result", name: "results", records: totals.results, kept: totals.results_kept },
  ] as const;
  return sides
    .filter(({ field, records, kept }) => asked.has(field) && kept < records)
    .map(
      ({ field, name, records, kept }) =>
        `${grouped(records - kept)} of ${grouped(records)} ${name} were not kept, only their digests: ` +
        `what is asked of ${field} is not known of those calls`,
    );
}

function recordsOf({ totals }: RunAccount, field: PayloadField): number {
  return field === "args" ? totals.calls : totals.results;
}

/** One byte for each record and term: 1 where the term holds. */
async function hold(
  terms: readonly PayloadTerm[],
  held: Map<PayloadTerm, Uint8Array>,
  { archive, field, records }: { readonly archive: Archive; readonly field: PayloadField; readonly records: number },
): Promise<void> {
  for (const term of terms) held.set(term, new Uint8Array(records));
  await eachPayload(archive, field, (place, payload) => {
    const value = payload();
    for (const term of terms) {
      const bytes = held.get(term);
      if (bytes !== undefined && matchesPayload(term, value)) bytes[place - 1] = 1;
    }
  });
}

async function payloadsOf(
  archive: Archive,
  field: PayloadField,
  wanted: ReadonlySet<number>,
): Promise<ReadonlyMap<number, JsonValue>> {
  const found = new Map<number, JsonValue>();
  if (wanted.size === 0) return found;
  let size = 0;
  await eachPayload(archive, field, (place, payload, bytes) => {
    if (!wanted.has(place)) return;
    size += bytes;
    if (size > MOST_PAYLOAD) {
      throw new GaitError("invalid_input", "the calls that were found have more than 256 MiB of arguments or results", {
        hint: "Ask for fewer calls, or leave out --with-payloads.",
      });
    }
    const value = payload();
    if (value !== undefined) found.set(place, value);
  });
  return found;
}

/** @param visit gets the record's place, from 1, what makes its payload, and that one's size */
async function eachPayload(
  archive: Archive,
  field: PayloadField,
  visit: (place: number, payload: () => JsonValue | undefined, bytes: number) => void,
): Promise<void> {
  const path = FILES[field];
  if (!archive.has(path)) return;
  let place = 0;
  await readRecords(archive, path, (outline: JsonOutline) => {
    place += 1;
    const node = outline.member(outline.root, field);
    if (node < 0) visit(place, () => undefined, 0);
    else visit(place, () => outline.value(node), outline.end(node) - outline.start(node));
  });
}
