/** Contract 11.7 rule by rule, with tokens made for one fault each, and the nearest good one beside it. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { TimestampState } from "../../../../src/schema/account/trust.ts";
import { judgeMade, OVER } from "./judge-made.ts";
import {
  attribute,
  bool,
  CA,
  certificate,
  ESS_V2,
  essV1,
  extension,
  int,
  type Maker,
  octets,
  oid,
  response,
  STAMPS,
  seq,
  type TokenParts,
  tlv,
  token,
} from "./token-maker.ts";

let root: Maker;
let signer: Maker;
let other: Maker;
beforeAll(async () => {
  root = await certificate(undefined, { ...CA, name: "root", serial: 1 });
  signer = await certificate(root, { ...STAMPS, name: "tsa", serial: 2 });
  other = await certificate(root, { ...STAMPS, name: "other", serial: 3 });
});

const judge = (bytes: Uint8Array) => judgeMade(bytes, [root]);

async function made(parts: TokenParts = {}, by: Maker = signer): Promise<Uint8Array> {
  return token(by, OVER, parts);
}

type Case = readonly [what: string, state: TimestampState, bytes: () => Uint8Array | Promise<Uint8Array>];
const null_ = tlv(5);
const inside = (bytes: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array => {
  const at = Buffer.from(bytes).indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error("nothing to replace");
  const copy = bytes.slice();
  copy.set(to, at);
  return copy;
};

const words = tlv(12, new TextEncoder().encode("granted"));
const answerOf = (token: Uint8Array, ...status: readonly Uint8Array[]) => seq(seq(int(0), ...status), token);

const ANSWERS: readonly Case[] = [
  ["a token alone", "trusted", () => made()],
  ["granted", "trusted", async () => response(0, await made())],
  ["granted with changes", "trusted", async () => response(1, await made())],
  ["waiting, with a token", "rejected", async () => response(3, await made())],
  ["a warning of revocation", "rejected", async () => response(4, await made())],
  ["granted, without a token", "malformed", () => response(0)],
  ["a byte after it", "malformed", async () => Uint8Array.of(...(await made()), 0)],
  [
    "a status with a text and a bit",
    "trusted",
    async () => answerOf(await made(), seq(words), tlv(3, Uint8Array.of(0, 1))),
  ],
  ["a status with a text that is none", "malformed", async () => answerOf(await made(), seq(int(1)))],
  ["a status of two numbers", "malformed", async () => answerOf(await made(), int(0))],
  [
    "a status with its members in another order",
    "malformed",
    async () => answerOf(await made(), tlv(3, Uint8Array.of(0, 1)), seq(words)),
  ],
  ["two tokens", "malformed", async () => response(0, await made(), await made())],
  ["nothing", "malformed", () => new Uint8Array(0)],
  [
    "a length with a zero in front",
    "malformed",
    async () => {
      const bytes = await made();
      return Uint8Array.of(0x30, 0x83, 0, ...bytes.subarray(2));
    },
  ],
  [
    "an indefinite length",
    "malformed",
    async () => {
      const bytes = await made();
      return Uint8Array.of(0x30, 0x80, ...bytes.subarray(4), 0, 0);
    },
  ],
];

const STRUCTURE: readonly Case[] = [
  ["SignedData v1", "malformed", () => made({ signedDataVersion: 1 })],
  ["SignerInfo v3", "malformed", () => made({ signerVersion: 3 })],
  ["TSTInfo v2", "malformed", () => made({ version: 2 })],
  ["two signers", "malformed", () => made({ signers: (one) => [one, one] })],
  ["no signer", "malformed", () => made({ signers: () => [] })],
  ["bytes after the TSTInfo", "malformed", () => made({ infoSuffix: Uint8Array.of(5, 0) })],
  ["a revocation list, which is inert", "trusted", () => made({ lists: [tlv(0xa1, seq(int(1)))] })],
  [
    "an unsigned attribute, which is inert",
    "trusted",
    () => made({ unsigned: [tlv(0xa1, attribute("1.2.3", octets(OVER)))] }),
  ],
  ["what no SignerInfo has", "malformed", () => made({ unsigned: [tlv(0xa2, int(1))] })],
  [
    "a certificate that can't be read beside the good one",
    "trusted",
    () => made({ certificates: [seq(int(1)), signer.der] }),
  ],
];

const ATTRIBUTES: readonly Case[] = [
  [
    "one more",
    "trusted",
    () =>
      made({
        attributes: (usual) => [
          ...usual,
          attribute("1.2.840.113549.1.9.5", tlv(0x17, new TextEncoder().encode("260301120000Z"))),
        ],
      }),
  ],
  ["no message digest", "malformed", () => made({ attributes: ([type, , ess]) => [type, ess] as Uint8Array[] })],
  ["the content type twice", "malformed", () => made({ attributes: (usual) => [...usual, usual[0] as Uint8Array] })],
  ["the message digest twice", "malformed", () => made({ attributes: (usual) => [...usual, usual[1] as Uint8Array] })],
  [
    "two message digests in one attribute",
    "malformed",
    () =>
      made({
        attributes: ([type, , ess]) =>
          [type, attribute("1.2.840.113549.1.9.4", octets(OVER), octets(OVER)), ess] as Uint8Array[],
      }),
  ],
  [
    "content type data",
    "malformed",
    () =>
      made({
        attributes: ([, digest, ess]) =>
          [attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.7.1")), digest, ess] as Uint8Array[],
      }),
  ],
  ["not in the order of DER, and signed so", "malformed", () => made({ isUnsorted: true })],
];

const CERTIFICATE_HASH: readonly Case[] = [
  ["of another certificate", "invalid", () => made({ stated: other })],
  ["none", "invalid", () => made({ attributes: ([type, digest]) => [type, digest] as Uint8Array[] })],
  [
    "SHA-1 alone",
    "trusted",
    async () => {
      const old = await essV1(signer);
      return made({ attributes: ([type, digest]) => [type, digest, old] as Uint8Array[] });
    },
  ],
  [
    "SHA-1, of another",
    "invalid",
    async () => {
      const old = await essV1(other);
      return made({ attributes: ([type, digest]) => [type, digest, old] as Uint8Array[] });
    },
  ],
  [
    "both, the old one of another",
    "invalid",
    async () => {
      const old = await essV1(other);
      return made({ attributes: (usual) => [...usual, old] });
    },
  ],
  [
    "SHA-1 in the new form",
    "weak",
    () =>
      made({
        attributes: ([type, digest]) =>
          [
            type,
            digest,
            attribute(ESS_V2, seq(seq(seq(seq(oid("1.3.14.3.2.26")), octets(new Uint8Array(20)))))),
          ] as Uint8Array[],
      }),
  ],
  [
    "an empty list",
    "malformed",
    () => made({ attributes: ([type, digest]) => [type, digest, attribute(ESS_V2, seq(seq()))] as Uint8Array[] }),
  ],
  ["a serial number of nobody", "untrusted", () => made({ sidSerial: 99 })],
];

const INFO: readonly Case[] = [
  ["a fraction", "trusted", () => made({ genTime: "20260301120000.5Z" })],
  ["a fraction with a zero at its end", "malformed", () => made({ genTime: "20260301120000.50Z" })],
  ["a fraction of nothing", "malformed", () => made({ genTime: "20260301120000.Z" })],
  ["no seconds", "malformed", () => made({ genTime: "202603011200Z" })],
  ["a local time", "malformed", () => made({ genTime: "20260301120000+0100" })],
  ["no such day", "malformed", () => made({ genTime: "20260230120000Z" })],
  ["accuracy of a second", "trusted", () => made({ more: [seq(int(1))] })],
  [
    "accuracy in milliseconds and microseconds",
    "trusted",
    () => made({ more: [seq(tlv(0x80, Uint8Array.of(5)), tlv(0x81, Uint8Array.of(7)))] }),
  ],
  ["accuracy of 1000 milliseconds", "malformed", () => made({ more: [seq(tlv(0x80, Uint8Array.of(3, 0xe8)))] })],
  ["accuracy below nothing", "malformed", () => made({ more: [seq(tlv(2, Uint8Array.of(0xff)))] })],
  [
    "ordering, nonce, name, in their order",
    "trusted",
    () => made({ more: [bool(true), int(9), tlv(0xa0, tlv(0xa4, seq()))] }),
  ],
  ["nonce before ordering", "malformed", () => made({ more: [int(9), bool(true)] })],
  ["two nonces", "malformed", () => made({ more: [int(9), int(9)] })],
  ["ordering that is neither", "malformed", () => made({ more: [tlv(1, Uint8Array.of(1))] })],
  ["an extension", "trusted", () => made({ more: [tlv(0xa1, extension("1.2.3", false, null_))] })],
  ["a critical one", "malformed", () => made({ more: [tlv(0xa1, extension("1.2.3", true, null_))] })],
  ["an imprint that is too short", "malformed", () => made({ imprint: OVER })],
  ["an imprint of other bytes", "mismatch", () => made({ imprint: new Uint8Array(32) })],
  ["five minutes after the clock", "trusted", () => made({ genTime: "20260401000500Z" })],
  ["a millisecond more", "in_future", () => made({ genTime: "20260401000500.001Z" })],
];

const TABLES = {
  "the answer": ANSWERS,
  structure: STRUCTURE,
  "signed attributes": ATTRIBUTES,
  "the certificate's hash": CERTIFICATE_HASH,
  TSTInfo: INFO,
};
for (const [name, table] of Object.entries(TABLES)) {
  describe(name, () => {
    for (const [what, state, bytes] of table) {
      test(`${what}: ${state}`, async () => expect(await judge(await bytes())).toMatchObject({ state }));
    }
  });
}

test("a bit of the signature", async () => {
  const bytes = await made();
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  expect(await judge(bytes)).toMatchObject({ state: "invalid" });
});

test("the list of digests in front is signed by nobody and decides nothing", async () => {
  const bytes = await made();
  const names = oid("2.16.840.1.101.3.4.2.1");
  expect(await judge(inside(bytes, names, oid("2.16.840.1.101.3.4.2.2")))).toMatchObject({ state: "trusted" });
});
