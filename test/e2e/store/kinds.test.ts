/** A log of every kind of artifact: whatever is entered is missed when it is taken away. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { formatCommit } from "../../../src/core/collection/commit.ts";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

const KEY = keyPath("test", "private");
const KINDS: Readonly<Record<string, string>> = {
  "a pack of a run": vectorPath("packs/pack_run_alpha_signed.zip"),
  "a pack of a job": vectorPath("packs/pack_job_resumed_signed.zip"),
  "a pack of a call": vectorPath("later/pack_call_1.zip"),
  "a runpack": vectorPath("evidence/runpack_run_incident.zip"),
  "an evidence pack": vectorPath("guard/guard_soc2_min.zip"),
};

let scene: Scene;
let vkey = "";
const run = (...args: string[]) => gait(args, { cwd: scene.path });
const started = (store: string): string => {
  run("store", "init", store);
  return run("collection", "init", store, "--name", "c", "--origin", "example.org/c", "--log-key", KEY).stdout.trim();
};
const signed = (store: string) => run("collection", "checkpoint", store, "--name", "c", "--log-key", KEY);
const verified = (store: string) => [
  ...["collection", "verify", store, "--name", "c", "--log-vkey", vkey, "--packs", store],
];

beforeAll(() => {
  scene = exampleFolder();
  vkey = started("store");
  expect(run("store", "put", ...Object.values(KINDS), "--to", "store").exit).toBe(0);
});
afterAll(() => scene.remove());

describe("a log", () => {
  const append = () => run("collection", "append", "store", "--name", "c", "--new").stdout;

  test("takes each kind of artifact once, and knows it again", () => {
    expect(append()).toBe("5 entries appended\n");
    expect(append()).toBe("0 entries appended, 5 in the log already\n");
    expect(signed("store").exit).toBe(0);
    const { exit, stdout, stderr } = run(...verified("store"));
    expect([exit, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("packs  5 of 5 there\n");
  });

  test.each(Object.entries(KINDS))("misses %s that was taken away, and proves it while it is there", (kind, path) => {
    const copy = kind.replaceAll(" ", "-");
    cpSync(scene.at("store"), scene.at(copy), { recursive: true });
    const name = createHash("sha256").update(readFileSync(path)).digest("hex");
    const [pack = ""] = readdirSync(scene.at(copy, "packs"), { recursive: true })
      .map(String)
      .filter((each) => each.endsWith(`${name}.zip`));
    cpSync(path, scene.at(`${copy}.zip`));
    expect(run("collection", "prove", copy, "--name", "c", `${copy}.zip`).exit).toBe(0);
    expect(run("collection", "verify", `${copy}.zip`, "--log-vkey", vkey)).toMatchObject({
      ...{ exit: 0, stdout: expect.stringMatching(/^authentic/) },
    });
    rmSync(scene.at(copy, "packs", pack));
    const { exit, answer } = scene.json(verified(copy));
    expect([exit, answer]).toMatchObject([2, { verdict: "failed", findings: [{ code: "pack_missing" }] }]);
  });

  test("with an entry of a later version does not claim that what it names is there", () => {
    started("later");
    const entries = [new TextEncoder().encode('{"type":"later"}')];
    const commit = formatCommit({ start: 0, range: [], nonce: "0".repeat(32), entries });
    mkdirSync(scene.at("later/collections/c/commits"), { recursive: true });
    writeFileSync(scene.at("later/collections/c/commits/000000000000"), commit);
    expect(signed("later").exit).toBe(0);
    const { exit, stdout, stderr } = run(...verified("later"));
    expect([exit, stderr]).toEqual([0, "warning: 1 entry is of a kind that this version does not know\n"]);
    expect(stdout).toContain("nothing that was entered is missing, but for 1 entry that this version can't read;");
    expect(run(...verified("store")).stdout).toContain("nothing that was entered is missing; it says");
  });
});
