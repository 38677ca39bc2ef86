/** DuckDB reads what `gait` writes: the statements of docs/catalog.md and docs/export.md, as they stand there, under Node. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait } from "../gait.ts";

const ROOT = join(import.meta.dir, "../../..");
/** Its bindings are a library of Node's. */
const PROGRAM = `
const { DuckDBInstance } = require(${JSON.stringify(join(ROOT, "node_modules/@duckdb/node-api"))});
(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  let rows = [];
  for (const sql of JSON.parse(process.argv[1])) rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  console.log(JSON.stringify(rows));
})().catch((error) => { console.error(error); process.exitCode = 1; });`;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  for (const input of ["run.json", "run-again.json"])
    expect(gait(["run", "record", "--input", input, "--out-dir", "evidence"], { cwd: scene.path }).exit).toBe(0);
  const verify = '"$GAIT" pack verify evidence --recursive --format ndjson --account > receipts.ndjson';
  expect(bash(verify, { cwd: scene.path }).exit).toBe(0);
});
afterAll(() => scene.remove());

/** The statements in the blocks of SQL of a page that read files. */
function statements(page: string): string[] {
  const text = readFileSync(join(ROOT, "docs", page), "utf8");
  return [...text.matchAll(/^```sql\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .filter((line) => line.includes("read_json("));
}

function duckdb(...sql: string[]): Record<string, unknown>[] {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["node", "-e", PROGRAM, JSON.stringify(sql)], { cwd: scene.path });
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  return JSON.parse(stdout.toString()) as Record<string, unknown>[];
}

test("the one line over receipts gives the sums of a catalogue, and Parquet the same rows", () => {
  const [sums = "", parquet = "", ...others] = statements("catalog.md");
  expect(others).toEqual([]);
  const rows = duckdb(sums).map(({ name, calls, not_ok }) => ({ name, calls: Number(calls), not_ok: Number(not_ok) }));
  const sql =
    "select name, sum(u.calls) as calls, sum(u.not_ok) as not_ok from pack_tool u join tool on tool.id = u.tool group by name order by 2 desc, 1";
  expect(scene.json(["catalog", "build", "receipts.ndjson", "--into", "packs.sqlite"]).exit).toBe(0);
  const { answer } = scene.json(["catalog", "query", "--db", "packs.sqlite", "--sql", sql]);
  expect(rows.length).toBeGreaterThan(1);
  expect(rows).toEqual((answer as unknown as { rows: typeof rows }).rows);
  const copied = duckdb(parquet, "select count(*) as packs, sum(calls) as calls from 'receipts.parquet'");
  expect(existsSync(scene.at("receipts.parquet"))).toBe(true);
  expect(copied.map(({ packs, calls }) => [Number(packs), Number(calls)])).toEqual([[2, 12]]);
});

test("the calls of an export are rows", () => {
  const out = ["--recursive", "--to", "ndjson", "--out", "calls.ndjson"];
  expect(gait(["pack", "export", "evidence", ...out], { cwd: scene.path }).exit).toBe(0);
  const [sql = "", ...others] = statements("export.md");
  expect(others).toEqual([]);
  const rows = duckdb(sql);
  const calls = readFileSync(scene.at("calls.ndjson"), "utf8").match(/"outcome":"failed"/g) ?? [];
  expect(calls.length).toBeGreaterThan(0);
  expect(rows.reduce((sum, row) => sum + Number(Object.values(row)[1]), 0)).toBe(calls.length);
});
