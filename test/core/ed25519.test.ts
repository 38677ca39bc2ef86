import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ed25519VectorsText } from "../../scripts/vectors/ed25519.ts";
import { verifyEd25519Portable } from "../../src/core/ed25519.ts";
import { publicKeyFault } from "../../src/core/edwards25519.ts";
import { decodeHex } from "../../src/core/encoding.ts";
import vectors from "../vectors/ed25519.json" with { type: "json" };

test("the table of vectors is what its script makes", () => {
  expect(readFileSync(new URL("../vectors/ed25519.json", import.meta.url), "utf8")).toBe(ed25519VectorsText());
});

describe("the one strict rule, on noble's points", () => {
  test.each(vectors.signatures.map((row) => [row.valid ? "takes" : "refuses", row.rule, row] as const))(
    "%s: %s",
    async (_verdict, _rule, row) => {
      expect(await verifyEd25519Portable(bytes(row.signature), bytes(row.message), bytes(row.key))).toBe(row.valid);
    },
  );
});

describe("public keys", () => {
  test.each(vectors.keys.map((row) => [row.fault ?? "usable", row.rule, row] as const))(
    "%s: %s",
    (_fault, _rule, row) => {
      expect<string | undefined>(publicKeyFault(bytes(row.key))).toBe(row.fault ?? undefined);
    },
  );
});

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex);
  if (decoded === undefined) throw new Error(`not hexadecimal: ${hex}`);
  return decoded;
}
