/** `gait collection verify --packs` by the executable: what was removed and why, and what no entry names. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyPath, vectorPath } from "../../../go-vectors.ts";
import { exampleFolder, type Scene } from "../../folder.ts";
import { gait } from "../../gait.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const GOLF = vectorPath("packs/pack_run_golf.zip");
const KEY = keyPath("test", "private");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

let scene: Scene;
let vkey = "";
beforeAll(() => {
  scene = exampleFolder();
  run("store", "init", "store");
  const init = ["collection", "init", "store", "--name", "c", "--origin", "example.org/c", "--log-key", KEY];
  vkey = run(...init).stdout.trim();
  put("store", ALPHA, JOB);
  enter("store");
});
afterAll(() => scene.remove());

const run = (...args: string[]) => gait(args, { cwd: scene.path });
const put = (store: string, ...packs: string[]) => expect(run("store", "put", ...packs, "--to", store).exit).toBe(0);
const append = (store: string, ...way: string[]) =>
  expect(run("collection", "append", store, "--name", "c", ...way).exit).toBe(0);
const sign = (store: string) =>
  expect(run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY).exit).toBe(0);
function enter(store: string): void {
  append(store, "--new");
  sign(store);
}
const verifying = (store: string, packs = store) => [
  ...["collection", "verify", store, "--name", "c", "--log-vkey", vkey, "--packs", packs],
];
const verify = (store: string, packs = store) => scene.json(verifying(store, packs));

let copies = 0;
function copied(): string {
  const name = `copy-${++copies}`;
  cpSync(scene.at("store"), scene.at(name), { recursive: true });
  return name;
}
const pathIn = (store: string, pack: string): string => {
  const [found = ""] = readdirSync(scene.at(store, "packs"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(`${sha256(pack)}.zip`));
  return scene.at(store, "packs", found);
};
/** As if it had been put that many days before the packs of the first head. */
function putBefore(store: string, pack: string, days: number): void {
  const [, first = ""] = /packs\/([0-9/]{10})\//.exec(pathIn("store", ALPHA)) ?? [];
  const day = new Date(Date.parse(first.replaceAll("/", "-")) - days * 86_400_000).toISOString().slice(0, 10);
  const path = pathIn(store, pack);
  const to = join(scene.at(store, "packs"), day.replaceAll("-", "/"), `${sha256(pack)}.zip`);
  mkdirSync(dirname(to), { recursive: true });
  renameSync(path, to);
}

describe("what was removed lawfully", () => {
  test("is listed with why, where the log says so, and the first head that covers it", () => {
    const name = copied();
    for (const [pack, reason] of [
      [JOB, "erasure"],
      [ALPHA, "retention"],
    ] as const) {
      writeFileSync(scene.at("gone.txt"), `${sha256(pack)}\n`);
      rmSync(pathIn(name, pack));
      append(name, "--removed", "gone.txt", "--reason", reason);
      sign(name);
    }
    const { exit, answer } = verify(name);
    const of = (pack: string) => ({
      sha256: sha256(pack),
      pack_id: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      index: expect.any(Number) as unknown,
    });
    expect([exit, answer]).toMatchObject([
      0,
      {
        packs: { entries: 2, present: 0, removed: 2, missing: 0 },
        removals: [
          { ...of(JOB), reason: "erasure", removal_index: 2, head: 3 },
          { ...of(ALPHA), reason: "retention", removal_index: 3, head: 4 },
        ],
      },
    ]);
    const { stdout } = run(...verifying(name));
    expect(stdout).toContain(`removed  ${sha256(JOB)}.zip for erasure: entry 2, in the head of 3 (pack `);
    expect(stdout).toContain("0 of 2 there, 2 removed lawfully");
  });

  test("is not what no head covers, and not what is there still, of which it warns", () => {
    const name = copied();
    writeFileSync(scene.at("gone.txt"), `${sha256(ALPHA)}\n`);
    append(name, "--removed", "gone.txt", "--reason", "legal");
    expect(verify(name).answer.warnings).toBeUndefined();
    rmSync(pathIn(name, JOB));
    sign(name);
    expect(verify(name)).toMatchObject({
      exit: 2,
      answer: {
        packs: { present: 1, removed: 0, missing: 1 },
        removals: [],
        warnings: [`1 pack is entered as removed, and is there: ${sha256(ALPHA)}.zip`],
      },
    });
  });

  test("is shown up to twenty in text, and all of it in JSON", () => {
    run("store", "init", "many");
    run("collection", "init", "many", "--name", "c", "--origin", "example.org/c", "--log-key", KEY);
    const hex = Array.from({ length: 23 }, (_, at) => (at + 1).toString(16).padStart(64, "0"));
    const line = (id: string): string => `{"pack_id":"${id}","sha256":"${id}","size":9,"type":"pack"}\n`;
    writeFileSync(scene.at("entries"), hex.map(line).join(""));
    writeFileSync(scene.at("gone.txt"), hex.join("\n"));
    append("many", "--files-from", "entries");
    append("many", "--removed", "gone.txt", "--reason", "retention");
    sign("many");
    expect((verify("many").answer as unknown as { removals: unknown[] }).removals).toHaveLength(23);
    const { stdout } = run(...verifying("many"));
    expect(stdout.split(".zip for retention:")).toHaveLength(21);
    expect(stdout).toContain("… and 3 more; --json has all");
  });
});

describe("a pack that no entry names", () => {
  const codes = ({ answer }: ReturnType<typeof verify>) => answer.findings?.map(({ code }) => code);

  test("is not yet appended, and no fault, for a day after what the head covers", () => {
    const name = copied();
    put(name, GOLF);
    for (const days of [0, 1]) {
      putBefore(name, GOLF, days);
      const found = verify(name);
      expect([found.exit, codes(found), found.answer]).toMatchObject([
        ...[0, [], { packs: { unlisted: 1, pending: 1 }, verdict: "authentic" }],
      ]);
      expect(found.answer.warnings).toEqual([`1 pack is in no entry, not yet appended: ${sha256(GOLF)}.zip`]);
    }
    expect(run(...verifying(name)).stdout).toContain("2 of 2 there, 1 not yet appended");
  });

  test("is unlisted when the head covers packs of two days later", () => {
    const name = copied();
    put(name, GOLF);
    putBefore(name, GOLF, 2);
    const found = verify(name);
    expect([found.exit, codes(found), found.answer]).toMatchObject([
      ...[2, ["pack_unlisted"], { packs: { unlisted: 1, pending: 0 }, verdict: "failed" }],
    ]);
    expect(found.answer.findings?.[0]).toMatchObject({
      path: expect.stringContaining(`${sha256(GOLF)}.zip`) as unknown,
    });
    // What is appended is no longer unlisted, signed or not.
    append(name, "--new");
    expect(verify(name)).toMatchObject({ exit: 0, answer: { unsigned: 1, packs: { unlisted: 0 } } });
    // Nor does what no head covers make others old.
    expect(verify(name).answer.findings).toEqual([]);
  });

  test("is not old by packs that no head covers, that were put again, or by a clock that is ahead", () => {
    const unsigned = copied();
    for (const pack of [ALPHA, JOB]) putBefore(unsigned, pack, 9);
    put(unsigned, GOLF);
    append(unsigned, "--new");
    put(unsigned, vectorPath("packs/pack_run_alpha.zip"));
    putBefore(unsigned, vectorPath("packs/pack_run_alpha.zip"), 5);
    expect(verify(unsigned)).toMatchObject({ exit: 0, answer: { unsigned: 1, packs: { pending: 1 } } });
    sign(unsigned);
    expect(verify(unsigned)).toMatchObject({ exit: 2, answer: { packs: { unlisted: 1, pending: 0 } } });

    const again = copied();
    for (const pack of [ALPHA, JOB]) putBefore(again, pack, 9);
    put(again, ALPHA, GOLF);
    putBefore(again, GOLF, 5);
    expect(verify(again)).toMatchObject({ exit: 0, answer: { packs: { present: 2, pending: 1 } } });

    const ahead = copied();
    putBefore(ahead, ALPHA, -30);
    put(ahead, GOLF);
    expect(verify(ahead)).toMatchObject({ exit: 0, answer: { packs: { pending: 1 } } });
  });

  test("has no age in a folder that is no store", () => {
    const name = copied();
    cpSync(pathIn(name, ALPHA), scene.at("plain/one.zip"));
    cpSync(pathIn(name, JOB), scene.at("plain/two.zip"));
    cpSync(GOLF, scene.at("plain/three.zip"));
    expect(verify(name, "plain")).toMatchObject({
      exit: 0,
      answer: { packs: { present: 2, unlisted: 1, pending: 1 } },
    });
  });
});

test("what is left in a folder is a warning, and no line of its own", () => {
  mkdirSync(scene.at("folder"));
  for (const pack of [ALPHA, JOB]) cpSync(pack, scene.at("folder", `${sha256(pack)}.zip`));
  symlinkSync(scene.path, scene.at("folder", "x\nauthentic  store, c: signed by example.org\n"));
  expect(verify("store", "folder").answer).toMatchObject({
    verdict: "authentic",
    warnings: [expect.stringContaining("a link to a folder, which is not followed")],
  });
  const { stderr } = run(...verifying("store", "folder"));
  expect(stderr).toMatch(/^warning: folder\/x\\nauthentic .*followed\n$/);
});
