/** TimeStampReq (RFC 3161 section 2.4.1): written with a nonce and `certReq`, and read again when the answer comes. */
import { sameBytes } from "../key/ssh-wire.ts";
import {
  assertDer,
  booleanOf,
  children,
  DerError,
  derOf,
  explicit,
  implicit,
  integerOf,
  octetsOf,
  oidOf,
  TAG,
} from "./der.ts";
import type { ImprintAlgorithm } from "./judgement.ts";
import { OID_OF_ALGORITHM } from "./timestamp-info.ts";

export interface TimestampRequest {
  readonly algorithm: ImprintAlgorithm;
  readonly imprint: Uint8Array;
  /** Decimal; as the answer shows it. */
  readonly nonce?: string;
}

/** @param nonce 8 random bytes, of which the first is below 0x80 and not 0 */
export function writeRequest(algorithm: ImprintAlgorithm, imprint: Uint8Array, nonce: Uint8Array): Uint8Array {
  const hash = element(TAG.sequence, oid(OID_OF_ALGORITHM[algorithm]), element(TAG.null));
  return element(
    TAG.sequence,
    element(TAG.integer, Uint8Array.of(1)),
    element(TAG.sequence, hash, element(TAG.octetString, imprint)),
    element(TAG.integer, nonce),
    element(TAG.boolean, Uint8Array.of(0xff)),
  );
}

/** `undefined`: it is no request. */
export function readRequest(bytes: Uint8Array): TimestampRequest | undefined {
  try {
    assertDer(bytes);
    const [version, imprint, ...rest] = children(derOf(bytes));
    if (integerOf(version) !== 1n) return undefined;
    const [hash, digest] = children(imprint);
    const name = oidOf(children(hash)[0]);
    const [algorithm] = Object.entries(OID_OF_ALGORITHM).find(([, id]) => id === name) ?? [];
    if (algorithm === undefined) return undefined;
    if (rest[0]?.tag === TAG.oid) rest.shift();
    const nonce = rest[0]?.tag === TAG.integer ? integerOf(rest.shift()).toString() : undefined;
    if (rest[0]?.tag === TAG.boolean) booleanOf(rest.shift());
    if (rest.some(({ tag }) => tag !== explicit(0) && tag !== implicit(0))) return undefined;
    return {
      algorithm: algorithm as ImprintAlgorithm,
      imprint: octetsOf(digest),
      ...(nonce === undefined ? {} : { nonce }),
    };
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** Why a token does not answer a request. */
export function answerFault(
  request: TimestampRequest,
  answer: { readonly algorithm: ImprintAlgorithm; readonly digest: Uint8Array; readonly nonce?: string | undefined },
): string | undefined {
  if (request.algorithm !== answer.algorithm || !sameBytes(request.imprint, answer.digest))
    return "it is over other bytes than its request";
  if (request.nonce !== undefined && request.nonce !== answer.nonce)
    return "its nonce is not that of its request: it answers another one";
  return undefined;
}

/** All that is written here is shorter than 128 bytes. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > 127) throw new TypeError("a request of more than 127 bytes");
  return Uint8Array.of(tag, length, ...parts.flatMap((part) => [...part]));
}

function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return element(TAG.oid, Uint8Array.from(arcs));
}
