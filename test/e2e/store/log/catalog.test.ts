/** A log in a catalogue, in SQLite and in PostgreSQL: which log has a pack and where, for `gait collection prove --db`. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { failedReceipt, linesOf, receiptOf } from "../../../core/catalog/receipts.ts";
import { keyPath, vectorPath } from "../../../go-vectors.ts";
import { conforms } from "../../answers.ts";
import { exampleFolder, type Scene } from "../../folder.ts";
import { gait } from "../../gait.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "../postgres-server.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const GOLF = vectorPath("packs/pack_run_golf.zip");
const KEY = keyPath("test", "private");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const line = (id: string): string => `{"pack_id":"${id}","sha256":"${id}","size":9,"type":"pack"}\n`;

let scene: Scene;
let server: PostgresServer | undefined;
beforeAll(async () => {
  scene = exampleFolder();
  if (hasPostgres()) server = await startPostgres();
  begin("store");
  expect(run("store", "put", ALPHA, JOB, "--to", "store").exit).toBe(0);
  append("store", "--new");
}, 120_000);
afterAll(() => {
  server?.stop();
  scene.remove();
});

const run = (...args: string[]) => gait(args, { cwd: scene.path, env: { GAIT_DEBUG: "1" } });
function begin(store: string): void {
  run("store", "init", store);
  run("collection", "init", store, "--name", "c", "--origin", "example.org/c", "--log-key", KEY);
}
function append(store: string, ...way: string[]): void {
  expect(run("collection", "append", store, "--name", "c", ...way).exit).toBe(0);
  expect(run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY).exit).toBe(0);
}
function json(...args: string[]) {
  const { exit, stdout } = run(...args, "--json");
  const answer = JSON.parse(stdout);
  expect(conforms(answer)).toEqual([]);
  return { exit, answer };
}
let copies = 0;
function copied(): string {
  const name = `copy-${++copies}`;
  cpSync(scene.at("store"), scene.at(name), { recursive: true });
  return name;
}

const KINDS: readonly [string, (name: string) => string][] = [
  ["SQLite", (name) => `${name}.sqlite`],
  ["PostgreSQL", (name) => server?.url(name) ?? ""],
];

for (const [kind, dbOf] of KINDS) {
  describe.skipIf(kind === "PostgreSQL" && !hasPostgres())(`a log in a catalogue (${kind})`, () => {
    const build = (store: string, db: string, ...more: string[]) =>
      json("catalog", "build", store, "--collection", "c", "--into", db, ...more);
    const ask = (db: string, sql: string): Record<string, unknown>[] =>
      json("catalog", "query", "--db", db, "--sql", sql).answer.rows;
    const entries = (db: string) =>
      ask(
        db,
        "select entry.at, pack.sha256, entry.type, entry.reason from entry join pack on pack.id = entry.pack order by 1",
      ).map(({ at, sha256: digest, type, reason }) => [Number(at), digest, type, reason]);
    const prove = (store: string, db: string | undefined, pack: string, out: string) =>
      run(
        ...["collection", "prove", store, "--name", "c", pack, "--out-dir", out],
        ...(db === undefined ? [] : ["--db", db]),
      );
    const proofIn = (out: string): string => {
      const [name = ""] = readdirSync(scene.at(out));
      return readFileSync(scene.at(out, name), "utf8");
    };

    test("is loaded as far as its head, added to, and names removals with their reasons", () => {
      const [store, db] = [copied(), dbOf("added")];
      const built = build(store, db);
      expect(built).toMatchObject({
        exit: 0,
        answer: {
          ...{ outcome: "created", receipts: 0, files: 0, packs: 2, packs_new: 2 },
          collections: [{ name: "c", origin: "example.org/c", entries: 2, entries_new: 2 }],
        },
      });
      writeFileSync(scene.at("gone.txt"), `${sha256(JOB)}\n`);
      const removed = ["--removed", "gone.txt", "--reason", "erasure"];
      expect(run("collection", "append", store, "--name", "c", ...removed).exit).toBe(0);
      // What no head covers is not loaded.
      expect(build(store, db).answer.collections).toMatchObject([{ entries: 2, entries_new: 0 }]);
      expect(run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY).exit).toBe(0);
      expect(build(store, db)).toMatchObject({
        answer: { packs_new: 0, collections: [{ entries: 3, entries_new: 1 }] },
      });
      const order = [ALPHA, JOB].map(sha256).sort();
      expect(
        entries(db)
          .slice(0, 2)
          .map(([, digest]) => digest as string)
          .sort(),
      ).toEqual(order);
      expect(entries(db)[2]).toEqual([2, sha256(JOB), "removed", "erasure"]);
      const said = run("catalog", "build", store, "--collection", "c", "--into", db);
      expect(said.stdout).toEndWith("\n  c  example.org/c: 3 entries, 0 new\n");
    });

    test("leads to the same proof, and the log is not read for it", () => {
      const [store, db] = [copied(), dbOf("proved")];
      writeFileSync(
        scene.at("many"),
        Array.from({ length: 600 }, (_, at) => line(String(at).padStart(64, "0"))).join(""),
      );
      append(store, "--files-from", "many");
      expect(build(store, db).exit).toBe(0);
      for (const [at, pack] of [ALPHA, String(77).padStart(64, "0"), String(599).padStart(64, "0")].entries()) {
        expect(prove(store, undefined, pack, `own-${kind}-${at}`).exit).toBe(0);
        const shown = prove(store, db, pack, `by-${kind}-${at}`);
        expect([shown.exit, shown.stderr]).toEqual([0, ""]);
        expect(proofIn(`by-${kind}-${at}`)).toBe(proofIn(`own-${kind}-${at}`));
      }
      rmSync(scene.at(store, "collections/c/commits"), { recursive: true });
      expect(prove(store, db, ALPHA, `without-${kind}`)).toMatchObject({ exit: 0, stderr: "" });
      expect(prove(store, undefined, ALPHA, `not-${kind}`).exit).toBe(6);
    });

    test("that does not know a pack, or of another log, costs a look at the log and no more", () => {
      const [store, db] = [copied(), dbOf("behind")];
      expect(build(store, db).exit).toBe(0);
      expect(run("store", "put", GOLF, "--to", store).exit).toBe(0);
      append(store, "--new");
      const behind = prove(store, db, GOLF, `behind-${kind}`);
      expect([behind.exit, behind.stderr]).toEqual([
        0,
        expect.stringContaining("the catalogue does not lead to 1 pack"),
      ]);
      // The place of a pack in one log is not that in another of the same key.
      const other = `other-${kind}`;
      begin(other);
      writeFileSync(scene.at("first"), line("f".repeat(64)));
      append(other, "--files-from", "first");
      expect(run("store", "put", ALPHA, JOB, "--to", other).exit).toBe(0);
      append(other, "--new");
      const misled = prove(other, db, ALPHA, `misled-${kind}`);
      expect(misled.exit).toBe(0);
      cpSync(ALPHA, scene.at(`misled-${kind}.zip`));
      const [proof = ""] = readdirSync(scene.at(`misled-${kind}`));
      const verified = ["collection", "verify", `misled-${kind}.zip`, "--proof", `misled-${kind}/${proof}`];
      expect(run(...verified).exit).toBe(0);
      // Loaded, it takes the place of the one before.
      const anew = build(other, db);
      expect(anew.answer).toMatchObject({
        collections: [{ entries: 3, entries_new: 3 }],
        warnings: [expect.stringContaining("not the log that the catalogue had")],
      });
      expect(entries(db)[0]).toEqual([0, "f".repeat(64), "pack", null]);
      expect(entries(db)).toHaveLength(3);
      expect(prove(store, dbOf("nowhere"), ALPHA, `nowhere-${kind}`).exit).toBe(6);
    });

    test("is not loaded where it is not what its head was signed over, and what was there stays", () => {
      const [store, db] = [copied(), dbOf("broken")];
      expect(build(store, db).exit).toBe(0);
      const before = entries(db);
      writeFileSync(scene.at("one"), line("e".repeat(64)));
      append(store, "--files-from", "one");
      rmSync(scene.at(store, "collections/c/commits/000000000001"));
      const { exit, stderr } = run("catalog", "build", store, "--collection", "c", "--into", db);
      expect([exit, stderr]).toEqual([6, expect.stringContaining("do not have the root of its newest head")]);
      expect(entries(db)).toEqual(before);
    });

    test("before its receipts or after them, of good packs and of bad ones, is the same", () => {
      const receipts = [receiptOf(1), failedReceipt(2), receiptOf(3)];
      writeFileSync(scene.at("receipts.ndjson"), linesOf(receipts));
      const store = `both-${kind}`;
      begin(store);
      writeFileSync(scene.at("both"), [...receipts.map((each) => line(each.sha256)), line("d".repeat(64))].join(""));
      append(store, "--files-from", "both");
      const [first, last] = [dbOf("first"), dbOf("last")];
      expect(build(store, first).answer.packs).toBe(4);
      const load = (db: string) => json("catalog", "build", "receipts.ndjson", "--into", db).answer;
      expect(load(first)).toMatchObject({ packs: 4, packs_new: 0 });
      expect(load(last)).toMatchObject({ packs: 3, packs_new: 3 });
      expect(build(store, last).answer).toMatchObject({ packs: 4, packs_new: 1 });
      const all = (db: string) => {
        const { db: _, ...answer } = json("catalog", "query", "--db", db).answer;
        return answer;
      };
      expect(all(first)).toEqual(all(last));
      expect(all(first).packs).toHaveLength(3);
      expect(entries(first)).toEqual(entries(last));
      const nobody = "select count(*) as n from pack where id not in (select pack from verification)";
      expect([first, last].map((db) => Number(ask(db, nobody)[0]?.["n"]))).toEqual([1, 1]);
    });
  });
}

test("a row that leads elsewhere makes no other proof", () => {
  const store = copied();
  expect(run("catalog", "build", store, "--collection", "c", "--into", "wrong.sqlite").exit).toBe(0);
  const database = new Database(scene.at("wrong.sqlite"));
  database.run("UPDATE entry SET at = at + 7");
  database.close();
  const args = ["collection", "prove", store, "--name", "c", ALPHA, "--out-dir", "wrong", "--db", "wrong.sqlite"];
  const { exit, stderr } = run(...args);
  expect([exit, stderr]).toEqual([0, expect.stringContaining("does not lead to 1 pack")]);
  const verified = ["collection", "verify", ALPHA, "--proof", `wrong/${readdirSync(scene.at("wrong"))[0]}`];
  expect(run(...verified).exit).toBe(0);
});

test.each([
  ["two stores", ["store", "store", "--collection", "c"]],
  ["a collection that is not there", ["store", "--collection", "d"]],
  ["a name that no collection has", ["store", "--collection", "../c"]],
  ["a folder that is no store", ["packs", "--collection", "c"]],
  ["the standard input", ["-", "--collection", "c"]],
])("%s is refused, and nothing is made", (_rule, args) => {
  expect(run("catalog", "build", ...args, "--into", "none.sqlite")).toMatchObject({ exit: 6, stdout: "" });
  expect(existsSync(scene.at("none.sqlite"))).toBe(false);
});

test("a log without a head is not loaded", () => {
  begin("headless");
  const { exit, stderr } = run("catalog", "build", "headless", "--collection", "c", "--into", "headless.sqlite");
  expect([exit, stderr]).toEqual([6, expect.stringContaining("no signed head")]);
});
