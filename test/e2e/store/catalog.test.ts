/** `gait catalog` through the executable: what is refused, what hostile names do to a terminal, and what is left where a call is stopped. */

import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { failedReceipt, linesOf, receiptOf, TRUST } from "../../core/catalog/receipts.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT, gait, type Ran } from "../gait.ts";

const MANY = 20_000;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  writeFileSync(scene.at("many.ndjson"), linesOf(Array.from({ length: MANY }, (_, at) => receiptOf(at))));
});
afterAll(() => scene.remove());

let number = 0;
let db: string;
beforeEach(() => {
  number += 1;
  mkdirSync(scene.at(`case-${number}`));
  db = `case-${number}/packs.sqlite`;
});

const run = (...args: string[]): Ran => gait(["catalog", ...args], { cwd: scene.path });
const around = (): string[] => readdirSync(scene.at(`case-${number}`)).sort();

function build(text: string, ...flags: string[]): Ran {
  writeFileSync(scene.at("receipts.ndjson"), text);
  return run("build", "receipts.ndjson", "--into", db, ...flags);
}

describe("gait catalog", () => {
  test("answers by its schema, built and asked", () => {
    expect(build(linesOf([receiptOf(1), failedReceipt(2)])).exit).toBe(0);
    const built = scene.json(["catalog", "build", "receipts.ndjson", "--into", db]);
    expect(built).toMatchObject({ exit: 0, answer: { outcome: "added", packs: 2, packs_new: 0, receipts: 2 } });
    const asked = scene.json(["catalog", "query", "--db", db, "--failed", "--tool", "shell.exec"]);
    expect(asked).toMatchObject({ exit: 0, answer: { packs: [{ location: "packs/1.zip", tool_calls: 2 }] } });
    const rows = scene.json(["catalog", "query", "--db", db, "--sql", "select count(*) as n from pack"]);
    expect(rows).toMatchObject({ exit: 0, answer: { columns: ["n"], rows: [{ n: 2 }] } });
    const unknown = scene.json(["catalog", "query", "--db", db, "--not-verified-with", "0".repeat(64)]);
    expect(unknown.answer.warnings?.[0]).toContain("no verification with this trust");
    expect(scene.json(["catalog", "query", "--db", "absent.sqlite"])).toMatchObject({ exit: 6, answer: { ok: false } });
  });

  test("a run that is not whole changes nothing, and makes no file", () => {
    const cut = linesOf([receiptOf(1)])
      .split("\n")
      .slice(0, 1)
      .join("\n");
    expect(build(cut)).toMatchObject({ exit: 6, stdout: "" });
    expect(around()).toEqual([]);
    expect(build(linesOf([receiptOf(1)])).exit).toBe(0);
    const before = readFileSync(scene.at(db));
    const { exit, stderr } = build(`${linesOf([receiptOf(2)])}${cut}`);
    expect([exit, stderr]).toEqual([6, expect.stringContaining("receipts.ndjson has no summary line at its end")]);
    expect(readFileSync(scene.at(db)).equals(before)).toBe(true);
    expect(around()).toEqual(["packs.sqlite"]);
  });

  test("names that packs chose are escaped on a terminal, and kept as they are in JSON", () => {
    const name = "\u001b[31mred\u0007\n::error::x\u202e";
    const tools = [{ name, calls: 1, not_ok: 1 }];
    expect(build(linesOf([receiptOf(1, { location: name, tools })])).exit).toBe(0);
    for (const flags of [[], ["--tool", name], ["--sql", "select name from tool"], ["--format", "ndjson"]]) {
      const { exit, stdout, stderr } = run("query", "--db", db, ...flags);
      expect(exit).toBe(0);
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^::error/m);
      expect(stdout).toContain("red");
    }
    const { stdout } = run("query", "--db", db, "--json");
    expect(JSON.parse(stdout).packs[0].location).toBe(name);
  });

  test("odd names of the file are names of files", () => {
    for (const name of ["file:x?mode=memory", ":memory:", "-- x'; .sqlite", "ü 🙂.sqlite"]) {
      expect([name, run("build", "receipts.ndjson", "--into", `./${name}`).exit]).toEqual([name, 0]);
      expect(existsSync(scene.at(name))).toBe(true);
      expect(run("query", "--db", `./${name}`).exit).toBe(0);
    }
    expect(run("build", "receipts.ndjson", "--into", "file:y.sqlite").exit).toBe(0);
    expect(existsSync(scene.at("file:y.sqlite"))).toBe(true);
  });

  test("one of another version is built anew, and says so", () => {
    expect(build(linesOf([receiptOf(1), receiptOf(2)])).exit).toBe(0);
    const database = new Database(scene.at(db));
    database.run("PRAGMA user_version = 77");
    database.close();
    expect(run("query", "--db", db)).toMatchObject({ exit: 6, stderr: expect.stringContaining("of version 77") });
    const { exit, stdout, stderr } = build(linesOf([receiptOf(3)]));
    expect([exit, stdout]).toEqual([0, `built anew  ${db}: 1 receipt of 1 run, 1 new pack, 1 pack in all\n`]);
    expect(stderr).toContain("it was a catalogue of version 77: what stood in it is gone");
    expect(around()).toEqual(["packs.sqlite"]);
  });

  test("a SELECT writes nothing", () => {
    expect(build(linesOf([receiptOf(1)])).exit).toBe(0);
    const before = readFileSync(scene.at(db));
    const out = scene.at(`case-${number}`, "out");
    for (const sql of [
      `vacuum into '${out}'`,
      `attach '${out}' as x`,
      "pragma user_version = 9",
      "with x as (select 1) delete from pack",
      "select 1; delete from pack",
      "select writefile('x', 'y')",
      "select load_extension('x')",
    ]) {
      expect([sql, run("query", "--db", db, "--sql", sql).exit]).toEqual([sql, 6]);
    }
    expect(readFileSync(scene.at(db)).equals(before)).toBe(true);
    expect(around()).toEqual(["packs.sqlite"]);
  });

  test("wrong calls say what to do", () => {
    for (const [args, says] of [
      [["build", "many.ndjson"], "--into is missing"],
      [["build", "-", "-", "--into", db], "the standard input is given twice"],
      [["build", "absent.ndjson", "--into", db], "absent.ndjson does not exist"],
      [["build", "many.ndjson", "--into", "run.json"], "is no catalogue"],
      [["build", "many.ndjson", "--into", "mysql://h/x"], "is not a file"],
      [["build", "many.ndjson", "--into", "postgres:///x"], "names no server and database"],
      [["query"], "--db is missing"],
      [["query", "--db", db, "--signer", "alice"], "--signer can't be"],
      [["query", "--db", db, "--sql", "select 1", "--failed"], "--sql and --failed are both given"],
      [["query", "--db", db, "--since", "soon"], "--since"],
    ] as const) {
      const { exit, stderr } = run(...args);
      expect([args, exit, stderr]).toEqual([args, 6, expect.stringContaining(says)]);
      expect(stderr).toContain("hint:");
    }
    expect(around()).toEqual([]);
  });

  test("two at once on a new name: one makes it, the other adds or says that it is there", async () => {
    const all = Array.from({ length: 2 }, () =>
      Bun.spawn([GAIT, "catalog", "build", "many.ndjson", "--into", db], {
        cwd: scene.path,
        stdout: "pipe",
        stderr: "pipe",
      }),
    );
    const said = await Promise.all(
      all.map(async (each) => [await each.exited, await new Response(each.stderr).text()]),
    );
    for (const [exit, stderr] of said)
      expect(exit === 0 || `${stderr}`.includes("was made by another call meanwhile")).toBe(true);
    expect(
      scene.json(["catalog", "query", "--db", db, "--sql", "select count(*) as n from pack"]).answer,
    ).toMatchObject({
      rows: [{ n: MANY }],
    });
    expect(around()).toEqual(["packs.sqlite"]);
  });

  test("two at once that add: both are in it", async () => {
    expect(build(linesOf([receiptOf(1_000_000)])).exit).toBe(0);
    writeFileSync(scene.at("others.ndjson"), linesOf(Array.from({ length: 5000 }, (_, at) => receiptOf(MANY + at))));
    const all = ["many.ndjson", "others.ndjson"].map((file) =>
      Bun.spawn([GAIT, "catalog", "build", file, "--into", db], {
        cwd: scene.path,
        stdout: "ignore",
        stderr: "ignore",
      }),
    );
    expect(await Promise.all(all.map((each) => each.exited))).toEqual([0, 0]);
    const { answer } = scene.json(["catalog", "query", "--db", db, "--sql", "select count(*) as n from pack"]);
    expect(answer).toMatchObject({ rows: [{ n: MANY + 5001 }] });
  });

  test.skipIf(process.platform === "win32")(
    "killed while it adds: it is as it was, and the next call adds all",
    async () => {
      expect(build(linesOf([receiptOf(1_000_000)])).exit).toBe(0);
      const made = readFileSync(scene.at(db));
      for (const delay of [30, 60, 90, 130, 180, 250]) {
        writeFileSync(scene.at(db), made);
        const running = Bun.spawn([GAIT, "catalog", "build", "many.ndjson", "--into", db], {
          ...{ cwd: scene.path, stdout: "ignore", stderr: "ignore" },
        });
        await Bun.sleep(delay);
        running.kill("SIGKILL");
        await running.exited;
        const { exit, answer } = scene.json([
          "catalog",
          "query",
          "--db",
          db,
          "--sql",
          "select count(*) as n from pack",
        ]);
        expect(exit).toBe(0);
        expect([1, MANY + 1]).toContain((answer as unknown as { rows: { n: number }[] }).rows[0]?.n as number);
      }
      expect(run("build", "many.ndjson", "--into", db).exit).toBe(0);
      expect(around()).toEqual(["packs.sqlite"]);
    },
  );

  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot || process.platform === "win32")("a folder that may not be written", () => {
    expect(build(linesOf([receiptOf(1)])).exit).toBe(0);
    chmodSync(scene.at(db), 0o400);
    chmodSync(scene.at(`case-${number}`), 0o500);
    expect(run("query", "--db", db).exit).toBe(0);
    expect(run("build", "many.ndjson", "--into", db)).toMatchObject({
      exit: 6,
      stderr: expect.stringContaining("can't be written"),
    });
    expect(run("build", "many.ndjson", "--into", `case-${number}/new.sqlite`).exit).toBe(6);
    chmodSync(scene.at(`case-${number}`), 0o700);
  });

  test.skipIf(process.platform !== "linux")(
    "a file that may not grow: nothing is left, and what was there is as it was",
    () => {
      const limited = (into: string): Ran =>
        bash(`ulimit -f 600; trap '' XFSZ; "$GAIT" catalog build many.ndjson --into ${into}`, { cwd: scene.path });
      const fresh = limited(db);
      expect([fresh.exit, fresh.stderr]).toEqual([6, expect.stringContaining("can't be written")]);
      expect(around()).toEqual([]);
      expect(build(linesOf([receiptOf(1)])).exit).toBe(0);
      cpSync(scene.at(db), scene.at(`case-${number}`, "before"));
      const added = limited(db);
      expect([added.exit, added.stderr]).toEqual([6, expect.stringContaining("can't be written")]);
      expect(scene.json(["catalog", "query", "--db", db]).answer).toMatchObject({
        packs: [{ location: "packs/1.zip" }],
      });
    },
  );

  test("the trust of a receipt is what --not-verified-with takes", () => {
    expect(build(linesOf([receiptOf(1)])).exit).toBe(0);
    expect(run("query", "--db", db, "--not-verified-with", TRUST).stdout).toBe("0 packs\n");
  });
});
