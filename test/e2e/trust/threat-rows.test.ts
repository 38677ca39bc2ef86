/** The table of attacks in docs/trust.md, one test a row, by the executable; each kind has its cases elsewhere too. */
import { describe, expect, test } from "bun:test";
import { appendFileSync, copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { NOW, trustPath, trustText } from "../../trust-vectors.ts";
import { gait } from "../gait.ts";
import { KEY, scene, signed } from "./scene.ts";

const PACK = "pack_run_alpha.zip";

interface Judged {
  readonly exit: number | null;
  readonly codes: readonly string[];
  readonly states: readonly string[];
  readonly reason: string;
  readonly trust?: {
    readonly name: string;
    readonly version: number;
    readonly sha256: string;
    readonly at: string;
    readonly clock: string;
  };
}

function verify(cwd: string, ...args: string[]): Judged {
  const { exit, stdout } = gait(["pack", "verify", PACK, ...args, "--json"], { cwd });
  const { verify, error } = JSON.parse(stdout);
  const found = verify?.findings ?? [];
  return {
    exit,
    codes: found.map(({ code }: { code: string }) => code),
    states: [...(verify?.trust?.signatures ?? []), ...(verify?.trust?.timestamps ?? [])].map(({ state }) => state),
    reason: verify?.reason ?? error,
    trust: verify?.trust,
  };
}

/** A pack that these signed, and a trust file that asks for as many of these signers. */
function example(by: readonly string[], atLeast = 1, more: object = {}): string {
  const cwd = scene();
  for (const name of by) expect(signed(cwd, "--private-key", `${name}.ssh`).exit).toBe(0);
  const signers = ["alice", "bob"].map((id) => ({
    id,
    keys: [{ key: readFileSync(KEY(`${id}.ssh.pub`), "utf8").trim() }],
  }));
  const rules = [{ for: ["run"], need: [{ role: "approver", of: ["alice", "bob"], at_least: atLeast }] }];
  const document = {
    schema_id: "gait.trust",
    schema_version: "1.0.0",
    name: "Example",
    version: 3,
    signers,
    rules,
    ...more,
  };
  writeFileSync(join(cwd, "trust.json"), JSON.stringify(document));
  return cwd;
}
const asked = ["--trust", "trust.json", "--at", NOW];
const lines = (cwd: string): string => join(cwd, `${PACK}.sigs.jsonl`);

describe("the rows", () => {
  test("a lenient trust file comes with the evidence: it is used only where it is named, and every answer says which", () => {
    const cwd = example(["alice"]);
    copyFileSync(join(cwd, "trust.json"), join(cwd, `${PACK}.trust.json`));
    expect(verify(cwd)).toMatchObject({ exit: 0, trust: undefined, reason: expect.stringContaining("NOT CHECKED") });
    const { trust } = verify(cwd, ...asked);
    const sha256 = new Bun.CryptoHasher("sha256").update(readFileSync(join(cwd, "trust.json"))).digest("hex");
    expect(trust).toMatchObject({ name: "Example", version: 3, sha256 });
    expect(verify(cwd, ...asked, "--trust-sha256", "0".repeat(64)).exit).toBe(6);
  });

  test("one person with many keys, names or signatures is one person", () => {
    const cwd = example(["alice"], 2);
    for (let at = 0; at < 3; at += 1) appendFileSync(lines(cwd), readFileSync(lines(cwd)));
    expect(verify(cwd, ...asked)).toMatchObject({ exit: 2, codes: ["trust_unmet"] });
    const twice = JSON.parse(readFileSync(join(cwd, "trust.json"), "utf8"));
    twice.signers[1].keys = twice.signers[0].keys;
    writeFileSync(join(cwd, "trust.json"), JSON.stringify(twice));
    expect(verify(cwd, ...asked).exit).toBe(6);
  });

  test("a signature that was made for something else does not count", () => {
    const cwd = example([]);
    copyFileSync(trustPath("sshsig/alice-own-namespace.sig"), join(cwd, `${PACK}.alice.sig`));
    expect(verify(cwd, ...asked)).toMatchObject({ exit: 2, states: ["wrong_namespace"] });
  });

  test("a good signature moved beside another pack", () => {
    const cwd = example(["alice"]);
    copyFileSync(vectorPath("packs/pack_run_alpha_signed.zip"), join(cwd, PACK));
    expect(verify(cwd, ...asked)).toMatchObject({ exit: 2, states: expect.arrayContaining(["other_subject"]) });
  });

  test("a payload swapped under its signature", () => {
    const cwd = example(["alice"]);
    const line = JSON.parse(readFileSync(lines(cwd), "utf8"));
    const statement = JSON.parse(atob(line.dsseEnvelope.payload));
    statement.predicate.role = "approver";
    line.dsseEnvelope.payload = btoa(JSON.stringify(statement));
    writeFileSync(lines(cwd), `${JSON.stringify(line)}\n`);
    expect(verify(cwd, ...asked)).toMatchObject({ exit: 2, codes: ["countersignature_invalid", "trust_unmet"] });
  });

  test("garbage planted to fail a pack fails loudly and is named; signatures deleted are missed by name", () => {
    const cwd = example(["alice"]);
    appendFileSync(lines(cwd), "garbage\n");
    const { codes } = verify(cwd, ...asked);
    expect(codes).toContain("countersignature_malformed");
    expect(gait(["pack", "verify", PACK, ...asked], { cwd }).stderr).toContain(`${PACK}.sigs.jsonl`);
    rmSync(lines(cwd));
    expect(verify(cwd, ...asked)).toMatchObject({ exit: 2, codes: ["trust_unmet"] });
    expect(gait(["pack", "verify", PACK, ...asked], { cwd }).stderr).toContain("alice");
  });

  test("backdated with an old or stolen key: a claimed time never counts", () => {
    const key = readFileSync(KEY("alice.ssh.pub"), "utf8").trim();
    for (const fate of [
      { until: "2026-01-01T00:00:00Z" },
      { revoked: { since: "2026-01-01T00:00:00Z", reason: "stolen" } },
    ]) {
      const signers = [{ id: "alice", keys: [{ key, ...fate }] }];
      const rules = [{ for: ["run"], need: [{ role: "approver", of: ["alice"], at_least: 1 }] }];
      const cwd = example(["alice"], 1, { signers, rules });
      expect(verify(cwd, ...asked)).toMatchObject({
        exit: 2,
        codes: ["trust_unmet"],
        states: [expect.stringMatching(/^(expired|revoked)$/)],
      });
    }
  });

  describe("time is forged", () => {
    const FORGED: Readonly<Record<string, string>> = {
      "sid-names-good-certificate.tsr": "invalid",
      "eku-missing.tsr": "certificate_unfit",
      "under-not-ca.tsr": "untrusted",
      "before-valid.tsr": "certificate_expired",
      "future.tsr": "in_future",
      "sig-bitflip.tsr": "invalid",
      "other-pack.tsr": "mismatch",
    };
    const certificates = ["inter", "inter2"].map((name) => trustText(`tsa/TEST-ONLY-${name}.pem`));
    const roots = ["root", "rootrsa"].map((name) => trustText(`tsa/TEST-ONLY-${name}.pem`));
    const authorities = roots.map((root, at) => ({
      id: `tsa${at}`,
      roots: [root],
      certificates: [...certificates, trustText("tsa/TEST-ONLY-interrsa.pem")],
    }));
    for (const [file, state] of Object.entries(FORGED)) {
      test(`${file}: ${state}`, () => {
        const cwd = example(["alice"], 1, { authorities });
        copyFileSync(trustPath(`tsr/${file}`), join(cwd, `${PACK}.tsr`));
        expect(verify(cwd, ...asked).states).toContain(state);
      });
    }
    test("an authority that the trust file does not name", () => {
      const cwd = example(["alice"], 1, { authorities });
      copyFileSync(trustPath("tsr/ed25519.tsr"), join(cwd, `${PACK}.tsr`));
      expect(verify(cwd, ...asked).states).toContain("untrusted");
    });
    test("an authority whose key is lost: a stamp of any time proves nothing", () => {
      const pem = trustText("tsa/TEST-ONLY-tsa-p256.pem").replaceAll(/-----[A-Z ]+-----|\s/g, "");
      const certificate = new Bun.CryptoHasher("sha256").update(Buffer.from(pem, "base64")).digest("hex");
      const revoked = [{ certificate, since: "2026-03-20T00:00:00Z", reason: "key_compromise" }];
      for (const [more, state] of [
        [{}, "trusted"],
        [{ revoked }, "certificate_revoked"],
      ] as const) {
        const cwd = example(["alice"], 1, { authorities: authorities.map((each) => ({ ...each, ...more })) });
        copyFileSync(trustPath("tsr/p256.tsr"), join(cwd, `${PACK}.tsr`));
        expect(verify(cwd, ...asked).states).toContain(state);
      }
    });
    test("the clock turned forward", () => {
      expect(verify(example(["alice"]), "--trust", "trust.json", "--at", "2999-01-01T00:00:00Z").exit).toBe(6);
    });
  });

  test("the clock turned back on the verifier's machine: every answer says which clock, and what it said", () => {
    const { trust } = verify(example(["alice"]), ...asked);
    expect(trust).toMatchObject({ at: NOW, clock: "given" });
    expect(verify(example(["alice"]), "--trust", "trust.json").trust?.clock).toBe("system");
    const required = example(["alice"], 1, {
      authorities: [{ id: "tsa", roots: [trustText("tsa/TEST-ONLY-root.pem")] }],
      rules: [{ for: ["run"], time: "required", need: [{ role: "approver", of: ["alice"], at_least: 1 }] }],
    });
    expect(verify(required, ...asked)).toMatchObject({ exit: 2, states: ["no_trusted_time"] });
  });

  test("two readings of one line: a member twice is malformed", () => {
    const cwd = example(["alice"]);
    writeFileSync(
      lines(cwd),
      readFileSync(lines(cwd), "utf8").replace('"payloadType":', '"payloadType":"x","payloadType":'),
    );
    expect(verify(cwd, ...asked).codes).toContain("countersignature_malformed");
  });

  test("what would hang the verifier: a payload nested without end, a million lines", () => {
    const cwd = example(["alice"]);
    const deep = btoa(`{"_type":${"[".repeat(100_000)}`);
    appendFileSync(
      lines(cwd),
      `{"dsseEnvelope":{"payload":"${deep}","payloadType":"application/vnd.in-toto+json","signatures":[{"sig":"AA=="}]}}\n`,
    );
    appendFileSync(lines(cwd), "{}\n".repeat(1_000_000));
    const start = performance.now();
    expect(verify(cwd, ...asked).exit).toBe(2);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test("--signer as a way to run code: no shell, and never from a file", () => {
    const cwd = example([]);
    const sign = (text: string) =>
      gait(["pack", "sign", PACK, "--signer", text, "--public-key", KEY("alice.ssh.pub")], { cwd });
    for (const text of [
      "true; touch owned",
      "true && touch owned",
      "$(touch owned)",
      "`touch owned`",
      "true | touch owned",
    ]) {
      expect(sign(text).exit).toBe(6);
    }
    const trust = JSON.parse(readFileSync(join(cwd, "trust.json"), "utf8"));
    writeFileSync(join(cwd, "trust.json"), JSON.stringify({ ...trust, signer_command: "touch owned" }));
    expect(verify(cwd, ...asked).exit).toBe(6);
    expect(existsSync(join(cwd, "owned"))).toBe(false);
  });

  test("a typing mistake in the policy is an error, never a looser policy", () => {
    const need = (change: object) => [
      { for: ["run"], need: [{ role: "approver", of: ["alice", "bob"], at_least: 1, ...change }] },
    ];
    const MISTAKES: readonly object[] = [
      { rules: need({ at_least: 0 }) },
      { rules: need({ at_least: 3 }) },
      { rules: need({ of: ["alice", "bobby"] }) },
      { rules: need({ atleast: 2 }) },
      { rules: [...need({}), ...need({})] },
      { rulez: [] },
      { until: "soon" },
    ];
    for (const mistake of MISTAKES)
      expect([mistake, verify(example(["alice"], 1, mistake), ...asked).exit]).toEqual([mistake, 6]);
    const noRule = example(["alice"], 1, { rules: [{ ...need({})[0], for: ["job"] }] });
    expect(verify(noRule, ...asked)).toMatchObject({ exit: 2, codes: ["trust_no_rule"] });
  });
});
