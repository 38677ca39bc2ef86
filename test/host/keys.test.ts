import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../src/core/finding/error.ts";
import {
  generateKeyPair,
  type KeySource,
  loadPrivateKey,
  loadPublicKey,
  rotatedPrefix,
  writeKeyPair,
} from "../../src/host/keys.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { verifyEd25519Native } from "../../src/host/platform/ed25519-native.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "gait-keys-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

const KEYS = new URL("../vectors/keys/", import.meta.url).pathname;
const PRIVATE_TEXT = readFileSync(join(KEYS, "test_private.key"), "utf8");
const PUBLIC_TEXT = readFileSync(join(KEYS, "test_public.key"), "utf8");
const ID = "b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9";

let count = 0;
function newFolder(): string {
  const path = join(FOLDER, `folder-${count++}`);
  mkdirSync(path);
  return path;
}

function keyFile(content: string | Uint8Array, mode = 0o600): string {
  const path = join(newFolder(), "a.key");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("a private key", () => {
  test("from a file signs, and knows its source", async () => {
    const path = keyFile(PRIVATE_TEXT);
    const { signer, warning } = await loadPrivateKey({ path }, hostPlatform);
    expect(signer.publicKey).toMatchObject({ id: ID, source: `path:${path}` });
    expect(warning).toBeUndefined();
    const message = new Uint8Array(32);
    expect(await verifyEd25519Native(await signer.sign(message), message, signer.publicKey.bytes)).toBe(true);
  });

  test("from a variable, with white space around it", async () => {
    const { signer, warning } = await loadPrivateKey({ env: "K", value: `\n ${PRIVATE_TEXT}` }, hostPlatform);
    expect(signer.publicKey).toMatchObject({ id: ID, source: "env:K" });
    expect(warning).toBeUndefined();
  });

  test.each([0o600, 0o400, 0o700])("that only the owner can access needs no warning: %o", async (mode) => {
    expect((await loadPrivateKey({ path: keyFile(PRIVATE_TEXT, mode) }, hostPlatform)).warning).toBeUndefined();
  });

  test.each([0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o601])(
    "that others can access gets a warning: %o",
    async (mode) => {
      const path = keyFile(PRIVATE_TEXT, mode);
      const { warning } = await loadPrivateKey({ path }, hostPlatform);
      expect(warning).toContain(path);
      expect(warning).toContain(`mode 0${mode.toString(8)}`);
      expect(warning).toContain("chmod 600");
    },
  );

  test("the warning is about the file, not about a link to it", async () => {
    const path = keyFile(PRIVATE_TEXT);
    symlinkSync(path, `${path}.link`);
    expect((await loadPrivateKey({ path: `${path}.link` }, hostPlatform)).warning).toBeUndefined();
  });
});

describe("a public key", () => {
  test.each<[string, KeySource, string]>([
    ["from a file", { path: join(KEYS, "test_public.key") }, `path:${join(KEYS, "test_public.key")}`],
    ["from a variable", { env: "K", value: PUBLIC_TEXT }, "env:K"],
  ])("%s", async (_rule, source, name) => {
    expect(await loadPublicKey(source, hostPlatform)).toMatchObject({ id: ID, source: name });
  });

  test("saved on Windows, with a byte order mark and CR LF", async () => {
    for (const path of [keyFile(`\ufeff${PUBLIC_TEXT.trim()}\r\n`), keyFile(`\ufeff\r\n${PUBLIC_TEXT}`)]) {
      expect((await loadPublicKey({ path }, hostPlatform)).id).toBe(ID);
    }
    expect((await loadPublicKey({ env: "K", value: `\ufeff${PUBLIC_TEXT}` }, hostPlatform)).id).toBe(ID);
  });

  test("that others can read needs no warning", async () => {
    expect((await loadPublicKey({ path: keyFile(PUBLIC_TEXT, 0o644) }, hostPlatform)).id).toBe(ID);
  });
});

describe("a source without a key is refused", () => {
  test.each<[rule: string, source: KeySource, code: string, words: string]>([
    ["a missing file", { path: join(FOLDER, "none") }, "not_found", "does not exist"],
    ["a folder", { path: FOLDER }, "not_readable", "is a folder"],
    ["an endless device", { path: "/dev/zero" }, "not_readable", "is a device"],
    ["an empty file", { path: keyFile("") }, "invalid_key", "is empty"],
    ["a large file", { path: keyFile(new Uint8Array(64 * 1024 + 1)) }, "invalid_key", "too large for a key"],
    ["a DER file", { path: keyFile(Uint8Array.of(0x30, 0x81, 0xff)) }, "invalid_key", "is not plain text"],
    ["a text in UTF-16", { path: keyFile(Buffer.from(`\ufeff${PUBLIC_TEXT}`, "utf16le")) }, "invalid_key", "UTF-16"],
    ["a text of another encoding", { path: keyFile("ÿ") }, "invalid_key", "is not plain text"],
    ["text that is not a key", { path: keyFile("key") }, "invalid_key", "neither padded standard base64"],
    ["a variable that is not set", { env: "K", value: undefined }, "not_found", "variable K is not set"],
    ["an empty variable", { env: "K", value: "" }, "not_found", "variable K is empty"],
    ["a blank variable", { env: "K", value: " \t\n" }, "not_found", "variable K is empty"],
    ["a variable with the path of a key", { env: "K", value: "keys/a.key" }, "invalid_key", "variable K"],
  ])("%s", async (_rule, source, code, words) => {
    for (const load of [loadPrivateKey, loadPublicKey]) {
      const error = await thrownBy(load(source, hostPlatform));
      expect<string>(error.code).toBe(code);
      expect(error.message).toContain(words);
      expect(error.hint).toBeString();
    }
  });

  test("the private key in place of the public one, without printing it", async () => {
    const error = await thrownBy(loadPublicKey({ path: keyFile(PRIVATE_TEXT) }, hostPlatform));
    expect(error.message).toContain("is a private key");
    expect(Bun.inspect(error)).not.toContain(PRIVATE_TEXT.slice(4, 16));
  });
});

describe("a new pair", () => {
  test("is different each time", async () => {
    const [left, right] = [await generateKeyPair(hostPlatform), await generateKeyPair(hostPlatform)];
    expect(left.publicKey.id).not.toBe(right.publicKey.id);
    expect(left.seed).toHaveLength(32);
  });

  test.each([0o000, 0o022, 0o077])(
    "is written as two files with mode 0600 in a folder of 0750, under umask %o",
    async (umask) => {
      const directory = join(newFolder(), "gait-out/keys");
      const key = await generateKeyPair(hostPlatform);
      const before = process.umask(umask);
      try {
        const paths = writeKeyPair(key, { directory, prefix: "gait" });
        expect(paths).toEqual({
          privateKeyPath: join(directory, "gait_private.key"),
          publicKeyPath: join(directory, "gait_public.key"),
        });
        for (const path of Object.values(paths)) expect(statSync(path).mode & 0o777).toBe(0o600);
        expect(statSync(directory).mode & 0o777).toBe(0o750 & ~umask);
        expect(readdirSync(directory).sort()).toEqual(["gait_private.key", "gait_public.key"]);
        const { signer, warning } = await loadPrivateKey({ path: paths.privateKeyPath }, hostPlatform);
        expect([signer.publicKey.id, warning]).toEqual([key.publicKey.id, undefined]);
        expect((await loadPublicKey({ path: paths.publicKeyPath }, hostPlatform)).id).toBe(key.publicKey.id);
      } finally {
        process.umask(before);
      }
    },
  );

  test("equals OpenSSL's text form of the same seed", async () => {
    const directory = newFolder();
    const key = await generateKeyPair(hostPlatform);
    const { privateKeyPath } = writeKeyPair(key, { directory, prefix: "gait" });
    const stored = Buffer.from(readFileSync(privateKeyPath, "utf8"), "base64");
    const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
    const der = Buffer.concat([prefix, stored.subarray(0, 32)]).toString("base64");
    const value = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
    const { signer } = await loadPrivateKey({ env: "K", value }, hostPlatform);
    expect(Buffer.compare(signer.publicKey.bytes, stored.subarray(32))).toBe(0);
  });

  test.each(["gait_private.key", "gait_public.key"])("is not written if there is a %s", async (name) => {
    const directory = newFolder();
    writeFileSync(join(directory, name), "precious");
    const key = await generateKeyPair(hostPlatform);
    const error = thrownBySync(() => writeKeyPair(key, { directory, prefix: "gait" }));
    expect(error.code).toBe("already_exists");
    expect(error.message).toContain(name);
    expect(readFileSync(join(directory, name), "utf8")).toBe("precious");
    expect(readdirSync(directory)).toEqual([name]);
  });

  test("is not written over a link to nothing", async () => {
    const directory = newFolder();
    symlinkSync("nowhere", join(directory, "gait_private.key"));
    const key = await generateKeyPair(hostPlatform);
    expect(thrownBySync(() => writeKeyPair(key, { directory, prefix: "gait" })).code).toBe("already_exists");
    expect(readdirSync(directory)).toEqual(["gait_private.key"]);
  });

  test("replaces both halves by force, even one that others could read", async () => {
    const directory = newFolder();
    for (const half of ["private", "public"])
      writeFileSync(join(directory, `gait_${half}.key`), "old", { mode: 0o644 });
    const key = await generateKeyPair(hostPlatform);
    const paths = writeKeyPair(key, { directory, prefix: "gait", force: true });
    expect((await loadPrivateKey({ path: paths.privateKeyPath }, hostPlatform)).warning).toBeUndefined();
    expect((await loadPublicKey({ path: paths.publicKeyPath }, hostPlatform)).id).toBe(key.publicKey.id);
    expect(readdirSync(directory).sort()).toEqual(["gait_private.key", "gait_public.key"]);
  });

  test.each([
    ["is gone", undefined],
    ["is the old one", "old"],
  ])("when the public half can't be named, the private one %s", async (_rule, old) => {
    const directory = newFolder();
    if (old !== undefined) writeFileSync(join(directory, "gait_private.key"), old);
    // A folder can't be replaced by a file, which fails only after the private half has its name.
    mkdirSync(join(directory, "gait_public.key/in"), { recursive: true });
    const key = await generateKeyPair(hostPlatform);
    const error = thrownBySync(() => writeKeyPair(key, { directory, prefix: "gait", force: true }));
    expect(error.code).toBe("write_failed");
    const left = old === undefined ? ["gait_public.key"] : ["gait_private.key", "gait_public.key"];
    expect(readdirSync(directory).sort()).toEqual(left);
    if (old !== undefined) expect(readFileSync(join(directory, "gait_private.key"), "utf8")).toBe(old);
  });

  test.each([
    "",
    ".",
    "..",
    "../gait",
    "a/b",
    "/tmp/gait",
    "a\\b",
    ".hidden",
    "-x",
    "a b",
    "a\0",
    "é",
    "g".repeat(101),
  ])("the prefix is a plain name, so not %j", async (prefix) => {
    const directory = newFolder();
    const key = await generateKeyPair(hostPlatform);
    const error = thrownBySync(() => writeKeyPair(key, { directory, prefix }));
    expect(error.code).toBe("invalid_input");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("rotation", () => {
  test.each([
    ["2026-02-03T04:05:06.789Z", "gait_20260203T040506Z"],
    ["2026-12-31T23:59:59.999Z", "gait_20261231T235959Z"],
    ["2026-01-01T00:30:00+02:00", "gait_20251231T223000Z"],
  ])("at %s the prefix is %s", (time, prefix) => {
    expect(rotatedPrefix("gait", new Date(time))).toBe(prefix);
  });

  test("the old files stay, and a second one in the same second is refused", async () => {
    const directory = newFolder();
    const key = await generateKeyPair(hostPlatform);
    const old = writeKeyPair(key, { directory, prefix: "gait" });
    const before = readFileSync(old.privateKeyPath, "utf8");
    const prefix = rotatedPrefix("gait", new Date("2026-02-03T04:05:06.100Z"));
    writeKeyPair(await generateKeyPair(hostPlatform), { directory, prefix });
    const again = rotatedPrefix("gait", new Date("2026-02-03T04:05:06.900Z"));
    const error = thrownBySync(() => writeKeyPair(key, { directory, prefix: again }));
    expect(error.code).toBe("already_exists");
    expect(readFileSync(old.privateKeyPath, "utf8")).toBe(before);
    expect(readdirSync(directory)).toHaveLength(4);
  });
});

async function thrownBy(call: Promise<unknown>): Promise<GaitError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GaitError)) throw error ?? new Error("nothing was thrown");
  return error;
}

function thrownBySync(call: () => unknown): GaitError {
  try {
    call();
  } catch (error) {
    if (error instanceof GaitError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
