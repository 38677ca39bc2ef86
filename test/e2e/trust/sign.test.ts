/** `gait pack sign`: what is written, and that nothing else changes. */
import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { trustPath, trustText } from "../../trust-vectors.ts";
import { bash, GAIT, gait } from "../gait.ts";
import { answer, folder, KEY, linesOf, SIGN, scene, signed } from "./scene.ts";

describe("with a key in a file", () => {
  test("the statement of the vectors, byte for byte, and the same line each time", () => {
    const cwd = scene();
    const { answer: first } = answer(cwd, [...SIGN, "--private-key", "alice.pkcs8.pem"]);
    const { answer: second } = answer(cwd, [...SIGN, "--private-key", "alice.pkcs8.pem"]);
    expect([first.files[0]?.outcome, second.files[0]?.outcome]).toEqual(["created", "unchanged"]);
    const [line = "", ...others] = linesOf(cwd);
    expect(others).toEqual([]);
    const envelope = JSON.parse(line).dsseEnvelope;
    expect(Buffer.from(envelope.payload, "base64").toString()).toBe(trustText("raw/alice.statement.json"));
    expect(envelope.signatures).toEqual(JSON.parse(trustText("dsse/alice.sigstore.json")).dsseEnvelope.signatures);
  });
  test("the pack stays byte for byte", () => {
    const cwd = scene();
    const before = readFileSync(join(cwd, "pack_run_alpha.zip"));
    signed(cwd, "--private-key", "alice.ssh", "--role", "approver", "--comment", "fine");
    expect(readFileSync(join(cwd, "pack_run_alpha.zip")).equals(before)).toBe(true);
  });
  test("lines that are there stay byte for byte, whatever they are", () => {
    const cwd = scene();
    const path = join(cwd, "pack_run_alpha.zip.sigs.jsonl");
    const before = Buffer.from('{"other": "\u00e9"}\r\n\n{"no":"end"}', "latin1");
    writeFileSync(path, before);
    signed(cwd, "--private-key", "alice.ssh");
    const after = readFileSync(path);
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(after.subarray(before.length).toString()).toMatch(/^\n\{"dsseEnvelope".*\}\n$/);
  });
  test("P-256, as PKCS#8 and as OpenSSH's key, counts", () => {
    const cwd = scene();
    for (const key of ["p256.pkcs8.pem", "p256.ssh"]) expect(signed(cwd, "--private-key", key).exit).toBe(0);
    writeFileSync(join(cwd, "p256.pem"), trustText("keys/TEST-ONLY-p256.spki.pem"));
    gait(
      [
        "trust",
        "init",
        "--signer",
        "a=p256.pem",
        "--signer",
        `b=${KEY("p256.ssh.pub")}`,
        "--at-least",
        "2",
        "--out",
        "t.json",
      ],
      { cwd },
    );
    const { exit, stdout } = gait(["pack", "verify", "pack_run_alpha.zip", "--trust", "t.json"], { cwd });
    expect([exit, stdout.split("\n")[0]]).toEqual([
      0,
      "authentic  pack_run_alpha.zip: vouched for as Trust file (v1) asks: approver a, b",
    ]);
  });
  test("twenty at once: no line is lost", async () => {
    const cwd = scene();
    const all = Array.from(
      { length: 20 },
      (_, at) =>
        Bun.spawn([GAIT, ...SIGN, "--private-key", "alice.ssh", "--comment", `number ${at}`], {
          cwd,
          stdout: "ignore",
          stderr: "ignore",
        }).exited,
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([0]));
    expect(linesOf(cwd).length).toBe(20);
    expect(readdirSync(cwd).filter((name) => name.includes("lock"))).toEqual([]);
  });
});

describe("in two steps, for an HSM or a KMS", () => {
  test("the bytes of the vectors, and what HSM and KMS answered to them", () => {
    const cwd = scene();
    expect(signed(cwd, "--public-key", KEY("hsm-p256.spki.pem"), "--to-sign", "a.pae").exit).toBe(0);
    expect(readFileSync(join(cwd, "a.pae"), "utf8")).toBe(trustText("raw/alice.pae"));
    for (const [key, signature] of [
      ["hsm-p256", "hsm-p256.der.sig"],
      ["kms-ed25519", "kms-ed25519.sig"],
      ["kms-ed25519", "kms-ed25519.b64"],
    ]) {
      const args = [
        "--public-key",
        KEY(`${key}.spki.pem`),
        "--signed",
        "a.pae",
        "--signature",
        trustPath(`raw/${signature}`),
      ];
      expect(signed(cwd, ...args).exit).toBe(0);
    }
    // Raw and base64 of one signature are one line.
    expect(linesOf(cwd).length).toBe(2);
    const wrong = signed(
      cwd,
      "--public-key",
      KEY("alice.spki.pem"),
      "--signed",
      "a.pae",
      "--signature",
      trustPath("raw/kms-ed25519.sig"),
    );
    expect([wrong.exit, linesOf(cwd).length]).toEqual([6, 2]);
  });
  test("r||s of PKCS#11 becomes DER", () => {
    const cwd = scene();
    const der = readFileSync(trustPath("raw/hsm-p256.der.sig"));
    const number = (at: number) => der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0));
    const pad = (bytes: Buffer) => Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
    writeFileSync(join(cwd, "rs"), Buffer.concat([pad(number(2)), pad(number(4 + (der[3] ?? 0)))]));
    signed(cwd, "--public-key", KEY("hsm-p256.spki.pem"), "--to-sign", "a.pae");
    expect(signed(cwd, "--public-key", KEY("hsm-p256.spki.pem"), "--signed", "a.pae", "--signature", "rs").exit).toBe(
      0,
    );
    expect(JSON.parse(linesOf(cwd)[0] ?? "").dsseEnvelope.signatures[0].sig).toBe(der.toString("base64"));
  });
  test("what was signed for another pack is refused", () => {
    const cwd = scene();
    copyFileSync(vectorPath("packs/pack_job_completed.zip"), join(cwd, "job.zip"));
    signed(cwd, "--public-key", KEY("kms-ed25519.spki.pem"), "--to-sign", "a.pae");
    const args = [
      "--public-key",
      KEY("kms-ed25519.spki.pem"),
      "--signed",
      "a.pae",
      "--signature",
      trustPath("raw/kms-ed25519.sig"),
    ];
    const { exit, stderr } = gait(["pack", "sign", "job.zip", ...args], { cwd });
    expect([exit, stderr]).toEqual([6, expect.stringContaining("not about this pack")]);
  });
});

describe("--signer", () => {
  test("gets the bytes on stdin, has no shell, and its words keep what is quoted", () => {
    const cwd = scene();
    writeFileSync(
      join(cwd, "sign.sh"),
      '#!/bin/sh\ncat > "$1"\nprintf %s "$2" > arguments\nopenssl pkeyutl -sign -rawin -inkey alice.pkcs8.pem -in "$1"\n',
    );
    chmodSync(join(cwd, "sign.sh"), 0o755);
    const { exit } = signed(
      cwd,
      "--signer",
      "./sign.sh 'what came.in' \"$(id); echo $HOME\"",
      "--public-key",
      KEY("alice.spki.pem"),
    );
    expect(exit).toBe(0);
    expect(readFileSync(join(cwd, "arguments"), "utf8")).toBe("$(id); echo $HOME");
    expect(readFileSync(join(cwd, "what came.in"), "utf8")).toBe(trustText("raw/alice.pae"));
    expect(linesOf(cwd).length).toBe(1);
  });
  test("only sign and attest know it", () => {
    for (const command of [
      ["pack", "verify"],
      ["pack", "inspect"],
      ["trust", "show"],
      ["pack", "report"],
    ]) {
      expect(gait([...command, "x.zip", "--signer", "touch owned"], { cwd: folder }).exit).toBe(6);
    }
    expect(readdirSync(folder)).not.toContain("owned");
  });
});

test("written files are whole, and for their owner alone to write", () => {
  const cwd = scene();
  bash(`"$GAIT" pack sign pack_run_alpha.zip --private-key alice.ssh --out o.jsonl`, { cwd });
  expect(statSync(join(cwd, "o.jsonl")).mode & 0o022).toBe(0);
});

test("a file that nobody finds by its name is warned of, for lines and for SSHSIG", () => {
  const cwd = scene();
  const key = ["--private-key", "alice.ssh"];
  for (const more of [[], ["--format", "ssh"]]) {
    const ending = more.length === 0 ? "sigs.jsonl" : "sig";
    for (const [out, warned] of [
      [`o.${ending}`, true],
      [`pack_run_alpha.zip.old.zip.${ending}`, true],
      [`./pack_run_alpha.zip.me.${ending}`, false],
    ] as const) {
      const { answer: given } = answer(cwd, [...SIGN, ...key, ...more, "--out", out]);
      expect([out, (given.warnings ?? []).join().includes("--bundle")]).toEqual([out, warned]);
    }
  }
});
