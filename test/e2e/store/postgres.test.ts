/** A catalogue in PostgreSQL says what one in a file says, and nothing but its own schema is touched. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { PackReceipt } from "../../../src/schema/document/store/receipt.ts";
import { failedReceipt, linesOf, receiptOf } from "../../core/catalog/receipts.ts";
import { SeededRandom } from "../../fuzz/random.ts";
import { conforms } from "../answers.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT, gait } from "../gait.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "./postgres-server.ts";

const PASSWORD = "not-asked-for";

describe.skipIf(!hasPostgres())("a catalogue in PostgreSQL", () => {
  let server: PostgresServer;
  let scene: Scene;
  beforeAll(async () => {
    scene = exampleFolder();
    server = await startPostgres();
  }, 120_000);
  afterAll(() => {
    server?.stop();
    scene?.remove();
  });
  const run = (...args: string[]) => gait(["catalog", ...args], { cwd: scene.path, env: { GAIT_DEBUG: "1" } });
  const json = (...args: string[]) => {
    const { exit, stdout } = run(...args, "--json");
    const answer = JSON.parse(stdout);
    expect(conforms(answer)).toEqual([]);
    return { exit, answer };
  };
  const file = (receipts: readonly PackReceipt[], name = "receipts.ndjson"): string => {
    writeFileSync(scene.at(name), linesOf(receipts));
    return name;
  };

  test("is made, added to, and asked; the address is shown without its password", () => {
    const url = server.url("made");
    const built = run("build", file([receiptOf(1), failedReceipt(2)]), "--into", url);
    expect(built).toMatchObject({ exit: 0, stderr: "" });
    expect(built.stdout).toMatch(/^built {2}postgres:\/\/\w+@127\.0\.0\.1:\d+\/made: 2 receipts of 1 run, 2 new packs/);
    expect(json("build", file([receiptOf(1), receiptOf(3)]), "--into", url)).toMatchObject({
      answer: { outcome: "added", packs: 3, packs_new: 1, receipts: 2 },
    });
    const asked = json("query", "--db", url, "--failed", "--tool", "shell.exec");
    expect(asked.answer.packs).toHaveLength(2);
    expect(JSON.stringify(asked.answer)).not.toContain(PASSWORD);
    expect(json("query", "--db", url, "--sql", "select count(*)::int as n from pack").answer.rows).toEqual([{ n: 3 }]);
    expect(server.ask("made", "select count(*) from gait.newest")).toBe("3");
  });

  test("any receipts, in any order and any parts: the answers of a file", () => {
    const url = server.url("same");
    const random = new SeededRandom(20_261_127, 1);
    const tools = ["a", "b'c", 'é "q"', "d\\"];
    const some = (): PackReceipt => {
      const number = random.below(6);
      const changes: Partial<PackReceipt> = {
        ...{ location: `p/${random.below(3)}'`, trust_id: String(random.below(3)).repeat(64) },
        verified_at: `2026-11-2${random.below(4)}T00:00:0${random.below(3)}.12${random.below(3)}4Z`,
        signers: [0, 1]
          .filter(() => random.below(2) === 0)
          .map((key) => ({
            key_id: String(key).repeat(64),
            status: random.pick(["verified", "failed", "not_checked"] as const),
          })),
      };
      if (random.below(3) === 0) return failedReceipt(number, changes);
      const used = tools
        .filter(() => random.below(2) === 0)
        .map((name) => ({ name, calls: 1 + random.below(3), not_ok: random.below(2) }));
      const calls = used.reduce((sum, each) => sum + each.calls, 0);
      const not_ok = used.reduce((sum, each) => sum + each.not_ok, 0);
      const last_at = random.pick(["2026-11-20T00:00:00.5Z", "2026-11-19T23:00:00-02:00", undefined]);
      const { last_at: _, ...rest } = receiptOf(number, { ...changes, calls, not_ok, tools: used });
      return last_at === undefined ? rest : { ...rest, last_at };
    };
    for (let round = 0; round < 8; round += 1) {
      const receipts = file(Array.from({ length: 12 }, some), `round-${round}.ndjson`);
      for (const into of ["same.sqlite", url]) expect(run("build", receipts, "--into", into).exit).toBe(0);
    }
    for (const flags of [
      ...[[], ["--failed"], ["--tool", "a"], ["--tool", "b'c", "--failed"], ["--tool", 'é "q"'], ["--tool", "d\\"]],
      ...[
        ["--signer", "1".repeat(64)],
        ["--not-verified-with", "2".repeat(64)],
        ["--since", "2026-11-20T00:00:00Z"],
        ["--tool", "'; drop"],
      ],
    ]) {
      const [ours, theirs] = ["same.sqlite", url].map((db) => run("query", "--db", db, "--format", "ndjson", ...flags));
      expect(theirs).toEqual(ours as never);
    }
  });

  test("a run that is not whole, and a NUL, change nothing", () => {
    const url = server.url("whole");
    writeFileSync(scene.at("cut.ndjson"), linesOf([receiptOf(1)]).split("\n")[0] ?? "");
    expect(run("build", "cut.ndjson", "--into", url)).toMatchObject({ exit: 6, stdout: "" });
    expect(server.ask("whole", "select count(*) from pg_namespace where nspname = 'gait'")).toBe("0");
    const refused = run("build", file([receiptOf(1, { location: "a\0b" })]), "--into", url);
    expect([refused.exit, refused.stderr]).toEqual([6, expect.stringContaining("NUL character")]);
    expect(run("query", "--db", url)).toMatchObject({ exit: 6, stdout: "" });
  });

  test("a schema of the same name that is somebody else's is not touched", () => {
    const url = server.url("others");
    server.ask("others", "create schema gait; create table gait.theirs (n int)");
    const refused = run("build", file([receiptOf(1)]), "--into", url);
    expect([refused.exit, refused.stderr]).toEqual([
      6,
      expect.stringContaining("has a schema gait that is no catalogue"),
    ]);
    expect(server.ask("others", "select count(*) from gait.theirs")).toBe("0");
  });

  test("one of another version is made anew, with a warning", () => {
    const url = server.url("older");
    run("build", file([receiptOf(1)]), "--into", url);
    server.ask("older", "update gait.catalog set version = 0");
    expect(run("query", "--db", url)).toMatchObject({ exit: 6, stdout: "" });
    const { answer } = json("build", file([receiptOf(2)]), "--into", url);
    expect(answer).toMatchObject({ outcome: "rebuilt", packs: 1 });
    expect(answer.warnings[0]).toContain("catalogue of version 0");
  });

  test("4 calls at once: each adds all of its own", async () => {
    const url = server.url("many");
    run("build", file([receiptOf(1)]), "--into", url);
    const exits = await Promise.all(
      Array.from({ length: 4 }, (_, call) => {
        const receipts = Array.from({ length: 50 }, (__, at) => receiptOf(100 * call + at));
        const args = ["catalog", "build", file(receipts, `call-${call}.ndjson`), "--into", url];
        return Bun.spawn([GAIT, ...args], { cwd: scene.path, stdout: "ignore", stderr: "ignore" }).exited;
      }),
    );
    expect(exits).toEqual([0, 0, 0, 0]);
    expect(server.ask("many", "select count(*) from gait.pack")).toBe("200");
  });

  describe("SQL of somebody's own reads, and nothing else", () => {
    const SQL: readonly (readonly [string, string])[] = [
      ["a second statement", "select 1; drop schema gait cascade"],
      ["one behind a comment that ends otherwise there", "select 1 --\r; drop schema gait cascade"],
      ["one in quotes of another language", "select $$a$$ `; drop schema gait cascade; select `"],
      ["a change in WITH", "with x as (delete from pack returning 1) select * from x"],
      ["no SELECT", "drop schema gait cascade"],
      ["two columns of one name", "select 1 as a, 2 as a"],
      ["no such column", "select nothing from pack"],
      ["out of the subquery", "select 1) as x, (select 2"],
    ];
    for (const [name, sql] of SQL) {
      test(name, () => {
        const url = server.url("reads");
        if (server.ask("reads", "select count(*) from pg_namespace where nspname = 'gait'") === "0")
          run("build", file([receiptOf(1)]), "--into", url);
        const refused = run("query", "--db", url, "--sql", sql);
        expect([name, refused.exit, refused.stdout]).toEqual([name, 6, ""]);
        expect(server.ask("reads", "select count(*) from gait.pack")).toBe("1");
      });
    }

    test("digests, times, whole numbers, JSON and nothing, as values", () => {
      const url = server.url("values");
      run("build", file([receiptOf(1)]), "--into", url);
      const sql =
        "select sha256, last_at, 12345678901234567890::numeric as n, '{\"a\":1}'::jsonb as j, null as z, true as b from pack;";
      expect(json("query", "--db", url, "--sql", sql).answer.rows).toEqual([
        {
          sha256: "1".padStart(64, "0"),
          last_at: "2026-11-20T00:00:00.000Z",
          n: "12345678901234567890",
          j: '{"a":1}',
          z: null,
          b: "true",
        },
      ]);
    });
  });

  test.each([
    ["nobody there", () => "postgres://u:not-asked-for@127.0.0.1:9/x", "gives no answer"],
    ["no such database", () => server.url("made").replace(/made$/, "nothing"), 'database "nothing" does not exist'],
    ["no such user", () => server.url("made").replace(/\w+:not/, "nobody:not"), 'role "nobody" does not exist'],
    ["no server", () => "postgres:///x", "names no server and database"],
    ["no address", () => "postgres://[x", "can't be one"],
  ])("%s: an error that says so, without the password", (_name, url, text) => {
    const told = run("query", "--db", url());
    expect([told.exit, told.stdout]).toEqual([6, ""]);
    expect(told.stderr).toContain(text);
    expect(told.stderr).not.toContain(PASSWORD);
  });
});
