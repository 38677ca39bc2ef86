/** Strings of a JSON text (RFC 8259 section 7) in well-formed UTF-8 (Unicode table 3-7), in whole characters. */

/** 1 for a byte that represents itself in a string: ASCII except controls, the quote and the backslash. */
export const PLAIN = new Uint8Array(256).fill(1, 0x20, 0x80);
PLAIN[0x22] = 0;
PLAIN[0x5c] = 0;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes well-formed bytes. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** Decodes a scanned string; the range includes its quotes. */
export function decodeString(bytes: Uint8Array, start: number, end: number): string {
  for (let p = start + 1; p < end - 1; p++) {
    if (bytes[p] === 0x5c) return String(JSON.parse(decodeText(bytes, start, end)));
  }
  return decodeText(bytes, start + 1, end - 1);
}

const ESCAPES = '"\\/bfnrt';
/** What a byte behind a backslash stands for; 0 for `u`, and for what may not stand there. */
const UNESCAPED = new Uint8Array(256);
for (let at = 0; at < ESCAPES.length; at += 1) UNESCAPED[ESCAPES.charCodeAt(at)] = '"\\/\b\f\n\r\t'.charCodeAt(at);

/**
 * Writes what a scanned string says to the start of `room`, as UTF-8; the range excludes its quotes. The number of
 * bytes, or -1 for one with an escape by a number.
 */
export function copyUnescaped(bytes: Uint8Array, start: number, end: number, room: Uint8Array): number {
  let length = 0;
  for (let p = start; p < end; p += 1) {
    let byte = bytes[p] as number;
    if (byte === 0x5c) {
      p += 1;
      byte = UNESCAPED[bytes[p] as number] as number;
      if (byte === 0) return -1;
    }
    room[length++] = byte;
  }
  return length;
}

/** The end of the string, after its closing quote, scanning from `start` within it; or `~offset` of the error. */
export function stringEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  for (;;) {
    while (p < end && PLAIN[bytes[p] as number] === 1) p++;
    if (p >= end) return ~end;
    const byte = bytes[p] as number;
    if (byte === 0x22) return p + 1;
    const length = byte === 0x5c ? escapeLength(bytes, p, end) : characterLength(bytes, p, end);
    if (length === 0) return ~p;
    p += length;
  }
}

/**
 * Skips bytes that represent themselves, eight at a time. Returns a position up to which all do, and after which the
 * next eight don't all, or don't exist.
 */
export function plainEnd(view: DataView, start: number, end: number): number {
  let p = start;
  for (const last = end - 8; p <= last; p += 8) {
    if (((unplain(view.getInt32(p, true)) | unplain(view.getInt32(p + 4, true))) & 0x80808080) !== 0) break;
  }
  return p;
}

/**
 * Sets the high bit for each byte that is a control, a quote, a backslash or not ASCII: the subtraction underflows. A
 * borrow can also set it for the byte above such a byte, but nowhere else.
 */
function unplain(four: number): number {
  return four | (four - 0x20202020) | ((four ^ 0x22222222) - 0x01010101) | ((four ^ 0x5c5c5c5c) - 0x01010101);
}

/** Why `stringEnd` stopped at `at`. */
export function stringFault(bytes: Uint8Array, at: number, end: number): StringFault {
  const byte = bytes[at] as number;
  if (at >= end) return { code: "json_invalid", message: "the string has no end" };
  if (byte < 0x20)
    return { code: "json_invalid", message: `a string has the control character ${hex(byte)} unescaped` };
  if (byte !== 0x5c)
    return { code: "json_encoding_invalid", message: `byte ${hex(byte)} can't start a UTF-8 character here` };
  if (bytes[at + 1] === 0x75 && codeUnit(bytes, at, end) >= 0) {
    return {
      code: "json_encoding_invalid",
      message: "an escape is half a surrogate pair",
      hint: "A text was cut inside of a character: write \\ufffd for the half.",
    };
  }
  return { code: "json_invalid", message: "a backslash does not start a JSON escape" };
}

export interface StringFault {
  readonly hint?: string;
  readonly code: "json_invalid" | "json_encoding_invalid";
  readonly message: string;
}

/** A byte for messages. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** Length of the escape at `p`, counting a surrogate pair as one; 0 if it is not valid. */
function escapeLength(bytes: Uint8Array, p: number, end: number): number {
  if (p + 1 < end && UNESCAPED[bytes[p + 1] as number] !== 0) return 2;
  const unit = codeUnit(bytes, p, end);
  if (unit < 0) return 0;
  if ((unit & 0xf800) !== 0xd800) return 6;
  const low = unit < 0xdc00 ? codeUnit(bytes, p + 6, end) : -1;
  return (low & 0xfffffc00) === 0xdc00 ? 12 : 0;
}

/** The UTF-16 code unit of `\uXXXX` at `p`, or -1. */
function codeUnit(bytes: Uint8Array, p: number, end: number): number {
  if (p + 6 > end || bytes[p] !== 0x5c || bytes[p + 1] !== 0x75) return -1;
  let unit = 0;
  for (let i = p + 2; i < p + 6; i++) {
    const byte = bytes[i] as number;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) unit = unit * 16 + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x61 + 10;
    else return -1;
  }
  return unit;
}

/**
 * Length of the non-ASCII character at `p`; 0 if ill-formed: overlong, a surrogate, beyond U+10FFFF, cut. Only the
 * second byte's range depends on the first (Unicode table 3-7).
 */
function characterLength(bytes: Uint8Array, p: number, end: number): number {
  const first = bytes[p] as number;
  let length: number;
  let least = 0x80;
  let most = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first === 0xe0) least = 0xa0;
    else if (first === 0xed) most = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first === 0xf0) least = 0x90;
    else if (first === 0xf4) most = 0x8f;
  } else return 0;
  if (p + length > end) return 0;
  const second = bytes[p + 1] as number;
  if (second < least || second > most) return 0;
  for (let i = p + 2; i < p + length; i++) {
    if (((bytes[i] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}
