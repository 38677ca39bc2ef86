/** The self-test can fail: each part of the program is broken in turn, and the check for it must fail. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as noble from "@noble/ed25519";
import { verify as zip215 } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { Sha256 } from "../../../src/core/platform/platform.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import type { Parts } from "../../../src/core/selftest/check.ts";
import { partsOf, SELFTEST_CHECKS, selftest } from "../../../src/core/selftest/selftest.ts";
import { REFUSED, TAKEN } from "../../../src/core/selftest/signature.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { createSigner } from "../../../src/host/platform/ed25519-native.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";
import { goldenText } from "../../generators/selftest.ts";
import vectors from "../../vectors/ed25519.json" with { type: "json" };
import { inflaterThat, inflateThat, LENIENT_INFLATE, oneChanged } from "./broken-inflate.ts";

noble.hashes.sha512 = sha512;

const HOST = partsOf(hostPlatform, (seed) => createSigner(seed, hostPlatform));

async function failedOf(parts: Parts): Promise<string[]> {
  return (await selftest(parts)).filter(({ ok }) => !ok).map(({ name }) => name);
}

test("everything passes on this platform, and on a browser's except for signing", async () => {
  expect((await selftest(HOST)).map(({ name, ok, error }) => ({ name, ok, error }))).toEqual(
    SELFTEST_CHECKS.map(({ name }) => ({ name, ok: true, error: undefined })),
  );
  const names = SELFTEST_CHECKS.map(({ name }) => name).filter((name) => name !== "ed25519_sign");
  const portable = await selftest(partsOf(portablePlatform));
  expect(portable.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(names);
});

test("the golden data equals its generator's output", async () => {
  const file = join(import.meta.dir, "../../../src/core/selftest/golden.ts");
  expect(readFileSync(file, "utf8")).toBe(await goldenText());
});

test("its signatures equal those in the table of vectors", () => {
  for (const [rows, valid] of [
    [TAKEN, true],
    [REFUSED, false],
  ] as const) {
    for (const row of rows) expect<object[]>(vectors.signatures).toContainEqual({ ...row, valid });
  }
});

interface Breakage {
  readonly what: string;
  readonly parts: Partial<Parts>;
  /** Checks that must fail, among others. */
  readonly caught: readonly string[];
}

function platform(broken: Partial<Parts["platform"]>): Partial<Parts> {
  return { platform: { ...hostPlatform, ...broken } };
}

/** All data goes through what is broken. */
function withoutSmall(broken: Partial<Parts["platform"]>): Partial<Parts> {
  const { inflateSmall: _, inflater: __, ...streaming } = hostPlatform;
  return { platform: { ...streaming, ...broken } };
}

/** A digest whose update forgets what comes after `bytes` bytes of a piece. */
function forgetful(bytes: number): Parts["platform"]["sha256"] {
  const forgetting = (hash: Sha256): Sha256 => ({
    update: (piece) => hash.update(piece.subarray(0, bytes)),
    fork: () => forgetting(hash.fork()),
    hex: () => hash.hex(),
  });
  return () => forgetting(hostPlatform.sha256());
}

const { verifyEd25519 } = hostPlatform;
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;

/** S modulo L before the check, as libraries that omit the bound do. */
async function takesLargeS(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  if (signature.length !== 64) return false;
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) % ORDER;
  const reduced = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return verifyEd25519(Uint8Array.of(...signature.slice(0, 32), ...reduced), message, key);
}

const sortedByLocale = (value: JsonValue): string =>
  HOST.canonicalize(value).replace(/^\{"\\r":2,(.*)\}$/, (_, rest) => `{${rest},"\\r":2}`);

const CONSTANT_SHA256: Sha256 = {
  update: () => undefined,
  fork: () => CONSTANT_SHA256,
  hex: () => "0".repeat(64),
};

const BREAKAGES: readonly Breakage[] = [
  {
    what: "a digest that is always the same",
    parts: platform({ sha256: () => CONSTANT_SHA256 }),
    caught: ["sha256", "sha256_streamed"],
  },
  {
    what: "a digest that forgets long pieces",
    parts: platform({ sha256: forgetful(8000) }),
    caught: ["sha256_streamed"],
  },
  {
    what: "a digest of texts in Latin-1",
    parts: platform({ sha256Text: (text) => Bun.SHA256.hash(Buffer.from(text, "latin1"), "hex") }),
    caught: ["sha256"],
  },
  { what: "a digest of other bytes", parts: platform({ sha256Bytes: () => "0".repeat(64) }), caught: ["sha256"] },
  {
    what: "such a digest as bytes",
    parts: platform({ sha256TextInto: (text, digest) => void Bun.SHA256.hash(Buffer.from(text, "latin1"), digest) }),
    caught: ["sha256"],
  },
  {
    what: "a checksum that restarts at each piece",
    parts: platform({ crc32: (bytes) => hostPlatform.crc32(bytes, 0) }),
    caught: ["crc32"],
  },
  {
    what: "a signed checksum",
    parts: platform({ crc32: (bytes, seed) => hostPlatform.crc32(bytes, seed) | 0 }),
    caught: ["crc32", "golden_pack"],
  },
  {
    what: "an inflate that changes a byte",
    parts: withoutSmall({ InflateRaw: inflateThat(oneChanged) }),
    caught: ["inflate", "golden_pack"],
  },
  {
    what: "an inflate without output",
    parts: withoutSmall({ InflateRaw: inflateThat(() => new Uint8Array(0)) }),
    caught: ["inflate", "golden_pack"],
  },
  {
    what: "an inflate of small data that changes a byte",
    parts: platform({ inflateSmall: (bytes) => oneChanged(hostPlatform.inflateSmall?.(bytes) ?? bytes) }),
    caught: ["golden_pack"],
  },
  {
    what: "an inflate in parts that changes a byte",
    parts: withoutSmall({ inflater: inflaterThat(({ next }) => ({ next: () => oneChanged(next()) })) }),
    caught: ["inflate", "golden_pack"],
  },
  {
    what: "an inflate in parts that accepts truncated data",
    parts: platform({ inflater: inflaterThat(() => ({ end: () => undefined })) }),
    caught: ["inflate"],
  },
  { what: "an inflate that forgives", parts: platform({ InflateRaw: LENIENT_INFLATE }), caught: ["inflate"] },
  {
    what: "a verifier that accepts everything",
    parts: platform({ verifyEd25519: async () => true }),
    caught: ["ed25519_strict", "tampered_packs"],
  },
  {
    what: "a verifier that accepts nothing",
    parts: platform({ verifyEd25519: async () => false }),
    caught: ["ed25519", "golden_pack", "build"],
  },
  {
    what: "a verifier that throws",
    parts: platform({ verifyEd25519: async () => Promise.reject(new Error("not here")) }),
    caught: ["ed25519", "golden_pack"],
  },
  { what: "a verifier that takes S + L", parts: platform({ verifyEd25519: takesLargeS }), caught: ["ed25519_strict"] },
  {
    what: "a verifier by ZIP 215, with the cofactor",
    parts: platform({
      verifyEd25519: async (signature, message, key) => {
        try {
          return zip215(signature, message, key);
        } catch {
          return false;
        }
      },
    }),
    caught: ["ed25519_strict"],
  },
  {
    what: "a native deflate",
    parts: {
      loadDeflater: async () => ({
        codec: "js",
        deflate: async (content, scratch) => {
          for await (const bytes of content) scratch.write(bytes.slice());
          const whole = scratch.source();
          return bytesSource(
            Bun.deflateSync((await whole.read(0, whole.size)).slice(), { library: "libdeflate", level: 6 }),
          );
        },
      }),
    },
    caught: ["deflate"],
  },
  { what: "no deflate", parts: { loadDeflater: () => Promise.reject(new Error("no codec")) }, caught: ["deflate"] },
  {
    what: "a JSON reader that takes the last of two equal names",
    parts: { parseJson: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) },
    caught: ["json_strict"],
  },
  { what: "canonical JSON in input order", parts: { canonicalize: (value) => JSON.stringify(value) }, caught: ["jcs"] },
  { what: "canonical JSON in the wrong order", parts: { canonicalize: sortedByLocale }, caught: ["jcs"] },
  {
    what: "canonical JSON with rounded numbers",
    parts: {
      canonicalize: (value) =>
        typeof value === "number" ? String(Number(value.toPrecision(15))) : HOST.canonicalize(value),
    },
    caught: ["jcs"],
  },
  {
    what: "keys of any kind",
    parts: {
      parsePublicKey: (text, _, source) => ({ bytes: new Uint8Array(Buffer.from(text, "base64")), id: "d", source }),
    },
    caught: ["keys"],
  },
  {
    what: "times by the local calendar",
    parts: { toUtc: (text) => new Date(text).toISOString() },
    caught: ["timestamps"],
  },
  { what: "times that are not normalized", parts: { normalizeTimestamp: (text) => text }, caught: ["timestamps"] },
  {
    what: "a signer with another key",
    parts: {
      createSigner: (seed) =>
        createSigner(
          seed.map((byte) => byte ^ 1),
          hostPlatform,
        ),
    },
    caught: ["ed25519_sign", "build"],
  },
  {
    what: "a verifier that believes everything",
    parts: {
      judgeArtifact: async (source, options) => ({
        ...(await HOST.judgeArtifact(source, options)),
        verdict: "authentic",
        findings: [],
      }),
    },
    caught: ["golden_pack", "tampered_packs"],
  },
  {
    what: "a verifier that believes nothing",
    parts: {
      judgeArtifact: async (source, options) => ({
        ...(await HOST.judgeArtifact(source, options)),
        verdict: "failed",
      }),
    },
    caught: ["golden_pack"],
  },
  {
    what: "a verifier with one reason for everything",
    parts: {
      judgeArtifact: async (source, options) => {
        const judged = await HOST.judgeArtifact(source, options);
        return { ...judged, findings: judged.findings.map((each) => ({ ...each, code: "zip_gap" as const })) };
      },
    },
    caught: ["tampered_packs"],
  },
];

describe("a breakage is caught by the check for it", () => {
  for (const { what, parts, caught } of BREAKAGES) {
    test(what, async () => {
      expect(await failedOf({ ...HOST, ...parts })).toEqual(expect.arrayContaining([...caught]));
    });
  }

  test("every check catches something", () => {
    const caught = new Set(BREAKAGES.flatMap((breakage) => breakage.caught));
    expect(SELFTEST_CHECKS.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
  });
});
