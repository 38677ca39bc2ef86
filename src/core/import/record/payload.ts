/** `args` or `result` of a call: what the source says, as it is recorded, with its digest. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { canonicalize } from "../../json/jcs.ts";
import { type Hashing, sha256OfText } from "../../signature/digest.ts";
import { type Marks, plainValue, readJsonText } from "../source/json.ts";
import { type RedactionHits, redacted } from "./redaction.ts";
import { isTruncated } from "./truncation.ts";

/** A value whose format says that it is JSON text. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON string as it stands in the source, quotes included, in a record that is exact. */
export class JsonToken {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(): string {
    return JSON.parse(this.text) as string;
  }

  /** Whether it is its own canonical form, and no text that was cut: of all others the value is looked at. */
  get isPlain(): boolean {
    const { text } = this;
    if (text.includes("\\u") || text.includes("\\/")) return false;
    return !text.includes("truncated") && !text.startsWith('"<persisted-output>');
  }
}

/** What a format finds in its source. */
export type PayloadValue = JsonValue | JsonText | JsonToken;

export interface Payload {
  /** H(value), 64 hex digits. */
  readonly digest: string;
  readonly canonical: string;
  /** What was done to it, counted only where it is recorded. */
  readonly marks: Marks;
  /** A JSON text that is none, kept as text. */
  readonly isBadJson: boolean;
  readonly isTruncated: boolean;
  readonly hits: RedactionHits;
}

export interface PayloadOptions {
  readonly platform: Hashing;
  readonly redact: boolean;
}

/** The payload of a value out of a record that is `isExact` or not (`core/import/source/json.ts`). */
export function payloadOf(source: PayloadValue, isExact: boolean, { platform, redact }: PayloadOptions): Payload {
  if (source instanceof JsonToken && !redact && source.isPlain) {
    const canonical = `{"value":${source.text}}`;
    return { ...UNTOUCHED, digest: sha256OfText(platform, canonical), canonical };
  }
  const { value, isBadJson } = plainPayload(source, isExact);
  const hits: RedactionHits = new Map();
  const object = asObject(value.value);
  const kept = redact ? (redacted(object, hits) as JsonObject) : object;
  const canonical = canonicalize(kept);
  return {
    digest: sha256OfText(platform, canonical),
    canonical,
    marks: value.marks,
    isBadJson,
    isTruncated: isTruncated(object),
    hits,
  };
}

const UNTOUCHED = { marks: { numbers: 0, surrogates: 0 }, isBadJson: false, isTruncated: false, hits: new Map() };

/** An object stays; everything else becomes the member of one. */
function asObject(value: JsonValue): JsonObject {
  return isObject(value) ? value : { value };
}

interface Plain {
  readonly value: { readonly value: JsonValue; readonly marks: Marks };
  readonly isBadJson: boolean;
}

function plainPayload(source: PayloadValue, isExact: boolean): Plain {
  if (source instanceof JsonToken) return { value: plain(source.value(), true), isBadJson: false };
  if (!(source instanceof JsonText)) return { value: plain(source, isExact), isBadJson: false };
  const read = readJsonText(source.text);
  if (typeof read === "string") return { value: plain(source.text, isExact), isBadJson: true };
  return { value: plain(read.value, read.isExact), isBadJson: false };
}

function plain(value: JsonValue, isExact: boolean): { value: JsonValue; marks: Marks } {
  const marks: Marks = { numbers: 0, surrogates: 0 };
  return { value: isExact ? value : plainValue(value, marks), marks };
}

/** H of a value that is not recorded itself, a JSON text parsed before. */
export function digestOfValue(source: PayloadValue, isExact: boolean, platform: Hashing): string {
  return sha256OfText(platform, canonicalize(plainPayload(source, isExact).value.value));
}

/** How an error is stated apart from an output: `undefined` is none. */
export function errorPayload(output: JsonValue | undefined, error: JsonValue): JsonObject {
  return output === undefined ? { error } : { output, error };
}
