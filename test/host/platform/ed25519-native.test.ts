import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { signAsync } from "@noble/ed25519";
import fc from "fast-check";
import { decodeHex } from "../../../src/core/bytes/encoding.ts";
import { verifyEd25519Portable } from "../../../src/core/signature/ed25519-portable.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import {
  createEd25519Verify,
  createSigner,
  derivePublicKeyNative,
  verifyEd25519Native,
  verifyEd25519Web,
} from "../../../src/host/platform/ed25519-native.ts";
import vectors from "../../vectors/ed25519.json" with { type: "json" };

const SUITES = process.env["GAIT_SUITES"] ?? new URL("../../../../shared/suites", import.meta.url).pathname;
const verifyLater = createEd25519Verify();
const VERIFIERS = [verifyEd25519Native, verifyEd25519Web, verifyLater, verifyEd25519Portable];

describe("the one strict rule, natively", () => {
  test.each(vectors.signatures.map((row) => [row.valid ? "takes" : "refuses", row.rule, row] as const))(
    "%s: %s",
    async (_verdict, _rule, row) => {
      for (const verify of VERIFIERS)
        expect(await verify(bytes(row.signature), bytes(row.message), bytes(row.key))).toBe(row.valid);
    },
  );

  test("the forgeries for keys of small order are real: without the rule about keys they pass", async () => {
    const forged = vectors.signatures.filter((row) => row.rule.startsWith("a forgery"));
    const passing = await Promise.all(
      forged.map((row) => verifyBare(bytes(row.signature), bytes(row.message), bytes(row.key))),
    );
    expect(forged).toHaveLength(14);
    expect(passing).toEqual(forged.map(() => true));
  });

  test("checks a key's bytes each time, however many keys came before", async () => {
    const rows = vectors.signatures.filter(({ key }) => bytes(key).length === 32);
    const verdicts = async (): Promise<boolean[]> => {
      const all: boolean[] = [];
      for (const row of rows)
        all.push(await verifyEd25519Native(bytes(row.signature), bytes(row.message), bytes(row.key)));
      return all;
    };
    const expected = rows.map(({ valid }) => valid);
    expect(await verdicts()).toEqual(expected);
    for (let at = 0; at < 200; at += 1) {
      const key = await derivePublicKeyNative(new Uint8Array(32).fill(at));
      expect(await verifyEd25519Native(new Uint8Array(64), new Uint8Array(32), key)).toBe(false);
    }
    expect(await verdicts()).toEqual(expected);
    // An array that held a good key and now has different bytes is a different key.
    const good = rows.find(({ valid }) => valid);
    const key = bytes(good?.key ?? "");
    expect(await verifyEd25519Native(bytes(good?.signature ?? ""), bytes(good?.message ?? ""), key)).toBe(true);
    key.fill(0);
    expect(await verifyEd25519Native(bytes(good?.signature ?? ""), bytes(good?.message ?? ""), key)).toBe(false);
  });

  test("takes nothing from a signature or key in a larger buffer", async () => {
    const row = vectors.signatures.find(({ valid }) => valid);
    if (row === undefined) throw new Error("no valid row");
    const buffer = Uint8Array.of(1, 2, 3, ...bytes(row.signature), ...bytes(row.key), 4);
    for (const verify of VERIFIERS) {
      expect(await verify(buffer.subarray(3, 67), bytes(row.message), buffer.subarray(67, 99))).toBe(true);
    }
  });
});

test("the first signatures and later ones are judged alike, whatever their bytes", async () => {
  const signer = await createSigner(new Uint8Array(32).fill(7), hostPlatform);
  const message = new Uint8Array(32).fill(3);
  const signature = await signer.sign(message);
  const odd = fc.uint8Array({ minLength: 0, maxLength: 66 });
  await fc.assert(
    fc.asyncProperty(fc.nat(63), fc.nat(255), fc.nat(31), fc.nat(255), odd, async (at, by, keyAt, keyBy, bytes) => {
      const key = signer.publicKey.bytes;
      for (const [sig, text, by_] of [
        [signature.with(at, by), message, key],
        [signature, message.with(keyAt, keyBy), key],
        [signature, message, key.with(keyAt, keyBy)],
        [bytes, message, key],
        [signature, bytes, key],
        [signature, message, bytes],
      ] as const) {
        expect(await verifyLater(sig, text, by_)).toBe(await verifyEd25519Web(sig, text, by_));
      }
    }),
    { numRuns: 300 },
  );
});

describe("other projects' suites", () => {
  const cctv = `${SUITES}/cctv-ed25519.json`;
  const wycheproof = `${SUITES}/wycheproof-ed25519.json`;

  test.skipIf(!existsSync(cctv))("CCTV: everything that OpenSSL accepts, except refused keys", async () => {
    const rows: { key: string; sig: string; msg: string; flags: string[] | null }[] = JSON.parse(
      readFileSync(cctv, "utf8"),
    );
    expect(rows).toHaveLength(914);
    const counts = { bare: 0, native: 0, portable: 0 };
    for (const row of rows) {
      const message = new TextEncoder().encode(row.msg);
      const [signature, key] = [bytes(row.sig), bytes(row.key)];
      const bare = await verifyBare(signature, message, key);
      const native = await verifyEd25519Native(signature, message, key);
      expect(await verifyEd25519Web(signature, message, key)).toBe(native);
      expect(await verifyLater(signature, message, key)).toBe(native);
      const portable = await verifyEd25519Portable(signature, message, key);
      const isRefusedKey = ["low_order_A", "non_canonical_A"].some((flag) => row.flags?.includes(flag));
      expect([native, portable]).toEqual([bare && !isRefusedKey, bare && !isRefusedKey]);
      counts.bare += Number(bare);
      counts.native += Number(native);
      counts.portable += Number(portable);
    }
    expect(counts).toEqual({ bare: 208, native: 86, portable: 86 });
  });

  test.skipIf(!existsSync(wycheproof))("Wycheproof: every verdict", async () => {
    const suite: {
      testGroups: { publicKey: { pk: string }; tests: { msg: string; sig: string; result: string }[] }[];
    } = JSON.parse(readFileSync(wycheproof, "utf8"));
    let count = 0;
    for (const group of suite.testGroups) {
      for (const row of group.tests) {
        for (const verify of VERIFIERS) {
          expect(await verify(bytes(row.sig), bytes(row.msg), bytes(group.publicKey.pk))).toBe(row.result === "valid");
        }
        count++;
      }
    }
    expect(count).toBe(151);
  });
});

describe("signing", () => {
  test.each(
    vectors.signatures.flatMap((row) => ("seed" in row && row.seed ? [[row.rule, row.seed, row] as const] : [])),
  )("%s", async (_rule, seed, row) => {
    const signer = await createSigner(bytes(seed), hostPlatform, "path:k");
    expect(signer.publicKey.bytes).toEqual(bytes(row.key));
    expect(signer.publicKey.source).toBe("path:k");
    expect(await signer.sign(bytes(row.message))).toEqual(bytes(row.signature));
    expect(await derivePublicKeyNative(bytes(seed))).toEqual(bytes(row.key));
  });

  test("a seed of the wrong length is a defect of the caller", async () => {
    await expect(createSigner(new Uint8Array(64), hostPlatform)).rejects.toMatchObject({ code: "internal" });
  });

  test("the signer shows nothing of its seed", async () => {
    const signer = await createSigner(new Uint8Array(32).fill(0x5a), hostPlatform);
    expect(Bun.inspect(signer, { depth: 10 })).not.toMatch(/90, 90|5a5a|Wlpa/);
    expect(JSON.stringify(signer)).not.toMatch(/90,90|5a5a|Wlpa/);
  });
});

describe("properties", () => {
  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

  test("signatures verify, with both verifiers", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.uint8Array({ maxLength: 300 }), async (seed, message) => {
        const signer = await createSigner(seed, hostPlatform);
        const signature = await signer.sign(message);
        for (const verify of VERIFIERS) expect(await verify(signature, message, signer.publicKey.bytes)).toBe(true);
        expect(signature).toEqual(await signAsync(message, seed));
      }),
      { numRuns: 25 },
    );
  });

  test("one bit changed anywhere in signature, message or key is refused, and the verifiers agree", async () => {
    const inputs = fc.tuple(seeds, fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.constantFrom(0, 1, 2), fc.nat());
    await fc.assert(
      fc.asyncProperty(inputs, async ([seed, message, which, bit]) => {
        const signer = await createSigner(seed, hostPlatform);
        const parts = [await signer.sign(message), message, signer.publicKey.bytes] as const;
        const changed = parts.map((part, index) => (index === which ? withBitChanged(part, bit) : part));
        const [signature, text, key] = changed as [Uint8Array, Uint8Array, Uint8Array];
        for (const verify of VERIFIERS) expect(await verify(signature, text, key)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("every bit of one signature", async () => {
    const signer = await createSigner(new Uint8Array(32).fill(1), hostPlatform);
    const message = new Uint8Array(32);
    const signature = await signer.sign(message);
    for (let bit = 0; bit < 512; bit++) {
      expect(await verifyEd25519Native(withBitChanged(signature, bit), message, signer.publicKey.bytes)).toBe(false);
    }
  });
});

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex);
  if (decoded === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return decoded;
}

/** OpenSSL's and Go's rule, without the rule about keys. */
async function verifyBare(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  const imported = await crypto.subtle.importKey("raw", Uint8Array.from(key), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, Uint8Array.from(signature), Uint8Array.from(message));
}

function withBitChanged(given: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(given);
  const bit = at % (given.length * 8);
  changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return changed;
}
