import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { decodeHex } from "../../../src/core/bytes/encoding.ts";
import { verifyEd25519Portable } from "../../../src/core/signature/ed25519-portable.ts";
import { publicKeyFault } from "../../../src/core/signature/public-key-check.ts";
import { ed25519VectorsText } from "../../generators/ed25519.ts";
import vectors from "../../vectors/ed25519.json" with { type: "json" };

test("the table of vectors equals its generator's output", () => {
  expect(readFileSync(new URL("../../vectors/ed25519.json", import.meta.url), "utf8")).toBe(ed25519VectorsText());
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
