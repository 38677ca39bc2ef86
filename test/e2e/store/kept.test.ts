/** `gait store verify --receipts`: what was found stays in the store, once, and `gait catalog build STORE --receipts` finds it. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT, gait, type Ran } from "../gait.ts";

const PACKS = ["packs/pack_run_alpha_signed.zip", "packs/pack_job_resumed_signed.zip"].map((name) => vectorPath(name));

let scene: Scene | undefined;
let place: Scene;
beforeEach(() => {
  scene?.remove();
  scene = exampleFolder();
  place = scene;
  expect(run("store", "init", "kept").exit).toBe(0);
  expect(run("store", "put", ...PACKS, "--to", "kept").exit).toBe(0);
});
afterAll(() => scene?.remove());

const run = (...args: string[]): Ran => gait(args, { cwd: place.path });
const verify = (...args: string[]): Ran => run("store", "verify", "kept", "--receipts", ...args);
const build = (...args: string[]): Ran =>
  run("catalog", "build", "kept", "--receipts", "--into", "packs.sqlite", ...args);
const today = (): string => new Date().toISOString().slice(0, 10).replaceAll("-", "/");
const kept = (): string[] =>
  readdirSync(place.at("kept"), { recursive: true })
    .map(String)
    .filter((name) => name.startsWith("receipts/") && statSync(place.at("kept", name)).isFile());

describe("receipts in a store", () => {
  test("are those of --format ndjson --account, beside an answer of any format", () => {
    const { exit, stdout } = verify("--run", "one");
    expect([exit, stdout]).toEqual([0, expect.stringContaining("2 packs: 2 intact")]);
    expect(kept()).toEqual([`receipts/${today()}/one/0-of-1.ndjson`]);
    const lines = run("store", "verify", "kept", "--format", "ndjson", "--account").stdout;
    const timeless = (text: string): string => text.replaceAll(/"verified_at":"[^"]*"/g, "");
    expect(timeless(readFileSync(place.at("kept", kept()[0] as string), "utf8"))).toBe(timeless(lines));
    expect(verify("--format", "junit", "--run", "two").stdout).toStartWith("<?xml");
    expect(verify("--json").exit).toBe(0);
    expect(kept().length).toBe(3);
  });

  test("of shards are one run in the catalogue, and of two days too", () => {
    for (const shard of ["0/3", "1/3", "2/3"]) expect(verify("--shard", shard, "--run", "w48").exit).toBe(0);
    const [first = "", ...others] = kept();
    const moved = first.replace(today(), "2026/11/01");
    mkdirSync(place.at("kept", "receipts/2026/11/01/w48"), { recursive: true });
    writeFileSync(place.at("kept", moved), readFileSync(place.at("kept", first)));
    Bun.spawnSync(["rm", place.at("kept", first)]);
    expect(others.length).toBe(2);
    expect(build()).toMatchObject({
      exit: 0,
      stdout: "built  packs.sqlite: 2 receipts of 1 run, 2 new packs, 2 packs in all\n",
    });
    expect(run("catalog", "query", "--db", "packs.sqlite").stdout).toContain("2 packs");
  });

  test("a run of which a shard is missing is refused, and the others can be named", () => {
    expect(verify("--shard", "1/3", "--run", "broken").exit).toBe(0);
    expect(verify("--run", "whole").exit).toBe(0);
    expect(build()).toMatchObject({ exit: 6, stderr: expect.stringContaining("shards missing: 0, 2 of 3") });
    expect(build("--run", "whole").exit).toBe(0);
    expect(build("--run", "absent")).toMatchObject({
      exit: 6,
      stderr: expect.stringContaining('no receipts of a run "absent"'),
    });
  });

  test("are never replaced, not even on another day", () => {
    expect(verify("--run", "one").exit).toBe(0);
    const path = place.at("kept", kept()[0] as string);
    const before = readFileSync(path);
    const again = verify("--run", "one");
    expect([again.exit, again.stderr]).toEqual([6, expect.stringContaining("has its receipts already")]);
    expect(readFileSync(path).equals(before)).toBe(true);
    const old = path.replace(today(), "2026/11/01").replace("/one/", "/old/");
    mkdirSync(old.replace(/\/[^/]*$/, ""), { recursive: true });
    writeFileSync(old, before);
    expect(verify("--run", "old").exit).toBe(6);
    expect(kept().length).toBe(2);
  });

  test("two at once of one shard: one has the name, and its file is whole", async () => {
    const all = Array.from({ length: 3 }, () =>
      Bun.spawn([GAIT, "store", "verify", "kept", "--receipts", "--run", "one"], {
        ...{ cwd: place.path, stdout: "ignore", stderr: "ignore" },
      }),
    );
    const exits = await Promise.all(all.map((each) => each.exited));
    expect(exits.filter((exit) => exit === 0).length).toBe(1);
    expect(exits.filter((exit) => exit === 6).length).toBe(2);
    expect(kept().length).toBe(1);
    expect(build().exit).toBe(0);
  });

  test("bad packs have receipts too; a list that could not be read leaves none", () => {
    const [pack = ""] = readdirSync(place.at("kept/packs"), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".zip"));
    const path = place.at("kept/packs", pack);
    Bun.spawnSync(["chmod", "600", path]);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from("x")]));
    expect(verify("--run", "one").exit).toBe(2);
    expect(build().exit).toBe(0);
    expect(run("catalog", "query", "--db", "packs.sqlite", "--failed").stdout).toContain("failed");
    expect(run("store", "init", "empty").exit).toBe(0);
    expect(run("store", "verify", "empty", "--receipts").exit).toBe(6);
    expect(readdirSync(place.at("empty"))).toEqual(["gait-store.json"]);
  });

  test("a file that another program put there is foreign, or refused by its name", () => {
    expect(verify("--run", "one").exit).toBe(0);
    const [name = ""] = kept();
    const text = readFileSync(place.at("kept", name), "utf8");
    writeFileSync(place.at("kept", `${name}.bak`), text);
    expect(build()).toMatchObject({ exit: 0, stderr: expect.stringContaining("1 foreign") });
    writeFileSync(place.at("kept", name.replace("0-of-1", "1-of-2")), text);
    expect(build()).toMatchObject({ exit: 6, stderr: expect.stringContaining("has not what its file's name says") });
  });

  test("wrong calls say what to do", () => {
    for (const [args, says] of [
      [["store", "verify", "kept", "--receipts", "--shard", "0/2"], "need --run"],
      [["store", "verify", "kept", "--run", "x"], "without --receipts"],
      [["store", "verify", "kept", "--receipts", "--run", "../x"], "--run can't be"],
      [["store", "verify", "kept", "--receipts", "--fail-fast"], "--fail-fast"],
      [["catalog", "build", "kept", "--into", "x.sqlite"], "is a folder"],
      [["catalog", "build", "kept", "--run", "x", "--into", "x.sqlite"], "without --receipts"],
      [["catalog", "build", "kept", "kept", "--receipts", "--into", "x.sqlite"], "more than a store"],
      [["catalog", "build", "kept", "--receipts", "--into", "x.sqlite"], "there are no receipts"],
    ] as const) {
      const { exit, stderr } = run(...args);
      expect([args, exit, stderr]).toEqual([args, 6, expect.stringContaining(says)]);
    }
    expect(kept()).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    "killed at some moment: the run can be verified again under its name, or is there whole",
    async () => {
      for (const delay of [5, 20, 40, 60, 90]) {
        const name = `killed-${delay}`;
        const running = Bun.spawn([GAIT, "store", "verify", "kept", "--receipts", "--run", name], {
          ...{ cwd: place.path, stdout: "ignore", stderr: "ignore" },
        });
        await Bun.sleep(delay);
        running.kill("SIGKILL");
        await running.exited;
        const isThere = kept().some((each) => each.endsWith(`/${name}/0-of-1.ndjson`));
        expect([delay, verify("--run", name).exit]).toEqual([delay, isThere ? 6 : 0]);
      }
      expect(build().exit).toBe(0);
    },
  );
});
