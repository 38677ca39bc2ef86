/** `gait pack attest`. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trustPath } from "../../trust-vectors.ts";
import { gait } from "../gait.ts";
import { answer, KEY, linesOf, scene, signed } from "./scene.ts";

describe("attest", () => {
  const ATTEST = ["pack", "attest", "pack_run_alpha.zip"];
  test("what was found with a trust file: intact, authentic, the roles", () => {
    const cwd = scene();
    signed(cwd, "--private-key", "alice.ssh", "--role", "approver");
    gait(["trust", "init", "--signer", `alice=${KEY("alice.ssh.pub")}`, "--out", "t.json"], { cwd });
    const { exit, answer: attested } = answer(cwd, [
      ...ATTEST,
      "--trust",
      "t.json",
      "--private-key",
      "runner.pkcs8.pem",
      "--contents",
    ]);
    expect([exit, attested.properties, attested.subjects]).toEqual([
      0,
      ["GAIT_INTACT", "GAIT_AUTHENTIC", "GAIT_ROLE_APPROVER"],
      3,
    ]);
    const statement = JSON.parse(
      Buffer.from(JSON.parse(linesOf(cwd)[1] ?? "").dsseEnvelope.payload, "base64").toString(),
    );
    expect(statement.predicate.verifier).toEqual({ id: "https://gait.dev/verifier/v1" });
    expect(statement.subject[0].name).toBe("pack_run_alpha.zip");
  });
  test("a pack that is not vouched for is refused", () => {
    const cwd = scene();
    gait(["trust", "init", "--signer", `alice=${KEY("alice.ssh.pub")}`, "--out", "t.json"], { cwd });
    const { exit } = gait([...ATTEST, "--trust", "t.json", "--private-key", "runner.pkcs8.pem"], { cwd });
    expect([exit, readdirSync(cwd).some((name) => name.endsWith(".jsonl"))]).toEqual([2, false]);
  });
  test("a statement of one's own counts where the rule asks for it", () => {
    const cwd = scene();
    writeFileSync(join(cwd, "review.json"), '{"ok":true}');
    const type = "https://example.com/reviewed/v1";
    const { answer: attested } = answer(cwd, [
      ...ATTEST,
      "--predicate",
      "review.json",
      "--predicate-type",
      type,
      "--private-key",
      "alice.pkcs8.pem",
    ]);
    expect(attested.predicate_type).toBe(type);
    copyFileSync(trustPath("scenarios/predicate-allowed/trust.json"), join(cwd, "t.json"));
    expect(gait(["pack", "verify", "pack_run_alpha.zip", "--trust", "t.json"], { cwd }).exit).toBe(0);
    for (const args of [
      ["--predicate", "review.json"],
      ["--predicate-type", type],
      ["--predicate", "review.json", "--predicate-type", "https://gait.dev/attestation/countersignature/v1"],
    ]) {
      expect(gait([...ATTEST, ...args, "--private-key", "alice.pkcs8.pem"], { cwd }).exit).toBe(6);
    }
  });
});
