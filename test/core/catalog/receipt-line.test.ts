import { describe, expect, test } from "bun:test";
import { type ReceiptLine, readReceiptLine } from "../../../src/core/catalog/receipt-line.ts";
import { failedReceipt, receiptOf, summaryLine, summaryOf } from "./receipts.ts";

function read(text: string): ReceiptLine {
  const bytes = new TextEncoder().encode(`#${text}#`);
  return readReceiptLine({ bytes, start: 1, end: bytes.length - 1 }, "a.ndjson line 3");
}

const readValue = (value: object): ReceiptLine => read(JSON.stringify(value));
const RESULT = { schema_id: "gait.packs.output", schema_version: "1.0.0", ok: false, operation: "verify" };
const UNREAD = { path: "a.zip", ok: false, exit: 6, reason: "not_found", error: "a.zip does not exist", hint: "" };

describe("a line of receipts", () => {
  test("is a receipt, a pack without a verdict, or a summary", () => {
    expect(readValue(receiptOf(1))).toEqual({ kind: "receipt", receipt: receiptOf(1) });
    expect(readValue(failedReceipt(1)).kind).toBe("receipt");
    expect(readValue({ ...RESULT, result: UNREAD })).toEqual({ kind: "unjudged", path: "a.zip" });
    expect(read(summaryLine(summaryOf([receiptOf(1)])).trim())).toMatchObject({
      kind: "summary",
      summary: { checked: 1 },
    });
  });

  const { tools: _, ...noTools } = receiptOf(1);
  const refused: readonly (readonly [rule: string, text: string, says: string])[] = [
    ["no JSON", "{", "a.ndjson line 3 column"],
    ["two members of one name", `{"schema_id":"gait.receipt","schema_id":"gait.receipt"}`, "column"],
    ["no object", "[]", "is no JSON object"],
    ["of another schema", `{"schema_id":"gait.store"}`, "$.schema_id is another"],
    ["a member that no receipt has", JSON.stringify({ ...receiptOf(1), more: 1 }), "$.more"],
    ["a digest in capitals", JSON.stringify(receiptOf(1, { sha256: "A".repeat(64) })), "$.sha256"],
    ["a size that is none", JSON.stringify(receiptOf(1, { size: -1 })), "$.size"],
    ["an integer with a point", JSON.stringify(receiptOf(1)).replace('"size":9', '"size":9.0'), "$.size"],
    ["numbers of a pack that failed", JSON.stringify(receiptOf(1, { verdict: "failed" })), "$.verdict is failed"],
    ["calls without tools", JSON.stringify(noTools), "are there together or not at all"],
    ["more bad calls than calls", JSON.stringify(receiptOf(1, { not_ok: 3 })), "$.not_ok is more than $.calls"],
    [
      "more bad calls of a tool than calls",
      JSON.stringify(receiptOf(1, { tools: [{ name: "t", calls: 1, not_ok: 2 }] })),
      "$.tools[0].not_ok",
    ],
    [
      "a tool twice",
      JSON.stringify(receiptOf(1, { tools: ["t", "t"].map((name) => ({ name, calls: 1, not_ok: 0 })) })),
      "$.tools[1].name is there twice",
    ],
    [
      "more calls of tools than calls",
      JSON.stringify(receiptOf(1, { tools: [{ name: "t", calls: 3, not_ok: 0 }] })),
      "the calls of $.tools are more",
    ],
    ["a summary without a member", JSON.stringify({ ...RESULT, summary: { listed: 1 } }), "$.summary"],
    ["a result of no form", JSON.stringify({ ...RESULT, result: { path: "a.zip" } }), "$.result"],
    ["neither result nor summary", JSON.stringify(RESULT), "is neither a result nor a summary"],
    ["result and summary", JSON.stringify({ ...RESULT, result: UNREAD, summary: summaryOf([]) }), "is neither"],
  ];
  test.each(refused)("is refused: %s", (_rule, text, says) => {
    expect(() => read(text)).toThrow(says);
  });
});
