/** The threats of docs/trust.md, one test each; those that need the executable are in test/e2e/trust. */
import { describe, expect, test } from "bun:test";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import {
  COUNTERSIGNATURE,
  countersignatureStatement,
  statementBytes,
} from "../../../src/core/trust/format/statement.ts";
import { ecdsaDer, ecdsaRaw } from "../../../src/core/trust/key/verify-signature.ts";
import { vectorBytes } from "../../go-vectors.ts";
import {
  beside,
  codesOf,
  countedIn,
  judged,
  KEYS,
  NOW,
  PACK,
  RUN_ALPHA,
  RUN_ALPHA_FILE,
  signedLine,
  textBeside,
  trustBytes,
  trustFile,
  trustText,
  utf8,
} from "../../trust-vectors.ts";

const ALICE = trustFile({ alice: KEYS.alicePem });
const ALICE_KEY = "TEST-ONLY-alice.pkcs8.pem";
const SIGS = "pack_run_alpha.zip.sigs.jsonl";

const statement = (said: { role?: string; comment?: string } = {}) =>
  countersignatureStatement(RUN_ALPHA_FILE, RUN_ALPHA, said);
const lines = (...all: string[]) => textBeside(SIGS, `${all.join("\n")}\n`);

async function verdictOf(trust: Uint8Array, sidecars: Parameters<typeof judged>[0]["sidecars"], more: object = {}) {
  const verified = await judged({ trust, sidecars: sidecars ?? [], ...more });
  const states = (verified.trust?.signatures ?? []).map(({ state }) => state);
  return { verdict: verified.verdict, codes: codesOf(verified), states, counted: countedIn(verified), verified };
}

test("the good case: alice signs, and counts", async () => {
  const { verdict, counted } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, statement()))]);
  expect([verdict, counted]).toEqual(["authentic", ["alice"]]);
});

describe("one person with many keys, names or signatures", () => {
  test("two keys of one person are one person", async () => {
    const trust = trustFile({ alice: [KEYS.alice, KEYS.alicePem], bob: KEYS.bob }, 2);
    const sidecars = [beside("sshsig/alice.sig"), lines(await signedLine(ALICE_KEY, statement()))];
    const { verdict, codes, counted } = await verdictOf(trust, sidecars);
    expect([verdict, codes, counted]).toEqual(["failed", ["trust_unmet"], ["alice"]]);
  });
  test("one person for two roles is not four eyes", async () => {
    const need = (role: string) => ({ role, of: ["alice"], at_least: 1 });
    const trust = trustFile({ alice: KEYS.alicePem }, 1, {
      rules: [{ for: ["run"], need: [need("producer"), need("approver")] }],
    });
    const signed = [
      await signedLine(ALICE_KEY, statement({ role: "producer" })),
      await signedLine(ALICE_KEY, statement({ role: "approver" })),
    ];
    const { codes } = await verdictOf(trust, [lines(...signed)]);
    expect(codes).toEqual(["trust_unmet"]);
  });
  test("a hundred of the same line are one", async () => {
    const line = await signedLine(ALICE_KEY, statement());
    const { states } = await verdictOf(ALICE, [lines(...Array.from({ length: 100 }, () => line))]);
    expect(states).toEqual(["counted"]);
  });
});

describe("a signature that was made for something else", () => {
  test("a git commit", async () => {
    const trust = trustFile({ alice: KEYS.alice });
    const { states, codes } = await verdictOf(trust, [beside("sshsig/alice-own-namespace.sig")]);
    expect([states, codes]).toEqual([["wrong_namespace"], ["trust_unmet"]]);
  });
  test("the payload itself, without the PAE", async () => {
    const { states, codes } = await verdictOf(ALICE, [beside("dsse/signed-without-pae.sigstore.json")]);
    expect([states, codes]).toEqual([["invalid"], ["countersignature_invalid", "trust_unmet"]]);
  });
  test("another kind of statement about this pack", async () => {
    const payload = statementBytes([RUN_ALPHA_FILE], "https://example.com/seen/v1", {});
    const { states } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, payload))]);
    expect(states).toEqual(["no_role"]);
  });
  test("another role", async () => {
    const { states } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, statement({ role: "auditor" })))]);
    expect(states).toEqual(["no_role"]);
  });
  test("a role that is no text is not taken for none", async () => {
    const predicate = { pack_id: RUN_ALPHA.packId, role: null };
    const payload = statementBytes([RUN_ALPHA_FILE], COUNTERSIGNATURE, predicate);
    const { codes } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, payload))]);
    expect(codes).toEqual(["countersignature_malformed", "trust_unmet"]);
  });
  test("the same file under another pack id contradicts", async () => {
    const payload = countersignatureStatement(RUN_ALPHA_FILE, { ...RUN_ALPHA, sourceRef: "run_bravo" }, {});
    const { codes, states } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, payload))]);
    expect([states, codes]).toEqual([["contradicts"], ["countersignature_contradicts", "trust_unmet"]]);
  });
});

describe("good signatures moved, swapped and relabelled", () => {
  test("beside another pack: a statement is about another file, an SSHSIG does not verify", async () => {
    const trust = trustFile({ alice: [KEYS.alice, KEYS.alicePem] });
    const sidecars = [beside("sshsig/alice.sig"), beside("dsse/alice.sigstore.json")];
    const { states, codes } = await verdictOf(trust, sidecars, { pack: "packs/pack_job_completed.zip" });
    expect(states.toSorted()).toEqual(["invalid", "other_subject"]);
    expect(codes).toEqual(["countersignature_invalid", "trust_unmet"]);
  });
  test("a payload swapped under its signature", async () => {
    const { codes } = await verdictOf(ALICE, [beside("dsse/payload-swapped.sigstore.json")]);
    expect(codes).toEqual(["countersignature_invalid", "trust_unmet"]);
  });
  test("a keyid that lies: mallory's signature named as alice's is invalid, alice's named as another's still hers", async () => {
    const [own, others] = [
      await signedLine(ALICE_KEY, statement()),
      await signedLine("TEST-ONLY-runner.pkcs8.pem", statement()),
    ];
    const id = (line: string) => /"keyid":"([0-9a-f]{64})"/.exec(line)?.[1] ?? "";
    const asAlice = others.replaceAll(id(others), id(own));
    expect((await verdictOf(ALICE, [lines(asAlice)])).codes).toEqual(["countersignature_invalid", "trust_unmet"]);
    const asNobody = own.replaceAll(id(own), "0".repeat(64));
    expect((await verdictOf(ALICE, [lines(asNobody)])).counted).toEqual(["alice"]);
  });
  test("an RSA signature that names a trusted key is invalid, not only unsupported", async () => {
    const id = /"keyid":"([0-9a-f]{64})"/.exec(await signedLine(ALICE_KEY, statement()))?.[1] ?? "";
    const rsa = trustText("dsse/rsa.sigstore.json").replaceAll(/"(keyid|hint)": "[0-9a-f]{64}"/g, `"$1": "${id}"`);
    expect((await verdictOf(ALICE, [lines(rsa.trim())])).codes).toEqual(["countersignature_invalid", "trust_unmet"]);
  });
  test("an untrusted comment is never shown", async () => {
    const trust = trustFile({ bob: KEYS.minisign });
    const { verdict, verified } = await verdictOf(trust, [beside("minisign/untrusted-comment-changed.minisig")]);
    const untrusted =
      /^untrusted comment: (.*)$/m.exec(trustText("minisign/untrusted-comment-changed.minisig"))?.[1] ?? "";
    expect(verdict).toBe("authentic");
    expect(untrusted).not.toBe("");
    expect(JSON.stringify(verified.trust)).not.toContain(untrusted);
  });
  test("the comment of a signature that does not verify is not shown either", async () => {
    const trust = trustFile({ bob: KEYS.minisign });
    const { verified } = await verdictOf(trust, [beside("minisign/sig-bitflip.minisig")]);
    expect(verified.trust?.signatures[0]?.comment).toBeUndefined();
  });
});

describe("garbage planted, signatures deleted", () => {
  const GARBAGE: Readonly<Record<string, Uint8Array>> = {
    "random bytes": Uint8Array.of(0xff, 0xfe, 0, 1, 2, 3),
    nothing: new Uint8Array(0),
    "half an SSHSIG": trustBytes("sshsig/alice.sig").slice(0, 100),
    "a web page": utf8("<html></html>"),
  };
  for (const [what, bytes] of Object.entries(GARBAGE)) {
    test(`${what} fails loudly, and the file is named`, async () => {
      const sidecars = [lines(await signedLine(ALICE_KEY, statement())), { name: "pack_run_alpha.zip.x.sig", bytes }];
      const { codes, verified } = await verdictOf(ALICE, sidecars);
      expect(codes).toEqual(["countersignature_malformed"]);
      expect(verified.findings[0]?.path).toBe("pack_run_alpha.zip.x.sig");
    });
  }
  test("a good signature does not make up for an invalid one of a trusted key", async () => {
    const trust = trustFile({ alice: [KEYS.alice, KEYS.alicePem] });
    const sidecars = [lines(await signedLine(ALICE_KEY, statement())), beside("sshsig/alice-bitflip.sig")];
    const { verdict, codes, counted } = await verdictOf(trust, sidecars);
    expect([verdict, codes, counted]).toEqual(["failed", ["countersignature_invalid"], ["alice"]]);
  });
  test("deleted signatures are told by name", async () => {
    const { verified } = await verdictOf(trustFile({ alice: KEYS.alice, bob: KEYS.bob }, 2), []);
    expect(verified.reason).toBe("intact, but not vouched for as TEST ONLY (v1) asks: approver 0 of 2");
    expect(verified.findings[0]?.message).toBe("approver: 0 of 2; alice: none; bob: none");
  });
  test("a stranger's signature is told, and harms nobody", async () => {
    const sidecars = [lines(await signedLine(ALICE_KEY, statement())), beside("sshsig/mallory.sig")];
    const { verdict, states } = await verdictOf(ALICE, sidecars);
    expect([verdict, states]).toEqual(["authentic", ["counted", "unknown_key"]]);
  });
});

describe("old and stolen keys", () => {
  const withKey = (more: object) =>
    trustFile({ bob: KEYS.minisign }, 1, { signers: [{ id: "bob", keys: [{ key: KEYS.minisign, ...more }] }] });
  test("a time that the signer claims is shown, and never used", async () => {
    const sidecars = [beside("minisign/good-job.minisig")];
    const trust = withKey({ until: "2026-03-01T00:00:00Z" });
    const { states, verified } = await verdictOf(trust, sidecars, { pack: "packs/pack_job_completed.zip" });
    expect(states).toEqual(["expired"]);
    expect(verified.trust?.signatures[0]?.comment).toContain("timestamp:");
  });
  test("a revoked key without proof of time does not count, and --at does not undo it", async () => {
    const trust = withKey({ revoked: { since: "2026-06-01T00:00:00Z", reason: "laptop lost" } });
    const { states, verified } = await verdictOf(trust, [beside("minisign/good.minisig")], {
      at: "2026-01-01T00:00:00Z",
    });
    expect(states).toEqual(["revoked"]);
    expect(verified.findings[0]?.message).toContain("laptop lost");
  });
  test("a clock turned back lets an expired key count, and every answer says which clock", async () => {
    const trust = withKey({ until: "2026-03-01T00:00:00Z" });
    const { verified } = await verdictOf(trust, [beside("minisign/good.minisig")], { at: "2026-02-01T00:00:00Z" });
    expect([verified.verdict, verified.trust?.at, verified.trust?.clock]).toEqual([
      "authentic",
      "2026-02-01T00:00:00Z",
      "given",
    ]);
  });
  test("a key that begins later does not count yet", async () => {
    const { states } = await verdictOf(withKey({ from: "2026-05-01T00:00:00Z" }), [beside("minisign/good.minisig")], {
      at: NOW,
    });
    expect(states).toEqual(["not_yet_valid"]);
  });
});

describe("two readings of one file", () => {
  test("a member twice, in the line or in the payload", async () => {
    const line = await signedLine(ALICE_KEY, statement());
    const twice = line.replace('"payloadType":', '"payloadType":"x","payloadType":');
    expect((await verdictOf(ALICE, [lines(twice)])).codes).toEqual(["countersignature_malformed", "trust_unmet"]);
    const text = new TextDecoder().decode(statement()).replace('"_type":', '"_type":"x","_type":');
    const { codes } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, utf8(text)))]);
    expect(codes).toEqual(["countersignature_malformed", "trust_unmet"]);
  });
  test("r||s where DER belongs", async () => {
    const { codes } = await verdictOf(trustFile({ carol: KEYS.p256Pem }), [beside("dsse/p256-raw.sigstore.json")]);
    expect(codes).toEqual(["countersignature_invalid", "trust_unmet"]);
  });
  test("DER has one form", () => {
    const raw = Uint8Array.from({ length: 64 }, (_, at) => (at === 0 || at === 32 ? 0x80 : at));
    const der = ecdsaDer(raw);
    expect(ecdsaRaw(der)).toEqual(raw);
    const bad: Readonly<Record<string, Uint8Array>> = {
      "bytes after it": Uint8Array.of(...der, 0),
      "a long length": Uint8Array.of(0x30, 0x81, ...der.subarray(1)),
      "a negative number": Uint8Array.of(0x30, 6, 2, 1, 0x80, 2, 1, 1),
      "a zero before a small number": Uint8Array.of(0x30, 7, 2, 2, 0, 1, 2, 1, 1),
      "33 digits": Uint8Array.of(0x30, 38, 2, 33, 1, ...new Uint8Array(32), 2, 1, 1),
      "an empty number": Uint8Array.of(0x30, 5, 2, 0, 2, 1, 1),
      nothing: new Uint8Array(0),
    };
    for (const [what, bytes] of Object.entries(bad)) expect([what, ecdsaRaw(bytes)]).toEqual([what, undefined]);
  });
  test("a payload type inside an unknown bundle is not read as an envelope", async () => {
    const line = (await signedLine(ALICE_KEY, statement())).replace("bundle.v0.3+json", "bundle.v0.9+json");
    expect((await verdictOf(ALICE, [lines(line)])).states).toEqual(["ignored"]);
  });
});

test("one bundle over several lines, and CRLF, are read", async () => {
  const line = await signedLine(ALICE_KEY, statement());
  for (const text of [JSON.stringify(JSON.parse(line), null, 2), `\r\n${line}\r\n\r\n`]) {
    expect((await verdictOf(ALICE, [textBeside(SIGS, text)])).counted).toEqual(["alice"]);
  }
  const crlf = trustText("sshsig/alice.sig").replaceAll("\n", "\r\n");
  expect((await verdictOf(trustFile({ alice: KEYS.alice }), [textBeside("P.zip.sig", crlf)])).counted).toEqual([
    "alice",
  ]);
});

describe("what would hang or blow up the verifier", () => {
  test("more than 1,000 lines", async () => {
    const { codes } = await verdictOf(ALICE, [lines(...Array.from({ length: 1001 }, () => '{"a":1}'))]);
    expect(codes).toEqual(["countersignature_malformed", "trust_unmet"]);
  });
  test("more than 100 signatures of a trusted key: those over the limit do not count", async () => {
    const line = await signedLine(ALICE_KEY, statement());
    const sig = /"sig":"([^"]+)"/.exec(line)?.[1] ?? "";
    const wrong = Array.from({ length: 101 }, (_, at) => line.replace(sig, encodeBase64(new Uint8Array(64).fill(at))));
    const { codes, counted } = await verdictOf(ALICE, [lines(...wrong, line)]);
    expect(codes).toEqual(["countersignature_invalid", "countersignature_malformed", "trust_unmet"]);
    expect(counted).toEqual([]);
  });
  test("a thousand statements about other files are passed over, and the one about this pack counts", async () => {
    const other = await signedLine(
      "TEST-ONLY-runner.pkcs8.pem",
      countersignatureStatement({ name: "x", sha256: "0".repeat(64) }, RUN_ALPHA, {}),
    );
    const elsewhere = Array.from({ length: 900 }, (_, at) =>
      other.replace('"tlogEntries":[]', `"tlogEntries":[],"n":${at}`).replace('"sig":"', `"n":${at},"sig":"`),
    );
    const { verdict, counted } = await verdictOf(ALICE, [
      lines(...elsewhere, await signedLine(ALICE_KEY, statement())),
    ]);
    expect([verdict, counted]).toEqual(["authentic", ["alice"]]);
  });
  test("a file over 16 MiB", async () => {
    const { codes } = await verdictOf(ALICE, [{ name: SIGS, bytes: new Uint8Array(16 * 1024 * 1024 + 1).fill(0x20) }]);
    expect(codes).toEqual(["countersignature_malformed", "trust_unmet"]);
  });
  test("a payload nested a million deep", async () => {
    const payload = utf8(`${"[".repeat(100_000)}`);
    const { codes } = await verdictOf(ALICE, [lines(await signedLine(ALICE_KEY, payload))]);
    expect(codes).toEqual(["countersignature_malformed", "trust_unmet"]);
  });
});

test("a pack that fails is failed, and nobody's signature is looked at", async () => {
  const pack = vectorBytes(PACK);
  pack[100] = (pack[100] ?? 0) ^ 1;
  const { verdict, states, verified } = await verdictOf(ALICE, [beside("dsse/alice.sigstore.json")], { pack });
  expect([verdict, states]).toEqual(["failed", []]);
  expect(verified.trust?.met).toBe(false);
});
