/** Signed notes (C2SP signed-note): a text with signature lines below it, and the keys that check them. */
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from "../bytes/encoding.ts";
import type { Platform } from "../platform/platform.ts";
import { type Hashing, sha256OfBytesInto } from "../signature/digest.ts";
import { sameBytes } from "./tree.ts";

/** Kinds of keys: Ed25519 over the text, and Ed25519 over a cosignature with its time (C2SP tlog-cosignature). */
export const NOTE_ED25519 = 0x01;
export const NOTE_COSIGNATURE = 0x04;

const ID_BYTES = 4;
const KEY_BYTES = 32;
const MOST_SIGNATURES = 100;
/** Larger ones are no checkpoints. */
export const MAX_NOTE_BYTES = 64 * 1024;
const DASH = "\u2014 ";

/** Somebody's key for notes: C2SP calls its text a vkey, `name+id+key`. */
export interface NoteKey {
  readonly name: string;
  /** 8 lower-case hex digits. */
  readonly id: string;
  readonly kind: number;
  /** The 32 bytes of an Ed25519 public key. */
  readonly key: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  /** What follows the key id. */
  readonly bytes: Uint8Array;
}

export interface SignedNote {
  /** Ends with a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A name has neither spaces nor `+`; what is not printed has no place in one either. */
export function isNoteName(name: string): boolean {
  return name !== "" && !/[\s+\p{C}\p{Z}]/u.test(name) && name.isWellFormed();
}

export function noteKey(hashing: Hashing, name: string, key: Uint8Array, kind: number = NOTE_ED25519): NoteKey {
  const named = new TextEncoder().encode(`${name}\n`);
  const digest = new Uint8Array(32);
  sha256OfBytesInto(hashing, Uint8Array.of(...named, kind, ...key), digest);
  return { name, id: encodeHex(digest.subarray(0, ID_BYTES)), kind, key };
}

/** `example.org/evidence+1f2e3d4c+AQ…`: the key as one word. */
export function formatNoteKey({ name, id, kind, key }: NoteKey): string {
  return `${name}+${id}+${encodeBase64(Uint8Array.of(kind, ...key))}`;
}

/** The key of such a word; `undefined` for any other text, another kind of key, and an id that is not the key's. */
export function parseNoteKey(hashing: Hashing, text: string): NoteKey | undefined {
  const [name = "", id = "", ...rest] = text.split("+");
  const bytes = decodeBase64(rest.join("+"));
  const kind = bytes?.[0];
  if (!isNoteName(name) || !/^[0-9a-f]{8}$/.test(id) || bytes?.length !== 1 + KEY_BYTES) return undefined;
  if (kind !== NOTE_ED25519 && kind !== NOTE_COSIGNATURE) return undefined;
  const key = noteKey(hashing, name, bytes.slice(1), kind);
  return key.id === id ? key : undefined;
}

export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(
    ({ name, id, bytes }) => `${DASH}${name} ${encodeBase64(Uint8Array.of(...(decodeHex(id) ?? []), ...bytes))}\n`,
  );
  return `${text}\n${lines.join("")}`;
}

/** The note in `bytes`, nothing of it checked; `undefined` where there is none. */
export function parseNote(bytes: Uint8Array): SignedNote | undefined {
  if (bytes.length > MAX_NOTE_BYTES) return undefined;
  const whole = utf8(bytes);
  if (whole === undefined || hasControl(whole)) return undefined;
  const split = whole.lastIndexOf("\n\n");
  const lines = whole.slice(split + 2);
  if (split < 0 || !lines.endsWith("\n")) return undefined;
  const signatures = lines.slice(0, -1).split("\n").map(parseSignature);
  if (signatures.length > MOST_SIGNATURES || signatures.includes(undefined)) return undefined;
  return { text: whole.slice(0, split + 1), signatures: signatures as NoteSignature[] };
}

/**
 * Whether the key signed the note; `undefined` where it has no line of that key. Two lines of one key that differ are no
 * signature: nobody can say which counts.
 */
export async function isSignedBy(
  platform: Platform,
  { text, signatures }: SignedNote,
  key: NoteKey,
): Promise<boolean | undefined> {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  const [first] = own;
  if (first === undefined) return undefined;
  if (own.some(({ bytes }) => !sameBytes(bytes, first.bytes))) return false;
  const message = key.kind === NOTE_COSIGNATURE ? cosignedText(text, first.bytes) : text;
  const bytes = key.kind === NOTE_COSIGNATURE ? first.bytes.slice(8) : first.bytes;
  if (message === undefined || bytes.length !== 64) return false;
  return platform.verifyEd25519(bytes, new TextEncoder().encode(message), key.key);
}

/** What a cosigner signs: the time, and the text (C2SP tlog-cosignature). @param seconds since 1970 */
export function cosignatureText(text: string, seconds: number): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}

/** When it was cosigned, in seconds since 1970; `undefined` for bytes that are no cosignature. */
export function cosignatureTime(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 8 + 64) return undefined;
  const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  return Number.isSafeInteger(seconds) ? seconds : undefined;
}

function cosignedText(text: string, bytes: Uint8Array): string | undefined {
  const seconds = cosignatureTime(bytes);
  return seconds === undefined ? undefined : cosignatureText(text, seconds);
}

function parseSignature(line: string): NoteSignature | undefined {
  if (!line.startsWith(DASH)) return undefined;
  const [name = "", encoded = "", ...more] = line.slice(DASH.length).split(" ");
  const bytes = decodeBase64(encoded);
  if (!isNoteName(name) || more.length > 0 || bytes === undefined || bytes.length <= ID_BYTES) return undefined;
  return { name, id: encodeHex(bytes.subarray(0, ID_BYTES)), bytes: bytes.slice(ID_BYTES) };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A control character other than the line feed. */
function hasControl(text: string): boolean {
  return /[^\P{Cc}\n]/u.test(text);
}
