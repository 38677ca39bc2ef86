/** A line of receipts, read as what somebody else wrote: whatever is not exactly one ends the reading (contract 14.8). */
import {
  PACKS,
  type PacksSummary,
  PacksSummarySchema,
  PackUnjudgedSchema,
  PackVerdictSchema,
} from "../../schema/answer/packs.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import { issuesOf } from "../../schema/validate/explain.ts";
import { packReceiptValidator } from "../../schema/validator/receipt.ts";
import { GaitError } from "../finding/error.ts";
import { isObject, jsonPath, textIssues } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { type ParsedText, parseJsonText } from "../json/parse.ts";

export type ReceiptLine =
  | { readonly kind: "receipt"; readonly receipt: PackReceipt }
  /** A pack without a verdict. */
  | { readonly kind: "unjudged"; readonly path: string }
  | { readonly kind: "summary"; readonly summary: PacksSummary };

/** Bytes of one line: `bytes[start, end)`. */
export interface LineBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

const HINT = "Give what `gait pack verify … --format ndjson --account` wrote, as it was written.";

/**
 * @param where for messages: the file and the number of the line
 * @throws GaitError `invalid_input` with the member that is wrong
 */
export function readReceiptLine({ bytes, start, end }: LineBytes, where: string): ReceiptLine {
  const text = parsed({ bytes, start, end }, where);
  const { value } = text;
  if (!isObject(value)) throw refused(where, "is no JSON object");
  if (value["schema_id"] === "gait.receipt") {
    const [issue] = textIssues(text, bytes, packReceiptValidator, { start, end });
    if (issue !== undefined) throw refused(where, `is no receipt: ${jsonPath(issue.path)} ${issue.message}`);
    const receipt = value as unknown as PackReceipt;
    const contradiction = contradictionIn(receipt);
    if (contradiction !== undefined) throw refused(where, `is no receipt: ${contradiction}`);
    return { kind: "receipt", receipt };
  }
  if (value["schema_id"] === PACKS && value["operation"] === "verify") return lineOfVerify(value, where);
  throw refused(where, "is neither a receipt nor a summary: $.schema_id is another");
}

function parsed({ bytes, start, end }: LineBytes, where: string): ParsedText {
  try {
    return parseJsonText(bytes, { start, end });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw refused(where, `column ${error.column} (${error.path}): ${error.message}`);
  }
}

function lineOfVerify(value: JsonObject, where: string): ReceiptLine {
  const { summary, result } = value;
  if (summary !== undefined && result === undefined) {
    assertFits(PacksSummarySchema, summary, `${where}: $.summary`);
    return { kind: "summary", summary: summary as unknown as PacksSummary };
  }
  if (isObject(result) && summary === undefined) {
    if (Object.hasOwn(result, "verify")) {
      assertFits(PackVerdictSchema, result, `${where}: $.result`);
      throw new GaitError("invalid_input", `${where} is a result without the numbers of a receipt`, {
        hint: "Verify with --format ndjson --account.",
      });
    }
    assertFits(PackUnjudgedSchema, result, `${where}: $.result`);
    return { kind: "unjudged", path: result["path"] as string };
  }
  throw refused(where, "is neither a result nor a summary");
}

function assertFits(schema: Parameters<typeof issuesOf>[0], value: JsonValue, where: string): void {
  const [issue] = issuesOf(schema, value);
  if (issue === undefined) return;
  throw new GaitError("invalid_input", `${jsonPath(issue.path, where)} ${issue.message}`, { hint: HINT });
}

/** What the schema can't say. */
function contradictionIn({ verdict, calls, not_ok, tools }: PackReceipt): string | undefined {
  const there = [calls, not_ok, tools].filter((each) => each !== undefined).length;
  if (there === 0) return undefined;
  if (verdict === "failed") return "$.verdict is failed, and a pack that failed has no $.calls, $.not_ok and $.tools";
  if (calls === undefined || not_ok === undefined || tools === undefined)
    return "$.calls, $.not_ok and $.tools are there together or not at all";
  if (not_ok > calls) return "$.not_ok is more than $.calls";
  const names = new Set<string>();
  let ofTools = 0;
  for (const [at, tool] of tools.entries()) {
    if (tool.not_ok > tool.calls) return `$.tools[${at}].not_ok is more than its calls`;
    if (names.has(tool.name)) return `$.tools[${at}].name is there twice`;
    names.add(tool.name);
    ofTools += tool.calls;
  }
  return ofTools > calls ? "the calls of $.tools are more than $.calls" : undefined;
}

function refused(where: string, what: string): GaitError {
  return new GaitError("invalid_input", `${where} ${what}`, { hint: HINT });
}
