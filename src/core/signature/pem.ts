/** The PEM envelope (RFC 7468) and the DER elements (X.690) of key files. */
import { decodeBase64 } from "../bytes/encoding.ts";

export interface PemBlock {
  /** The label after BEGIN, such as `PRIVATE KEY`. */
  readonly label: string;
  /** The content; `undefined` if it is not padded base64 (older formats have header lines here). */
  readonly der: Uint8Array | undefined;
}

/**
 * The one block in `text`, ignoring white space around it; `undefined` if there is none, more than one, or other text.
 */
export function parsePem(text: string): PemBlock | undefined {
  const match = /^-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \1-----$/.exec(trimKeyText(text));
  const [, label, body] = match ?? [];
  if (label === undefined || body === undefined) return undefined;
  return { label, der: decodeBase64(body.replaceAll(/[ \t\r\n]/g, "")) };
}

/** `text` without a byte order mark, and trimmed of space, CR, LF and tab only: the white space that key files may have. */
export function trimKeyText(text: string): string {
  return text.replace(/^\ufeff?[ \t\r\n]*/, "").replace(/[ \t\r\n]+$/, "");
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
 * Splits all of `bytes` into elements; `undefined` if that fails or they are not DER: an indefinite or non-minimal
 * length. Keys have no tags above 30 and no elements above 64 KiB.
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
