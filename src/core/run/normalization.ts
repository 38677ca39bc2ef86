/**
 * Digests of arguments and results that the record itself leaves out (`normalization`, contract 1.3): the Go SDK hands
 * over what the digests are of beside the records. It is digested, and never written.
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { RecordNormalization, RecordReceipt } from "../../schema/document/run-record.ts";
import { GaitError } from "../finding/error.ts";
import { isObject } from "../json/document.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";

export class NormalizedDigests {
  readonly #args: JsonObject;
  readonly #results: JsonObject;
  readonly #platform: Hashing;
  /** Tool and digest of the arguments, by intent id: only of those that a receipt is about. */
  readonly #intents = new Map<string, { readonly tool: string; readonly argsDigest: string } | undefined>();

  constructor(
    { intent_args, result_payloads }: RecordNormalization,
    receipts: readonly RecordReceipt[],
    platform: Hashing,
  ) {
    this.#args = intent_args ?? {};
    this.#results = result_payloads ?? {};
    this.#platform = platform;
    for (const receipt of receipts) {
      const id = tracedIntent(receipt);
      if (id !== undefined) this.#intents.set(id, undefined);
    }
  }

  /**
   * The digest of the replacement for `args` or `result`; `undefined` if there is none.
   * @throws GaitError `invalid_input` where the record gives another digest
   */
  of(name: "args" | "result", intentId: string, given: string, where: string): string | undefined {
    const values = name === "args" ? this.#args : this.#results;
    const value = Object.hasOwn(values, intentId) ? values[intentId] : undefined;
    if (value === undefined) return undefined;
    const member = name === "args" ? "intent_args" : "result_payloads";
    const place = `$.normalization.${member}[${JSON.stringify(intentId)}]`;
    if (!isObject(value)) throw new GaitError("invalid_input", `${place} must be an object`);
    const digest = digestOf(this.#platform, value);
    if (given === "" || given.toLowerCase() === digest) return digest;
    throw new GaitError("invalid_input", `${where}: ${name}_digest does not match ${place}`, {
      hint: "One of the two is of another call. Leave out the digest, or the entry.",
    });
  }

  /** To be called for each intent, before the receipts are asked for. */
  note(intentId: string, tool: string, argsDigest: string): void {
    if (this.#intents.has(intentId)) this.#intents.set(intentId, { tool, argsDigest });
  }

  /** Both digests of a receipt that is the trace of a call and has none itself. */
  ofTrace(receipt: RecordReceipt): { readonly query: string; readonly content: string } {
    const id = tracedIntent(receipt);
    const intent = id === undefined ? undefined : this.#intents.get(id);
    if (id === undefined || intent === undefined) return { query: "", content: "" };
    const query = digestOf(this.#platform, { args_digest: intent.argsDigest, tool_name: intent.tool });
    return { query: intent.argsDigest === "" ? "" : query, content: this.of("result", id, "", "") ?? "" };
  }
}

/** `intent_1` of the receipt `trace_intent_1`. */
function tracedIntent({ source_type, ref_id }: RecordReceipt): string | undefined {
  if (source_type?.toLowerCase() !== "gait.trace" || ref_id?.startsWith("trace_") !== true) return undefined;
  return ref_id.slice("trace_".length);
}
