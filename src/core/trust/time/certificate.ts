/** X.509 certificates (RFC 5280), as far as a timestamp authority's path needs them. Names and addresses in them are inert. */
import {
  bitsOf,
  booleanOf,
  children,
  type Der,
  DerError,
  derOf,
  explicit,
  flagsOf,
  integerOf,
  octetsOf,
  oidOf,
  TAG,
} from "./der.ts";
import { timeOf } from "./utc.ts";

export interface Certificate {
  readonly der: Uint8Array;
  /** The part that is signed. */
  readonly signed: Uint8Array;
  readonly algorithm: Der;
  readonly signature: Uint8Array;
  /** The bytes of the names: compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  /** Bytes of the serial number. */
  readonly serial: Uint8Array;
  readonly from: string;
  readonly until: string;
  readonly spki: Der;
  readonly isCa: boolean;
  readonly pathLength?: number;
  /** Bits of keyUsage, by number; absent: no such extension. */
  readonly keyUsage?: number;
  /** Purposes, dotted; absent: no such extension. */
  readonly purposes?: readonly string[];
  readonly isPurposeCritical: boolean;
  /** A critical extension that is unknown here. */
  readonly unknownCritical?: string;
}

/** Bits of keyUsage. */
export const KEY_USAGE = { digitalSignature: 0, nonRepudiation: 1, keyCertSign: 5 } as const;
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

const OID = { basicConstraints: "2.5.29.19", keyUsage: "2.5.29.15", extKeyUsage: "2.5.29.37" } as const;

/** @throws DerError */
export function readCertificate(bytes: Uint8Array): Certificate {
  const whole = derOf(bytes, TAG.sequence);
  const [tbs, algorithm, signature, ...more] = children(whole);
  if (tbs === undefined || algorithm === undefined || more.length > 0) throw new DerError("no certificate");
  const parts = children(tbs);
  const version = parts[0]?.tag === explicit(0) ? integerOf(derOf(parts.shift()?.body ?? new Uint8Array(0))) : 0n;
  const [serial, inner, issuer, validity, subject, spki, ...rest] = parts;
  if (version > 2n || inner === undefined || spki?.tag !== TAG.sequence) throw new DerError("no certificate");
  integerOf(serial);
  // What is signed names the algorithm too: both have to be one.
  if (!same(inner.bytes, algorithm.bytes)) throw new DerError("two signature algorithms in one certificate");
  const [from, until, ...others] = children(validity);
  if (others.length > 0) throw new DerError("more than two times");
  children(issuer);
  children(subject);
  return {
    ...{ der: whole.bytes, signed: tbs.bytes, algorithm, signature: bitsOf(signature), spki },
    ...{
      issuer: issuer?.bytes ?? whole.bytes,
      subject: subject?.bytes ?? whole.bytes,
      serial: serial?.body ?? whole.bytes,
    },
    ...{ from: timeOf(from), until: timeOf(until) },
    ...extensionsOf(rest, version),
  };
}

type Extensions = Pick<
  Certificate,
  "isCa" | "pathLength" | "keyUsage" | "purposes" | "isPurposeCritical" | "unknownCritical"
>;

function extensionsOf(rest: readonly Der[], version: bigint): Extensions {
  const found: { -readonly [Name in keyof Extensions]: Extensions[Name] } = { isCa: false, isPurposeCritical: false };
  const last = rest.at(-1);
  if (last?.tag !== explicit(3)) return found;
  if (version !== 2n) throw new DerError("extensions in a certificate before version 3");
  const seen = new Set<string>();
  for (const extension of children(derOf(last.body))) {
    const [id, ...parts] = children(extension);
    const name = oidOf(id);
    const isCritical = parts.length > 1 ? booleanOf(parts.shift()) : false;
    const value = octetsOf(parts[0]);
    if (parts.length > 1 || seen.has(name)) throw new DerError("an extension twice");
    seen.add(name);
    switch (name) {
      case OID.basicConstraints: {
        const members = children(derOf(value));
        found.isCa = members[0]?.tag === TAG.boolean ? booleanOf(members.shift()) : false;
        if (members[0] !== undefined) found.pathLength = Number(integerOf(members[0]));
        break;
      }
      case OID.keyUsage:
        found.keyUsage = flagsOf(derOf(value));
        break;
      case OID.extKeyUsage:
        found.purposes = children(derOf(value)).map(oidOf);
        found.isPurposeCritical = isCritical;
        break;
      default:
        if (isCritical) found.unknownCritical ??= name;
    }
  }
  return found;
}

export function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

export function hasUsage({ keyUsage }: Certificate, bit: number): boolean {
  return keyUsage !== undefined && (keyUsage & (1 << bit)) !== 0;
}
