/**
 * Makes certificates and RFC 3161 tokens, good ones and ones with a single fault, on WebCrypto and a DER writer of its own: what the
 * reader of core/trust/time takes is not made by its own code.
 */
type Bytes = Uint8Array<ArrayBuffer>;

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const cat = (...parts: readonly Uint8Array[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const body = cat(...parts);
  const { length } = body;
  if (length < 0x80) return cat(Uint8Array.of(tag, length), body);
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return cat(Uint8Array.of(tag, 0x80 | digits.length, ...digits), body);
}
export const seq = (...parts: readonly Uint8Array[]): Bytes => tlv(0x30, ...parts);
/** In the order of DER, unless it is said that they stay as they are. */
export const set = (...parts: readonly Uint8Array[]): Bytes =>
  tlv(0x31, ...parts.toSorted((left, right) => Buffer.compare(left, right)));
export const int = (value: number): Bytes =>
  tlv(2, Uint8Array.of(...(value > 0x7f ? [value >> 8, value & 0xff] : [value])));
export const octets = (bytes: Uint8Array): Bytes => tlv(4, bytes);
export const bool = (value: boolean): Bytes => tlv(1, Uint8Array.of(value ? 0xff : 0));
const bits = (bytes: Uint8Array, unused = 0): Bytes => tlv(3, Uint8Array.of(unused), bytes);

export function oid(text: string): Bytes {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const arc = (value: number): number[] => {
    const digits = [value & 0x7f];
    for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  };
  return tlv(6, Uint8Array.of(...[first * 40 + second, ...rest].flatMap(arc)));
}

const SHA256 = "2.16.840.1.101.3.4.2.1";
const ECDSA_SHA256 = seq(oid("1.2.840.10045.4.3.2"));
export const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
const CURVE = { name: "ECDSA", namedCurve: "P-256" } as const;

async function hash(bytes: Bytes, name = "SHA-256"): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(name, bytes));
}

async function signed(key: CryptoKey, message: Bytes): Promise<Bytes> {
  const raw = new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, message));
  const number = (bytes: Uint8Array): Bytes => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(Math.max(start, 0));
    return tlv(2, ...((digits[0] ?? 0) > 0x7f ? [Uint8Array.of(0)] : []), digits);
  };
  return seq(number(raw.subarray(0, 32)), number(raw.subarray(32)));
}

export interface Maker {
  readonly der: Bytes;
  readonly pem: string;
  readonly name: Bytes;
  readonly serial: number;
  readonly issuer: Bytes;
  readonly key: CryptoKey;
}

export interface CertificateParts {
  readonly serial?: number;
  /** Distinguished name; another one for each certificate. */
  readonly name?: string;
  readonly from?: string;
  readonly until?: string;
  /** `false`: no basicConstraints. */
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Bits from the left; absent: no keyUsage. */
  readonly keyUsage?: number | undefined;
  readonly purposes?: readonly string[] | undefined;
  readonly isPurposeCritical?: boolean;
  readonly extensions?: readonly Uint8Array[];
}

export const extension = (id: string, critical: boolean, value: Uint8Array): Bytes =>
  seq(oid(id), ...(critical ? [bool(true)] : []), octets(value));

const nameOf = (text: string): Bytes => seq(set(seq(oid("2.5.4.3"), tlv(12, utf8(text)))));
const time = (text: string): Bytes => tlv(0x18, utf8(text));

/** A certificate by `issuer`, or one that issues itself. */
export async function certificate(issuer: Maker | undefined, parts: CertificateParts): Promise<Maker> {
  const keys = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
  const { serial = 1, ca = false, isPurposeCritical = true, keyUsage, purposes, pathLength } = parts;
  const name = nameOf(parts.name ?? "TEST ONLY");
  const usage =
    keyUsage === undefined ? [] : [extension("2.5.29.15", true, bits(Uint8Array.of(keyUsage), trailing(keyUsage)))];
  const basic = seq(bool(true), ...(pathLength === undefined ? [] : [int(pathLength)]));
  const extensions = [
    ...(ca ? [extension("2.5.29.19", true, basic)] : []),
    ...usage,
    ...(purposes === undefined ? [] : [extension("2.5.29.37", isPurposeCritical, seq(...purposes.map(oid)))]),
    ...(parts.extensions ?? []),
  ];
  const tbs = seq(
    tlv(0xa0, int(2)),
    int(serial),
    ECDSA_SHA256,
    issuer?.name ?? name,
    seq(time(parts.from ?? "20200101000000Z"), time(parts.until ?? "20400101000000Z")),
    name,
    spki,
    tlv(0xa3, seq(...extensions)),
  );
  const der = seq(tbs, ECDSA_SHA256, bits(await signed(issuer?.key ?? keys.privateKey, tbs)));
  const pem = `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? []
  ).join("\n")}\n-----END CERTIFICATE-----\n`;
  return { der, pem, name, serial, issuer: issuer?.name ?? name, key: keys.privateKey };
}

function trailing(flags: number): number {
  let unused = 0;
  while (unused < 8 && (flags & (1 << unused)) === 0) unused += 1;
  return unused;
}

export const CA = { ca: true, keyUsage: 0x06 } as const;
export const STAMPS = { keyUsage: 0x80, purposes: [TIME_STAMPING] } as const;

export interface TokenParts {
  readonly genTime?: string;
  readonly version?: number;
  /** Between genTime and the end of the TSTInfo. */
  readonly more?: readonly Uint8Array[];
  readonly infoSuffix?: Uint8Array;
  readonly imprint?: Uint8Array;
  /** Signed attributes, made of the usual ones: contentType, messageDigest, signingCertificateV2. */
  attributes?(usual: readonly Bytes[]): readonly Uint8Array[];
  readonly isUnsorted?: boolean;
  /** A certificate whose hash is stated instead of the signer's. */
  readonly stated?: Maker;
  readonly signedDataVersion?: number;
  readonly signerVersion?: number;
  /** Signers, made of the one. */
  signers?(one: Bytes): readonly Uint8Array[];
  readonly certificates?: readonly Uint8Array[];
  /** After the certificates. */
  readonly lists?: readonly Uint8Array[];
  readonly unsigned?: readonly Uint8Array[];
  readonly sidSerial?: number;
}

export const attribute = (id: string, ...values: readonly Uint8Array[]): Bytes => seq(oid(id), set(...values));
export const ESS_V1 = "1.2.840.113549.1.9.16.2.12";
export const ESS_V2 = "1.2.840.113549.1.9.16.2.47";

export async function essV1({ der }: Maker): Promise<Bytes> {
  return attribute(ESS_V1, seq(seq(seq(octets(await hash(der, "SHA-1"))))));
}
export async function essV2({ der }: Maker): Promise<Bytes> {
  return attribute(ESS_V2, seq(seq(seq(octets(await hash(der))))));
}

/** A token over the SHA-256 of `over`, without the answer around it. */
export async function token(signer: Maker, over: Uint8Array, parts: TokenParts = {}): Promise<Bytes> {
  const info = seq(
    int(parts.version ?? 1),
    oid("1.2.3.4.1"),
    seq(seq(oid(SHA256)), octets(parts.imprint ?? (await hash(Uint8Array.from(over))))),
    int(7),
    time(parts.genTime ?? "20260301120000Z"),
    ...(parts.more ?? []),
  );
  const content = cat(info, parts.infoSuffix ?? new Uint8Array(0));
  const usual = [
    attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.9.16.1.4")),
    attribute("1.2.840.113549.1.9.4", octets(await hash(content))),
    await essV2(parts.stated ?? signer),
  ];
  const attributes = parts.attributes?.(usual) ?? usual;
  const signedSet = parts.isUnsorted === true ? tlv(0x31, ...attributes.toReversed()) : set(...attributes);
  const one = seq(
    int(parts.signerVersion ?? 1),
    seq(signer.issuer, int(parts.sidSerial ?? signer.serial)),
    seq(oid(SHA256)),
    cat(Uint8Array.of(0xa0), signedSet.subarray(1)),
    ECDSA_SHA256,
    octets(await signed(signer.key, signedSet)),
    ...(parts.unsigned ?? []),
  );
  const data = seq(
    int(parts.signedDataVersion ?? 3),
    set(seq(oid(SHA256))),
    seq(oid("1.2.840.113549.1.9.16.1.4"), tlv(0xa0, octets(content))),
    tlv(0xa0, ...(parts.certificates ?? [signer.der])),
    ...(parts.lists ?? []),
    tlv(0x31, ...(parts.signers?.(one) ?? [one])),
  );
  return seq(oid("1.2.840.113549.1.7.2"), tlv(0xa0, data));
}

/** The answer of an authority. */
export function response(status: number, ...rest: readonly Uint8Array[]): Bytes {
  return seq(seq(int(status)), ...rest);
}
