/** Progress of the executable: only on stderr, no line left behind, and silent unless asked for. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT } from "../gait.ts";

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  copyFileSync(vectorPath("packs/pack_job_resumed_signed.zip"), scene.at("a.zip"));
});
afterAll(() => scene.remove());

/** A list that takes longer to arrive than the silent wait. */
const SLOW = "{ echo a.zip; sleep 1.8; echo a.zip; }";

describe.skipIf(process.platform === "win32")("progress", () => {
  test("--progress ndjson: records on stderr, results on stdout, with and without --quiet", () => {
    const verify = (flags: string) =>
      bash(`${SLOW} | "$GAIT" pack verify --files-from - --format ndjson --progress ndjson ${flags}`, {
        cwd: scene.path,
      });
    const [shown, quiet] = [verify(""), verify("--quiet")];
    expect([shown.exit, quiet.exit, quiet.stderr]).toEqual([0, 0, ""]);
    expect(shown.stdout).toBe(quiet.stdout);
    const records = shown.stderr.trimEnd().split("\n");
    expect(records.length).toBeGreaterThan(0);
    for (const record of records) {
      const { schema_id, packs } = JSON.parse(record) as { schema_id: string; packs: number };
      // The first of the two is done as soon as its line has arrived.
      expect([schema_id, packs <= 1]).toEqual(["gait.progress", true]);
    }
  });
  test("not on a terminal and not asked for: nothing", () => {
    expect(bash(`${SLOW} | "$GAIT" pack verify --files-from -`, { cwd: scene.path }).stderr).toBe("");
  });
  for (const [how, input, exit] of [
    ["before the result", "sleep 1.6; echo a.zip", 0],
    ["at a signal", "sleep 9", 130],
  ] as const) {
    test(`on a terminal: a line that is cleared ${how}`, async () => {
      const shown: Buffer[] = [];
      await using terminal = new Bun.Terminal({ cols: 80, data: (_, bytes) => void shown.push(Buffer.from(bytes)) });
      const script = `exec "$0" pack verify --files-from - < <({ ${input}; } 2> /dev/null)`;
      const env = { PATH: process.env["PATH"] ?? "", TERM: "xterm", HOME: "/nonexistent" };
      const running = Bun.spawn(["bash", "-c", script, GAIT], { terminal, cwd: scene.path, env });
      const text = (): string => Buffer.concat(shown).toString();
      for (let waited = 0; waited < 10_000 && !text().includes("pack verify  "); waited += 20) await Bun.sleep(20);
      if (exit === 130) running.kill("SIGINT");
      expect(await running.exited).toBe(exit);
      // The process may end before its last output arrives.
      const last = (): string => text().slice(text().lastIndexOf("pack verify  "));
      const whole = (): boolean => last().includes("\r\u001b[K") && (exit !== 0 || last().includes("intact"));
      for (let waited = 0; waited < 10_000 && !whole(); waited += 20) await Bun.sleep(20);
      expect(text()).toContain("\r\u001b[Kpack verify  ");
      expect(last()).toContain("\r\u001b[K");
      if (exit === 0) expect(last().slice(last().lastIndexOf("\u001b[K"))).toContain("intact");
    });
  }
});
