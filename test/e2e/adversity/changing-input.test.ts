/** Input that changes or disappears while it is read: refused, never a verdict on bytes that never existed together. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Members, readMembers, sealed, writeMembers } from "../../fuzz/sealing.ts";
import { type Answer, exampleFolder, type Scene } from "../folder.ts";
import { GAIT } from "../gait.ts";

const INTENTS = 20_000;
/** When the file changes, in parts of an undisturbed run; `test/core/verify/second-reading.test.ts` has every read. */
const MOMENTS = process.env["GAIT_LONG"] === "1" ? [0.4, 0.6, 0.75, 0.9] : [0.5, 0.8];

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

/** Runs it and calls `disturb` every millisecond until it ends. */
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

describe("input that is written to continuously", () => {
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

describe.skipIf(process.platform === "win32")("input that disappears or is replaced", () => {
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

/** Case 09 of our attacks: content changed in place, with or without its checksum, and the times set back. */
describe("input that changes for a moment and has its time set back", () => {
  const WORDS = ['"status":"failed"', '"status":"passed"'] as const;
  let states: readonly [honest: Buffer, ...forged: Buffer[]];
  let from: number;
  let firstId: string;

  beforeAll(() => {
    const members = readMembers(readFileSync(scene.at("runpack_run_large.zip"))) as Members;
    const said = (word: string): Members =>
      members.map(([name, content]) => [
        name,
        name === "results.jsonl"
          ? Buffer.from(
              Buffer.from(content)
                .toString("latin1")
                .replaceAll(/"status":"[a-z]+"/g, word),
              "latin1",
            )
          : content,
      ]);
    const honest = Buffer.from(writeMembers(sealed(said(WORDS[0]), "hashes"), () => "stored"));
    writeFileSync(scene.at("./honest.zip"), honest);
    expect(scene.json(["pack", "build", "--from", "./honest.zip", "--out", "honest-pack.zip"]).exit).toBe(0);
    const pack = readFileSync(scene.at("honest-pack.zip"));
    from = pack.indexOf(honest);
    expect(from).toBeGreaterThan(0);
    // The original manifest, with results that were never signed.
    const manifest = readMembers(honest)?.find(([name]) => name === "manifest.json") as Members[number];
    const forged = said(WORDS[1]).map((member): Members[number] => (member[0] === "manifest.json" ? manifest : member));
    const rewritten = Buffer.from(writeMembers(forged, () => "stored"));
    const overwritten = Buffer.from(honest.toString("latin1").replaceAll(...WORDS), "latin1");
    expect([rewritten.length, overwritten.length]).toEqual([honest.length, honest.length]);
    states = [honest, overwritten, rewritten];
    firstId = (scene.json(["run", "inspect", "./honest.zip"]).answer.entries ?? [])[0]?.intent_id ?? "";
  });

  const COMMANDS: Record<string, (file: string) => string[]> = {
    "pack inspect": (file) => ["pack", "inspect", file],
    "pack inspect --force": (file) => ["pack", "inspect", file, "--force"],
    "pack inspect --intent": (file) => ["pack", "inspect", file, "--intent", firstId],
    "pack diff": (file) => ["pack", "diff", file, "honest-pack.zip"],
    "pack report": (file) => ["pack", "report", file, "--out", "report.html", "--force"],
    "pack normalize": (file) => ["pack", "normalize", file, "--out", "normal.zip", "--force"],
    "guard pack": (file) => ["guard", "pack", "--run", `./${file}`, "--out", "guard.zip", "--force"],
  };

  /** Whole seconds, so that setting it back is exact. */
  const TIME = 1_700_000_000;
  function become(path: string, inner: Uint8Array): void {
    const fd = openSync(path, "r+");
    writeSync(fd, inner, 0, inner.length, from);
    closeSync(fd);
    utimesSync(path, TIME, TIME);
  }

  for (const [name, args] of Object.entries(COMMANDS)) {
    test(`gait ${name}: the verified bytes, or nothing`, async () => {
      mkdirSync(scene.at("flickering"), { recursive: true });
      const file = scene.at("flickering/pack.zip");
      copyFileSync(scene.at("honest-pack.zip"), file);
      become(file, states[0]);
      const start = performance.now();
      const undisturbed = scene.json(args("flickering/pack.zip"));
      const duration = performance.now() - start;
      for (const forged of states.slice(1)) {
        for (const part of MOMENTS) {
          const running = Bun.spawn([GAIT, ...args("flickering/pack.zip"), "--json"], {
            cwd: scene.path,
            stdin: "ignore",
            stderr: "pipe",
          });
          await Bun.sleep(part * duration);
          become(file, forged);
          const [stdout, exit] = [await new Response(running.stdout).text(), await running.exited];
          become(file, states[0]);
          const answer = JSON.parse(stdout) as Answer;
          if (exit === undisturbed.exit && answer.error === undefined) expect(answer).toEqual(undisturbed.answer);
          else expect([2, 6]).toContain(exit);
        }
      }
    });
  }
});
