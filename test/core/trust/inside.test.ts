/** Signatures in the manifest, judged by a trust file. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { countersignatureStatement } from "../../../src/core/trust/format/statement.ts";
import { keyPath, vectorBytes } from "../../go-vectors.ts";
import {
  codesOf,
  countedIn,
  judged,
  KEYS,
  RUN_ALPHA,
  signedLine,
  textBeside,
  trustFile,
  utf8,
} from "../../trust-vectors.ts";
import { archiveOf, membersOf } from "../artifacts.ts";

async function verdictOf(
  trust: Uint8Array,
  sidecars: Parameters<typeof judged>[0]["sidecars"],
  pack: string | Uint8Array,
) {
  const verified = await judged({ trust, sidecars: sidecars ?? [], pack });
  const states = (verified.trust?.signatures ?? []).map(({ state }) => state);
  return { codes: codesOf(verified), states, counted: countedIn(verified), verified };
}

describe("signatures inside the pack", () => {
  const builder = readFileSync(keyPath("test", "public"), "utf8").trim();
  const other = readFileSync(keyPath("other", "public"), "utf8").trim();
  test("one of a trusted key counts like one beside it", async () => {
    const { counted, states } = await verdictOf(trustFile({ builder }), [], "packs/pack_run_alpha_signed.zip");
    expect([counted, states]).toEqual([["builder"], ["counted"]]);
  });
  test("one of another key is told, and is no fault", async () => {
    const trust = trustFile({ alice: KEYS.alice });
    const { codes, states, verified } = await verdictOf(trust, [], "packs/pack_run_alpha_otherkey.zip");
    expect([codes, states]).toEqual([["trust_unmet"], ["unknown_key"]]);
    expect(verified.signature.status).toBe("skipped");
  });
  test("one that names a trusted key and does not verify fails the pack, whatever lies beside it", async () => {
    const trust = trustFile({ other, alice: KEYS.alicePem });
    const parts = await memberOf(vectorBytes("packs/pack_run_alpha_otherkey.zip"));
    const sidecars = [
      textBeside(
        "P.zip.sigs.jsonl",
        await signedLine(
          "TEST-ONLY-alice.pkcs8.pem",
          countersignatureStatement({ name: "p", sha256: parts.sha256 }, RUN_ALPHA, {}),
        ),
      ),
    ];
    const { codes, counted } = await verdictOf(trust, sidecars, parts.bytes);
    expect([codes, counted]).toEqual([["signature_invalid"], ["alice"]]);
  });
});

/** The pack with one digit of its signature changed. */
async function memberOf(pack: Uint8Array): Promise<{ readonly bytes: Uint8Array; readonly sha256: string }> {
  const members = await membersOf(pack);
  const text = new TextDecoder().decode(members.get("pack_manifest.json"));
  const changed = text.replace(/"sig":"(.)/, (_, first: string) => `"sig":"${first === "A" ? "B" : "A"}`);
  const bytes = await archiveOf(new Map(members).set("pack_manifest.json", utf8(changed)));
  return { bytes, sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex") };
}
