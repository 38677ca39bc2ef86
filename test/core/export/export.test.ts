/** `gait pack export` (contract 7.4): the bytes of the Go implementation, and what they don't show. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { type ExportRecord, exportRecord, isUnexportable } from "../../../src/core/export/exported.ts";
import { NO_METRICS } from "../../../src/core/export/metrics.ts";
import { otelLines } from "../../../src/core/export/otel.ts";
import { sixDecimals, sqlStatements, sqlTable } from "../../../src/core/export/sql.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { LATER } from "../../go-vectors.ts";

function later(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(LATER, file)));
}

function text(file: string): string {
  return readFileSync(join(LATER, file), "utf8");
}

async function verified(bytes: Uint8Array) {
  return verifyArtifact(bytesSource(bytes), { platform: hostPlatform, keys: [], requireSignature: false });
}

describe("vectors", () => {
  for (const [name, file] of [
    ["run", "context/pack_alpha.zip"],
    ["run_signed", "context/pack_alpha_signed.zip"],
    ["job", "jobs/pack_job_decision.zip"],
    ["call", "call/pack_call.zip"],
    ["auth", "authorization/pack_auth.zip"],
    ["runpack", "proof/runpack_run_delta.zip"],
    ["metrics", "export/pack_metrics.zip"],
    ["bad", "export/bad_pack.zip"],
  ] as const) {
    test(`${name}: the lines and the statements, byte for byte`, async () => {
      const artifact = await verified(later(file));
      expect(isUnexportable(artifact)).toBe(false);
      const record = await exportRecord(artifact, hostPlatform);
      expect(otelLines(record, artifact.verdict !== "failed", hostPlatform)).toBe(text(`export/${name}.jsonl`));
      const isSigned = name === "run_signed";
      const table = sqlTable(isSigned ? "audit.packs" : "gait_pack_index");
      expect(sqlStatements(record, table, !isSigned)).toBe(text(`export/${name}.sql`));
      artifact.dispose();
    });
  }
});

describe("what is refused", () => {
  test("a pack whose proof records are dropped, though every file has its digest", async () => {
    const artifact = await verified(later("proof/tampered_alpha_last_dropped.zip"));
    expect(isUnexportable(artifact)).toBe(true);
    artifact.dispose();
  });

  test("a truncated archive", async () => {
    const artifact = await verified(later("context/pack_alpha.zip").slice(0, 3000)).catch(() => undefined);
    expect(artifact === undefined || isUnexportable(artifact)).toBe(true);
  });

  for (const table of ["", "a.b.c", "1a", "a-b", 'a"', "a.", ".a", "é", "a b"]) {
    test(`the table ${JSON.stringify(table)}`, () => {
      expect(() => sqlTable(table)).toThrow("is not a table");
    });
  }

  test("an id with a NUL character, in SQL", () => {
    expect(() => sqlStatements({ ...RECORD, source_ref: "a\0b" }, ["t"], false)).toThrow("NUL");
  });
});

const RECORD: ExportRecord = {
  pack_id: `pack_${"a".repeat(16)}`,
  pack_type: "guard",
  source_ref: "it's <b> & \\' OR 1=1; --\u2028",
  manifest_digest: "0123456789abcdef".repeat(4),
  files_checked: 1,
  hash_mismatches: 0,
  missing_files: 0,
  undeclared_files: 0,
  signature_status: "missing",
  signatures_total: 0,
  signatures_valid: 0,
  created_at: "2026-04-01T00:00:00.123456789Z",
  metrics: NO_METRICS,
};

describe("details", () => {
  test("a text ends where it ends: quotes are doubled, a backslash means nothing", () => {
    const sql = sqlStatements(RECORD, ["t"], false);
    expect(sql).toContain("'it''s <b> & \\'' OR 1=1; --\u2028'");
    expect(sql).toContain("'2026-04-01T00:00:00Z'::timestamptz");
  });

  test("lines stay lines, times keep their nanoseconds, an id that is no digest gives way to the manifest's", () => {
    const lines = otelLines(RECORD, true, hostPlatform).split("\n");
    expect(lines).toHaveLength(9);
    expect(lines[0]).toContain("\\u003cb\\u003e \\u0026");
    expect(lines[0]).toContain("\\u2028");
    expect(lines[0]).toContain('"start_time_unix_nano":1775001600123456789');
    expect(lines[0]).toContain('"trace_id":"0123456789abcdef0123456789abcdef"');
    expect(lines[0]).toContain('"span_id":"0123456789abcdef"');
  });

  test("an index is named after the table in small letters, without its schema", () => {
    expect(sqlStatements(RECORD, sqlTable("Audit.Packs"), true)).toContain(
      'INDEX IF NOT EXISTS "idx_packs_source_ref" ON "Audit"."Packs"',
    );
  });

  test("six decimals as Go rounds them: a tie to the even digit", () => {
    expect([0, 1, 1 / 3, 13 / 35].map(sixDecimals)).toEqual(["0.000000", "1.000000", "0.333333", "0.371429"]);
    expect([1 / 128, 3 / 128, 5 / 128, 127 / 128].map(sixDecimals)).toEqual([
      ...["0.007812", "0.023438", "0.039062", "0.992188"],
    ]);
  });

  test("whatever an id has in it, lines are JSON of one line each, and a literal ends where it ends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (id) => {
        const record = { ...RECORD, source_ref: id };
        const lines = otelLines(record, true, hostPlatform).trimEnd().split("\n");
        expect(lines.map((line) => JSON.parse(line).attributes["gait.source_ref"])).toEqual(Array(8).fill(id));
        if (id.includes("\0")) return;
        const [, literal = ""] =
          /'guard',\n {2}'((?:[^']|'')*)',\n {2}'0123/.exec(sqlStatements(record, ["t"], false)) ?? [];
        expect(literal.replaceAll("''", "'")).toBe(id);
      }),
    );
  });
});
