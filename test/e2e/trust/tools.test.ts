/** Other people's tools: what they sign counts here, what is signed here verifies there. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { trustItems, trustPath, trustText } from "../../trust-vectors.ts";
import { bash, gait } from "../gait.ts";
import { answer, KEY, linesOf, SIGN, scene, signed } from "./scene.ts";
import { hasMinisign, hasOpenssl, hasSsh } from "./tools.ts";

function verdict(cwd: string, trust: string): string {
  return gait(["pack", "verify", "pack_run_alpha.zip", "--trust", trust], { cwd }).stdout.split("\n")[0] ?? "";
}

describe.skipIf(!hasSsh)("OpenSSH", () => {
  test("what gait signs is byte for byte what ssh-keygen signs (Ed25519)", () => {
    const cwd = scene();
    expect(signed(cwd, "--private-key", "alice.ssh", "--format", "ssh", "--out", "gait.sig").exit).toBe(0);
    expect(bash("ssh-keygen -Y sign -q -n file -f alice.ssh pack_run_alpha.zip", { cwd }).exit).toBe(0);
    expect(readFileSync(join(cwd, "gait.sig"))).toEqual(readFileSync(join(cwd, "pack_run_alpha.zip.sig")));
  });
  for (const [key, person] of [
    ["alice", "alice"],
    ["p256", "p256"],
  ] as const) {
    test(`ssh-keygen verifies what gait signs with ${key}`, () => {
      const cwd = scene();
      signed(cwd, "--private-key", `${key}.ssh`, "--format", "ssh", "--out", "gait.sig");
      const check = `ssh-keygen -Y verify -f ${trustPath("sshsig/allowed_signers")} -I ${person}@example.com -n file -s gait.sig < pack_run_alpha.zip`;
      expect(bash(check, { cwd })).toMatchObject({ exit: 0, stdout: expect.stringContaining('Good "file" signature') });
    });
  }
  test("what ssh-keygen signs, with each key and hash, counts here", () => {
    const cwd = scene();
    for (const [at, args] of ["-f alice.ssh", "-f alice.ssh -O hashalg=sha256", "-f p256.ssh"].entries()) {
      bash(`rm -f pack_run_alpha.zip.*sig; ssh-keygen -Y sign -q -n file ${args} pack_run_alpha.zip`, { cwd });
      const person = at === 2 ? "p256" : "alice";
      expect(verdict(cwd, trustPath("sshsig/allowed_signers"))).toEndWith(`asks: signer ${person}@example.com`);
    }
  });
  test("the agent signs in OpenSSH's form, and a statement with --format dsse", () => {
    const cwd = scene();
    const script = `
      eval "$(ssh-agent -s)" > /dev/null; trap 'kill $SSH_AGENT_PID' EXIT
      "$GAIT" pack sign pack_run_alpha.zip --ssh-agent; echo "none: $?"
      ssh-add -q alice.ssh && "$GAIT" pack sign pack_run_alpha.zip --ssh-agent --out a.sig > /dev/null
      ssh-add -q p256.ssh; "$GAIT" pack sign pack_run_alpha.zip --ssh-agent; echo "two: $?"
      "$GAIT" pack sign pack_run_alpha.zip --ssh-agent --public-key ${KEY("p256.ssh.pub")} --format dsse --role signer > /dev/null; echo "named: $?"
      "$GAIT" pack sign pack_run_alpha.zip --ssh-agent --public-key ${KEY("bob.ssh.pub")}; echo "not there: $?"`;
    const { stdout } = bash(script, { cwd });
    expect(stdout.split("\n").filter((line) => line.includes(": "))).toEqual([
      "none: 6",
      "two: 6",
      "named: 0",
      "not there: 6",
    ]);
    expect(readFileSync(join(cwd, "a.sig"), "utf8")).toBe(trustText("sshsig/alice.sig"));
    expect(verdict(cwd, trustPath("sshsig/allowed_signers"))).toEndWith("signer p256@example.com");
  });
  test("an agent that answers nothing, garbage or a wrong signature is an error, and nothing is written", () => {
    const cwd = scene();
    for (const reply of [
      "",
      "\\x00\\x00\\x00\\x01\\x05",
      "\\xff\\xff\\xff\\xff",
      "\\x00\\x00\\x00\\x05\\x0c\\xff\\xff\\xff\\xff",
    ]) {
      writeFileSync(
        join(cwd, "agent.py"),
        `import socket,os\ns=socket.socket(socket.AF_UNIX)\ns.bind("agent")\ns.listen()\nopen("ready","w").close()\nc,_=s.accept()\nc.recv(100)\nc.sendall(b"${reply}")\nc.close()\n`,
      );
      const { stdout } = bash(
        `rm -f agent ready; python3 agent.py & while [ ! -e ready ]; do sleep 0.02; done; SSH_AUTH_SOCK=$PWD/agent "$GAIT" pack sign pack_run_alpha.zip --ssh-agent 2>&1; echo $?; wait; ls | grep -c jsonl`,
        { cwd },
      );
      expect(stdout.trim().split("\n").slice(-2)).toEqual(["6", "0"]);
    }
  });
  test("all names of a key are those of ssh-keygen and openssl", () => {
    const { exit, answer: names } = answer("/", ["keys", "show", KEY("alice.ssh.pub")]);
    const shown = names as unknown as Record<string, string>;
    expect(exit).toBe(0);
    expect(bash(`ssh-keygen -lf ${KEY("alice.ssh.pub")}`).stdout).toContain(shown["openssh"] ?? "?");
    expect(trustText("keys/TEST-ONLY-alice.ssh.pub")).toStartWith(shown["openssh_key"] ?? "?");
  });
});

describe.skipIf(!hasMinisign)("minisign", () => {
  test("what minisign signs counts here, added and checked", () => {
    const cwd = scene();
    copyFileSync(KEY("minisign.key"), join(cwd, "m.key"));
    expect(
      bash("minisign -S -s m.key -t 'seen by me' -m pack_run_alpha.zip -x elsewhere.minisig < /dev/null", { cwd }).exit,
    ).toBe(0);
    const { exit, answer: added } = answer(cwd, [
      ...SIGN,
      "--add",
      "elsewhere.minisig",
      "--public-key",
      KEY("minisign.pub"),
    ]);
    expect([exit, added.files]).toEqual([
      0,
      [{ path: "pack_run_alpha.zip.A2EA9DA1C9634D98.minisig", outcome: "created" }],
    ]);
    gait(["trust", "init", "--signer", `bob=${KEY("minisign.pub")}`, "--out", "t.json"], { cwd });
    const { stdout } = gait(["pack", "verify", "pack_run_alpha.zip", "--trust", "t.json"], { cwd });
    expect(stdout).toContain('bob as approver, says "seen by me"');
  });
  test("minisign verifies the file that was added", () => {
    const cwd = scene();
    signed(cwd, "--add", trustPath("minisign/good.minisig"));
    const check = `minisign -V -p ${KEY("minisign.pub")} -m pack_run_alpha.zip -x pack_run_alpha.zip.A2EA9DA1C9634D98.minisig`;
    expect(bash(check, { cwd }).exit).toBe(0);
  });
});

describe.skipIf(!hasOpenssl)("openssl", () => {
  test("verifies a line over the bytes of --to-sign", () => {
    const cwd = scene();
    for (const [key, pem] of [
      ["alice.pkcs8.pem", "alice"],
      ["p256.pkcs8.pem", "p256"],
    ] as const) {
      signed(cwd, "--private-key", key, "--out", `${pem}.jsonl`);
      signed(cwd, "--public-key", KEY(`${pem}.spki.pem`), "--to-sign", `${pem}.pae`);
      writeFileSync(
        join(cwd, `${pem}.sig`),
        Buffer.from(JSON.parse(linesOf(cwd, `${pem}.jsonl`)[0] ?? "").dsseEnvelope.signatures[0].sig, "base64"),
      );
      const hash = pem === "p256" ? "-digest sha256" : "";
      const check = `openssl pkeyutl -verify -pubin -inkey ${KEY(`${pem}.spki.pem`)} -rawin ${hash} -in ${pem}.pae -sigfile ${pem}.sig`;
      expect(bash(check, { cwd })).toMatchObject({ exit: 0, stdout: expect.stringContaining("Verified Successfully") });
    }
  });
  test("signs what --to-sign wrote, in two steps", () => {
    const cwd = scene();
    bash(
      "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem; openssl pkey -in k.pem -pubout -out k.pub",
      { cwd },
    );
    signed(cwd, "--public-key", "k.pub", "--to-sign", "x.pae", "--role", "approver");
    bash("openssl dgst -sha256 -sign k.pem -out x.sig x.pae", { cwd });
    expect(signed(cwd, "--public-key", "k.pub", "--signed", "x.pae", "--signature", "x.sig").exit).toBe(0);
    gait(["trust", "init", "--signer", "kms=k.pub", "--out", "t.json"], { cwd });
    expect(verdict(cwd, "t.json")).toEndWith("approver kms");
  });
});

describe("what the vectors say of each tool", () => {
  for (const item of trustItems("sshsig", "minisign")) {
    const { over, signature } = item.expect as { over: string; signature: string };
    test.skipIf(!hasSsh || !hasMinisign)(`${item.file}: added here exactly where it verifies there`, () => {
      const cwd = scene();
      const pack = join(cwd, "pack.zip");
      copyFileSync(vectorPath(over), pack);
      const key = item.kind === "minisign" ? ["--public-key", KEY("minisign.pub")] : [];
      const { exit } = gait(["pack", "sign", "pack.zip", "--add", trustPath(item.file), ...key], { cwd });
      const there =
        item.kind === "minisign"
          ? bash(`minisign -V -p ${KEY("minisign.pub")} -m pack.zip -x ${trustPath(item.file)}`, { cwd })
          : bash(`ssh-keygen -Y check-novalidate -n ${item.namespace} -s ${trustPath(item.file)} < pack.zip`, { cwd });
      // Stricter here, and said so: the reserved field, RSA.
      const isStricter = item.file.endsWith("reserved.sig") || signature === "unsupported";
      expect([exit === 0, isStricter || (there.exit === 0) === (exit === 0)]).toEqual([
        isStricter ? false : there.exit === 0,
        true,
      ]);
    });
  }
});
