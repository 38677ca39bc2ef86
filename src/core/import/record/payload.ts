/** `args` or `result` of a call: what the source says, as it is recorded, with its digest. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { canonicalize } from "../../json/jcs.ts";
import { decodeText } from "../../json/string.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Hashing, sha256OfBytes, sha256OfText } from "../../signature/digest.ts";
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

const BACKSLASH = 0x5c;
/** What stands around a value that is no object, in its payload. */
const VALUE_HEAD = '{"value":';
const HEAD_BYTES = new TextEncoder().encode(VALUE_HEAD);
const CLOSE_OBJECT = 0x7d;
const OPEN_OBJECT = 0x7b;
const LESS_THAN = 0x3c;
const PERSISTED = "<persisted-output>";
/** Payloads up to this size are hashed out of one buffer. */
const GATHERED = 64 * 1024;

/**
 * A JSON string as it stands in the source, quotes included, in a record that is exact; or the canonical form of an
 * object in one. Its bytes are valid until the next record is read.
 */
export class JsonToken {
  readonly #bytes: Uint8Array;
  readonly #isObject: boolean;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#isObject = bytes[0] === OPEN_OBJECT;
  }

  get text(): string {
    return decodeText(this.#bytes, 0, this.#bytes.length);
  }

  /** The canonical text of its payload, where it is plain. */
  get canonical(): string {
    return this.#isObject ? this.text : `${VALUE_HEAD}${this.text}}`;
  }

  get isBare(): boolean {
    return this.#isObject && this.#bytes.length === "{}".length;
  }

  value(): JsonValue {
    return JSON.parse(this.text) as JsonValue;
  }

  /** Whether it is its own canonical form, and no text that was cut: of all others the value is looked at. */
  isPlain(platform: Pick<Platform, "bytesInclude">): boolean {
    const bytes = this.#bytes;
    const { bytesInclude = includesDecoded } = platform;
    if (bytesInclude(bytes, "truncated")) return false;
    if (this.#isObject) return !bytesInclude(bytes, PERSISTED);
    if (bytes.indexOf(BACKSLASH) >= 0 && (bytesInclude(bytes, "\\u") || bytesInclude(bytes, "\\/"))) return false;
    return bytes[1] !== LESS_THAN || !bytesInclude(bytes, PERSISTED);
  }

  /** H of its payload, where it is plain. */
  digest(platform: Hashing): string {
    const bytes = this.#bytes;
    if (this.#isObject) return sha256OfBytes(platform, bytes);
    const end = HEAD_BYTES.length + bytes.length;
    if (end < GATHERED) {
      gathered.set(bytes, HEAD_BYTES.length);
      gathered[end] = CLOSE_OBJECT;
      return sha256OfBytes(platform, gathered.subarray(0, end + 1));
    }
    const hash = platform.sha256();
    hash.update(HEAD_BYTES);
    hash.update(bytes);
    hash.update(Uint8Array.of(CLOSE_OBJECT));
    return hash.hex();
  }
}

const gathered = new Uint8Array(GATHERED);
gathered.set(HEAD_BYTES);

function includesDecoded(bytes: Uint8Array, text: string): boolean {
  return decodeText(bytes, 0, bytes.length).includes(text);
}

/** What a format finds in its source. */
export type PayloadValue = JsonValue | JsonText | JsonToken;

export interface Payload {
  /** H(value), 64 hex digits. */
  readonly digest: string;
  readonly canonical: string;
  /** It is an object without members. */
  readonly isBare: boolean;
  /** What was done to it, counted only where it is recorded. */
  readonly marks: Marks;
  /** A JSON text that is none, kept as text. */
  readonly isBadJson: boolean;
  readonly isTruncated: boolean;
  readonly hits: RedactionHits;
}

export interface PayloadOptions {
  readonly platform: Hashing & Pick<Platform, "bytesInclude">;
  readonly redact: boolean;
}

/** The payload of a value out of a record that is `isExact` or not (`core/import/source/json.ts`). */
export function payloadOf(source: PayloadValue, isExact: boolean, { platform, redact }: PayloadOptions): Payload {
  if (source instanceof JsonToken && !redact && source.isPlain(platform)) return new TokenPayload(source, platform);
  const { value, isBadJson } = plainPayload(source, isExact);
  const hits: RedactionHits = new Map();
  const object = asObject(value.value);
  const kept = redact ? (redacted(object, hits) as JsonObject) : object;
  const canonical = canonicalize(kept);
  return {
    digest: sha256OfText(platform, canonical),
    canonical,
    isBare: canonical === "{}",
    marks: value.marks,
    isBadJson,
    isTruncated: isTruncated(object),
    hits,
  };
}

/** Of a token that is plain: its text is made only where it is recorded. */
class TokenPayload implements Payload {
  readonly digest: string;
  readonly isBare: boolean;
  readonly marks = NO_MARKS;
  readonly isBadJson = false;
  readonly isTruncated = false;
  readonly hits = NO_HITS;
  readonly #token: JsonToken;

  constructor(token: JsonToken, platform: Hashing) {
    this.#token = token;
    this.digest = token.digest(platform);
    this.isBare = token.isBare;
  }

  get canonical(): string {
    return this.#token.canonical;
  }
}

const NO_MARKS: Marks = { numbers: 0, surrogates: 0 };
const NO_HITS: RedactionHits = new Map();

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
