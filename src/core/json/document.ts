/** Parses a JSON document of the evidence strictly and validates it against its schema; problems become findings. */
import type { TSchema } from "typebox";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { explain } from "../../schema/validate/explain.ts";
import { foldedNameIssues } from "../../schema/validate/folded-name.ts";
import type { SchemaIssue } from "../../schema/validate/issue.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { JsonError } from "./error.ts";
import { fractionalInteger } from "./integer-literal.ts";
import { type ParsedText, parseJsonText } from "./parse.ts";
import type { JsonTextOptions } from "./text.ts";

/** Largest document, in bytes, since documents are held in memory; records are streamed. */
export const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

export interface Document<T> {
  /** Present if the document matches its schema. */
  readonly value?: T;
  /** Present if it is at least an object, so that an invalid document can still be described. */
  readonly object?: JsonObject;
  readonly findings: readonly Finding[];
}

export function readDocument<T>(bytes: Uint8Array, path: string, validator: Validator<T>): Document<T> {
  let text: ParsedText;
  try {
    text = parseJsonText(bytes);
  } catch (error) {
    if (error instanceof JsonError) return { findings: [jsonFinding(error, path)] };
    throw error;
  }
  const { value } = text;
  const object = isObject(value) ? { object: value } : {};
  const unknown = unknownSchema(value, path, validator.schema);
  // For a document of a different schema, further findings of this schema would only confuse.
  if (unknown !== undefined) return { ...object, findings: [unknown] };
  const issues = textIssues(text, bytes, validator);
  if (issues.length === 0) return { ...object, value: value as T, findings: [] };
  return { ...object, findings: issues.map((issue) => schemaFinding(issue, path)) };
}

/** What is wrong with a parsed text, by its schema, by how its integers are written and by names
 * that fold onto a known one; empty for a text that fits. */
export function textIssues(
  { value, hasFractions }: ParsedText,
  bytes: Uint8Array,
  validator: Validator,
  options: JsonTextOptions = {},
): readonly SchemaIssue[] {
  if (!validator.fits(value)) return explain(validator, value);
  const issue = hasFractions ? fractionalInteger(bytes, options, validator.schema) : undefined;
  return issue === undefined ? foldedNameIssues(validator.schema, value) : [issue];
}

/** A document that states a different schema. */
function unknownSchema(value: JsonValue, path: string, schema: TSchema): Finding | undefined {
  const { properties = {} } = schema as { properties?: { [name: string]: { const?: string } } };
  for (const name of ["schema_id", "schema_version"]) {
    const expected = properties[name]?.const;
    const actual = isObject(value) ? textMember(value, name) : undefined;
    if (expected === undefined || actual === undefined || actual === expected) continue;
    const message = "the document's schema is unknown here";
    return finding("schema_version_unsupported", { path: `${path}#$.${name}`, expected, actual, message });
  }
  return undefined;
}

/**
 * The document at `path` if its digest matches; problems go to `findings`. A file that is missing or has a different
 * digest already has a finding, and its content is not evidence.
 */
export function declaredDocument<T>(
  contents: { readonly sound: ReadonlySet<string> },
  path: string,
  bytes: Uint8Array | undefined,
  validator: Validator<T>,
  findings: Finding[],
): T | undefined {
  if (!contents.sound.has(path)) return undefined;
  if (bytes === undefined) {
    findings.push(
      finding("document_too_large", {
        path,
        message: `the document is larger than ${MAX_DOCUMENT_BYTES} bytes, or deflated too well to be one of its size`,
      }),
    );
    return undefined;
  }
  const document = readDocument(bytes, path, validator);
  findings.push(...document.findings);
  return document.value;
}

export function jsonFinding(error: JsonError, path: string): Finding {
  return finding(error.code, {
    path: `${path}#${error.path}`,
    message: `line ${error.line}, column ${error.column}: ${error.message}`,
  });
}

/** The same for an input, where a text that is not strict JSON is a usage error. */
export function jsonInputError(error: JsonError, what: string): GaitError {
  const place = `line ${error.line}, column ${error.column} (${error.path})`;
  return new GaitError("invalid_input", `${what}: ${place}: ${error.message}`, {
    hint: error.hint ?? "Correct the input: it must be strict JSON (RFC 8259, UTF-8, no repeated names).",
  });
}

export function schemaFinding(issue: SchemaIssue, path: string): Finding {
  const { message, expected, actual } = issue;
  return finding("schema_invalid", { path: `${path}#${jsonPath(issue.path)}`, message, expected, actual });
}

/** Converts a place from `validate` to a JSON path from the document's root. */
export function jsonPath(place: string, root = "$"): string {
  if (place === "$") return root;
  return place.startsWith("[") ? `${root}${place}` : `${root}.${place}`;
}

/**
 * `value` validated against its schema, for input, where a mismatch is a usage error. `where` is the JSON path of the
 * value.
 * @throws GaitError `invalid_input` naming the first invalid member
 */
export function fitted<T>(validator: Validator<T>, value: JsonValue, where: string): T {
  if (validator.fits(value)) return value;
  const [first, ...others] = explain(validator, value);
  const path = jsonPath(first.path, where);
  const more = others.length > 0 ? ` (and ${others.length} more)` : "";
  throw new GaitError("invalid_input", `${path} ${first.message}${more}`, {
    hint: "Correct the input; `gait schema show runpack/record` is its schema.",
  });
}

/** @throws GaitError `invalid_input` for a member that readers of other languages take for one of the schema's */
export function assertNoFoldedNames(schema: TSchema, value: JsonValue, where: string): void {
  const [first] = foldedNameIssues(schema, value);
  if (first === undefined) return;
  throw new GaitError("invalid_input", `${jsonPath(first.path, where)}: ${first.message}`, {
    hint: `Write it as ${first.expected}: member names match with their letter case.`,
  });
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The member's text, or `undefined` if it is absent or not a string. For documents that failed their schema. */
export function textMember(object: JsonObject | undefined, name: string): string | undefined {
  const value = object === undefined || !Object.hasOwn(object, name) ? undefined : object[name];
  return typeof value === "string" ? value : undefined;
}
