/** The PEM envelope (RFC 7468) and the few DER elements (X.690) that key files are made of. */
import { decodeBase64 } from "../bytes/encoding.ts";

export interface PemBlock {
  /** What stands behind BEGIN, such as `PRIVATE KEY`. */
  readonly label: string;
  /** The content; `undefined` where it is no padded base64 (older formats have header lines here). */
  readonly der: Uint8Array | undefined;
}

/** The one block that `text` is, white space around it aside; `undefined` when it is none, more than one, or has text around it. */
export function parsePem(text: string): PemBlock | undefined {
  const match = /^-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \1-----$/.exec(trimKeyText(text));
  const [, label, body] = match ?? [];
  if (label === undefined || body === undefined) return undefined;
  return { label, der: decodeBase64(body.replaceAll(/[ \t\r\n]/g, "")) };
}

/** `text` without the space, CR, LF and tab around it: what key files may have, and no other white space. */
export function trimKeyText(text: string): string {
  return text.replace(/^[ \t\r\n]+/, "").replace(/[ \t\r\n]+$/, "");
}

export interface DerElement {
  /** Identifier octet: class, constructed bit and number. */
  readonly tag: number;
  readonly body: Uint8Array;
}

/** DER tags of RFC 8410 and RFC 5958 documents. */
export const DER = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  attributes: 0xa0,
  publicKey: 0x81,
} as const;

/**
 * The elements that `bytes` consist of, to the last byte; `undefined` when they are not that, or not DER: a length that is
 * indefinite or longer than needed. Tags above 30 and elements above 64 KiB are in no key.
 */
export function derElements(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const length = derLength(bytes, at + 1);
    if ((tag & 0x1f) === 0x1f || length === undefined) return undefined;
    const end = length.start + length.value;
    if (end > bytes.length) return undefined;
    elements.push({ tag, body: bytes.subarray(length.start, end) });
    at = end;
  }
  return elements;
}

function derLength(bytes: Uint8Array, at: number): { start: number; value: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { start: at + 1, value: first };
  const count = first & 0x7f;
  if (count < 1 || count > 2 || at + 1 + count > bytes.length) return undefined;
  let value = 0;
  for (const byte of bytes.subarray(at + 1, at + 1 + count)) value = value * 256 + byte;
  const least = count === 1 ? 0x80 : 0x100;
  return value < least ? undefined : { start: at + 1 + count, value };
}
