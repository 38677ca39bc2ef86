/** Encrypted files (contract 3.8): the Go implementation's are read, ours come back, and nothing wrong is written out. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import { contentKey } from "../../../src/host/guard/content-key.ts";
import { decrypted, encrypted } from "../../../src/host/guard/encryption.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { EncryptedArtifact } from "../../../src/schema/document/evidence-pack.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { LATER } from "../../go-vectors.ts";

const KEY = new Uint8Array(Buffer.from("SKU/B3TIzv9XSh/csNRw29OCs9snPP9DRLbTnVN5ySM=", "base64"));
const OPTIONS = {
  key: KEY,
  keySource: { mode: "env", ref: "K" },
  createdAt: "2026-01-01T00:00:00Z",
  producerVersion: "1",
  hashing: hostPlatform,
} as const;

const bytesOf = (artifact: EncryptedArtifact | JsonObject) => canonicalBytes(artifact as unknown as JsonObject);
const open = (bytes: Uint8Array, key = KEY) => decrypted(bytes, "f", key, hostPlatform);

test("theirs: the text and the empty file", () => {
  for (const name of ["plain.txt", "empty.bin"]) {
    const { plain, findings } = open(new Uint8Array(readFileSync(join(LATER, `encrypt/${name}.gaitenc`))));
    expect([Buffer.from(plain), findings]).toEqual([readFileSync(join(LATER, "encrypt", name)), []]);
  }
});

test("ours come back, and no two are the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (plain) => {
      const [one, two] = [encrypted(plain, OPTIONS), encrypted(plain, OPTIONS)];
      expect(one.nonce).not.toBe(two.nonce);
      expect(open(bytesOf(one))).toMatchObject({ plain, findings: [], warnings: [] });
    }),
    { numRuns: 50 },
  );
});

describe("what is wrong", () => {
  const good = encrypted(new TextEncoder().encode("evidence"), OPTIONS);
  const flipped = (text: string, at: number): string => {
    const bytes = Buffer.from(text, "base64");
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes.toString("base64");
  };
  for (const [what, change] of [
    ["a changed byte", { ciphertext: flipped(good.ciphertext, 0) }],
    ["a changed tag", { ciphertext: flipped(good.ciphertext, 20) }],
    ["a changed nonce", { nonce: flipped(good.nonce, 3) }],
    ["a short nonce", { nonce: "AAAA" }],
    ["no base64", { ciphertext: "*" }],
    ["less than a tag", { ciphertext: "AAAA" }],
    ["another algorithm", { algorithm: "aes-128-gcm" }],
    ["another document", { schema_id: "gait.guard.retention_report" }],
    ["an unknown member", { zzz: 1 }],
    ["a digest that is none", { plain_sha256: "00" }],
  ] as const)
    test(`${what} is refused`, () => {
      expect(() => open(bytesOf({ ...good, ...change } as unknown as JsonObject))).toThrow();
    });

  test("another key is refused", () => {
    expect(() => open(bytesOf(good), new Uint8Array(32))).toThrow("another key, or it was changed");
  });

  test("bytes behind the document are refused", () => {
    expect(() => open(new Uint8Array(Buffer.concat([bytesOf(good), Buffer.from("{}")])))).toThrow();
  });

  for (const [member, value] of [
    ["plain_sha256", "0".repeat(64)],
    ["plain_size", 7],
  ] as const)
    test(`another ${member} is a finding`, () => {
      expect(open(bytesOf({ ...good, [member]: value } as unknown as JsonObject)).findings).toMatchObject([
        { code: "decrypted_content_mismatch", path: `f#$.${member}` },
      ]);
    });

  test("a digest in capitals is the same, and none is a warning", () => {
    expect(open(bytesOf({ ...good, plain_sha256: good.plain_sha256.toUpperCase() })).findings).toEqual([]);
    expect(open(bytesOf({ ...good, plain_sha256: "" })).warnings).toHaveLength(1);
  });
});

describe("keys", () => {
  const text = Buffer.from(KEY).toString("base64");
  test("from a variable, with white space around it", async () => {
    expect(await contentKey({ mode: "env", name: "K" }, { K: ` ${text}\n` })).toEqual(KEY);
  });
  for (const [what, value] of [
    ["empty", " "],
    ["not set", undefined],
    ["31 bytes", Buffer.alloc(31).toString("base64")],
    ["hex", Buffer.from(KEY).toString("hex")],
    ["long", "A".repeat(8000)],
  ] as const)
    test(`${what}: refused, and not shown`, async () => {
      const error = await contentKey({ mode: "env", name: "K" }, { K: value }).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "invalid_key" });
      if (value?.trim()) expect(error.message).not.toContain(value.slice(0, 8));
    });

  test.skipIf(process.platform === "win32")("from a program, without a shell", async () => {
    const printing = (...args: string[]) => contentKey({ mode: "command", command: "printf", args }, {});
    expect(await printing("%s", text)).toEqual(KEY);
    await expect(printing("%s", "$(id)")).rejects.toThrow("not base64");
    await expect(contentKey({ mode: "command", command: "false", args: [] }, {})).rejects.toThrow("exit 1");
    await expect(contentKey({ mode: "command", command: "no-such-program", args: [] }, {})).rejects.toThrow(
      "not found",
    );
    await expect(contentKey({ mode: "command", command: "yes", args: [] }, {})).rejects.toThrow("more than a key");
  });
});
