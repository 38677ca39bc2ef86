/** What `gait pack sign` refuses, with nothing written and no key shown. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trustPath, trustText } from "../../trust-vectors.ts";
import { gait } from "../gait.ts";
import { KEY, SIGN, scene, signed } from "./scene.ts";

describe("what is refused", () => {
  const CASES: Readonly<Record<string, readonly [args: string[], exit: number, words: RegExp]>> = {
    "no way to sign": [[], 6, /nothing says how to sign/],
    "two ways": [["--private-key", "alice.ssh", "--ssh-agent"], 6, /only one way/],
    "a key with a passphrase": [["--private-key", KEY("alice-encrypted.ssh")], 6, /with a passphrase[\s\S]*ssh-agent/],
    "an RSA key": [["--private-key", KEY("rsa.pkcs8.pem")], 6, /RSA/],
    "a minisign key": [["--private-key", KEY("minisign.key")], 6, /minisign/],
    "a public key": [["--private-key", KEY("alice.spki.pem")], 6, /public key/],
    "a role that no trust file can name": [["--private-key", "alice.ssh", "--role", "the boss"], 6, /--role/],
    "a blank comment": [["--private-key", "alice.ssh", "--comment", " "], 6, /--comment/],
    "a role in SSHSIG": [["--private-key", "alice.ssh", "--format", "ssh", "--role", "approver"], 6, /no place for it/],
    "a namespace without SSHSIG": [["--private-key", "alice.ssh", "--namespace", "git"], 6, /--namespace/],
    "one half of two steps": [["--public-key", KEY("alice.spki.pem"), "--signed", "a.pae"], 6, /belong together/],
    "no public key for two steps": [["--to-sign", "a.pae"], 6, /--public-key is missing/],
    "no agent": [["--ssh-agent"], 6, /SSH_AUTH_SOCK/],
    "a signer that is not there": [["--signer", "/no/such --x", "--public-key", KEY("alice.spki.pem")], 6, /not found/],
    "a signer that fails": [["--signer", "false", "--public-key", KEY("alice.spki.pem")], 6, /ended with exit 1/],
    "a signer that says nothing": [["--signer", "true", "--public-key", KEY("alice.spki.pem")], 6, /wrote nothing/],
    "a signer that signs something else": [
      ["--signer", "echo AAAA", "--public-key", KEY("alice.spki.pem")],
      6,
      /does not verify/,
    ],
    "an open quote": [["--signer", "'a", "--public-key", KEY("alice.spki.pem")], 6, /quote is open/],
    "what is no signature": [["--add", "alice.ssh"], 6, /can't be added/],
    "a signature of another pack": [["--add", trustPath("sshsig/alice-job.sig")], 6, /does not verify over this file/],
    "a statement about another pack": [
      ["--add", trustPath("dsse/other-subject.sigstore.json"), "--public-key", KEY("alice.spki.pem")],
      6,
      /about another file/,
    ],
    "a signature of somebody else": [
      ["--add", trustPath("sshsig/bob-agent.sig"), "--public-key", KEY("alice.ssh.pub")],
      6,
      /not by the given key/,
    ],
    "a legacy signature": [["--add", trustPath("minisign/signify.sig")], 6, /signify/],
  };
  for (const [what, [args, exit, words]] of Object.entries(CASES)) {
    test(`${what}: exit ${exit}, and nothing is written`, () => {
      const cwd = scene();
      const before = readdirSync(cwd);
      const ran = signed(cwd, ...args);
      expect([ran.exit, ran.stderr.match(words) !== null]).toEqual([exit, true]);
      expect(readdirSync(cwd)).toEqual(before);
    });
  }
  test("a pack that fails: exit 2, and nothing is written", () => {
    const cwd = scene();
    const bytes = readFileSync(join(cwd, "pack_run_alpha.zip"));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(join(cwd, "pack_run_alpha.zip"), bytes);
    const before = readdirSync(cwd);
    expect(signed(cwd, "--private-key", "alice.ssh").exit).toBe(2);
    expect(gait(["pack", "attest", "pack_run_alpha.zip", "--private-key", "alice.ssh"], { cwd }).exit).toBe(2);
    expect(readdirSync(cwd)).toEqual(before);
  });
});

test("a private key is never echoed, however it is given wrong", () => {
  const cwd = scene();
  const secret = (trustText("keys/TEST-ONLY-alice.pkcs8.pem").split("\n")[1] ?? "").slice(20, 44);
  writeFileSync(
    join(cwd, "t.json"),
    JSON.stringify({ schema_id: "gait.trust", key: trustText("keys/TEST-ONLY-alice.pkcs8.pem") }),
  );
  const calls = [
    ["keys", "show", "alice.pkcs8.pem"],
    ["pack", "verify", "pack_run_alpha.zip", "--trust", "alice.pkcs8.pem"],
    ["pack", "verify", "pack_run_alpha.zip", "--trust", "t.json"],
    ["pack", "verify", "pack_run_alpha.zip", "--trust", trustPath("scenarios/trust-private-key/trust.json")],
    ["trust", "check", trustPath("scenarios/trust-private-key/trust.json"), "--json"],
    [...SIGN, "--public-key", "alice.pkcs8.pem", "--to-sign", "x"],
    [...SIGN, "--add", "alice.pkcs8.pem"],
    ["trust", "init", "--signer", "alice=alice.pkcs8.pem", "--out", "x"],
  ];
  for (const args of calls) {
    const { stdout, stderr } = gait(args, { cwd });
    expect([args, `${stdout}${stderr}`.includes(secret)]).toEqual([args, false]);
  }
});
