import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Type } from "typebox";
import { PackOutputSchema } from "../../src/schema/answer/pack.ts";
import { PackManifestSchema } from "../../src/schema/document/pack.ts";
import { RecordInputSchema, RecordIntentSchema } from "../../src/schema/document/run-record.ts";
import { IntentSchema } from "../../src/schema/document/runpack.ts";
import { explain, issuesOf } from "../../src/schema/validate/explain.ts";
import { MAX_SCHEMA_ISSUES, quote } from "../../src/schema/validate/issue.ts";
import { intentValidator } from "../../src/schema/validator/runpack.ts";
import { DIGEST, TIME } from "./cases/case.ts";

const MANIFEST = {
  schema_id: "gait.pack.manifest",
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "0.1.0",
  pack_id: DIGEST,
  pack_type: "run",
  source_ref: "run_alpha",
  contents: [{ path: "run_payload.json", sha256: DIGEST, type: "json" }],
};

function lines(schema: object, value: unknown): string[] {
  return issuesOf(schema, value).map((issue) => `${issue.path}: ${issue.message}`);
}

describe("issues give the place, the rule and the value", () => {
  const rules: readonly [rule: string, value: unknown, expected: string][] = [
    ["the whole document", [], "$: must be an object, but is an empty list"],
    ["null", null, "$: must be an object, but is null"],
    ["a member", { ...MANIFEST, source_ref: 7 }, "source_ref: must be text that is not blank, but is 7"],
    [
      "a member of a list's item",
      { ...MANIFEST, contents: [{ path: "a", sha256: "zz", type: "json" }] },
      'contents[0].sha256: must be 64 hex digits, but is the text "zz"',
    ],
    [
      "a constant",
      { ...MANIFEST, schema_version: "2.0.0" },
      'schema_version: must be "1.0.0", but is the text "2.0.0"',
    ],
    [
      "a choice",
      { ...MANIFEST, pack_type: "chat" },
      'pack_type: must be one of "run", "job", "call", "authorization", but is the text "chat"',
    ],
    ["empty text", { ...MANIFEST, pack_id: "" }, "pack_id: must be 64 hex digits, but is empty text"],
    ["a list", { ...MANIFEST, contents: { a: 1 } }, "contents: must be a list, but is an object"],
    ["a list's length", { ...MANIFEST, contents: [[1, 2]] }, "contents[0]: must be an object, but is a list of 2"],
    [
      "a time",
      { ...MANIFEST, created_at: "2026-02-30T00:00:00Z" },
      'created_at: must be a time like 2026-02-02T02:15:00Z, but is the text "2026-02-30T00:00:00Z"',
    ],
    ["an unknown member", { ...MANIFEST, x_note: true }, "x_note: is not a member of this document"],
    [
      "an unknown member with an odd name",
      { ...MANIFEST, "a b\n": true },
      '["a b\\n"]: is not a member of this document',
    ],
  ];
  for (const [rule, value, expected] of rules) {
    test(rule, () => expect(lines(PackManifestSchema, value)).toEqual([expected]));
  }

  test("a missing member", () => {
    const { pack_id: _, ...rest } = MANIFEST;
    expect(issuesOf(PackManifestSchema, rest)).toEqual([
      {
        path: "pack_id",
        message: "is missing; it must be 64 hex digits",
        expected: "64 hex digits",
        actual: "nothing",
      },
    ]);
  });

  test("a whole number", () => {
    const schema = Type.Object({ n: Type.Integer({ minimum: 0, maximum: 5 }) });
    expect(lines(schema, { n: 1e300 })).toEqual(["n: must be a whole number from 0 to 5, but is 1e+300"]);
    expect(lines(schema, { n: 0.5 })).toEqual(["n: must be a whole number from 0 to 5, but is 0.5"]);
  });

  test("for a choice: the allowed kinds, or the fault in the closest one", () => {
    expect(lines(RecordInputSchema, { intents: [{ args: 5 }] })).toEqual([
      "intents[0].args: must be an object or null, but is 5",
    ]);
    const verify = { schema_id: "gait.pack.output", schema_version: "1.0.0", ok: true, operation: "build", path: "" };
    expect(issuesOf(PackOutputSchema, verify).map((issue) => issue.path)).toContain("path");
  });

  test("all of them, in the order of the schema", () => {
    expect(issuesOf(PackManifestSchema, { pack_type: 1, contents: [1], z: 1 }).map((issue) => issue.path)).toEqual([
      ...["schema_id", "schema_version", "created_at", "producer_version", "pack_id", "pack_type", "source_ref"],
      ...["contents[0]", "z"],
    ]);
  });

  test("no more than the limit, and no value is checked after that", () => {
    const contents = new Array(100_000).fill(0);
    let looked = 0;
    Object.defineProperty(contents, 50, {
      get() {
        looked += 1;
        return 0;
      },
    });
    expect(issuesOf(PackManifestSchema, { ...MANIFEST, contents })).toHaveLength(MAX_SCHEMA_ISSUES);
    expect(looked).toBe(0);
    const unknown = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`u${index}`, index]));
    expect(issuesOf(PackManifestSchema, { ...MANIFEST, ...unknown })).toHaveLength(MAX_SCHEMA_ISSUES);
  });

  test("at a place within a larger document", () => {
    const [issue] = issuesOf(RecordIntentSchema, { args: [] }, ["intents", 3]);
    expect(issue?.path).toBe("intents[3].args");
  });
});

describe("text of the document in a message", () => {
  const rules: readonly [rule: string, value: string, expected: string][] = [
    ["plain", "a b", '"a b"'],
    ["letters of any script", "東京 naïve Ω", '"東京 naïve Ω"'],
    ["a quote and a backslash", '"\\', '"\\"\\\\"'],
    ["a terminal's escape", "\u001b[31m", '"\\u001b[31m"'],
    ["C1 controls", "\u009b31m", '"\\u009b31m"'],
    ["an override of the writing direction", "a\u202Eb", '"a\\u202eb"'],
    ["a zero-width joiner", "a\u200Db", '"a\\u200db"'],
    ["a line separator", "a\u2028b", '"a\\u2028b"'],
    ["a no-break space", "a\u00A0b", '"a\\u00a0b"'],
    ["a tag character, outside the BMP", "a\u{E0041}b", '"a\\udb40\\udc41b"'],
    ["a lone surrogate", "a\uD800b", '"a\\ud800b"'],
    ["60 code points", "😀".repeat(60), `"${"😀".repeat(60)}"`],
    ["more than 60 code points", "😀".repeat(61), `"${"😀".repeat(60)}"… (122 UTF-16 units)`],
    ["a megabyte", "x".repeat(1 << 20), `"${"x".repeat(60)}"… (1048576 UTF-16 units)`],
  ];
  for (const [rule, value, expected] of rules) test(rule, () => expect(quote(value)).toBe(expected));

  test("is always one printable line", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (value) => {
        expect(quote(value)).toMatch(/^"[^\p{C}\p{Zl}\p{Zp}]*"(… \(\d+ UTF-16 units\))?$/u);
        expect(quote(value).length).toBeLessThan(60 * 12 + 40);
      }),
    );
  });

  test("never reaches the terminal through a member's name", () => {
    const [issue] = issuesOf(PackManifestSchema, { ...MANIFEST, ["\u001b[2J".repeat(100)]: 1 });
    expect(issue?.path).toMatch(/^\["[\x20-\x7e]*"… \(400 UTF-16 units\)\]$/);
  });
});

describe("a schema with an unknown feature is refused, not ignored", () => {
  const schemas: readonly [rule: string, schema: object][] = [
    ["a keyword", { type: "string", maxLength: 5 }],
    ["a keyword further down", Type.Object({ a: Type.Array(Type.String(), { uniqueItems: true }) })],
    ["a format", Type.String({ format: "email" })],
    ["a type", { type: "any" }],
    ["a list of types", { type: ["string", "null"] }],
    ["minLength past 1", Type.String({ minLength: 2 })],
    ["a choice of objects", Type.Intersect([Type.Object({}), Type.Object({})])],
  ];
  for (const [rule, schema] of schemas) test(rule, () => expect(() => issuesOf(schema, "a")).toThrow(TypeError));
});

describe("names are the document's own, never JavaScript's", () => {
  const schema = Type.Object(
    { toString: Type.Optional(Type.String()), a: Type.String() },
    { additionalProperties: false },
  );

  test("an inherited name does not count", () => {
    expect(issuesOf(schema, { a: "" })).toEqual([]);
    expect(issuesOf(Type.Object({ valueOf: Type.Unsafe<unknown>({}) }), {})).toHaveLength(1);
  });

  test("__proto__ is an ordinary member", () => {
    expect(issuesOf(schema, JSON.parse('{"a":"","__proto__":{}}'))).toHaveLength(1);
    const intent = JSON.parse(`{"__proto__":${JSON.stringify({ args_digest: DIGEST })}}`);
    expect(issuesOf(IntentSchema, intent)).not.toEqual([]);
    expect(intentValidator.fits(intent)).toBe(false);
  });
});

test("a refusal without a reason is an error, not an acceptance", () => {
  expect(() => explain({ ...intentValidator, schema: {} }, null)).toThrow("refused a value that fits its schema");
});
