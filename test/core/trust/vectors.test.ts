/** The trust vectors: keys, signatures of other tools, scenarios; those of timestamps are in `time/`. */
import { describe, expect, test } from "bun:test";
import { GaitError } from "../../../src/core/finding/error.ts";
import { readPrivateKey } from "../../../src/core/trust/key/private.ts";
import { keyNames } from "../../../src/core/trust/key/public.ts";
import { readPublicKey } from "../../../src/core/trust/key/read-public.ts";
import { readPolicy } from "../../../src/core/trust/policy/read-policy.ts";
import { readRevocations } from "../../../src/core/trust/policy/revocation-list.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { derivePublicKeyNative } from "../../../src/host/platform/ed25519-native.ts";
import {
  beside,
  codesOf,
  countedIn,
  judged,
  KEYS,
  scenarioSidecars,
  type TrustItem,
  trustBytes,
  trustFile,
  trustItems,
  trustText,
} from "../../trust-vectors.ts";

describe("public keys", () => {
  for (const item of trustItems("key-public")) {
    test(`${item.file}: ${item.expect}`, () => {
      const read = () => readPublicKey(trustText(item.file), platform, "the key");
      if (item.expect !== "readable") {
        expect(read).toThrow(/signs? no packs/);
        return;
      }
      const names = keyNames(read(), platform);
      if (item.key_id !== undefined) expect(names.id).toBe(item.key_id);
      if (item.spki_sha256 !== undefined) expect(names.spki).toBe(item.spki_sha256);
      if (item.minisign_key_id !== undefined) expect(names.minisign).toBe(item.minisign_key_id);
    });
  }
});

describe("private keys", () => {
  for (const item of trustItems("key-private")) {
    test(`${item.file}: ${item.expect}`, async () => {
      const read = readPrivateKey(trustText(item.file), derivePublicKeyNative, platform, "path:a");
      if (item.expect !== "readable") {
        await expect(read).rejects.toThrow("with a passphrase");
        return;
      }
      const key = await read;
      if (!("publicKey" in key)) throw new Error("has no public half");
      const names = keyNames(key.publicKey, platform);
      expect([names.id, names.openssh]).toEqual([item.key_id ?? "", item.openssh_fingerprint ?? ""]);
    });
  }
});

interface SignatureVerdict {
  readonly over: string;
  readonly signature: string;
  readonly code?: string;
}

/** Everybody whose keys made the signatures; those of other algorithms can be named by no trust file. */
const EVERYBODY = trustFile(
  {
    alice: [KEYS.alice, KEYS.alicePem],
    bob: KEYS.bob,
    carol: KEYS.carol,
    runner: KEYS.runnerPem,
    p256: KEYS.p256Pem,
    minisign: KEYS.minisign,
  },
  1,
);
const FINDINGS = ["countersignature_invalid", "countersignature_malformed", "countersignature_contradicts"];

describe("signatures of other tools", () => {
  const items = trustItems("sshsig", "minisign", "signify", "sigstore-bundle", "dsse");
  for (const item of items) {
    const { over, signature, code } = item.expect as SignatureVerdict;
    test(`${item.file}: ${signature} (${item.why.slice(0, 60)})`, async () => {
      const { trust, findings } = await judged({ trust: EVERYBODY, sidecars: [beside(item.file)], pack: over });
      const found = trust?.signatures.filter(({ format }) => format !== "manifest") ?? [];
      const states = found.map(({ state }) => state).filter((state) => state !== "spare");
      expect(states.length).toBe(1);
      const expected = expectedStates(item, signature);
      expect(expected).toContain(states[0] ?? "");
      expect(findings.map((each): string => each.code).filter((each) => FINDINGS.includes(each))).toEqual(
        code !== undefined && FINDINGS.includes(code) ? [code] : [],
      );
    });
  }
});

/** States of a verified signature are its standing: by what the key, the statement and the rule are. */
function expectedStates(item: TrustItem, signature: string): readonly string[] {
  if (item.signer === "mallory") return ["unknown_key"];
  if (signature !== "valid") return [signature.replaceAll("-", "_")];
  return item.predicate_type === undefined ? ["counted"] : ["no_role"];
}

describe("scenarios", () => {
  for (const item of trustItems("scenario")) {
    const expected = item.expect as { verdict: string; exit: number; codes: string[]; counted: string[] };
    test(`${item.file}: ${expected.verdict} (${item.why})`, async () => {
      const asked = {
        trust: trustBytes(`${item.file}/trust.json`),
        sidecars: scenarioSidecars(item),
        pack: item.pack ?? "",
        at: item.at ?? "",
      };
      if (expected.exit === 6) {
        const error = await judged(asked).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(GaitError);
        expect((error as GaitError).code).toBe("invalid_trust");
        expect((error as GaitError).message).toContain("trust.json");
        return;
      }
      const verified = await judged(asked);
      expect([verified.verdict, codesOf(verified), countedIn(verified)]).toEqual([
        expected.verdict as never,
        expected.codes.toSorted(),
        expected.counted.toSorted(),
      ]);
    });
  }
});

describe("OpenSSH's lists", () => {
  test("allowed_signers is a trust file", async () => {
    const policy = await readPolicy(trustBytes("sshsig/allowed_signers"), "allowed_signers", platform);
    expect(policy.signers.map(({ id }) => id)).toEqual(
      ["alice", "bob", "carol", "p256"].map((name) => `${name}@example.com`),
    );
    expect(policy.signers[2]?.keys[0]?.until).toBe("2025-01-01T00:00:00Z");
  });
  test("a list of revoked keys is read, a binary KRL is refused", () => {
    const [id] = readRevocations(trustBytes("sshsig/revoked_keys.txt"), "list", platform);
    expect(id).toBe(readPublicKey(KEYS.bob, platform, "bob").id);
    expect(() => readRevocations(trustBytes("sshsig/revoked.krl"), "list", platform)).toThrow("binary KRL");
  });
});
