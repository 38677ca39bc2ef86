/** A store that can't be written to: on a full disk, and in a folder of somebody else. What was there stays. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait } from "../gait.ts";

const KEY = keyPath("test", "private");
const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const GOLF = vectorPath("packs/pack_run_golf.zip");

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  for (const args of [
    ["store", "init", "store"],
    ["store", "put", ALPHA, "--to", "store"],
    ["collection", "init", "store", "--name", "c", "--origin", "example.org/c", "--log-key", KEY],
    ["collection", "append", "store", "--name", "c", "--new"],
    ["collection", "checkpoint", "store", "--name", "c", "--log-key", KEY],
  ])
    expect(gait(args, { cwd: scene.path }).exit).toBe(0);
  // There is something new to sign.
  expect(bash("cp -r store unsigned", { cwd: scene.path }).exit).toBe(0);
  expect(gait(["store", "put", GOLF, "--to", "unsigned"], { cwd: scene.path }).exit).toBe(0);
  expect(bash("cp -r unsigned appended", { cwd: scene.path }).exit).toBe(0);
  expect(gait(["collection", "append", "appended", "--name", "c", "--new"], { cwd: scene.path }).exit).toBe(0);
});
afterAll(() => scene.remove());

/** Each, with the store that it is to change. */
const WRITERS: Record<string, readonly [store: string, args: (store: string) => string[]]> = {
  "store put": ["store", (store) => ["store", "put", GOLF, "--to", store]],
  "collection append": ["unsigned", (store) => ["collection", "append", store, "--name", "c", "--new"]],
  "collection checkpoint": [
    "appended",
    (store: string) => ["collection", "checkpoint", store, "--name", "c", "--log-key", KEY],
  ],
  "collection init": [
    "store",
    (store: string) => ["collection", "init", store, "--name", "d", "--origin", "example.org/d", "--log-key", KEY],
  ],
};

describe("a full disk", () => {
  const inside = (script: string) =>
    `unshare -rm bash -c 'mkdir -p full && mount -t tmpfs -o size=256k none full && { ${script}; }'`;
  const works = process.platform === "linux" && bash(`cd "$(mktemp -d)" && ${inside("true")}`).exit === 0;
  for (const [name, [store, args]] of Object.entries(WRITERS)) {
    test.skipIf(!works)(`gait ${name}: exit 6, the reason, and what was there stays`, () => {
      const list = "(cd full/store && find . -type f | sort | xargs sha256sum) ";
      const script =
        `cp -r ${store} full/store; ${list} > before; head -c 1000000 /dev/zero > full/fill 2> /dev/null; ` +
        `"$GAIT" ${args("full/store").join(" ")}; code=$?; ${list} > after; cmp before after || exit 99; exit $code`;
      const { exit, stdout, stderr } = bash(inside(script), { cwd: scene.path });
      expect([exit, stdout]).toEqual([6, ""]);
      expect(stderr).toMatch(/can't be written: the disk is full\n {2}hint: .+\n$/);
    });
  }
});

describe("a folder of somebody else", () => {
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const user = process.getuid?.() === 0 ? asNobody : [];
  const works = process.platform !== "win32" && bash(`${user.join(" ")} "$GAIT" version`).exit === 0;
  for (const [name, [store, args]] of Object.entries(WRITERS)) {
    test.skipIf(!works)(`gait ${name}: exit 6, the reason, and what was there stays`, () => {
      chmodSync(scene.path, 0o755);
      expect(bash(`rm -rf other; cp -r ${store} other; chmod -R a+rX,a-w other`, { cwd: scene.path }).exit).toBe(0);
      const before = scene.files();
      const words = [...user, '"$GAIT"', ...args("other")].join(" ");
      const { exit, stdout, stderr } = bash(words, { cwd: scene.path });
      expect([exit, stdout]).toEqual([6, ""]);
      expect(stderr).toContain("can't be written: this user may not write to the folder");
      expect(scene.files()).toEqual(before);
    });
  }
});
