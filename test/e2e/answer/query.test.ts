/** `gait pack query` by the executable: what an incident team asks of a run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { vectorPath } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait, type Ran } from "../gait.ts";

let scene: Scene;
const query = (...args: string[]): Ran => gait(["pack", "query", ...args], { cwd: scene.path });
const RAW = "raw/runpack_run_fix_rounding.zip";
beforeAll(() => {
  scene = exampleFolder();
  gait(["run", "record", "--input", "run.json"], { cwd: scene.path });
  gait(["run", "record", "--input", "run.json", "--capture-mode", "raw", "--out-dir", "raw"], { cwd: scene.path });
  gait(["pack", "build", "--from", `./${RAW}`, "--out", "run.zip"], { cwd: scene.path });
});
afterAll(() => scene.remove());

const fitsCall = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(join(import.meta.dir, "../../../schemas/v1/output/call.schema.json"), "utf8")),
);

test("a table for people, with the count", () => {
  expect(query(RAW, "status!=ok")).toEqual({
    ...{ exit: 0, stderr: "" },
    stdout:
      '  1  call_01  shell.exec  FAILED (error)  command: ["npm","test","--","billing"], cwd: /workspace/billing, timeout_seconds: 300\n1 of 6 calls\n',
  });
  expect(query(RAW, "tool=none")).toMatchObject({ exit: 0, stdout: "0 of 6 calls\n" });
  expect(query(RAW, "tool=shell.exec", "index>1").stdout).toContain("1 of 6 calls\n");
});

test("the same calls of a runpack and of the pack that holds it", () => {
  expect(query("run.zip", "tool=fs.*").stdout).toBe(query(RAW, "tool=fs.*").stdout);
});

test("NDJSON: a line for each call, of its published schema; payloads where asked for", () => {
  const { exit, stdout } = query("run.zip", "tool=fs.* or outcome=failed", "--format", "ndjson", "--with-payloads");
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect([exit, lines.map(({ intent_id }) => intent_id)]).toEqual([0, ["call_01", "call_02", "call_04"]]);
  for (const line of lines) expect([fitsCall(line), fitsCall.errors ?? []]).toEqual([true, []]);
  const { intents } = JSON.parse(readFileSync(scene.at("run.json"), "utf8")) as {
    intents: { intent_id: string; args: object }[];
  };
  for (const line of lines)
    expect(line["args"]).toEqual(intents.find(({ intent_id }) => intent_id === line["intent_id"])?.args);
  const [bare] = query("run.zip", "tool=fs.*", "--format", "ndjson").stdout.split("\n");
  expect(Object.keys(JSON.parse(bare ?? "") as object)).not.toContain("args");
});

test("JSON fits its schema, and has the totals and the verdict", () => {
  const { stdout } = query("run.zip", "args.path~invoice", "--json");
  const answer = JSON.parse(stdout) as { schema_id: string; calls_total: number; calls_found: number; verdict: string };
  expect([conforms(answer), answer.calls_total, answer.calls_found, answer.verdict]).toEqual([[], 6, 2, "intact"]);
});

describe("a run is named by its id too, as gait verify takes it", () => {
  const ID = "run_fix_rounding";
  const PATH = "gait-out/runpack_run_fix_rounding.zip";
  const CASES: readonly (readonly string[])[] = [
    ["pack", "inspect", ID],
    ["pack", "query", ID, "index=1"],
    ["pack", "diff", ID, PATH],
  ];
  for (const args of CASES) {
    test(args.join(" "), () => {
      const byPath = args.map((each) => (each === ID ? PATH : each));
      const [byId, plain] = [args, byPath].map((each) => gait(each, { cwd: scene.path }));
      expect(byId).toEqual(plain as Ran);
      expect(byId?.exit).toBe(0);
    });
  }
  test("a file that is there comes before a run of its name, and a file of another run is refused", () => {
    writeFileSync(scene.at(ID), "no archive");
    expect(gait(["pack", "inspect", ID], { cwd: scene.path }).exit).toBe(6);
    rmSync(scene.at(ID));
    copyFileSync(scene.at(PATH), scene.at("gait-out/runpack_other.zip"));
    for (const args of [
      ["pack", "inspect", "other"],
      ["pack", "report", "other", "--out", "other.html"],
    ]) {
      const { exit, stderr } = gait(args, { cwd: scene.path });
      expect([exit, stderr]).toEqual([6, expect.stringContaining('holds the run "run_fix_rounding", not other')]);
    }
    expect(existsSync(scene.at("other.html"))).toBe(false);
  });
  test("nobody's id: an error with the places", () => {
    const { exit, stderr } = gait(["pack", "inspect", "nobody"], { cwd: scene.path });
    expect([exit, stderr]).toEqual([6, expect.stringContaining("looked for gait-out")]);
  });
});

test("where only digests were kept, terms about arguments find nothing, and the answer says that it can't know", () => {
  const path = "gait-out/runpack_run_fix_rounding.zip";
  const warning =
    "6 of 6 arguments were not kept, only their digests: what is asked of args is not known of those calls";
  expect(query(path, "args.command~npm")).toEqual({
    exit: 0,
    stdout: "0 of 6 calls\n",
    stderr: `warning: ${warning}\n`,
  });
  expect(query(path, "not args~rm", "--format", "ndjson").stderr).toBe(`warning: ${warning}\n`);
  expect(gait(["pack", "query", "--help"]).stdout).toContain(
    "the pack did not keep, fits no = ~ < >, and every != and !~.",
  );
  for (const [text, found] of [
    ["args.x=1", 0],
    ["args.x!=1", 6],
    ["seconds<1000000", 0],
    ["approver!=dana", 6],
  ])
    expect([text, JSON.parse(query(path, String(text), "--json").stdout).calls_found]).toEqual([text, found]);
  expect(JSON.parse(query(path, "args!~rm", "--json").stdout)).toMatchObject({ calls_found: 6, warnings: [warning] });
  expect(query(path, "result~x or args~y").stderr).toMatch(/6 of 6 arguments [\s\S]*6 of 6 results /);
  expect([query(path, "tool=fs.*").stderr, query(RAW, "args~rm or result~rm").stderr]).toEqual(["", ""]);
  expect(query(path, "tool=fs.*", "--with-payloads").stdout).not.toContain("args");
});

describe("refused", () => {
  const CASES: readonly (readonly [why: string, args: () => string[], exit: number, says: string])[] = [
    ["a question that can't be read", () => [RAW, "status"], 6, "the query can't be read"],
    ["an operator that is none", () => [RAW, "tool==shell.exec"], 6, '"==" at character 5 is no operator'],
    ["an outcome that no call has", () => [RAW, "outcome=FAILED"], 6, "outcome is one of ok, unstated, failed"],
    ["no question", () => [RAW], 6, "query"],
    [
      "a pack without a run",
      () => [vectorPath("packs/pack_job_resumed_signed.zip"), "tool=a"],
      6,
      "has no readable run",
    ],
    ["a bad pack", () => [vectorPath("tampered/rp_hash_mismatch.zip"), "tool~a"], 2, "--force"],
    ["a file that is not there", () => ["none.zip", "tool=a"], 6, "none.zip does not exist"],
    ["--json beside a table", () => [RAW, "tool=a", "--json", "--format", "table"], 6, ""],
  ];
  for (const [why, args, exit, says] of CASES) {
    test(why, () => {
      const ran = query(...args());
      expect([ran.exit, `${ran.stdout}${ran.stderr}`]).toEqual([exit, expect.stringContaining(says)]);
    });
  }
  test("a bad pack with --force is asked, marked as unverified, and still exits with 2", () => {
    const ran = query(vectorPath("tampered/rp_hash_mismatch.zip"), "index>0", "--force");
    expect([ran.exit, ran.stdout]).toEqual([2, expect.stringMatching(/^UNVERIFIED .*\n[\s\S]*\d of \d calls\n$/)]);
    const lines = query(vectorPath("tampered/rp_hash_mismatch.zip"), "index>0", "--force", "--format", "ndjson");
    expect([lines.exit, lines.stderr]).toEqual([2, expect.stringContaining("file_hash_mismatch")]);
  });
});

test("text of the evidence can't reach the terminal as a command", () => {
  writeFileSync(
    scene.at("odd.json"),
    readFileSync(scene.at("run.json"), "utf8").replaceAll("call_01", "call\\u001b[2J01"),
  );
  gait(["run", "record", "--input", "odd.json", "--out-dir", "odd", "--capture-mode", "raw"], { cwd: scene.path });
  for (const more of [[], ["--with-payloads"], ["--format", "ndjson"], ["--json"]]) {
    expect(query("odd/runpack_run_fix_rounding.zip", "index>0", ...more).stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  }
});
