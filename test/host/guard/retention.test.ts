/** What is old enough to be deleted (contract 3.9), and that nothing else is. */
import { afterAll, describe, expect, test } from "bun:test";
import { lstatSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteFound, findRetained, kindOfName } from "../../../src/host/guard/retention.ts";

const root = mkdtempSync(join(tmpdir(), "gait-retention-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const HOUR = 3_600_000_000_000n;

test("names, in any letter case", () => {
  expect(["trace_1.json", "TRACE_.JSON", "evidence_pack_a.zip", "Incident_Pack_a.GAITENC"].map(kindOfName)).toEqual([
    ...(["trace", "trace", "pack", "pack"] as const),
  ]);
  const others = [
    "trace.json",
    "trace_1.jsonl",
    "xtrace_1.json",
    "pack_1.zip",
    "runpack_1.zip",
    "evidence_pack_a.zip.bak",
    "evidence_packa.zip",
  ];
  expect(others.map(kindOfName)).toEqual(others.map(() => undefined));
});

function fileOf(name: string, seconds: number) {
  const path = join(root, name);
  writeFileSync(path, name);
  utimesSync(path, seconds, seconds);
  return path;
}

describe("ages", () => {
  const ttl = (hours: bigint) => ({ trace: hours * HOUR, pack: 0n });
  test("a file is deleted when it is older, not when it is as old", async () => {
    fileOf("trace_a.json", 1000);
    fileOf("evidence_pack_a.zip", 1000);
    const at = 1_000_000_000_000n + HOUR;
    const actions = async (now: bigint) => (await findRetained(root, now, ttl(1n))).map(({ file }) => file.action);
    expect([await actions(at), await actions(at + 1n)]).toEqual([
      ["kept", "kept"],
      ["kept", "deleted"],
    ]);
  });

  test("a time to come is a negative age, and kept", async () => {
    const found = await findRetained(root, 0n, ttl(1n));
    expect(found.map(({ file }) => [file.age_seconds, file.action, file.modified_at])).toEqual([
      [-1000, "kept", "1970-01-01T00:16:40Z"],
      [-1000, "kept", "1970-01-01T00:16:40Z"],
    ]);
  });
});

describe("deleting", () => {
  const found = (path: string) => ({
    stats: lstatSync(path, { bigint: true }),
    file: { path, kind: "trace", modified_at: "", age_seconds: 0, action: "deleted" } as const,
  });
  test("a file that was written to since, or is gone, is left alone", () => {
    const each = found(fileOf("trace_b.json", 1000));
    fileOf("trace_b.json", 2000);
    expect([deleteFound(each), lstatSync(each.file.path).isFile()]).toEqual([false, true]);
    const gone = found(fileOf("trace_c.json", 1000));
    rmSync(gone.file.path);
    expect(deleteFound(gone)).toBe(false);
    expect(deleteFound(found(each.file.path))).toBe(true);
  });

  test("what can't be deleted is an error that names it", () => {
    const path = join(root, "trace_d.json");
    mkdirSync(path);
    expect(() => deleteFound(found(path))).toThrow("trace_d.json");
  });
});
