/** Digests beside the records (`normalization`, contract 1.3). */
import { describe, expect, test } from "bun:test";
import { digestOf } from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { DIGEST, RUN, record } from "./recorded.ts";

describe("what digests are of, beside the records", () => {
  const args = { path: "/tmp/out.txt" };
  const payload = { executed: true };
  const normalization = { intent_args: { a: args }, result_payloads: { a: payload } };
  const [argsDigest, resultDigest] = [digestOf(hostPlatform, args), digestOf(hostPlatform, payload)];
  const receipt = { ref_id: "trace_a", source_type: "gait.trace" };
  const input = {
    run: RUN,
    intents: [{ intent_id: "a", tool_name: "t" }],
    results: [{ intent_id: "a", status: "ok" }],
    refs: { receipts: [receipt] },
    normalization,
  };
  test("is digested, for the receipt of the call too, and not recorded", async () => {
    const { records, refs, recorded, members } = await record(input, { captureMode: "raw" });
    expect(records("intents.jsonl")[0].args_digest).toBe(argsDigest);
    expect(records("results.jsonl")[0].result_digest).toBe(resultDigest);
    expect(refs["receipts"]).toMatchObject([
      {
        query_digest: digestOf(hostPlatform, { args_digest: argsDigest, tool_name: "t" }),
        content_digest: resultDigest,
      },
    ]);
    expect(recorded.warnings).toEqual([]);
    for (const bytes of members.values()) expect(Buffer.from(bytes).includes("/tmp/out.txt")).toBe(false);
  });
  test("fits the digest that a record gives", async () => {
    const intents = [{ intent_id: "a", args_digest: argsDigest.toUpperCase() }];
    expect((await record({ ...input, intents, refs: null })).recorded.warnings).toEqual([]);
    const other = [{ intent_id: "a", args_digest: DIGEST }];
    expect(record({ ...input, intents: other })).rejects.toThrow(
      '$.intents[0]: args_digest does not match $.normalization.intent_args["a"]',
    );
  });
  test("is not another thing than what raw mode records", async () => {
    const intents = [{ intent_id: "a", tool_name: "t", args: { path: "/etc" } }];
    expect(record({ ...input, intents }, { captureMode: "raw" })).rejects.toThrow("a different args from the record");
    expect((await record({ ...input, intents })).records("intents.jsonl")[0].args_digest).toBe(argsDigest);
  });
  test("must be objects", async () => {
    expect(record({ ...input, normalization: { intent_args: { a: 1 } } })).rejects.toThrow("must be an object");
  });
});
