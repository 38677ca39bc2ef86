/** Evidence that contradicts itself as recorders may write it: it verifies, and the contradiction is a warning. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import {
  archiveOf,
  consistentRunpack,
  documentOf,
  EXAMPLE_INPUT,
  membersOf,
  packOf,
  runpackOf,
  testSigner,
} from "../artifacts.ts";

async function judged(bytes: Uint8Array, keys: readonly PublicKey[] = []) {
  const verified = await verifyArtifact(bytesSource(bytes), { platform, keys, requireSignature: false });
  verified.dispose();
  const { verdict, warnings, findings } = verified;
  return { verdict, warnings: warnings.join("\n"), paths: findings.map(({ path }) => path) };
}

const RUNPACK = (await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" })).bytes;

async function changed(path: string, change: (text: string) => string, manifest?: (stored: JsonObject) => JsonObject) {
  const members = await membersOf(RUNPACK);
  members.set(path, new TextEncoder().encode(change(new TextDecoder().decode(members.get(path)))));
  return consistentRunpack(members, manifest);
}

describe("a runpack is intact, with a warning", () => {
  test("of nothing where nothing contradicts", async () => {
    expect(await judged(RUNPACK)).toEqual({ verdict: "intact", warnings: "", paths: [] });
  });
  test("where a digest is not that of the arguments beside it", async () => {
    const { verdict, warnings } = await judged(
      await changed("intents.jsonl", (text) =>
        text.replaceAll(/"args":\{.*?\},"args_digest"/g, '"args":{"x":1},"args_digest"'),
      ),
    );
    expect(verdict).toBe("intact");
    expect(warnings).toContain("intents.jsonl:1: args_digest is not the digest of args");
    expect(warnings).toContain("intents.jsonl:6: args_digest is not the digest of args");
  });
  test("where a digest is not that of the result beside it, nor a digest at all", async () => {
    const { warnings } = await judged(
      await changed("results.jsonl", (text) => text.replace(/"result_digest":"[0-9a-f]+"/, '"result_digest":"00"')),
    );
    expect(warnings).toBe("results.jsonl:1: result_digest is not the digest of result");
  });
  test("not where a digest is in capitals, or the arguments are written with spaces", async () => {
    const { warnings } = await judged(
      await changed("intents.jsonl", (text) =>
        text
          .replaceAll('"args":{', '"args": { ')
          .replaceAll(/"args_digest":"([0-9a-f]+)"/g, (_, hex: string) => `"args_digest":"${hex.toUpperCase()}"`),
      ),
    );
    expect(warnings).toBe("");
  });
  test("not where there is no digest", async () => {
    const { warnings } = await judged(
      await changed("intents.jsonl", (text) => text.replaceAll(/"args_digest":"[0-9a-f]+"/g, '"args_digest":""')),
    );
    expect(warnings).toBe("");
  });
  test("where many digests disagree: the first of them, and that no more were compared", async () => {
    const intents = Array.from({ length: 50 }, (_, index) => ({
      intent_id: `${index}`,
      args: { x: 1 },
      args_digest: "00",
    }));
    const { bytes } = await runpackOf({ run: { run_id: "r" }, intents }, { captureMode: "raw" });
    const lines = (await judged(bytes)).warnings.split("\n");
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toStartWith("intents.jsonl: after 20 digests");
  });
  test("where reference mode has what it leaves out", async () => {
    const { verdict, warnings } = await judged(
      await changed(
        "run.json",
        (text) => text,
        (stored) => ({ ...stored, capture_mode: "reference" }),
      ),
    );
    expect(verdict).toBe("intact");
    expect(warnings).toStartWith(
      "manifest.json: capture_mode is reference, and the arguments of 6 calls and 6 results",
    );
  });
  test("where the manifest is of another time and producer than the run", async () => {
    const { verdict, warnings } = await judged(
      await changed(
        "run.json",
        (text) => text,
        (stored) => ({ ...stored, created_at: "2020-01-01T00:00:00Z", producer_version: "evil 9" }),
      ),
    );
    expect(verdict).toBe("intact");
    expect(warnings.split("\n")).toEqual([
      expect.stringContaining("manifest.json says created_at 2020-01-01T00:00:00Z: the run says 2026-11-20T09:00:00Z"),
      expect.stringContaining('manifest.json says producer_version "evil 9": the run says '),
    ]);
  });
  test("where the references are of another run", async () => {
    const { verdict, warnings } = await judged(
      await changed("refs.json", (text) => text.replace(/"run_id":"[^"]*"/, '"run_id":"run_other"')),
    );
    expect(verdict).toBe("intact");
    expect(warnings).toBe('refs.json "run_other": references of another run');
  });
  for (const [name, from, to, warning] of [
    ["two results of one call", "call_02", "call_01", "results.jsonl, result 2: more results than calls"],
    ["a result of no call", "call_02", "call_99", "results.jsonl, result 2: no intent has this intent_id"],
    [
      "two results of one call, once escaped",
      "call_02",
      "call_\\u00301",
      "results.jsonl, result 2: more results than calls",
    ],
  ] as const) {
    test(`where there is ${name}`, async () => {
      const bytes = await changed("results.jsonl", (text) =>
        text.replace(`"intent_id":"${from}"`, `"intent_id":"${to}"`),
      );
      expect((await judged(bytes)).warnings).toStartWith(warning);
    });
  }
});

const KEYS = [(await testSigner("test")).publicKey];

describe("the signatures of a runpack in a pack", () => {
  const signed = async (by: "test" | "other", change: (signature: JsonObject) => JsonObject) => {
    const { bytes } = await runpackOf(EXAMPLE_INPUT, { captureMode: "raw", signer: await testSigner(by) });
    const members = await membersOf(bytes);
    const manifest = documentOf(members, "manifest.json");
    const [signature = {}] = manifest["signatures"] as JsonObject[];
    const text = JSON.stringify({ ...manifest, signatures: [change(signature)] });
    members.set("manifest.json", new TextEncoder().encode(text));
    return (await packOf(await archiveOf(members), await testSigner("test"))).bytes;
  };
  const wrong = (signature: JsonObject): JsonObject => ({ ...signature, sig: `AA${`${signature["sig"]}`.slice(2)}` });

  test("sound, with a given key: authentic", async () => {
    expect(await judged(await signed("test", (each) => each), KEYS)).toMatchObject({ verdict: "authentic" });
  });
  test("of somebody else: the pack's own counts", async () => {
    expect(await judged(await signed("other", (each) => each), KEYS)).toMatchObject({ verdict: "authentic" });
  });
  test("in the name of a given key, and not sound: a finding", async () => {
    const bytes = await signed("test", wrong);
    expect(await judged(bytes, KEYS)).toMatchObject({
      verdict: "failed",
      paths: ["source/runpack.zip!/manifest.json#$.signatures[0]"],
    });
    expect(await judged(bytes)).toMatchObject({ verdict: "intact" });
  });
});
