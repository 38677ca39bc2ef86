/** `gait collection cosign` by the executable: a witness signs what only grew, and what it signed counts. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const JOB = vectorPath("packs/pack_job_resumed_signed.zip");
const KEY = keyPath("test", "private");

let scene: Scene;
let vkey = "";
beforeAll(() => {
  scene = exampleFolder();
  run("store", "init", "store");
  expect(run("store", "put", ALPHA, JOB, "--to", "store").exit).toBe(0);
  const init = ["collection", "init", "store", "--name", "c", "--origin", "example.org/c", "--log-key", KEY];
  vkey = run(...init).stdout.trim();
  expect(run("collection", "append", "store", "--name", "c", "--new").exit).toBe(0);
  expect(signed("store").exit).toBe(0);
});
afterAll(() => scene.remove());

const run = (...args: string[]) => gait(args, { cwd: scene.path });
const signed = (store: string) => run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY);
const verify = (store: string, ...more: string[]) => [
  ...["collection", "verify", store, "--name", "c", "--log-vkey", vkey],
  ...more,
];

let copies = 0;
function copied(): string {
  const name = `copy-${++copies}`;
  cpSync(scene.at("store"), scene.at(name), { recursive: true });
  return name;
}

describe("a witness", () => {
  const cosign = (store: string, state: string, name = "example.org/witness", key = KEY) => [
    ...["collection", "cosign", store, "--name", "c", "--log-vkey", vkey, "--witness-key", key],
    ...["--witness-name", name, "--state", state],
  ];
  const ofPack = (witness: string) => ["collection", "verify", "sent/w.zip", "--log-vkey", vkey, "--witness", witness];

  test("signs what only grew, and what it signed counts, in proofs too", () => {
    const name = copied();
    const first = scene.json(cosign(name, "witness.note"));
    expect([first.exit, first.answer]).toMatchObject([0, { size: 2, findings: [] }]);
    const witness = (first.answer as unknown as { vkey: string }).vkey;
    const { exit, answer } = scene.json(verify(name, "--witness", witness));
    expect([exit, answer]).toMatchObject([0, { cosigned_by: [{ name: "example.org/witness" }] }]);
    cpSync(ALPHA, scene.at("sent/w.zip"));
    expect(run("collection", "prove", name, "--name", "c", "sent/w.zip").exit).toBe(0);
    expect(run(...ofPack(witness)).exit).toBe(0);
    run("store", "put", vectorPath("packs/pack_run_golf.zip"), "--to", name);
    run("collection", "append", name, "--name", "c", "--new");
    expect(signed(name).exit).toBe(0);
    // The new head is not signed by the witness yet.
    const missing = scene.json(verify(name, "--witness", witness));
    expect(missing).toMatchObject({ exit: 2, answer: { findings: [{ code: "log_witness_missing" }] } });
    expect(run(...cosign(name, "witness.note")).exit).toBe(0);
    expect(run(...verify(name, "--witness", witness)).exit).toBe(0);
    // Put back to the older state, by whoever has the disk: the witness has seen more, and signs nothing.
    const before = readFileSync(scene.at("witness.note"), "utf8");
    const back = scene.json(cosign("store", "witness.note"));
    expect(back).toMatchObject({ exit: 2, answer: { findings: [{ code: "log_shrunk" }] } });
    expect([
      readFileSync(scene.at("witness.note"), "utf8"),
      existsSync(scene.at("store/collections/c/cosignatures")),
    ]).toEqual([before, false]);
  });

  test("a name that somebody else took is no cosignature; one's own from before is", () => {
    const name = copied();
    expect(run(...cosign(name, "first.note"), "--json").exit).toBe(0);
    const folder = scene.at(name, "collections/c/cosignatures/0000000000000002");
    const own = join(folder, readdirSync(folder)[0] ?? "");
    expect(run(...cosign(name, "again.note")).exit).toBe(0);
    const good = readFileSync(own);
    for (const bad of [Buffer.from("garbage"), Buffer.concat([good.subarray(0, -20), Buffer.from("AAAA\n")])]) {
      writeFileSync(own, bad);
      const told = run(...cosign(name, `taken-${bad.length}.note`));
      expect([told.exit, told.stdout]).toEqual([6, ""]);
      expect(told.stderr).toContain("is no cosignature of this head by this key");
      expect(readFileSync(own).equals(bad)).toBe(true);
    }
    expect(run(...cosign(name, "out.note"), "--out", "mine.note").exit).toBe(0);
  });

  test("of several as many must have signed as are asked for; a changed line is none", () => {
    const name = copied();
    run("keys", "init", "--out-dir", "second");
    const names = ["example.org/one", "example.org/two"];
    const keys = [KEY, "second/gait_private.key"].map((key, at) => {
      const { stdout, exit } = run(...cosign(name, `state-${at}`, names[at], key));
      expect(exit).toBe(0);
      return stdout.split("\n")[0] ?? "";
    });
    const [one = "", two = ""] = keys;
    const third = one.replace("org/one", "org/three");
    expect(run(...verify(name, "--witness", one, "--witness", two)).exit).toBe(0);
    expect(run(...verify(name, "--witness", third)).exit).toBe(6);
    for (const file of readdirSync(scene.at(name, "collections/c/cosignatures/0000000000000002"))) {
      const path = scene.at(name, "collections/c/cosignatures/0000000000000002", file);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, `${text.slice(0, -6)}${text.at(-6) === "A" ? "B" : "A"}${text.slice(-5)}`);
      expect(run(...verify(name, "--witness", one, "--witness", two)).exit).toBe(2);
      expect(run(...verify(name, "--witness", one, "--witness", two, "--at-least", "1")).exit).toBe(0);
      writeFileSync(path, text);
    }
    for (const wrong of [
      ["--at-least", "1"],
      ["--witness", one, "--at-least", "2"],
      ["--witness", one, "--witness", one],
      ["--witness", vkey],
    ])
      expect(run(...verify(name, ...wrong))).toMatchObject({ exit: 6, stdout: "" });
  });

  test.each([
    ["without a state", ["--state"]],
    ["without its key", ["--witness-key"]],
    ["without its name", ["--witness-name"]],
    ["without the log's key", ["--log-vkey"]],
  ])("%s signs nothing", (_rule, [flag = ""]) => {
    const args = cosign("store", "never.note");
    args.splice(args.indexOf(flag), 2);
    expect(run(...args)).toMatchObject({ exit: 6, stdout: "" });
    expect(existsSync(scene.at("never.note"))).toBeFalse();
  });
});
