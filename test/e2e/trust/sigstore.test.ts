/** `@sigstore/verify`, a second voice on our lines of signatures and on the bundles of the vectors. */
import { describe, expect, test } from "bun:test";
import { createPublicKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { bundleFromJSON } from "@sigstore/bundle";
import { RFC3161Timestamp } from "@sigstore/core";
import { toSignedEntity, Verifier } from "@sigstore/verify";
import { vectorPath } from "../../go-vectors.ts";
import { trustItems, trustPath } from "../../trust-vectors.ts";
import { linesOf, scene, signed } from "./scene.ts";

/** Whether it verifies with this key: no log, no certificate, no timestamp is asked for, as with a managed key. */
function verifies(bundle: string, key: string): boolean {
  const publicKey = createPublicKey(readFileSync(trustPath(`keys/TEST-ONLY-${key}.spki.pem`)));
  const none = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const material = { ...none, publicKey: () => ({ publicKey, validFor: () => true }) };
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  try {
    verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(bundle))));
    return true;
  } catch {
    return false;
  }
}

describe("what gait signs", () => {
  for (const [key, other] of [
    ["alice", "runner"],
    ["p256", "alice"],
  ] as const) {
    test(`a line by ${key} verifies there with its key, and with no other`, () => {
      const cwd = scene();
      expect(signed(cwd, "--private-key", `${key}.pkcs8.pem`, "--role", "approver").exit).toBe(0);
      const [line = ""] = linesOf(cwd);
      expect([verifies(line, key), verifies(line, other)]).toEqual([true, false]);
      expect(verifies(line.replace('"payload":"ey', '"payload":"eX'), key)).toBe(false);
    });
  }
});

/** What gait does not take, and the library, which knows nothing of packs, does. */
const STRICTER: Readonly<Record<string, string>> = {
  "other-subject.sigstore.json": "it is about another pack",
  "upper-hex.sigstore.json": "the digest of its subject is in capitals",
  "sha1-too.sigstore.json": "only a SHA-256 names a pack",
};

describe("the bundles of the vectors", () => {
  const items = trustItems("sigstore-bundle").filter(({ file }) => !/not-json|p384|rsa|other-payload-type/.test(file));
  test("are there", () => expect(items.length).toBeGreaterThan(9));
  for (const { file, expect: expected } of items) {
    const name = basename(file);
    const { signature } = expected as { signature: string };
    test(`${name}: ${signature}${name in STRICTER ? `, because ${STRICTER[name]}` : ""}`, () => {
      const bundle = readFileSync(trustPath(file), "utf8");
      const good = ["alice", "bob", "carol", "p256", "runner"].some((key) => {
        try {
          return verifies(bundle, key);
        } catch {
          return false;
        }
      });
      expect(good).toBe(signature === "valid" || name in STRICTER);
    });
  }
});

/** What the library lets pass: it looks at the signature, the imprint and the digest, and no further. */
const PASSES: readonly string[] = [
  ...["future", "before-valid", "no-content-type", "extension-critical", "ess-missing", "policy-other"],
];

describe("tokens of the authorities whose certificates are at hand", () => {
  const items = trustItems("timestamp").filter(
    ({ signer, file }) => (signer === "tsa-p256" || signer === "tsa-rsa") && !/rsa-pss/.test(file),
  );
  test("are there", () => expect(items.length).toBeGreaterThan(12));
  for (const { file, signer, expect: expected } of items) {
    const { over, timestamp } = expected as { over: string; timestamp: string };
    const name = basename(file, ".tsr");
    test(`${name}: ${PASSES.includes(name) ? "passes there, and is judged by more here" : timestamp}`, () => {
      const { publicKey } = new X509Certificate(readFileSync(trustPath(`tsa/TEST-ONLY-${signer}.pem`)));
      const verified = (() => {
        try {
          RFC3161Timestamp.parse(readFileSync(trustPath(file))).verify(readFileSync(vectorPath(over)), publicKey);
          return true;
        } catch {
          return false;
        }
      })();
      expect(verified).toBe(timestamp === "trusted" || PASSES.includes(name));
    });
  }
});
