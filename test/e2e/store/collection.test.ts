/** `gait collection` on a folder, by the executable: one machine, many, an auditor, and Go's own library. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT, gait } from "../gait.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const KEY = keyPath("test", "private");
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
const hex = (index: number): string => index.toString(16).padStart(64, "0");
const entry = (index: number): string =>
  `{"pack_id":"${hex(index)}","sha256":"${hex(index)}","size":${index + 1},"type":"pack"}\n`;

let scene: Scene;
let vkey = "";
beforeAll(() => {
  scene = exampleFolder();
  run("store", "init", "store");
  expect(run("store", "put", ALPHA, JOB, "--to", "store").exit).toBe(0);
  vkey = started("store");
  expect(run("collection", "append", "store", "--name", "c", "--new").stdout).toBe("2 entries appended\n");
  expect(signed("store").exit).toBe(0);
});
afterAll(() => scene.remove());

const run = (...args: string[]) => gait(args, { cwd: scene.path });
const started = (store: string): string =>
  run("collection", "init", store, "--name", "c", "--origin", "example.org/c", "--log-key", KEY).stdout.trim();
const signed = (store: string) => run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY);
const verify = (store: string, ...more: string[]) => [
  "collection",
  "verify",
  store,
  "--name",
  "c",
  "--log-vkey",
  vkey,
  ...more,
];

let copies = 0;
function copied(): string {
  const name = `copy-${++copies}`;
  cpSync(scene.at("store"), scene.at(name), { recursive: true });
  return name;
}
const packIn = (store: string, pack: string): string => {
  const [found = ""] = readdirSync(scene.at(store, "packs"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(`${sha256(pack)}.zip`));
  return scene.at(store, "packs", found);
};

describe("an auditor", () => {
  test("sees a whole collection, and its claim", () => {
    const { exit, answer } = scene.json(verify("store", "--packs", "store"));
    expect([exit, answer]).toMatchObject([
      0,
      { verdict: "authentic", size: 2, packs: { entries: 2, present: 2, missing: 0 }, findings: [] },
    ]);
    expect(run(...verify("store", "--packs", "store")).stdout).toContain(
      "it says nothing of a run that nobody recorded",
    );
    expect(run("collection", "verify", "store", "--name", "c").stdout).toStartWith("intact");
  });

  test("misses a pack that was removed, and one that was replaced", () => {
    const gone = copied();
    rmSync(packIn(gone, ALPHA));
    expect(scene.json(verify(gone, "--packs", gone))).toMatchObject({
      ...{ exit: 2, answer: { verdict: "failed", packs: { missing: 1 }, findings: [{ code: "pack_missing" }] } },
    });
    const replaced = copied();
    writeFileSync(packIn(replaced, ALPHA), readFileSync(JOB));
    const { answer } = scene.json(verify(replaced, "--packs", replaced));
    expect(answer.findings?.map(({ code }) => code)).toEqual(["pack_changed", "pack_missing"]);
  });

  test("accepts a removal that a head covers, and no other", () => {
    const name = copied();
    rmSync(packIn(name, ALPHA));
    writeFileSync(scene.at("gone.txt"), `${sha256(ALPHA)}\n`);
    const append = run("collection", "append", name, "--name", "c", "--removed", "gone.txt", "--reason", "retention");
    expect(append.exit).toBe(0);
    // Anybody can append; only the log's key can sign.
    expect(run(...verify(name, "--packs", name)).exit).toBe(2);
    expect(signed(name).exit).toBe(0);
    expect(scene.json(verify(name, "--packs", name))).toMatchObject({
      exit: 0,
      answer: { packs: { removed: 1, missing: 0 } },
    });
  });

  test("may have the packs in another folder, and is told which are in no entry", () => {
    cpSync(ALPHA, scene.at("elsewhere/one.zip"));
    cpSync(JOB, scene.at("elsewhere/sub/two.zip"));
    cpSync(vectorPath("packs/pack_run_golf.zip"), scene.at("elsewhere/three.zip"));
    const { exit, stderr } = run(...verify("store", "--packs", "elsewhere"));
    expect([exit, stderr]).toEqual([0, expect.stringContaining("1 pack is in no entry")]);
  });

  test("remembers, and sees a log that was put back", () => {
    const name = copied();
    expect(run(...verify(name, "--remember", "last.note")).exit).toBe(0);
    expect(readFileSync(scene.at("last.note"))).toEqual(readFileSync(scene.at(name, "collections/c/checkpoint")));
    expect(run("store", "put", vectorPath("packs/pack_run_golf.zip"), "--to", name).exit).toBe(0);
    expect(run("collection", "append", name, "--name", "c", "--new").exit).toBe(0);
    expect(signed(name).exit).toBe(0);
    expect(scene.json(verify(name, "--remember", "last.note"))).toMatchObject({
      exit: 0,
      answer: { size: 3, since: 2 },
    });
    expect(scene.json(verify("store", "--remember", "last.note"))).toMatchObject({
      ...{ exit: 2, answer: { findings: [{ code: "log_shrunk" }] } },
    });
    // What failed is not remembered.
    expect(readFileSync(scene.at("last.note"))).toEqual(readFileSync(scene.at(name, "collections/c/checkpoint")));
  });

  test.each([
    ["--log-vkey that is none", ["--name", "c", "--log-vkey", "nonsense"]],
    ["--remember without a key", ["--name", "c", "--remember", "r.note"]],
    ["--proof with --name", ["--name", "c", "--proof", "p"]],
    ["--since without --name", ["--since", "p"]],
    ["a collection that is not there", ["--name", "d"]],
    ["a name with a slash", ["--name", "../c"]],
    ["--since that is not there", ["--name", "c", "--since", "nowhere"]],
  ])("is told of %s (exit 6)", (_rule, flags) => {
    expect(run("collection", "verify", "store", ...flags)).toMatchObject({ exit: 6, stdout: "" });
  });
});

describe("a proof", () => {
  test("goes beside the pack, and verifies without the store", () => {
    cpSync(ALPHA, scene.at("sent/alpha.zip"));
    expect(run("collection", "prove", "store", "--name", "c", "sent/alpha.zip").exit).toBe(0);
    const verified = (pack: string, ...more: string[]) => scene.json(["collection", "verify", pack, ...more]);
    expect(verified("sent/alpha.zip", "--log-vkey", vkey)).toMatchObject({ exit: 0, answer: { verdict: "authentic" } });
    expect(verified("sent/alpha.zip")).toMatchObject({ exit: 0, answer: { verdict: "intact" } });
    const other = verified(JOB, "--proof", "sent/alpha.zip.tlog-proof", "--log-vkey", vkey);
    expect(other).toMatchObject({ exit: 2, answer: { findings: [{ code: "log_proof_invalid" }] } });
    const key = vkey.replace("example.org", "example.com");
    expect(verified("sent/alpha.zip", "--log-vkey", key).exit).toBe(6);
    expect(verified(JOB, "--log-vkey", vkey).exit).toBe(6);
    const bad = verified(vectorPath("tampered/rp_hash_mismatch.zip"), "--proof", "sent/alpha.zip.tlog-proof");
    expect(bad).toMatchObject({ exit: 2, answer: { findings: [{ code: "file_hash_mismatch" }] } });
  });

  test("is made by SHA-256 too, and of no pack that is not in the log", () => {
    expect(run("collection", "prove", "store", "--name", "c", sha256(JOB), "--out-dir", "proofs").exit).toBe(0);
    expect(readdirSync(scene.at("proofs"))).toEqual([`${sha256(JOB)}.zip.tlog-proof`]);
    const unknown = run(
      "collection",
      "prove",
      "store",
      "--name",
      "c",
      vectorPath("packs/pack_run_golf.zip"),
      "--out-dir",
      "none",
    );
    expect([unknown.exit, existsSync(scene.at("none"))]).toEqual([6, false]);
  });
});

describe("appending", () => {
  test.each([
    ["nothing said", []],
    ["two ways", ["--new", "--files-from", "l"]],
    ["--removed without a reason", ["--removed", "l"]],
    ["a reason without --removed", ["--new", "--reason", "legal"]],
    ["a reason that is none", ["--removed", "l", "--reason", "shame"]],
    ["a removal of what was never there", ["--removed", "zeros", "--reason", "legal"]],
    ["a line that is no SHA-256", ["--removed", "run.json", "--reason", "legal"]],
    ["an entry that is none", ["--files-from", "entries"]],
    ["a pack that is not there", ["--files-from", "paths"]],
  ])("refuses %s, and appends nothing", (_rule, flags) => {
    writeFileSync(scene.at("zeros"), `${"0".repeat(64)}\n`);
    writeFileSync(scene.at("entries"), `${entry(1)}${entry(2).replace(",", ", ")}`);
    writeFileSync(scene.at("paths"), `${ALPHA}\nmissing.zip\n`);
    const before = readdirSync(scene.at("store/collections/c/commits"));
    expect(run("collection", "append", "store", "--name", "c", ...flags)).toMatchObject({ exit: 6, stdout: "" });
    expect(readdirSync(scene.at("store/collections/c/commits"))).toEqual(before);
  });

  test("leaves out a pack of the store that is bad, names it, and takes the others", () => {
    const name = copied();
    run("store", "put", vectorPath("packs/pack_run_golf.zip"), vectorPath("packs/pack_run_alpha.zip"), "--to", name);
    writeFileSync(packIn(name, vectorPath("packs/pack_run_alpha.zip")), readFileSync(ALPHA));
    const { exit, answer } = scene.json(["collection", "append", name, "--name", "c", "--new"]);
    expect([exit, answer]).toMatchObject([2, { appended: 1, known: 2, findings: [{ code: "pack_changed" }] }]);
  });

  test("another key signs nothing", () => {
    expect(run("keys", "init", "--out-dir", "other").exit).toBe(0);
    const other = run("collection", "checkpoint", "store", "--name", "c", "--log-key", "other/gait_private.key");
    expect([other.exit, other.stderr]).toEqual([6, expect.stringContaining("not the key of this log")]);
    const again = run("collection", "init", "store", "--name", "c", "--origin", "x", "--log-key", KEY);
    expect([again.exit, again.stderr]).toEqual([6, expect.stringContaining("has a collection c already")]);
    expect(started("store")).toBe(vkey);
  });

  test("by eight machines that are killed at any moment loses nothing that was acknowledged, and nothing is twice", async () => {
    run("store", "init", "raced");
    vkey = started("raced");
    const acknowledged: number[] = [];
    const perWriter = 6;
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let at = 0; at < perWriter; at += 1) {
          const list = scene.at(`list-${writer}-${at}`);
          writeFileSync(list, entry(writer * 100 + at));
          const args = ["collection", "append", "raced", "--name", "c", "--files-from", list];
          const child = Bun.spawn([GAIT, ...args], {
            cwd: scene.path,
            stdin: "ignore",
            stdout: "ignore",
            stderr: "ignore",
          });
          // Every other one is killed, at a different time.
          const kill =
            (writer + at) % 2 === 0 ? setTimeout(() => child.kill("SIGKILL"), 20 + 11 * at + 3 * writer) : undefined;
          const exit = await child.exited;
          clearTimeout(kill);
          if (exit === 0) acknowledged.push(writer * 100 + at);
        }
      }),
    );
    expect(signed("raced").exit).toBe(0);
    expect(run(...verify("raced")).exit).toBe(0);
    const commits = readdirSync(scene.at("raced/collections/c/commits"))
      .filter((name) => /^\d{12}$/.test(name))
      .sort();
    const text = commits.map((name) => readFileSync(scene.at("raced/collections/c/commits", name), "latin1")).join("");
    for (let writer = 0; writer < 8; writer += 1) {
      for (let at = 0; at < perWriter; at += 1) {
        const times = text.split(`"sha256":"${hex(writer * 100 + at)}"`).length - 1;
        const least = acknowledged.includes(writer * 100 + at) ? 1 : 0;
        expect([writer, at, times >= least && times <= 1]).toEqual([writer, at, true]);
      }
    }
    expect(commits).toEqual(Array.from({ length: commits.length }, (_, at) => String(at).padStart(12, "0")));
  }, 120_000);
});

const hasGo = Bun.which("go") !== null && existsSync("/usr/share/gocode/src/golang.org/x/mod/sumdb");
test.skipIf(!hasGo && process.env["CI"] !== "true")(
  "Go's library opens the head, reads the tiles, and makes the same proofs (needs golang-golang-x-mod-dev)",
  () => {
    run("store", "init", "large");
    vkey = started("large");
    const append = (from: number, to: number): void => {
      writeFileSync(scene.at("many"), Array.from({ length: to - from }, (_, at) => entry(from + at)).join(""));
      expect(run("collection", "append", "large", "--name", "c", "--files-from", "many").exit).toBe(0);
      expect(signed("large").exit).toBe(0);
    };
    append(0, 700);
    cpSync(scene.at("large/collections/c/checkpoint"), scene.at("older"));
    append(700, 66_000);
    expect(run(...verify("large", "--since", "older")).exit).toBe(0);
    const env = {
      ...process.env,
      GO111MODULE: "off",
      GOPATH: "/usr/share/gocode",
      GOCACHE: scene.at("go-cache"),
      GOFLAGS: "",
    };
    const oracle = scene.at("oracle");
    const built = Bun.spawnSync(["go", "build", "-o", oracle, join(import.meta.dir, "oracle.go")], { env });
    expect([built.exitCode, built.stderr.toString()]).toEqual([0, ""]);
    const said = Bun.spawnSync([oracle, scene.at("large/collections/c"), vkey, scene.at("older")]);
    expect([said.exitCode, said.stdout.toString().slice(0, said.exitCode === 0 ? 0 : 500)]).toEqual([0, ""]);
    const answer = JSON.parse(said.stdout.toString()) as { size: number; proofs: Record<string, string[]> };
    expect(answer.size).toBe(66_000);
    const indexes = Object.keys(answer.proofs);
    const prove = [
      "collection",
      "prove",
      "large",
      "--name",
      "c",
      ...indexes.map((index) => hex(Number(index))),
      "--out-dir",
      "made",
    ];
    expect(run(...prove).exit).toBe(0);
    for (const index of indexes) {
      const lines = readFileSync(scene.at("made", `${hex(Number(index))}.zip.tlog-proof`), "utf8").split("\n");
      expect([lines[1], lines.slice(2, lines.indexOf(""))]).toEqual([`index ${index}`, answer.proofs[index] ?? []]);
    }
  },
  120_000,
);
