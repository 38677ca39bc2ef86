/** A question about the calls of a run, `tool=shell.* status!=ok`: its grammar, and what it means. */
import type { CallOutcome } from "../../../schema/account/run.ts";
import { GaitError } from "../../finding/error.ts";
import { timestampProblem } from "../../time/timestamp.ts";
import { isLike } from "./pattern.ts";

/** What a term asks about: a member of a call, or a value in its arguments or its result. */
export const CALL_FIELDS = [
  ...(["id", "tool", "status", "outcome", "verdict", "reason", "violation", "approver"] as const),
  ...(["index", "seconds", "started", "ended"] as const),
] as const;
export type CallField = (typeof CALL_FIELDS)[number];
export type PayloadField = "args" | "result";

export const OPERATORS = ["!=", "!~", "<=", ">=", "=", "~", "<", ">"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface CallTerm {
  readonly kind: "call";
  readonly field: CallField;
  readonly operator: Operator;
  readonly value: string;
}

/** About a value in what was kept of the call. */
export interface PayloadTerm {
  readonly kind: "payload";
  readonly field: PayloadField;
  /** Names of members, and places in lists from 0; empty: all of it, as JSON. */
  readonly path: readonly string[];
  readonly operator: Operator;
  readonly value: string;
}

export type CallQuery =
  | CallTerm
  | PayloadTerm
  | { readonly kind: "not"; readonly of: CallQuery }
  | { readonly kind: "and" | "or"; readonly of: readonly CallQuery[] };

const OUTCOMES: readonly CallOutcome[] = ["ok", "unstated", "failed", "blocked", "open"];
const NUMBERS: ReadonlySet<CallField> = new Set(["index", "seconds"]);
const TIMES: ReadonlySet<CallField> = new Set(["started", "ended"]);

/** Deeper parentheses are no question that anybody asks. */
const MOST_DEPTH = 64;

/**
 * Terms side by side are all meant; `or`, `not` and parentheses as usual, `and` may be written too. A value with blanks or
 * parentheses stands in double quotes, as in JSON.
 * @throws GaitError `invalid_input`: what is wrong, and where
 */
export function parseCallQuery(text: string): CallQuery {
  const parser = new Parser(tokensOf(text));
  const query = parser.either(0);
  parser.assertEnd();
  return query;
}

/** The terms about arguments and results, in the order in which they stand. */
export function payloadTerms(query: CallQuery): readonly PayloadTerm[] {
  switch (query.kind) {
    case "call":
      return [];
    case "payload":
      return [query];
    case "not":
      return payloadTerms(query.of);
    default:
      return query.of.flatMap(payloadTerms);
  }
}

interface Token {
  readonly text: string;
  /** Where it begins, from 1. */
  readonly at: number;
}

/** A word goes on to the next blank or parenthesis; a quoted part of it may have both. */
const TOKEN = /\s*([()]|(?:"(?:[^"\\]|\\.)*"|[^\s()"])+)/uy;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let end = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [whole, token = ""] = match;
    tokens.push({ text: token, at: match.index + whole.length - token.length + 1 });
    end = TOKEN.lastIndex;
  }
  if (text.slice(end).trim() !== "") throw wrong(`a quote that does not end, at character ${end + 1}`);
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(depth: number): CallQuery {
    const of = [this.#all(depth)];
    while (this.#takes("or")) of.push(this.#all(depth));
    return of.length === 1 ? (of[0] as CallQuery) : { kind: "or", of };
  }

  assertEnd(): void {
    const token = this.#tokens[this.#next];
    if (token !== undefined) throw wrong(`${JSON.stringify(token.text)} at character ${token.at}`);
  }

  #all(depth: number): CallQuery {
    const of = [this.#one(depth)];
    for (let token = this.#peek(); token !== undefined && token !== ")" && token !== "or"; token = this.#peek()) {
      this.#takes("and");
      of.push(this.#one(depth));
    }
    return of.length === 1 ? (of[0] as CallQuery) : { kind: "and", of };
  }

  #one(depth: number): CallQuery {
    if (depth > MOST_DEPTH) throw wrong(`more than ${MOST_DEPTH} parentheses inside each other`);
    if (this.#takes("not")) return { kind: "not", of: this.#one(depth + 1) };
    if (this.#takes("(")) {
      const inside = this.either(depth + 1);
      if (!this.#takes(")")) throw wrong("a parenthesis that is not closed");
      return inside;
    }
    const token = this.#tokens[this.#next];
    if (token === undefined) throw wrong("it ends where a term is needed");
    this.#next += 1;
    return termOf(token);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #takes(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#next += 1;
    return true;
  }
}

function termOf({ text, at }: Token): CallTerm | PayloadTerm {
  const found = /^([A-Za-z_][^=!~<>"]*?)([=!~<>]+)([\s\S]*)$/u.exec(text);
  if (found === null) throw wrong(`${JSON.stringify(text)} at character ${at} is no term`);
  const [, name = "", sign = "=", given = ""] = found;
  const operator = OPERATORS.find((known) => known === sign);
  if (operator === undefined) throw wrong(noOperator(name, sign, at));
  const value = unquoted(given, at);
  const [head = "", ...path] = name.split(".");
  if (head === "args" || head === "result") return { kind: "payload", field: head, path, operator, value };
  const field = CALL_FIELDS.find((known) => known === name);
  if (field === undefined) {
    throw wrong(`${JSON.stringify(name)} at character ${at} is no field`);
  }
  assertComparable(field, operator, value);
  return { kind: "call", field, operator, value };
}

/** `tool==x` would otherwise ask for a tool `=x`, and answer that there is none. */
function noOperator(name: string, sign: string, at: number): string {
  const place = `${JSON.stringify(sign)} at character ${at + name.length} is no operator`;
  const known = OPERATORS.find((operator) => sign.startsWith(operator));
  if (known === undefined) return place;
  return `${place} (a value that begins so stands in double quotes: ${name}${known}${JSON.stringify(`${sign.slice(known.length)}…`)})`;
}

/** Its quoted part read as JSON; all of it or none is quoted. */
function unquoted(text: string, at: number): string {
  if (!text.includes('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "string") return value;
  } catch {
    // Told below.
  }
  throw wrong(`the value ${text} at character ${at} is not one text in double quotes`);
}

function assertComparable(field: CallField, operator: Operator, value: string): void {
  if (NUMBERS.has(field) && (value === "" || !Number.isFinite(Number(value)))) {
    throw wrong(`${field} is a number, not ${JSON.stringify(value)}`);
  }
  if (field === "outcome" && (operator === "=" || operator === "!=")) assertOutcome(value);
  if (!TIMES.has(field)) return;
  const isPart = operator === "~" || operator === "!~";
  const problem = isPart ? undefined : timestampProblem(value);
  if (problem !== undefined) throw wrong(`${field}: ${problem}`);
}

/** An outcome that no call can have would be answered by "no call", or by all of them. */
function assertOutcome(value: string): void {
  if (OUTCOMES.some((outcome) => isLike(outcome, value))) return;
  throw wrong(`outcome is one of ${OUTCOMES.join(", ")}, not ${JSON.stringify(value)}`);
}

function wrong(what: string): GaitError {
  return new GaitError("invalid_input", `the query can't be read: ${what}`, {
    hint:
      "Terms are like tool=shell.exec, status!=ok, args.command~rm or seconds>10, joined by and, or, not and parentheses; " +
      "`gait pack query --help` has the fields and operators.",
  });
}
