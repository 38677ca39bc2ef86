/** The kinds of member that several documents share (contract section 0). A `title` is the noun phrase of messages. */
import { type Static, Type } from "typebox";

export const SCHEMA_VERSION = "1.0.0";

/** Any JSON value, as `JSON.parse` builds it. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
/** A JSON object, as `JSON.parse` builds it. */
export type JsonObject = { [name: string]: JsonValue };

/** The same type with nothing to write to: what answers are built from is read-only. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: Frozen<T[Name]> }
    : T;

/** A document that may hold nothing but its listed members: an unknown one could change what the others mean. */
export const CLOSED = { additionalProperties: false } as const;

export const SchemaVersion = Type.Literal(SCHEMA_VERSION);

export function text(description: string) {
  return Type.String({ description });
}

export function nonEmpty(description: string) {
  return Type.String({ title: "text that is not empty", minLength: 1, description });
}

export function nonBlank(description: string) {
  return Type.String({ title: "text that is not blank", pattern: "\\S", description });
}

/** A SHA-256 that a verdict rests on, as text. */
export function hex64(description: string) {
  return Type.String({ title: "64 hex digits", pattern: "^[0-9A-Fa-f]{64}$", description });
}

export function hex64OrEmpty(description: string) {
  return Type.String({ title: "64 hex digits or empty text", pattern: "^([0-9A-Fa-f]{64})?$", description });
}

/** Size and position numbers. TypeBox takes 1e300 for an integer: past 2^53-1 a double no longer counts by ones. */
export function count(description: string, minimum = 0) {
  return Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, description });
}

/** A length of time. For full nanoseconds, use the times themselves. */
export function seconds(description: string) {
  return Type.Number({ title: "a number of seconds", minimum: 0, description });
}

/**
 * A point in time as it is written (contract 0.2). The pattern is the grammar, which is narrower than RFC 3339: no
 * lower-case letters, no leap second, at most nanoseconds. The format adds the calendar: no 30th of February.
 */
export function timestamp(description: string) {
  return Type.String({
    title: "a time like 2026-02-02T02:15:00Z",
    format: "date-time",
    pattern:
      "^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]" +
      "(\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$",
    description,
  });
}

/** An object whose members are the producer's own. */
export function freeObject(description: string) {
  return Type.Unsafe<JsonObject>({ type: "object", description });
}

/** An object that an answer only shows: of bad evidence, so that nothing is promised about its members. */
export function shownObject(description: string) {
  return Type.Unsafe<{ [name: string]: unknown }>({ type: "object", description });
}

export const CaptureModeSchema = Type.Enum(["reference", "raw"], {
  description: "reference: digests only; raw: arguments and results too.",
});
export type CaptureMode = Static<typeof CaptureModeSchema>;

export const EvidenceModeSchema = Type.Enum(["best_effort", "required"], {
  description: "required: the run must not be recorded without its context.",
});
