/**
 * Makes test/vectors/ed25519.json: keys and signatures, mostly odd ones, each with the verdict of the one strict rule.
 * The verdicts follow from how each row is built here, not from a verifier.
 * `npm run vectors` writes it.
 */
import { join as joinPath } from "node:path";
import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

export const ED25519_JSON = joinPath(import.meta.dir, "../vectors/ed25519.json");

export interface KeyRow {
  readonly rule: string;
  readonly key: string;
  /** Why the key is refused; `null` when it is usable. */
  readonly fault: "length" | "not_canonical" | "small_order" | "not_on_curve" | null;
}

export interface SignatureRow {
  readonly rule: string;
  /** Present if signing with this seed gives the row. */
  readonly seed?: string;
  readonly key: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
}

const { n: L, p: P } = Point.CURVE();
const B = Point.BASE;
/** A point of order 8: the first y that the cofactor's complement maps to one. */
const T = pointOfOrder8();

interface Scalars {
  readonly a: bigint;
  readonly prefix: Uint8Array;
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function littleEndian(data: Uint8Array): bigint {
  return BigInt(`0x${hex(Uint8Array.from(data).reverse())}`);
}

function encodeNumber(value: bigint): Uint8Array {
  return bytes(value.toString(16).padStart(64, "0")).reverse();
}

/** The 32 bytes of an encoding made by hand: any y below 2^255, any sign bit. */
function encoding(y: bigint, sign: 0 | 1): Uint8Array {
  return encodeNumber(y | (BigInt(sign) << 255n));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function hashNumber(...parts: Uint8Array[]): bigint {
  return littleEndian(sha512(join(...parts))) % L;
}

function scalars(seed: Uint8Array): Scalars {
  const hash = sha512(seed);
  const head = littleEndian(hash.slice(0, 32));
  return { a: ((head & ((1n << 254n) - 8n)) | (1n << 254n)) % L, prefix: hash.slice(32) };
}

function times(point: Point, factor: bigint): Point {
  return point.multiplyUnsafe(((factor % L) + L) % L);
}

function pointOfOrder8(): Point {
  for (let y = 2n; ; y++) {
    try {
      const point = Point.fromBytes(encoding(y, 0));
      const small = times(point, L - 1n).add(point);
      if (!small.double().double().is0()) return small;
    } catch {
      // Not on the curve: the next one.
    }
  }
}

/** Signs as RFC 8032 section 5.1.6 does, from the parts. */
function sign(seed: Uint8Array, message: Uint8Array): { key: Uint8Array; signature: Uint8Array } {
  const { a, prefix } = scalars(seed);
  const key = times(B, a).toBytes();
  const r = hashNumber(prefix, message);
  return { key, signature: close(a, key, r, times(B, r).toBytes(), message) };
}

/** R and S = r + k a: for whichever encodings of R and A are hashed. */
function close(a: bigint, key: Uint8Array, r: bigint, encodedR: Uint8Array, message: Uint8Array): Uint8Array {
  const k = hashNumber(encodedR, key, message);
  return join(encodedR, encodeNumber((r + k * a) % L));
}

function row(rule: string, key: Uint8Array, message: Uint8Array, signature: Uint8Array, valid: boolean): SignatureRow {
  return { rule, key: hex(key), message: hex(message), signature: hex(signature), valid };
}

/** RFC 8032 section 7.1, TEST 1, 2, 3 and SHA(abc): seed, message, signature. */
const RFC8032 = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
] as const;

function signedRows(): SignatureRow[] {
  const rfc = RFC8032.map(([seed, message, signature], index) => {
    const { key } = sign(bytes(seed), bytes(message));
    const rule = `RFC 8032 section 7.1, vector ${index + 1}`;
    return { ...row(rule, key, bytes(message), bytes(signature), true), seed };
  });
  const own = [0, 1, 32, 111, 112, 1023].map((length) => {
    const seed = sha512(text(`seed ${length}`)).slice(0, 32);
    const message = Uint8Array.from({ length }, (_, index) => index & 0xff);
    const { key, signature } = sign(seed, message);
    return { ...row(`a message of ${length} bytes`, key, message, signature, true), seed: hex(seed) };
  });
  return [...rfc, ...own];
}

const SEED = sha512(text("odd signatures")).slice(0, 32);
const MESSAGE = sha512(text("what is signed")).slice(0, 32);

function changedRows(): SignatureRow[] {
  const { a, prefix } = scalars(SEED);
  const { key, signature } = sign(SEED, MESSAGE);
  const r = signature.slice(0, 32);
  const s = littleEndian(signature.slice(32));
  const other = sign(sha512(text("somebody else")).slice(0, 32), MESSAGE);
  const highest = s + ((2n ** 256n - 1n - s) / L) * L;
  const dom = (flag: number, context: string) =>
    join(text("SigEd25519 no Ed25519 collisions"), Uint8Array.of(flag, context.length), text(context));
  const variant = (prefixBytes: Uint8Array, message: Uint8Array) => {
    const nonce = hashNumber(prefixBytes, prefix, message);
    const encodedR = times(B, nonce).toBytes();
    const k = hashNumber(prefixBytes, encodedR, key, message);
    return join(encodedR, encodeNumber((nonce + k * a) % L));
  };
  const refused = (rule: string, changed: Uint8Array, withKey: Uint8Array = key, message: Uint8Array = MESSAGE) =>
    row(rule, withKey, message, changed, false);

  return [
    refused("S + L: a second text for a good signature", join(r, encodeNumber(s + L))),
    refused("the largest S of 32 bytes that is S modulo L", join(r, encodeNumber(highest))),
    refused("S is L", join(r, encodeNumber(L))),
    refused("S is 0", join(r, encodeNumber(0n))),
    refused("-S", join(r, encodeNumber(L - s))),
    refused("S in big-endian order", join(r, signature.slice(32).reverse())),
    refused("R and S swapped", join(signature.slice(32), r)),
    refused(
      "-R: the sign bit of R changed",
      join(r.slice(0, 31), Uint8Array.of((r[31] ?? 0) ^ 0x80), signature.slice(32)),
    ),
    refused("R + B", join(Point.fromBytes(r).add(B).toBytes(), signature.slice(32))),
    refused("all zero", new Uint8Array(64)),
    refused("all ones", new Uint8Array(64).fill(0xff)),
    refused("an empty signature", new Uint8Array(0)),
    refused("63 bytes", signature.slice(0, 63)),
    refused("65 bytes: one zero more", join(signature, Uint8Array.of(0))),
    refused("128 bytes: the signature twice", join(signature, signature)),
    refused("another message", signature, key, join(MESSAGE, Uint8Array.of(0))),
    refused("another key", signature, other.key),
    refused(
      "-A: the sign bit of the key changed",
      signature,
      join(key.slice(0, 31), Uint8Array.of((key[31] ?? 0) ^ 0x80)),
    ),
    refused("another key's signature", other.signature),
    refused("a key of 31 bytes", signature, key.slice(0, 31)),
    refused("a key of 33 bytes", signature, join(key, Uint8Array.of(0))),
    refused("an empty key", signature, new Uint8Array(0)),
    refused("Ed25519ctx with a context", variant(dom(0, "gait"), MESSAGE)),
    refused("Ed25519ctx with an empty context", variant(dom(0, ""), MESSAGE)),
    refused("Ed25519ph", variant(dom(1, ""), sha512(MESSAGE))),
  ];
}

/** Points with a part of small order: where the equations with and without the cofactor differ. */
function torsionRows(): SignatureRow[] {
  const { a } = scalars(SEED);
  const honest = times(B, a).toBytes();
  const mixed = times(B, a).add(T).toBytes();
  const r = hashNumber(text("nonce"));
  const rows: SignatureRow[] = [];

  for (const order of [1n, 2n, 4n, 8n]) {
    const part = times(T, 8n / order);
    const encodedR = times(B, r).add(part).toBytes();
    const rule = `R with a part of order ${order}, an ordinary key`;
    rows.push(row(rule, honest, MESSAGE, close(a, honest, r, encodedR, MESSAGE), order === 1n));
    const alone = part.toBytes();
    rows.push(
      row(
        `R is a point of order ${order}, an ordinary key`,
        honest,
        MESSAGE,
        close(a, honest, 0n, alone, MESSAGE),
        order === 1n,
      ),
    );
  }
  // R = rB - jT: the equation without the cofactor holds for the messages whose k is j modulo 8.
  for (let j = 0n; j < 8n; j++) {
    const encodedR = times(B, r)
      .add(times(T, 8n - j))
      .toBytes();
    for (const holds of [true, false]) {
      const message = searchMessage((each) => (hashNumber(encodedR, mixed, each) % 8n === j) === holds);
      const rule = `a key with a part of order 8, R with -${j} times it: ${holds ? "the parts cancel" : "only times 8 is it equal"}`;
      rows.push(row(rule, mixed, message, close(a, mixed, r, encodedR, message), holds));
    }
  }
  return rows;
}

/** Second encodings of R. The point is right, and k is computed over the same bytes, so that only the bytes differ. */
function encodingRows(): SignatureRow[] {
  const { a } = scalars(SEED);
  const key = times(B, a).toBytes();
  const canonical = encoding(1n, 0);
  const of = (encodedR: Uint8Array) => close(a, key, 0n, encodedR, MESSAGE);
  return [
    row("R is the neutral point, canonical", key, MESSAGE, of(canonical), true),
    row("R is the neutral point with the sign bit", key, MESSAGE, of(encoding(1n, 1)), false),
    row("R is the neutral point as y = p + 1", key, MESSAGE, of(encoding(P + 1n, 0)), false),
    row("R is the neutral point as y = p + 1 with the sign bit", key, MESSAGE, of(encoding(P + 1n, 1)), false),
    row(
      "R as y = p + 1, k taken of the canonical one",
      key,
      MESSAGE,
      join(encoding(P + 1n, 0), of(canonical).slice(32)),
      false,
    ),
  ];
}

/** Signatures that anyone can make for a key of small order: R = sB - kA holds once k A is guessed right. */
function forgedRows(): SignatureRow[] {
  return smallOrderEncodings().map(([rule, key, point]) => {
    const s = hashNumber(text("any S"));
    const encodedR = times(B, s).toBytes();
    const message = searchMessage((each) => times(point, hashNumber(encodedR, key, each) % 8n).is0());
    return row(`a forgery for ${rule}`, key, message, join(encodedR, encodeNumber(s)), false);
  });
}

function searchMessage(fits: (message: Uint8Array) => boolean): Uint8Array {
  for (let count = 0; ; count++) {
    const message = text(`message ${count}`);
    if (fits(message)) return message;
  }
}

/** All eight points of small order, and every encoding that some library accepts for one. */
function smallOrderEncodings(): (readonly [rule: string, key: Uint8Array, point: Point])[] {
  const rows: (readonly [string, Uint8Array, Point])[] = [];
  for (let multiple = 0n; multiple < 8n; multiple++) {
    const point = times(T, multiple);
    const order = [1, 8, 4, 8, 2, 8, 4, 8][Number(multiple)];
    const { x, y } = point.toAffine();
    const sign = (x & 1n) === 1n ? 1 : 0;
    const rule = `the point of order ${order} (${multiple} times the generator)`;
    rows.push([rule, encoding(y, sign), point]);
    if (x === 0n) rows.push([`${rule}, with the sign bit`, encoding(y, 1), point]);
    if (y + P < 2n ** 255n) {
      rows.push([`${rule}, as y + p`, encoding(y + P, sign), point]);
      if (x === 0n) rows.push([`${rule}, as y + p with the sign bit`, encoding(y + P, 1), point]);
    }
  }
  return rows;
}

function keyRows(): KeyRow[] {
  const { a } = scalars(SEED);
  const rows: KeyRow[] = [
    { rule: "an ordinary key", key: hex(times(B, a).toBytes()), fault: null },
    { rule: "the base point", key: hex(B.toBytes()), fault: null },
    { rule: "a key with a part of order 8", key: hex(times(B, a).add(T).toBytes()), fault: null },
    { rule: "a key with a part of order 2", key: hex(times(B, a).add(times(T, 4n)).toBytes()), fault: null },
    { rule: "no bytes", key: "", fault: "length" },
    { rule: "31 bytes", key: "07".repeat(31), fault: "length" },
    { rule: "33 bytes", key: "07".repeat(33), fault: "length" },
    { rule: "64 bytes", key: "07".repeat(64), fault: "length" },
    { rule: "all ones", key: "ff".repeat(32), fault: "not_canonical" },
  ];
  for (const [rule, key] of smallOrderEncodings()) {
    const y = littleEndian(key) % 2n ** 255n;
    rows.push({ rule, key: hex(key), fault: y >= P ? "not_canonical" : "small_order" });
  }
  // Small y in both encodings, with and without a point.
  for (let y = 2n; y < 19n; y++) {
    for (const sign of [0, 1] as const) {
      const fault = isOnCurve(y) ? null : "not_on_curve";
      rows.push({ rule: `y = ${y}, sign bit ${sign}`, key: hex(encoding(y, sign)), fault });
      rows.push({ rule: `y = p + ${y}, sign bit ${sign}`, key: hex(encoding(y + P, sign)), fault: "not_canonical" });
    }
  }
  return rows;
}

function isOnCurve(y: bigint): boolean {
  try {
    Point.fromBytes(encoding(y, 0));
    return true;
  } catch {
    return false;
  }
}

export function ed25519Vectors(): { keys: KeyRow[]; signatures: SignatureRow[] } {
  const signatures = [...signedRows(), ...changedRows(), ...torsionRows(), ...encodingRows(), ...forgedRows()];
  return { keys: keyRows(), signatures };
}

export function ed25519VectorsText(): string {
  return `${JSON.stringify(ed25519Vectors(), null, 1)}\n`;
}
