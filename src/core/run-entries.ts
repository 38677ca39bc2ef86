/** The intents of a run joined with their results, in two views: by id for a pack, one by one for a runpack. */
import type { RunEntry, RunInspectOutput } from "../schema/run-output.ts";
import { isObject } from "./document.ts";
import type { JsonObject, JsonOutline, JsonValue } from "./json.ts";
import { compareUtf8 } from "./order.ts";
import { readRecords } from "./records.ts";
import { toUtcWherePossible } from "./timestamp.ts";
import { collectWarnings } from "./warning.ts";
import type { Archive } from "./zip/reader.ts";

export interface IntentResult {
  readonly intent_id: string;
  readonly tool_name?: string;
  readonly status?: string;
}

/** One for each id of the intents and results, in byte order of the ids; the last record of an id counts (contract 2.8). */
export async function intentResults(archive: Archive): Promise<IntentResult[]> {
  const byId = new Map<string, { tool_name?: string; status?: string }>();
  const entry = (outline: JsonOutline): { tool_name?: string; status?: string } => {
    const id = textOf(outline, "intent_id");
    const known = byId.get(id) ?? {};
    byId.set(id, known);
    return known;
  };
  await readRecords(archive, "intents.jsonl", (outline) => {
    entry(outline).tool_name = textOf(outline, "tool_name");
  });
  await readRecords(archive, "results.jsonl", (outline) => {
    entry(outline).status = textOf(outline, "status");
  });
  return [...byId]
    .sort(([left], [right]) => compareUtf8(left, right))
    .map(([intent_id, { tool_name, status }]) => ({
      intent_id,
      ...(tool_name ? { tool_name } : {}),
      ...(status ? { status } : {}),
    }));
}

export type RunEntries = Pick<RunInspectOutput, "entries" | "unmatched_results"> & {
  warnings: string[];
  results: number;
};

interface FoundResult {
  readonly status: string;
  readonly resultDigest: string;
  readonly verdict: string;
  readonly reasonCodes: string[];
  readonly violations: string[];
}

/** The intents in their order, each with the first result of its id (contract 1.8). */
export async function runEntries(archive: Archive): Promise<RunEntries> {
  const warnings = collectWarnings();
  const resultsById = new Map<string, FoundResult>();
  let results = 0;
  await readRecords(archive, "results.jsonl", (outline) => {
    results += 1;
    const id = textOf(outline, "intent_id");
    if (resultsById.has(id)) {
      warnings.add("more than one result; the first counts", `intent_id ${JSON.stringify(id)}`);
      return;
    }
    resultsById.set(id, resultOf(outline));
  });

  const matched = new Set<string>();
  const entries: RunEntry[] = [];
  await readRecords(archive, "intents.jsonl", (outline) => {
    const id = textOf(outline, "intent_id");
    matched.add(id);
    const result = resultsById.get(id);
    entries.push({
      index: entries.length + 1,
      intent_id: id,
      ...optional("tool_name", textOf(outline, "tool_name")),
      created_at: toUtcWherePossible(textOf(outline, "created_at")),
      ...optional("args_digest", textOf(outline, "args_digest")),
      ...optional("status", result?.status),
      ...optional("result_digest", result?.resultDigest),
      ...optional("verdict", result?.verdict),
      ...(result && result.reasonCodes.length > 0 ? { reason_codes: result.reasonCodes } : {}),
      ...(result && result.violations.length > 0 ? { violations: result.violations } : {}),
    });
  });
  const unmatched = [...resultsById]
    .filter(([id]) => !matched.has(id))
    .map(([intent_id, { status, resultDigest }]) => ({
      intent_id,
      ...optional("status", status),
      ...optional("result_digest", resultDigest),
    }));
  return {
    entries,
    ...(unmatched.length > 0 ? { unmatched_results: unmatched } : {}),
    warnings: warnings.list(),
    results,
  };
}

function resultOf(outline: JsonOutline): FoundResult {
  const member = outline.member(outline.root, "result");
  const value = member < 0 ? null : outline.value(member);
  const result: JsonObject = isObject(value) ? value : {};
  return {
    status: textOf(outline, "status"),
    resultDigest: textOf(outline, "result_digest"),
    verdict: typeof result["verdict"] === "string" ? result["verdict"].trim() : "",
    reasonCodes: textList(result["reason_codes"]),
    violations: textList(result["violations"]),
  };
}

/** Trimmed, without blanks and repetitions, in byte order; one text counts as a list of one. */
function textList(value: JsonValue | undefined): string[] {
  const items = Array.isArray(value) ? value : [value];
  const texts = items.filter((item) => typeof item === "string").map((item) => item.trim());
  return [...new Set(texts.filter((item) => item !== ""))].sort(compareUtf8);
}

function textOf(outline: JsonOutline, name: string): string {
  const member = outline.member(outline.root, name);
  return (member < 0 ? undefined : outline.string(member)) ?? "";
}

function optional<Name extends string>(name: Name, text: string | undefined): { [Key in Name]?: string } {
  return text ? ({ [name]: text } as { [Key in Name]?: string }) : {};
}
