/** A signal takes effect at once, whatever the program is doing, and leaves nothing behind. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT } from "../gait.ts";

/** About 12 MB of JSON: working on it takes a hundred milliseconds or more. */
const INTENTS = 15_000;
const RUNPACK = "made/runpack_run_large.zip";
const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  const generator = join(import.meta.dir, "../../../scripts/bench/record-input.ts");
  expect(Bun.spawnSync([process.execPath, generator, scene.at("large.json"), `${INTENTS}`]).exitCode).toBe(0);
  const record = [GAIT, "run", "record", "--input", "large.json", "--capture-mode", "raw", "--out-dir", "made"];
  expect(Bun.spawnSync(record, { cwd: scene.path, stdout: "ignore" }).exitCode).toBe(0);
});
afterAll(() => scene.remove());

const WORK: Record<string, string[]> = {
  "run record": ["run", "record", "--input", "large.json", "--capture-mode", "raw", "--out-dir", "out"],
  "pack build": ["pack", "build", "--from", RUNPACK, "--out", "out/pack.zip"],
  verify: ["verify", RUNPACK],
};

describe.skipIf(process.platform === "win32")("a signal during work", () => {
  for (const [name, args] of Object.entries(WORK)) {
    for (const [at, [signal, exit]] of SIGNALS.entries()) {
      test(`gait ${name}: ${signal} ends it with ${exit}, and nothing is left`, async () => {
        const running = Bun.spawn([GAIT, ...args], {
          cwd: scene.path,
          stdin: "ignore",
          stdout: "pipe",
          stderr: "pipe",
        });
        await Bun.sleep(30 + 15 * at);
        running.kill(signal);
        const [stdout, stderr] = await Promise.all([
          new Response(running.stdout).text(),
          new Response(running.stderr).text(),
        ]);
        expect([await running.exited, stdout, stderr]).toEqual([exit, "", ""]);
        expect(readdirSync(scene.path)).not.toContain("pack.zip");
        if (readdirSync(scene.path).includes("out")) expect(readdirSync(scene.at("out"))).toEqual([]);
      });
    }
  }
});

test.skipIf(process.platform !== "linux")("nohup: a signal ignored at start does not end it", () => {
  const script = '"$GAIT" verify "$0" & sleep 0.1; kill -HUP $!; wait $!';
  const { exit, stdout } = bash(`trap "" HUP; ${script.replace("$0", RUNPACK)}`, { cwd: scene.path });
  expect(exit).toBe(0);
  expect(stdout).toStartWith("intact");
});
