/** Every writing command killed at some moment: a file with its final name is whole, and the command can run again. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { SeededRandom } from "../../fuzz/random.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT, gait } from "../gait.ts";
import { prepareWriting, WRITING, WRITING_IN_STORE } from "./writing.ts";

const KILLS = 6;
/** Longer than any of these commands takes on an idle machine. */
const LATEST_MS = 120;

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  prepareWriting(scene);
});
afterAll(() => scene.remove());

const random = new SeededRandom(Number(process.env["GAIT_FUZZ_SEED"] ?? 5));

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(folder, name)).isFile() && !/(^|\/)\.[^/]*\.tmp-/.test(name));
}

/** Whether the file with the final name is whole. */
function whole(folder: string, name: string): boolean {
  const path = join(folder, name);
  if (name.endsWith(".zip")) return gait(["pack", "verify", path]).exit === 0;
  if (name.endsWith("_private.key")) return gait(["keys", "verify", "--private-key", path]).exit === 0;
  if (name.endsWith(".sqlite")) return gait(["catalog", "query", "--db", path]).exit === 0;
  return statSync(path).size > 0 || name.endsWith(".lock") || basename(name) === "events.jsonl";
}

describe.skipIf(process.platform === "win32")("killed at some moment", () => {
  for (const [name, args] of Object.entries({ ...WRITING, ...WRITING_IN_STORE })) {
    test(`gait ${name}`, async () => {
      for (let kills = 0; kills < KILLS; kills += 1) {
        const out = mkdtempSync(scene.at("killed-"));
        const silent = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
        const running = Bun.spawn([GAIT, ...args(out)], { cwd: scene.path, ...silent });
        const delay = random.below(LATEST_MS);
        await Bun.sleep(delay);
        running.kill("SIGKILL");
        await running.exited;
        for (const file of filesIn(out)) expect([delay, file, whole(out, file)]).toEqual([delay, file, true]);
        const { exit, stderr } = gait(args(out), { cwd: scene.path });
        // An existing key pair or job is reported and not replaced; so is half a pair.
        const taken = exit === 6 && /exist|already/.test(stderr) && filesIn(out).length > 0;
        expect([delay, taken || exit === 0 ? "" : `${exit}: ${stderr}`]).toEqual([delay, ""]);
      }
    });
  }

  test("a job's changes: each happened completely or not at all, and the job continues", async () => {
    const job = (...words: string[]) => [...words, "--id", "job_3", "--root", scene.at("roots")];
    expect(gait(job("job", "submit", "--env-fingerprint", "x")).exit).toBe(0);
    let events = 1;
    for (let kills = 0; kills < 4 * KILLS; kills += 1) {
      const add = job("job", "checkpoint", "add", "--type", "progress", "--summary", `step ${kills}`);
      const running = Bun.spawn([GAIT, ...add], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
      await Bun.sleep(random.below(60));
      running.kill("SIGKILL");
      await running.exited;
      const { exit, stdout } = gait([...job("job", "inspect"), "--json"]);
      const answer = JSON.parse(stdout) as { events: unknown[]; job: { revision: number; checkpoints: unknown[] } };
      expect(exit).toBe(0);
      expect([events, events + 1]).toContain(answer.events.length);
      events = answer.events.length;
      expect([answer.job.revision, answer.job.checkpoints.length]).toEqual([events, events - 1]);
    }
    const out = scene.at("job_3.zip");
    expect(gait(["pack", "build", "--type", "job", "--from", scene.at("roots/job_3"), "--out", out]).exit).toBe(0);
    expect(gait(["pack", "verify", out]).exit).toBe(0);
  });
});
