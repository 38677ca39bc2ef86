/** `gait pack export --to postgres-copy` (contract 7.5): what a strict reader of COPY's text format reads of it. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { copyRow } from "../../../src/core/export/copy-text.ts";
import { withExportedPack } from "../../../src/core/export/exported-pack.ts";
import { PostgresCopy } from "../../../src/core/export/postgres-copy.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { LATER } from "../../go-vectors.ts";
import { runpackOf } from "../artifacts.ts";

const ESCAPED: Readonly<Record<string, string>> = {
  ...{ "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
};

/**
 * A row as PostgreSQL reads it ("COPY", File Formats, Text Format). Stricter: it takes no escape that the manual does not
 * list, no raw control character that has one, and no row that would end the data.
 */
function readRow(row: string): (string | undefined)[] {
  if (!row.endsWith("\n")) throw new Error("no end of the line");
  const line = row.slice(0, -1);
  if (line === "\\.") throw new Error("the end of the data");
  if (/[\b\f\n\r\v\0]/.test(line)) throw new Error("a control character");
  return line.split("\t").map((field) => {
    if (field === "\\N") return undefined;
    if (/\\(?![\\bfnrtv])/.test(field.replaceAll("\\\\", ""))) throw new Error(`an unknown escape in ${field}`);
    return field.replace(/\\(.)/g, (_, char: string) => ESCAPED[char] as string);
  });
}

describe("a row", () => {
  const hostile = fc.array(
    fc.constantFrom("\\", "N", ".", "\t", "\n", "\r", "\b", "\f", "\v", "n", "é", "😀", "\u2028", "'"),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }).map((value) => value.replaceAll("\0", "")),
    hostile.map((parts) => parts.join("")),
  );
  test("is read back as it was, whatever is in it", () => {
    fc.assert(
      fc.property(fc.array(fc.option(text, { nil: undefined }), { minLength: 1 }), (fields) => {
        const row = copyRow(fields);
        if (fields.length === 1 && row === "\\.\n") throw new Error("the end of the data");
        expect(readRow(row)).toEqual(fields);
      }),
      { numRuns: 1000, examples: [[["\\."]], [["\\N"]], [["", undefined]]] },
    );
  });

  test("with a NUL character is refused, and what to do is said", () => {
    expect(() => copyRow(["a\0b"])).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

async function exported(packs: readonly Uint8Array[]): Promise<string> {
  const writer = new PostgresCopy(hostPlatform);
  let text = writer.head();
  for (const [index, bytes] of packs.entries()) {
    const options = { platform: hostPlatform, keys: [], requireSignature: false };
    const verified = await verifyArtifact(bytesSource(bytes), options);
    const about = { location: `pack ${index}.zip`, platform: hostPlatform };
    await withExportedPack(verified, about, async (pack) => {
      for await (const piece of writer.pack(pack)) text += piece;
    });
    verified.dispose();
  }
  for await (const piece of writer.end()) text += piece;
  writer.dispose();
  return text;
}

/** The rows of each COPY, by the names of its columns; each ends with `\.`, and all else are statements. */
function tables(text: string): Record<string, Record<string, string | undefined>[]> {
  const found: Record<string, Record<string, string | undefined>[]> = {};
  for (const [, name = "", columns = "", data = ""] of text.matchAll(
    /^COPY (\w+)_new \(([^)]*)\) FROM stdin;\n((?:(?!\\\.\n).*\n)*)\\\.\n/gm,
  )) {
    const names = columns.split(", ");
    found[name] = data
      .split(/(?<=\n)/)
      .filter((row) => row !== "")
      .map((row) => {
        const fields = readRow(row);
        expect(fields.length).toBe(names.length);
        return Object.fromEntries(names.map((column, index) => [column, fields[index]]));
      });
  }
  return found;
}

test("packs, their tools and their calls are rows; what is not known is NULL, and times are in UTC", async () => {
  const { bytes } = await runpackOf(
    {
      run: { run_id: "r", created_at: "2026-01-01T00:00:00Z" },
      intents: [
        { intent_id: "a\n\\.", tool_name: "t", args: { q: "\t\\\n" }, created_at: "2026-01-01T23:00:00+23:00" },
        { intent_id: "b", tool_name: "t" },
      ],
      results: [{ intent_id: "a\n\\.", status: "error", result: { ok: false }, created_at: "2026-01-01T00:00:01.5Z" }],
    },
    { captureMode: "raw" },
  );
  const job = new Uint8Array(readFileSync(join(LATER, "jobs/pack_job_decision.zip")));
  const { gait_pack: packs = [], gait_pack_tool: tools, gait_call: calls = [] } = tables(await exported([bytes, job]));
  expect(packs.map(({ location, pack_type, calls: count, not_ok }) => [location, pack_type, count, not_ok])).toEqual([
    ["pack 0.zip", "run", "2", "2"],
    ["pack 1.zip", "job", "0", "0"],
  ]);
  const sha256 = `\\x${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;
  expect(packs[0]).toMatchObject({ sha256, size: String(bytes.length), verdict: "intact" });
  expect(packs[1]).toMatchObject({ first_at: undefined, last_at: undefined });
  expect(tools).toEqual([{ sha256, tool: "t", calls: "2", not_ok: "2" }]);
  expect(calls[0]).toMatchObject({
    ...{ sha256, call: "1", intent_id: "a\n\\.", tool: "t", outcome: "failed", status: "error" },
    ...{ args: '{"q":"\\t\\\\\\n"}', result: '{"ok":false}', verdict: undefined },
    ...{ started_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-01T00:00:01.5Z" },
  });
  expect(calls[1]).toMatchObject({
    call: "2",
    outcome: "open",
    status: undefined,
    ended_at: undefined,
    result: undefined,
  });
  expect(calls.length).toBe(2);
});

test("an error stops it before rows could be taken for commands, and all of it is one transaction", async () => {
  const text = await exported([]);
  expect(text.startsWith("\\set ON_ERROR_STOP on\nBEGIN;\n")).toBe(true);
  expect(text.endsWith("\nCOMMIT;\n")).toBe(true);
});
