/** Input that changes, or goes, while it is read: a refusal, and never a verdict of something that never was. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, copyFileSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT } from "../gait.ts";

const INTENTS = 20_000;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  const generator = join(import.meta.dir, "../../../scripts/bench/record-input.ts");
  expect(Bun.spawnSync([process.execPath, generator, scene.at("large.json"), `${INTENTS}`]).exitCode).toBe(0);
  const raw = ["--capture-mode", "raw", "--out-dir", "."];
  expect(scene.json(["run", "record", "--input", "large.json", ...raw]).exit).toBe(0);
  expect(scene.json(["pack", "build", "--from", "./runpack_run_large.zip", "--out", "large.zip"]).exit).toBe(0);
});
afterAll(() => scene.remove());

const READING: Record<string, readonly [file: string, args: (file: string) => string[]]> = {
  "pack verify": ["large.zip", (file) => ["pack", "verify", file]],
  "verify of a runpack": ["runpack_run_large.zip", (file) => ["verify", `./${file}`]],
  "pack inspect": ["large.zip", (file) => ["pack", "inspect", file]],
  "pack diff": ["large.zip", (file) => ["pack", "diff", file, "large.zip"]],
  "pack build": ["runpack_run_large.zip", (file) => ["pack", "build", "--from", `./${file}`, "--out", "made/pack.zip"]],
  "run record": [
    "large.json",
    (file) => ["run", "record", "--input", file, "--capture-mode", "raw", "--out-dir", "made"],
  ],
};

/** Runs it, with `disturb` every millisecond until it ends. */
async function disturbed(args: readonly string[], disturb: () => void) {
  const running = Bun.spawn([GAIT, ...args, "--json"], { cwd: scene.path, stdin: "ignore", stderr: "pipe" });
  const timer = setInterval(disturb, 1);
  const [stdout, stderr, exit] = await Promise.all([
    new Response(running.stdout).text(),
    new Response(running.stderr).text(),
    running.exited,
  ]);
  clearInterval(timer);
  const answer = JSON.parse(stdout) as { ok: boolean; verify?: { verdict: string } };
  return { exit, stderr, ok: answer.ok };
}

describe("input that is written to all the time", () => {
  for (const [name, [file, args]] of Object.entries(READING)) {
    test(`gait ${name}: exit 2 or 6, and no file`, async () => {
      copyFileSync(scene.at(file), scene.at(`changing-${file}`));
      const fd = openSync(scene.at(`changing-${file}`), "r+");
      let at = 0;
      const { exit, stderr, ok } = await disturbed(args(`changing-${file}`), () => {
        at += 4099;
        writeSync(fd, Uint8Array.of(at & 0xff), 0, 1, 1000 + (at % 100_000));
      });
      closeSync(fd);
      expect([stderr, ok]).toEqual(["", false]);
      expect([2, 6]).toContain(exit);
      expect(readdirSync(scene.path)).not.toContain("made");
    });
  }
});

describe.skipIf(process.platform === "win32")("input that goes away, or is replaced", () => {
  for (const [name, [file, args]] of Object.entries(READING)) {
    test(`gait ${name}`, async () => {
      const path = scene.at(`going-${file}`);
      copyFileSync(scene.at(file), path);
      copyFileSync(scene.at("run.json"), scene.at("other"));
      let times = 0;
      const { exit, stderr, ok } = await disturbed(args(`going-${file}`), () => {
        times += 1;
        if (times === 20) renameSync(scene.at("other"), path);
        if (times === 60) rmSync(path, { force: true });
      });
      expect([stderr, ok]).toEqual(["", exit === 0]);
      expect([0, 2, 6]).toContain(exit);
      rmSync(scene.at("made"), { recursive: true, force: true });
    });
  }
});
