/** Traces: the record as stored is what was signed. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { checkTrace, traceSignature } from "../../../src/core/evidence/trace-signature.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { keyPath, LATER } from "../../go-vectors.ts";

const TEST = await loadPublicKey({ path: keyPath("test", "public") }, hostPlatform);
const OTHER = await loadPublicKey({ path: keyPath("other", "public") }, hostPlatform);
const RECORD = JSON.parse(readFileSync(join(LATER, "trace/trace_read.json"), "utf8")) as JsonObject;
const SIGNATURE = RECORD["signature"] as JsonObject;

async function codesOf(record: JsonObject, keys: readonly PublicKey[]): Promise<string[]> {
  return (await traceSignature(record, "t.json", keys, hostPlatform)).findings.map(({ code }) => code);
}

async function checked(text: string, keys: readonly PublicKey[] = [TEST]) {
  return checkTrace(new TextEncoder().encode(text), "t.json", keys, hostPlatform);
}

test("a trace of the Go implementation verifies with its key, among others", async () => {
  const { findings, keyId, trace } = await checked(JSON.stringify(RECORD), [OTHER, TEST]);
  expect([findings, keyId, trace?.verdict]).toEqual([[], TEST.id, "allow"]);
});

test("a key that did not sign it is named nowhere", async () => {
  const { findings, keyId } = await checked(JSON.stringify(RECORD), [OTHER]);
  expect([findings.map(({ message }) => message), keyId]).toEqual([
    ["key id mismatch: key_id is not one of the given keys"],
    undefined,
  ]);
});

test("every member is covered: changed, left out, or added", async () => {
  for (const name of Object.keys(RECORD).filter((each) => each !== "signature")) {
    const { [name]: _, ...rest } = RECORD;
    expect([name, await codesOf(rest, [TEST])]).toEqual([name, ["signature_invalid"]]);
    expect(await codesOf({ ...RECORD, [name]: "x" }, [TEST])).toEqual(["signature_invalid"]);
  }
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.jsonValue(), async (name, value) => {
      fc.pre(!Object.hasOwn(RECORD, name));
      const more = { ...RECORD } as JsonObject;
      Object.defineProperty(more, name, { value, enumerable: true });
      expect(await codesOf(more, [TEST])).toEqual(["signature_invalid"]);
    }),
    { numRuns: 50 },
  );
});

describe("the signature", () => {
  const cases: [rule: string, signature: JsonObject[string], codes: string[], withoutKey: string[]][] = [
    ["is there", null, ["signature_missing"], []],
    ["is an object", "x", ["signature_invalid"], ["signature_invalid"]],
    ["says what it signed", { ...SIGNATURE, signed_digest: "" }, ["signature_invalid"], ["signature_invalid"]],
    ["has 64 bytes", { ...SIGNATURE, sig: "AAAA" }, ["signature_invalid"], []],
    ["verifies", { ...SIGNATURE, sig: `${"A".repeat(86)}==` }, ["signature_invalid"], []],
    ["has one algorithm", { ...SIGNATURE, alg: "none" }, ["signature_invalid"], []],
    ["names a given key", { ...SIGNATURE, key_id: OTHER.id }, ["signature_invalid"], []],
  ];
  for (const [rule, signature, codes, withoutKey] of cases) {
    test(rule, async () => {
      expect(await codesOf({ ...RECORD, signature }, [TEST])).toEqual(codes);
      expect(await codesOf({ ...RECORD, signature }, [])).toEqual(withoutKey);
    });
  }
  test("has no member of its own that nobody signed", async () => {
    const { findings } = await checked(JSON.stringify({ ...RECORD, signature: { ...SIGNATURE, note: "fine" } }));
    expect(findings.map(({ code }) => code)).toEqual(["schema_invalid"]);
  });
});

test("a record without a signature is left alone only where no key asks for one", async () => {
  const { signature: _, ...unsigned } = RECORD;
  expect([await codesOf(unsigned, []), await codesOf(unsigned, [TEST])]).toEqual([[], ["signature_missing"]]);
});

test("a member that is there twice is a finding, and no JSON is no trace", async () => {
  const twice = await checked(JSON.stringify(RECORD).replace("{", '{"verdict":"block",'));
  expect([twice.object, twice.findings.map(({ code }) => code)]).toEqual([undefined, ["json_duplicate_name"]]);
  for (const text of ["", "{", "[]", "1"]) {
    const { object, findings } = await checked(text);
    expect([object, findings.length > 0]).toEqual([undefined, true]);
  }
});
