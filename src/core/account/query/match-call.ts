/** Which calls a question means. */
import type { RunCall } from "../../../schema/account/run.ts";
import type { JsonValue } from "../../../schema/document/primitives.ts";
import { canonicalize } from "../../json/jcs.ts";
import { knownInstant } from "../../time/known-instant.ts";
import { compareTimestamps } from "../../time/timestamp.ts";
import type { CallField, CallQuery, CallTerm, Operator, PayloadTerm } from "./grammar.ts";
import { isLike } from "./pattern.ts";

/** Whether a term about arguments or results holds for a call: what was found in its records, read once. */
export type HoldsPayload = (term: PayloadTerm, call: RunCall) => boolean;

export function matchesCall(query: CallQuery, call: RunCall, holds: HoldsPayload): boolean {
  switch (query.kind) {
    case "call":
      return matchesTerm(query, call);
    case "payload":
      return holds(query, call);
    case "not":
      return !matchesCall(query.of, call, holds);
    case "and":
      return query.of.every((each) => matchesCall(each, call, holds));
    case "or":
      return query.of.some((each) => matchesCall(each, call, holds));
  }
}

/** Whether a value in what was kept is as the term says. `undefined`: nothing was kept, or it has no such value. */
export function matchesPayload({ path, operator, value }: PayloadTerm, payload: JsonValue | undefined): boolean {
  const found = path.reduce<JsonValue | undefined>(memberOf, payload);
  if (found === undefined) return isNegative(operator);
  return compares(textOf(found), operator, value);
}

function matchesTerm({ field, operator, value }: CallTerm, call: RunCall): boolean {
  if (field === "started" || field === "ended") return matchesTime(field, operator, value, call);
  const all = valuesOf(field, call);
  if (isNegative(operator)) return all.every((each) => compares(each, operator, value));
  return all.some((each) => compares(each, operator, value));
}

function matchesTime(field: "started" | "ended", operator: Operator, value: string, call: RunCall): boolean {
  const time = field === "started" ? call.started_at : call.ended_at;
  if (time === undefined || knownInstant(time) === undefined) return isNegative(operator);
  if (operator === "~" || operator === "!~") return compares(time, operator, value);
  return holdsOrder(Number(compareTimestamps(time, value)), operator);
}

/** The texts of a field: none where the record has nothing. */
function valuesOf(field: Exclude<CallField, "started" | "ended">, call: RunCall): readonly string[] {
  const one = (text: string | number | undefined): string[] => (text === undefined ? [] : [String(text)]);
  switch (field) {
    case "id":
      return [call.intent_id];
    case "tool":
      return one(call.tool_name);
    case "status":
      return one(call.status);
    case "outcome":
      return [call.outcome];
    case "verdict":
      return one(call.verdict);
    case "reason":
      return call.reason_codes ?? [];
    case "violation":
      return call.violations ?? [];
    case "approver":
      return one(call.approved_by);
    case "index":
      return one(call.index);
    case "seconds":
      return one(call.seconds);
  }
}

function isNegative(operator: Operator): boolean {
  return operator === "!=" || operator === "!~";
}

/** Texts with `=` may have `*` for any characters; an order is that of numbers, and of texts where one is none. */
function compares(text: string, operator: Operator, value: string): boolean {
  switch (operator) {
    case "=":
      return isLike(text, value);
    case "!=":
      return !isLike(text, value);
    case "~":
      return text.toLowerCase().includes(value.toLowerCase());
    case "!~":
      return !text.toLowerCase().includes(value.toLowerCase());
    default: {
      const [left, right] = [Number(text), Number(value)];
      const areNumbers = text.trim() !== "" && value.trim() !== "" && Number.isFinite(left) && Number.isFinite(right);
      if (areNumbers) return holdsOrder(left - right, operator);
      return holdsOrder(text < value ? -1 : Number(text > value), operator);
    }
  }
}

function holdsOrder(difference: number, operator: Operator): boolean {
  switch (operator) {
    case "=":
      return difference === 0;
    case "!=":
      return difference !== 0;
    case "<":
      return difference < 0;
    case "<=":
      return difference <= 0;
    case ">":
      return difference > 0;
    default:
      return difference >= 0;
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) return /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, JsonValue>)[name] : undefined;
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : canonicalize(value);
}
