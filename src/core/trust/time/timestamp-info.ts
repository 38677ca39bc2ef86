/** TSTInfo and TimeStampResp (RFC 3161 section 2.4.2). */
import {
  booleanOf,
  children,
  type Der,
  DerError,
  derOf,
  explicit,
  flagsOf,
  implicit,
  integerOf,
  octetsOf,
  oidOf,
  TAG,
} from "./der.ts";
import type { ImprintAlgorithm } from "./judgement.ts";
import { generalizedTimeOf } from "./utc.ts";

export interface TimestampInfo {
  readonly policy: string;
  /** Absent: SHA-1, or unknown. */
  readonly algorithm?: ImprintAlgorithm;
  readonly imprint: Uint8Array;
  readonly serial: string;
  readonly genTime: string;
  /** Seconds, `1.5`. */
  readonly accuracy?: string;
  readonly nonce?: string;
}

const ALGORITHMS: Readonly<Record<string, readonly [name: ImprintAlgorithm, bytes: number]>> = {
  "2.16.840.1.101.3.4.2.1": ["sha256", 32],
  "2.16.840.1.101.3.4.2.2": ["sha384", 48],
  "2.16.840.1.101.3.4.2.3": ["sha512", 64],
};

/** The object identifier of an imprint's algorithm. */
export const OID_OF_ALGORITHM: Readonly<Record<ImprintAlgorithm, string>> = {
  sha256: "2.16.840.1.101.3.4.2.1",
  sha384: "2.16.840.1.101.3.4.2.2",
  sha512: "2.16.840.1.101.3.4.2.3",
};

/** @throws DerError */
export function readTimestampInfo(bytes: Uint8Array): TimestampInfo {
  const [version, policy, imprint, serial, genTime, ...rest] = children(derOf(bytes));
  if (integerOf(version) !== 1n) throw new DerError("a TSTInfo of another version");
  const accuracy = rest[0]?.tag === TAG.sequence ? accuracyOf(rest.shift()) : undefined;
  if (rest[0]?.tag === TAG.boolean) booleanOf(rest.shift());
  const nonce = rest[0]?.tag === TAG.integer ? integerOf(rest.shift()).toString() : undefined;
  if (rest[0]?.tag === explicit(0)) rest.shift();
  if (rest[0]?.tag === explicit(1)) assertInert(rest.shift());
  if (rest.length > 0) throw new DerError("a TSTInfo with more than its members");
  return {
    ...{
      policy: oidOf(policy),
      ...imprintOf(imprint),
      serial: integerOf(serial).toString(),
      genTime: generalizedTimeOf(genTime, true),
    },
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

/** MessageImprint. */
function imprintOf(element: Der | undefined): Pick<TimestampInfo, "algorithm" | "imprint"> {
  const [identifier, digest, ...more] = children(element);
  const [id, parameters, ...others] = children(identifier);
  const isPlain = parameters === undefined || (parameters.tag === TAG.null && parameters.body.length === 0);
  if (more.length > 0 || others.length > 0 || !isPlain) throw new DerError("no message imprint");
  const imprint = octetsOf(digest);
  const [algorithm, length] = ALGORITHMS[oidOf(id)] ?? [];
  if (algorithm === undefined) return { imprint };
  if (imprint.length !== length) throw new DerError("an imprint of another length than its algorithm's");
  return { algorithm, imprint };
}

function accuracyOf(element: Der | undefined): string {
  const parts = children(element);
  const seconds = parts[0]?.tag === TAG.integer ? integerOf(parts.shift()) : 0n;
  const millis = parts[0]?.tag === implicit(0) ? integerOf(parts.shift(), implicit(0)) : 0n;
  const micros = parts[0]?.tag === implicit(1) ? integerOf(parts.shift(), implicit(1)) : 0n;
  const isSound = seconds >= 0n && millis >= 0n && millis < 1000n && micros >= 0n && micros < 1000n;
  if (parts.length > 0 || !isSound) throw new DerError("no accuracy");
  const fraction = `${millis.toString().padStart(3, "0")}${micros.toString().padStart(3, "0")}`.replace(/0+$/, "");
  return fraction === "" ? seconds.toString() : `${seconds}.${fraction}`;
}

/** Extensions: qualified tokens have some that say nothing here; one that must be understood is not. */
function assertInert(element: Der | undefined): void {
  for (const extension of children(element, explicit(1))) {
    const [id, critical] = children(extension);
    oidOf(id);
    if (critical?.tag === TAG.boolean && booleanOf(critical))
      throw new DerError("a critical extension that is unknown here");
  }
}

/** The token in an answer, or the answer that is a token; a text says why there is none. */
export function tokenIn(bytes: Uint8Array): Der | { readonly rejected: string } {
  const whole = derOf(bytes, TAG.sequence);
  const parts = children(whole);
  const [first, token, ...more] = parts;
  if (first?.tag === TAG.oid) return whole;
  const number = statusOf(first);
  if (more.length > 0) throw new DerError("an answer with more than a token");
  if (number !== 0n && number !== 1n) return { rejected: `the authority refused: status ${number}` };
  if (token === undefined) throw new DerError("an answer without a token");
  return token;
}

/** PKIStatusInfo: a number, a text for people, a bit for the failure; neither of these is read, and nothing follows them. */
function statusOf(element: Der | undefined): bigint {
  const [status, ...rest] = children(element);
  const number = integerOf(status);
  if (rest[0]?.tag === TAG.sequence) {
    const texts = children(rest.shift());
    if (texts.length === 0 || texts.some(({ tag }) => tag !== TAG.utf8String)) throw new DerError("no status text");
  }
  if (rest[0]?.tag === TAG.bitString) flagsOf(rest.shift() as Der, 4);
  if (rest.length > 0) throw new DerError("a status with more than its members");
  return number;
}
