/** `gait pack export --to` by the executable: files for other engines, what is refused, and PostgreSQL itself. */
import { afterAll, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LATER } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { bash, GAIT, gait } from "../gait.ts";
import { Launcher } from "../launcher.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-export-to-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

mkdirSync(join(cwd, "packs/below"), { recursive: true });
copyFileSync(join(LATER, "export/pack_metrics.zip"), join(cwd, "packs/metrics.zip"));
copyFileSync(join(LATER, "jobs/pack_job_decision.zip"), join(cwd, "packs/below/job.zip"));
copyFileSync(join(LATER, "jobs/pack_job_decision.zip"), join(cwd, "packs/below/again.zip"));
copyFileSync(join(LATER, "export/bad_pack.zip"), join(cwd, "bad.zip"));
copyFileSync(join(LATER, "proof/tampered_alpha_last_dropped.zip"), join(cwd, "tampered.zip"));

const HOSTILE = "\\.\n\\! touch owned\n';\tDROP TABLE gait_pack;\u2028";
const intents = [
  {
    intent_id: "a",
    tool_name: "fs.read",
    args: { path: HOSTILE, n: 1e21 },
    created_at: "2026-01-01T00:00:00.000000001Z",
  },
  { intent_id: "b", tool_name: "shell", args: { y: 1 }, created_at: "2026-01-01T00:00:01Z" },
  { intent_id: "c", tool_name: "shell", args: { x: [] }, created_at: "2026-01-01T00:00:02Z" },
  { intent_id: "d", tool_name: "shell", args: { x: null }, created_at: "2026-01-01T00:00:03Z" },
  { intent_id: "e", tool_name: "shell", args: { x: "" }, created_at: "2026-01-01T00:00:04Z" },
];
const results = [
  { intent_id: "a", status: "ok", result: { text: HOSTILE }, created_at: "2026-01-01T00:00:01.123456789Z" },
  { intent_id: "b", status: "error", result: { error: { type: "timeout" } }, created_at: "2026-01-01T00:00:02Z" },
  { intent_id: "c", status: "denied", result: { verdict: "block" }, created_at: "2026-01-01T00:00:03Z" },
  { intent_id: "d", status: "completed", result: { z: [] }, created_at: "2026-01-01T00:00:04Z" },
];
const run = {
  run_id: "run_x",
  created_at: "2026-01-01T00:00:00Z",
  env: { os: "linux", arch: "arm64", runtime: "agent/2.1" },
};
writeFileSync(join(cwd, "run.json"), JSON.stringify({ run, intents, results, capture_mode: "raw" }));
expect(gait(["run", "record", "--input", "run.json", "--out-dir", "recorded"], { cwd }).exit).toBe(0);
const RECORDED = "recorded/runpack_run_x.zip";

function exported(...words: string[]) {
  return gait(["pack", "export", ...words], { cwd });
}

function calls(pack: string): object[] {
  const { stdout } = gait(["pack", "query", pack, "index>=1", "--with-payloads", "--format", "ndjson"], { cwd });
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { run_id: _, args_text: __, ...call } = JSON.parse(line) as Record<string, unknown>;
      return call;
    });
}

test("pack, OTLP and back: each call with its payloads, times and status, and the machine", () => {
  expect(exported(RECORDED, "--to", "otlp", "--out", "t.jsonl").exit).toBe(0);
  const imported = gait(["run", "import", "t.jsonl", "--out-dir", "back", "--capture-mode", "raw"], { cwd });
  expect([imported.exit, imported.stderr]).toEqual([0, expect.not.stringContaining("time_unreadable")]);
  const [name = ""] = readdirSync(join(cwd, "back"));
  expect(calls(join("back", name))).toEqual(calls(RECORDED));
  expect(calls(RECORDED).length).toBe(5);
  const environment = (pack: string) =>
    (JSON.parse(bash(`unzip -p ${pack} run.json`, { cwd }).stdout) as { env: object }).env;
  expect(environment(join("back", name))).toEqual(environment(RECORDED));
});

test("lines of JSON: each pack as in its receipt, each call as a query shows it, and the same bytes again", () => {
  const out = ["--to", "ndjson", "--out"];
  expect(exported("packs", RECORDED, "--recursive", ...out, "all.ndjson").exit).toBe(0);
  const text = readFileSync(join(cwd, "all.ndjson"), "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const packs = lines.filter(({ schema_id }) => schema_id === "gait.export.pack");
  const verified = gait(["pack", "verify", "packs", RECORDED, "--recursive", "--format", "ndjson", "--account"], {
    cwd,
  });
  const receipts = verified.stdout
    .trimEnd()
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  for (const { schema_id: _, manifest_digest: __, ...pack } of packs)
    expect(receipts.find(({ location }) => location === pack["location"])).toMatchObject(pack);
  expect(packs.map(({ location }) => location)).toEqual(["packs/below/again.zip", "packs/metrics.zip", RECORDED]);
  expect(lines.flatMap((line) => conforms(line as { schema_id: string }))).toEqual([]);
  const sha256 = packs[2]?.["sha256"];
  const own = lines.filter((line) => line["schema_id"] === "gait.export.call" && line["sha256"] === sha256);
  const found = own.map(({ schema_id: _, schema_version: __, sha256: ___, run_id: ____, ...call }) => call);
  expect(found).toEqual(calls(RECORDED) as Record<string, unknown>[]);
  expect(packs[2]).toMatchObject({ calls: 5, not_ok: 3 });
  expect(exported("packs", RECORDED, "--recursive", ...out, "again.ndjson").exit).toBe(0);
  expect(readFileSync(join(cwd, "again.ndjson"), "utf8")).toBe(text);
});

test("a number in arguments keeps its digits, and no text of an agent ends a line", () => {
  const record = {
    run,
    intents: [{ intent_id: "n", args: { big: 1.5e300, text: "\r\n\u2028\0" } }],
    results: [],
    capture_mode: "raw",
  };
  writeFileSync(join(cwd, "numbers.json"), JSON.stringify(record));
  expect(gait(["run", "record", "--input", "numbers.json", "--out-dir", "numbers"], { cwd }).exit).toBe(0);
  expect(exported("numbers", "--recursive", "--to", "ndjson", "--out", "numbers.ndjson").exit).toBe(0);
  const lines = readFileSync(join(cwd, "numbers.ndjson"), "utf8").split("\n");
  expect(lines.length).toBe(3);
  expect(lines[1]).toContain('"big":1.5e+300');
  expect(JSON.parse(lines[1] as string)).toMatchObject({ args: { text: "\r\n\u2028\0" } });
});

test("packs in folders, each once however often it is there; the answer counts", () => {
  const { exit, stdout } = exported("packs", RECORDED, "--recursive", "--to", "otlp", "--out", "all.jsonl", "--json");
  expect([exit, JSON.parse(stdout)]).toMatchObject([
    0,
    { to: "otlp", out_path: "all.jsonl", packs: 3, calls: expect.any(Number), repeated: 1 },
  ]);
  const traces = readFileSync(join(cwd, "all.jsonl"), "utf8").match(/"traceId":"\w+"/g);
  expect(new Set(traces).size).toBe(3);
});

test("a pack that is not whole is exported so, and says it; one that is not what it says ends it without a file", () => {
  const whole = exported("bad.zip", "--to", "postgres-copy", "--out", "bad.sql");
  expect([whole.exit, whole.stderr]).toEqual([0, expect.stringContaining("not whole")]);
  expect(readFileSync(join(cwd, "bad.sql"), "utf8")).toContain("\tfailed\t");
  const { exit, stderr } = exported(RECORDED, "tampered.zip", "--to", "otlp", "--out", "refused.jsonl");
  expect([exit, stderr]).toEqual([2, expect.stringContaining("tampered.zip")]);
  expect(existsSync(join(cwd, "refused.jsonl"))).toBe(false);
});

test("nothing is written for a wrong call", () => {
  writeFileSync(join(cwd, "there.jsonl"), "mine\n");
  mkdirSync(join(cwd, "empty"));
  for (const words of [
    [RECORDED, "--to", "otlp"],
    [RECORDED, "--out", "x"],
    [RECORDED, "--to", "parquet", "--out", "x"],
    [RECORDED, "--to", "otlp", "--out", "x", "--otel-out", "y"],
    [RECORDED, "--to", "otlp", "--out", "x", "--postgres-sql-out", "y"],
    [RECORDED, RECORDED, "--otel-out", "y"],
    [RECORDED, "--recursive", "--otel-out", "y"],
    [RECORDED, "--to", "otlp", "--out", RECORDED, "--force"],
    [RECORDED, "--to", "otlp", "--out", "there.jsonl"],
    [RECORDED, "--to", "otlp", "--out", "x.sql"],
    [RECORDED, "--to", "ndjson", "--out", "x.json"],
    [RECORDED, "--to", "postgres-copy", "--out", "x.jsonl"],
    ["packs", "--to", "otlp", "--out", "x"],
    ["empty", "--recursive", "--to", "otlp", "--out", "x"],
    ["absent.zip", "--to", "otlp", "--out", "x"],
  ])
    expect([words, exported(...words).exit]).toEqual([words, 6]);
  expect(["x", "y"].filter((name) => existsSync(join(cwd, name)))).toEqual([]);
  expect(readFileSync(join(cwd, "there.jsonl"), "utf8")).toBe("mine\n");
  expect(exported(RECORDED, "--to", "otlp", "--out", "there.jsonl", "--force").exit).toBe(0);
});

const SERVERS = "/usr/lib/postgresql";
const [version] = existsSync(SERVERS) ? readdirSync(SERVERS) : [];

test.skipIf(process.env["GAIT_LONG"] !== "1" || version === undefined || process.platform !== "linux")(
  "PostgreSQL takes it, the same file twice is the same, and nothing in it is a command (GAIT_LONG=1, Debian's postgresql)",
  () => {
    expect(exported("packs", RECORDED, "--recursive", "--to", "postgres-copy", "--out", "all.sql").exit).toBe(0);
    chmodSync(cwd, 0o777);
    chmodSync(join(cwd, "all.sql"), 0o644);
    const { exit, stdout, stderr } = bash(
      `set -e
      export PATH=${SERVERS}/${version}/bin:$PATH LC_ALL=C
      as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- env PATH="$PATH" "$@"; else "$@"; fi; }
      as initdb -E UTF8 -A trust -N -D "$PWD/data" > /dev/null
      as pg_ctl -s -w -D "$PWD/data" -l "$PWD/data/log" -o "-k $PWD/data -c listen_addresses= -c fsync=off" start
      trap 'as pg_ctl -s -m immediate -D "$PWD/data" stop' EXIT
      sql() { as psql -X -q -h "$PWD/data" postgres "$@"; }
      sql -f all.sql; sql -f all.sql 2> /dev/null
      sql -At -c "select count(*) from gait_pack" -c "select count(*) from gait_call where outcome = 'blocked'"
      sql -At -c "select args->>'path' = (result->>'text'), length(args->>'path') from gait_call where intent_id = 'a'"
      sql -At -c "select sum(calls) = (select count(*) from gait_call) from gait_pack_tool"`,
      { cwd },
    );
    rmSync(join(cwd, "data"), { recursive: true, force: true });
    expect([exit, stdout.trimEnd().split("\n"), stderr]).toEqual([
      ...[0, ["3", expect.stringMatching(/^[1-9]/), `t|${HOSTILE.length}`, "t"], ""],
    ]);
    expect(existsSync(join(cwd, "owned"))).toBe(false);
  },
  60_000,
);

/** Each reads the calls in the same way. */
const LARGE_FORMATS = process.env["GAIT_LONG"] === "1" ? ["otlp", "ndjson", "postgres-copy"] : ["postgres-copy"];

test.each(LARGE_FORMATS)("a run of any number of calls is not held in memory (%s)", async (to) => {
  const pack = "many/runpack_run_many.zip";
  if (!existsSync(join(cwd, pack))) {
    const records = Array.from({ length: 150_000 }, (_, at) => ({
      intent: { intent_id: `intent_${at}`, tool_name: "fs.read", args: { path: `/srv/${at}.txt`, n: at } },
      // Two by two in another order than the calls.
      result: { intent_id: `intent_${at ^ 1}`, status: at % 9 === 0 ? "error" : "ok", result: { bytes: at } },
    }));
    const [intents, results] = [records.map(({ intent }) => intent), records.map(({ result }) => result)];
    writeFileSync(join(cwd, "many.json"), JSON.stringify({ run: { ...run, run_id: "run_many" }, intents, results }));
    expect(gait(["run", "record", "--input", "many.json", "--out-dir", "many"], { cwd }).exit).toBe(0);
  }
  using launcher = new Launcher();
  const command = [GAIT, "pack", "export", pack, "--to", to, "--out", `many.${to}`, "--quiet"];
  const { exit, peakBytes } = await launcher.run(command, cwd);
  expect(exit).toBe(0);
  expect(peakBytes).toBeLessThan(220e6);
});
