/** `openssl ts -verify` as a second voice on every token: what it says, and by name where gait is stricter or knows more. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import {
  CA,
  certificate,
  essV1,
  int,
  response,
  STAMPS,
  seq,
  type TokenParts,
  token,
} from "../../core/trust/time/token-maker.ts";
import { vectorPath } from "../../go-vectors.ts";
import { TRUST_VECTORS, type TrustItem, trustItems, trustPath } from "../../trust-vectors.ts";
import { bash } from "../gait.ts";
import { hasOpenssl } from "./tools.ts";

interface Told extends TrustItem {
  readonly tool_verify: { readonly command: string; readonly exit: number };
  readonly expect: { readonly over: string; readonly timestamp: "trusted" | "refused"; readonly code?: string };
}
const TOKENS = trustItems("timestamp") as Told[];

/** Accepted there and refused here, with what openssl lets pass. */
const STRICTER: Readonly<Record<string, string>> = {
  "future.tsr": "a time that is later than the verifier's clock",
  "sha1-imprint.tsr": "SHA-1",
  "sha1-certificate.tsr": "SHA-1",
  "rsa1024.tsr": "RSA 1024",
  "no-content-type.tsr": "signed attributes without a content type (RFC 5652 5.3)",
  "extension-critical.tsr": "a critical extension that nobody knows",
};
/** Refused there and trusted here, with what openssl 3.0 can't do. */
const KNOWS_MORE: Readonly<Record<string, string>> = {
  "ed25519.tsr": "Ed25519 (RFC 8419)",
  "rsa-pss.tsr": "RSASSA-PSS",
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-ts-"));
  const certificates = readdirSync(join(TRUST_VECTORS, "tsa")).filter(
    (name) => /-inter.*\.pem$/.test(name) && !name.includes("crl"),
  );
  const all = certificates.sort().map((name) => readFileSync(trustPath(`tsa/${name}`), "utf8"));
  writeFileSync(join(folder, "unt.pem"), all.join(""));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Its command, with the files where they are here. */
function opensslExit({ tool_verify: { command }, expect: { over } }: Told): number | null {
  const words = command.split(" ").map((word) => {
    if (word === "work/unt.pem") return join(folder, "unt.pem");
    if (word.startsWith("work/")) return trustPath(`tsa/TEST-ONLY-${basename(word)}`);
    if (word.startsWith("tsr/")) return trustPath(word);
    return word.startsWith("../") ? vectorPath(over) : word;
  });
  return bash(words.join(" "), { cwd: folder }).exit;
}

describe.skipIf(!hasOpenssl)("openssl ts -verify", () => {
  test("36 tokens are asked about, and each difference is of a token that there is", () => {
    expect(TOKENS.length).toBe(36);
    const names = TOKENS.map(({ file }) => basename(file));
    for (const name of [...Object.keys(STRICTER), ...Object.keys(KNOWS_MORE)]) expect(names).toContain(name);
  });
  for (const item of TOKENS) {
    const name = basename(item.file);
    const isTrusted = item.expect.timestamp === "trusted";
    const why = STRICTER[name] ?? KNOWS_MORE[name];
    const differs = why === undefined ? "agrees" : `differs: ${why}`;
    test(`${name}: ${differs}`, () => {
      const accepts = opensslExit(item) === 0;
      expect(accepts).toBe(item.tool_verify.exit === 0);
      expect([name, accepts === isTrusted]).toEqual([name, why === undefined]);
      if (name in STRICTER) expect([accepts, isTrusted]).toEqual([true, false]);
      if (name in KNOWS_MORE) expect([accepts, isTrusted]).toEqual([false, true]);
    });
  }
});

describe.skipIf(!hasOpenssl)("tokens that tests make", () => {
  const OVER = new TextEncoder().encode("the pack");
  /** What openssl says of a token by an authority below an intermediate. */
  async function accepts(make: (signer: Awaited<ReturnType<typeof certificate>>) => TokenParts | Promise<TokenParts>) {
    const root = await certificate(undefined, { ...CA, name: "root", serial: 1 });
    const inter = await certificate(root, { ...CA, name: "inter", serial: 2 });
    const signer = await certificate(inter, { ...STAMPS, name: "tsa", serial: 3 });
    const at = mkdtempSync(join(folder, "made-"));
    const made = await token(signer, OVER, { certificates: [inter.der, signer.der], ...(await make(signer)) });
    for (const [name, bytes] of Object.entries({ "t.tsr": response(0, made), data: OVER, "root.pem": root.pem }))
      writeFileSync(join(at, name), bytes);
    return bash("openssl ts -verify -in t.tsr -data data -CAfile root.pem", { cwd: at }).exit === 0;
  }
  test("the good ones are good to openssl: their maker is right", async () => {
    expect(await accepts(() => ({}))).toBe(true);
    expect(await accepts(() => ({ genTime: "20260301120000.5Z", more: [seq(int(1)), int(9)] }))).toBe(true);
    const old = await accepts(async (signer) => {
      const ess = await essV1(signer);
      return { attributes: ([type, digest]) => [type, digest, ess] as Uint8Array[] };
    });
    expect(old).toBe(true);
  });
  test("and the bad ones bad", async () => {
    expect(await accepts(() => ({ imprint: new Uint8Array(32) }))).toBe(false);
    expect(await accepts(() => ({ signers: (one) => [one, one] }))).toBe(false);
    expect(await accepts(() => ({ attributes: ([type, digest]) => [type, digest] as Uint8Array[] }))).toBe(false);
  });
});
