import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { readLayout } from "../../../src/core/zip/layout.ts";
import { AMBIGUOUS_ARCHIVES } from "./archive/ambiguous-archives.ts";
import { AMBIGUOUS_ENTRIES } from "./archive/ambiguous-entries.ts";
import { archive, concat, contentOf } from "./archive/builder.ts";
import { A, B } from "./archive/specs.ts";
import { VALID_ARCHIVES } from "./archive/valid-archives.ts";
import { judge } from "./verdict.ts";

describe("accepted: everything that all readers read in the same way", () => {
  for (const [rule, spec] of VALID_ARCHIVES) {
    test(rule, async () => {
      const { codes, contents } = await judge(archive(spec));
      expect(codes).toEqual([]);
      const expected = spec.entries.map((entry) => [
        String(entry.name),
        Buffer.from(contentOf(entry)).toString("latin1"),
      ]);
      expect(Object.fromEntries(contents)).toEqual(Object.fromEntries(expected));
    });
  }
});

describe("refused: everything that two readers could read in two ways", () => {
  for (const [rule, spec, ...codes] of [...AMBIGUOUS_ENTRIES, ...AMBIGUOUS_ARCHIVES]) {
    test(rule, async () => expect((await judge(archive(spec))).codes).toEqual(codes));
  }
});

describe("a file that is not an archive is a usage error", () => {
  const cases: readonly [rule: string, bytes: Uint8Array][] = [
    ["an empty file", new Uint8Array(0)],
    ["three bytes of a signature", Uint8Array.of(0x50, 0x4b, 3)],
    ["text", new TextEncoder().encode("{}\n".repeat(1000))],
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0)],
  ];
  for (const [rule, bytes] of cases) {
    test(rule, async () => {
      const refusal = await readLayout(bytesSource(bytes)).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ name: "GaitError", code: "not_an_archive" });
    });
  }

  const hints: readonly [rule: string, text: string, hint: string | undefined][] = [
    ["a file of signatures", '{"dsseEnvelope":{"payload":"e30="}}\n', "lie beside a pack"],
    ["a trust file", '{\n  "schema_id": "gait.trust",\n', "gait trust show"],
    ["a key of gait", `${Buffer.alloc(32, 7).toString("base64")}\n`, "gait keys show"],
    ["a key in PEM", "-----BEGIN PUBLIC KEY-----\nMCow\n", "gait keys show"],
    ["a key of OpenSSH", "ssh-ed25519 AAAAC3Nz me\n", "gait keys show"],
    ["an agent's JSON", '{"type":"user"}\n', "gait run import"],
    ["JSON that only names a trust file", '{"a":{"schema_id":"gait.trust"}}', "gait run import"],
    ["base64 that is too short for a key", "AAAA\n", undefined],
    ["plain text", "hello\n", undefined],
  ];
  for (const [what, text, hint] of hints) {
    test(`the hint for ${what}`, async () => {
      const refusal = await readLayout(bytesSource(new TextEncoder().encode(text))).catch((error: unknown) => error);
      const expected = hint === undefined ? undefined : expect.stringContaining(hint);
      expect((refusal as { hint?: string }).hint).toEqual(expected);
    });
  }

  test("a file that starts like an archive and continues differently is bad evidence", async () => {
    const bytes = concat(Uint8Array.of(0x50, 0x4b, 3, 4), new Uint8Array(100_000));
    expect((await judge(bytes)).codes).toEqual(["zip_truncated"]);
  });

  test("the end of another archive does not replace the one cut off", async () => {
    const inner = archive({ entries: [A, B] });
    const whole = archive({ entries: [A, { name: "b.zip", content: inner }, { ...A, name: "c" }] });
    const end = whole.length - 22 - 3 * 46 - 5 - 5 - 1;
    expect((await judge(whole.subarray(0, end))).codes).toEqual(["zip_truncated"]);
  });
});

test("findings name the entry, and the two differing values", async () => {
  const bytes = archive({ entries: [{ ...A, local: { uncompressedSize: 5 } }] });
  const { findings } = await readLayout(bytesSource(bytes));
  expect(findings).toEqual([
    {
      code: "zip_header_mismatch",
      path: "a.txt",
      expected: "6",
      actual: "5",
      message: "the local header's size differs",
      hint: expect.any(String),
    },
  ]);
});

test("an entry with a finding can't be read", async () => {
  const bytes = archive({ entries: [A, { ...B, local: { crc32: 1 } }] });
  const { entries } = await readLayout(bytesSource(bytes));
  expect(entries.map((entry) => entry.name)).toEqual(["a.txt"]);
});
