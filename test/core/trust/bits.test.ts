/**
 * Every single bit of a signature file, changed: it never throws, and where the signature still counts, the bit is one that
 * nothing signs and that decides nothing.
 */
import { expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { evaluateTrust } from "../../../src/core/trust/evaluate.ts";
import type { TrustPolicy } from "../../../src/core/trust/policy/policy.ts";
import { readPolicy } from "../../../src/core/trust/policy/read-policy.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { KEYS, NOW, PACK, trustBytes, trustFile } from "../../trust-vectors.ts";

const PACK_BYTES = vectorBytes(PACK);
const UNSIGNED = { status: "missing", total: 0, valid: 0, keyIds: [], checks: [], errors: [], findings: [] } as const;

async function counts(
  policy: TrustPolicy,
  bytes: Uint8Array,
): Promise<{ counts: boolean; words?: string | undefined }> {
  const { trust, findings } = await evaluateTrust(
    { policy, at: NOW, clock: "given", sidecars: [{ name: "P.zip.x.sig", bytes }] },
    {
      identity: {
        packId: "cae9350c1ca3669f59e1969a969f4e87a7883833ebc7fe0c98cf0fd6835edcdc",
        packType: "run",
        sourceRef: "run_alpha",
      },
      ...{ signature: UNSIGNED, manifest: "pack_manifest.json", isBroken: false, signatureFindings: [] },
    },
    bytesSource(PACK_BYTES),
    platform,
  );
  expect(trust.met || findings.length > 0).toBe(true);
  return { counts: trust.met, words: trust.signatures[0]?.comment };
}

/** `free`: the places whose bits nothing signs. */
async function everyBit(file: string, key: string, free: (at: number, text: string) => boolean): Promise<number> {
  const policy = await readPolicy(trustFile({ signer: key }), "t", platform);
  const original = trustBytes(file);
  const before = await counts(policy, original);
  expect(before.counts).toBe(true);
  const text = Buffer.from(original).toString("latin1");
  let survived = 0;
  for (let bit = 0; bit < original.length * 8; bit += 1) {
    const bytes = original.slice();
    const at = bit >> 3;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
    const after = await counts(policy, bytes);
    if (!after.counts) continue;
    survived += 1;
    expect([file, at, free(at, text)]).toEqual([file, at, true]);
    expect(after.words).toBe(before.words);
  }
  return survived;
}

test("SSHSIG: no bit but those of line ends", async () => {
  const survived = await everyBit(
    "sshsig/alice.sig",
    KEYS.alice,
    (at, text) => text[at] === "\n" || text[at + 1] === "\n",
  );
  expect(survived).toBeLessThan(20);
});

test("minisign: no bit but those of the untrusted comment and of line ends", async () => {
  const start = "untrusted comment:".length;
  await everyBit("minisign/good.minisig", KEYS.minisign, (at, text) => {
    return (at >= start && at < text.indexOf("\n")) || text[at] === "\n";
  });
});

test("a DSSE line: no bit but those of hints, of names that nobody reads, and of white space", async () => {
  await everyBit("dsse/alice.sigstore.json", KEYS.alicePem, (at, text) => {
    const isIn = (pattern: RegExp) =>
      [...text.matchAll(pattern)].some(({ index, 0: whole }) => at >= index && at < index + whole.length);
    return (
      isIn(/"keyid": ?"[^"]*"|"verificationMaterial": ?\{.*?\]\}/g) ||
      isIn(/"(?:hint|tlogEntries|publicKey)"/g) ||
      /\s/.test(text[at] ?? "")
    );
  });
});
