/** Ids and times as OTLP JSON has them, and as the JSON of protobuf does. */
import type { JsonValue } from "../../../../schema/document/primitives.ts";
import { type Instant, utcTimestamp } from "../../../time/timestamp.ts";
import { plainText } from "../../source/json.ts";

const NANOSECOND_DIGITS = 9;
/** Of 10000-01-01T00:00:00Z. */
const END_SECOND = 253_402_300_800;

/** An id in lower-case hex, whether it was hex or base64 of so many bytes; any other text as it is. */
export function hexId(value: JsonValue | undefined, bytes: 8 | 16): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (/^[0-9a-fA-F]+$/.test(value)) return value.toLowerCase();
  const packed = /^([A-Za-z0-9+/_-]+)={0,2}$/.exec(value)?.[1];
  if (packed === undefined || packed.length !== Math.ceil((bytes * 8) / 6)) return value;
  const decoded = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  return Array.from(decoded, (unit) => unit.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

/** What a member that holds a time says. */
export interface NanosecondTime {
  readonly isTold: boolean;
  /** Absent where none is stated, or none can be read. */
  readonly instant: Instant | undefined;
}

const NONE: NanosecondTime = { isTold: false, instant: undefined };
const UNREADABLE: NanosecondTime = { isTold: true, instant: undefined };

/** Nanoseconds since 1970, as text or number: 0 is no time. */
export function nanosecondTime(value: JsonValue | undefined): NanosecondTime {
  if (typeof value !== "string" && typeof value !== "number") return NONE;
  // A number that no double holds was kept as its text.
  const text = typeof value === "number" ? String(value) : plainText(value);
  if (!/^[0-9]+$/.test(text)) return UNREADABLE;
  const digits = text.startsWith("0") ? text.replace(/^0+/, "") : text;
  if (digits === "") return NONE;
  const seconds = Number(digits.slice(0, -NANOSECOND_DIGITS));
  if (seconds >= END_SECOND) return UNREADABLE;
  return { isTold: true, instant: { seconds, nanosecond: Number(digits.slice(-NANOSECOND_DIGITS)) } };
}

/** As a runpack has it. */
export function timeOf({ instant }: NanosecondTime): string | undefined {
  return instant === undefined ? undefined : utcTimestamp(instant.seconds, instant.nanosecond);
}
