/**
 * A file is read for its verification, and for the digests that signatures are over. If it changed in between, one file
 * would be verified and another vouched for: so every byte of it is read once, into a copy.
 */
import { expect, test } from "bun:test";
import type { ByteSource } from "../../../src/core/bytes/source.ts";
import { readPolicy } from "../../../src/core/trust/policy/read-policy.ts";
import { type TrustVerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { beside, countedIn, KEYS, NOW, PACK, trustFile } from "../../trust-vectors.ts";

const BYTES = vectorBytes(PACK);
const OPTIONS = { platform: { ...platform, threads: () => [] }, keys: [], requireSignature: false };

/** The pack as a file that is another one from the second reading of any byte on. */
function changingFile(): { readonly source: ByteSource; read(): number } {
  let read = 0;
  const seen = new Uint8Array(BYTES.length);
  const source: ByteSource = {
    size: BYTES.length,
    file: { path: "/nowhere/pack.zip", identity: "1", offset: 0, length: BYTES.length },
    read(offset, length) {
      read += length;
      const bytes = BYTES.slice(offset, offset + length);
      return bytes.map((byte, index) => {
        const isAgain = seen[offset + index] === 1;
        seen[offset + index] = 1;
        return isAgain ? byte ^ 1 : byte;
      });
    },
  };
  return { source, read: () => read };
}

async function verdictOf(options: Partial<TrustVerifyOptions>) {
  const { source, read } = changingFile();
  const verified = await verifyArtifact(source, { ...OPTIONS, ...options });
  verified.dispose();
  return { verdict: verified.verdict, counted: countedIn(verified), read: read() };
}

test("with a trust file: each byte once, and what was read is what is vouched for", async () => {
  const policy = await readPolicy(trustFile({ alice: KEYS.alice }), "trust.json", platform);
  const trust = { policy, at: NOW, clock: "given", sidecars: [beside("sshsig/alice.sig")] } as const;
  expect(await verdictOf({ trust })).toEqual({ verdict: "authentic", counted: ["alice"], read: BYTES.length });
});

test("other threads check the lines of the same copy: none of them opens the file", async () => {
  const policy = await readPolicy(trustFile({ alice: KEYS.alice }), "trust.json", platform);
  const trust = { policy, at: NOW, clock: "given", sidecars: [beside("sshsig/alice.sig")] } as const;
  let helped = 0;
  const threads = (most: number) => {
    const started = platform.threads?.(Math.max(most, 1)) ?? [];
    helped += started.length;
    return started;
  };
  const sharing = { platform: { ...platform, sharedBytes: 1, threads } };
  expect(await verdictOf({ trust, ...sharing })).toEqual({
    verdict: "authentic",
    counted: ["alice"],
    read: BYTES.length,
  });
  expect(helped > 0 || navigator.hardwareConcurrency < 2).toBe(true);
});

test("for a pack that is to be signed: each byte once", async () => {
  expect(await verdictOf({ isHeld: true })).toMatchObject({ verdict: "intact", read: BYTES.length });
});

test("without them a changing file is none that verifies: the copy is what makes the difference", async () => {
  const { verdict, read } = await verdictOf({}).catch(() => ({ verdict: "failed", read: BYTES.length + 1 }));
  expect(verdict).toBe("failed");
  expect(read).toBeGreaterThan(BYTES.length);
});
