/** How often the executable reads a pack, counted by strace: `test/core/verify/bytes-read.test.ts` from outside. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT } from "../gait.ts";

const NO_STRACE = process.platform !== "linux" || Bun.which("strace") === null;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  const generator = join(import.meta.dir, "../../../scripts/bench/record-input.ts");
  expect(Bun.spawnSync([process.execPath, generator, scene.at("large.json"), "30000"]).exitCode).toBe(0);
  const raw = ["--capture-mode", "raw", "--out-dir", "."];
  expect(scene.json(["run", "record", "--input", "large.json", ...raw]).exit).toBe(0);
  for (const pack of ["left.zip", "right.zip"]) {
    expect(scene.json(["pack", "build", "--from", "./runpack_run_large.zip", "--out", pack]).exit).toBe(0);
  }
});
afterAll(() => scene.remove());

/** The bytes read of each file on all threads, as a multiple of its size. */
function timesRead(args: readonly string[], files: readonly string[]): number[] {
  const log = scene.at("strace.log");
  const traced = ["-f", "-y", "-qq", "-e", "trace=read,pread64,readv,preadv,preadv2", "-o", log, GAIT, ...args];
  expect(Bun.spawnSync(["strace", ...traced], { cwd: scene.path }).exitCode).toBe(0);
  const bytes = new Map<string, number>();
  /** By thread: the file of a call that another thread's call interrupts in the log. */
  const unfinished = new Map<string, string>();
  for (const line of readFileSync(log, "utf8").split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const path = /^\w+\(\d+<([^>]*)>/.exec(rest)?.[1] ?? (rest.startsWith("<...") ? unfinished.get(thread) : undefined);
    if (path === undefined) continue;
    if (rest.endsWith("<unfinished ...>")) unfinished.set(thread, path);
    const count = Number(/ = (\d+)$/.exec(rest)?.[1] ?? 0);
    bytes.set(path, (bytes.get(path) ?? 0) + count);
  }
  return files.map((file) => {
    const [, count = 0] = [...bytes].find(([path]) => path.endsWith(`/${file}`)) ?? [];
    return count / statSync(scene.at(file)).size;
  });
}

describe.skipIf(NO_STRACE)("a run pack is read twice", () => {
  for (const [name, args, files] of [
    ["pack verify", ["pack", "verify", "left.zip"], ["left.zip"]],
    ["pack inspect", ["pack", "inspect", "left.zip"], ["left.zip"]],
    ["pack report", ["pack", "report", "left.zip", "--out", "report.html"], ["left.zip"]],
    ["pack diff, each side", ["pack", "diff", "left.zip", "right.zip"], ["left.zip", "right.zip"]],
  ] as const) {
    test(name, () => {
      for (const times of timesRead(args, files)) {
        expect(times).toBeGreaterThan(1.9);
        expect(times).toBeLessThan(2.05);
      }
    });
  }

  test("run inspect reads a runpack once", () => {
    const [times] = timesRead(["run", "inspect", "./runpack_run_large.zip"], ["runpack_run_large.zip"]);
    expect(times).toBeGreaterThan(0.95);
    expect(times).toBeLessThan(1.05);
  });
});
