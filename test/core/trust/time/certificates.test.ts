/** Certificates of authorities and of their issuers, made for one fault each (contract 11.7). */
import { beforeAll, describe, expect, test } from "bun:test";
import type { TimestampState } from "../../../../src/schema/account/trust.ts";
import { judgeMade, OVER } from "./judge-made.ts";
import {
  CA,
  type CertificateParts,
  certificate,
  extension,
  type Maker,
  oid,
  STAMPS,
  seq,
  TIME_STAMPING,
  type TokenParts,
  tlv,
  token,
} from "./token-maker.ts";

let root: Maker;
let signer: Maker;
beforeAll(async () => {
  root = await certificate(undefined, { ...CA, name: "root", serial: 1 });
  signer = await certificate(root, { ...STAMPS, name: "tsa", serial: 2 });
});

const judge = (bytes: Uint8Array, more: readonly Maker[] = [], roots: readonly Maker[] = [root]) =>
  judgeMade(bytes, roots, more);
const made = (parts: TokenParts = {}, by: Maker = signer) => token(by, OVER, parts);
const null_ = tlv(5);

describe("the authority's certificate", () => {
  const CERTIFICATES: readonly (readonly [what: string, state: TimestampState, parts: CertificateParts])[] = [
    ["without key usage", "trusted", { ...STAMPS, keyUsage: undefined }],
    ["for non-repudiation", "trusted", { ...STAMPS, keyUsage: 0x40 }],
    ["for both", "trusted", { ...STAMPS, keyUsage: 0xc0 }],
    ["for signatures and key encipherment", "certificate_unfit", { ...STAMPS, keyUsage: 0xa0 }],
    ["for certificates", "certificate_unfit", { ...STAMPS, keyUsage: 0x84 }],
    ["without a purpose", "certificate_unfit", { keyUsage: 0x80 }],
    ["for two purposes", "certificate_unfit", { ...STAMPS, purposes: [TIME_STAMPING, "1.3.6.1.5.5.7.3.4"] }],
    ["for any purpose", "certificate_unfit", { ...STAMPS, purposes: ["2.5.29.37.0"] }],
    ["whose purpose is not critical", "certificate_unfit", { ...STAMPS, isPurposeCritical: false }],
    ["of a certificate authority", "certificate_unfit", { ...STAMPS, ca: true }],
    [
      "with an unknown critical extension",
      "certificate_unfit",
      { ...STAMPS, extensions: [extension("1.2.3", true, null_)] },
    ],
    ["with an unknown one that is not", "trusted", { ...STAMPS, extensions: [extension("1.2.3", false, null_)] }],
    ["that begins at the stamp's second", "trusted", { ...STAMPS, from: "20260301120000Z" }],
    ["that begins a second later", "certificate_expired", { ...STAMPS, from: "20260301120001Z" }],
    ["that ends at the stamp's second, and has ended since", "trusted", { ...STAMPS, until: "20260301120000Z" }],
    ["that ended a second before", "certificate_expired", { ...STAMPS, until: "20260301115959Z" }],
  ];
  for (const [what, state, parts] of CERTIFICATES) {
    test(`${what}: ${state}`, async () => {
      const own = await certificate(root, { ...parts, name: "own", serial: 20 });
      expect(await judge(await made({}, own))).toMatchObject({ state });
    });
  }
  test("an extension twice can't be read: untrusted, as if it were not there", async () => {
    const twice = extension("2.5.29.37", true, seq(oid(TIME_STAMPING)));
    const own = await certificate(root, { ...STAMPS, name: "own", serial: 20, extensions: [twice] });
    expect(await judge(await made({}, own))).toMatchObject({ state: "untrusted" });
  });
  test("it comes from the trust file where the token has none, and the name alone is not enough", async () => {
    expect(await judge(await made({ certificates: [] }), [signer])).toMatchObject({ state: "trusted" });
    const double = await certificate(root, { ...STAMPS, name: "tsa", serial: 2 });
    expect(await judge(await made({ certificates: [] }), [double])).toMatchObject({ state: "invalid" });
    expect(await judge(await made({ certificates: [double.der, signer.der] }))).toMatchObject({ state: "trusted" });
  });
});

describe("the path", () => {
  const INTERMEDIATES: readonly (readonly [what: string, state: TimestampState, parts: CertificateParts])[] = [
    ["one", "trusted", CA],
    [
      "without a purpose, or for timestamps among others",
      "trusted",
      { ...CA, purposes: ["1.3.6.1.5.5.7.3.4", TIME_STAMPING] },
    ],
    ["for e-mail alone", "untrusted", { ...CA, purposes: ["1.3.6.1.5.5.7.3.4"] }],
    ["that is no authority", "untrusted", { keyUsage: 0x06 }],
    ["that may not sign certificates", "untrusted", { ...CA, keyUsage: 0x80 }],
    ["without key usage", "untrusted", { ca: true }],
    ["with an unknown critical extension", "untrusted", { ...CA, extensions: [extension("1.2.3", true, null_)] }],
    ["that allows none below it", "trusted", { ...CA, pathLength: 0 }],
    ["that ended before", "certificate_expired", { ...CA, until: "20260201000000Z" }],
    ["that began later", "certificate_expired", { ...CA, from: "20260315000000Z" }],
  ];
  for (const [what, state, parts] of INTERMEDIATES) {
    test(`an intermediate ${what}: ${state}`, async () => {
      const inter = await certificate(root, { ...parts, name: "inter", serial: 30 });
      const own = await certificate(inter, { ...STAMPS, name: "own", serial: 31 });
      const bytes = await made({ certificates: [own.der, inter.der] }, own);
      expect(await judge(bytes)).toMatchObject({ state });
      expect(await judge(await made({}, own), [inter])).toMatchObject({ state });
    });
  }
  test("a length that is too short for one more below it", async () => {
    const first = await certificate(root, { ...CA, name: "first", serial: 40, pathLength: 0 });
    const second = await certificate(first, { ...CA, name: "second", serial: 41 });
    const own = await certificate(second, { ...STAMPS, name: "own", serial: 42 });
    const bytes = await made({ certificates: [own.der, second.der, first.der] }, own);
    expect(await judge(bytes)).toMatchObject({ state: "untrusted" });
  });
  test("six certificates, and not seven", async () => {
    const chain = async (count: number) => {
      const all: Maker[] = [];
      for (let at = 0; at < count; at += 1)
        all.push(await certificate(all.at(-1) ?? root, { ...CA, name: `inter ${at}`, serial: 50 + at }));
      const own = await certificate(all.at(-1) ?? root, { ...STAMPS, name: "own", serial: 60 });
      return judge(await made({ certificates: [own, ...all].map(({ der }) => der) }, own));
    };
    expect(await chain(4)).toMatchObject({ state: "trusted" });
    expect(await chain(5)).toMatchObject({ state: "untrusted" });
  });
  test("another root of the same name: its signature does not verify", async () => {
    const evil = await certificate(undefined, { ...CA, name: "root", serial: 1 });
    const own = await certificate(evil, { ...STAMPS, name: "own", serial: 70 });
    expect(await judge(await made({ certificates: [own.der, evil.der] }, own))).toMatchObject({ state: "untrusted" });
    expect(await judge(await made({}, own), [], [root, evil])).toMatchObject({ state: "trusted" });
  });
  test("two that issue each other are no path, and end", async () => {
    const [left, right] = [
      await certificate(undefined, { ...CA, name: "l", serial: 80 }),
      await certificate(undefined, { ...CA, name: "r", serial: 81 }),
    ];
    const crossed = [
      await certificate(left, { ...CA, name: "r", serial: 82 }),
      await certificate(right, { ...CA, name: "l", serial: 83 }),
    ];
    const own = await certificate(left, { ...STAMPS, name: "own", serial: 84 });
    const all = [own, ...crossed, left, right].map(({ der }) => der);
    expect(await judge(await made({ certificates: all }, own))).toMatchObject({ state: "untrusted" });
  });
});
