/** `gait capture hook` by the executable: it disturbs nothing, and loses nothing that it acknowledged. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conforms } from "../answers.ts";
import { bash, GAIT, gait } from "../gait.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-hook-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function eventOf(id: string, size = 10): string {
  return JSON.stringify({
    ...{ session_id: "s-one", hook_event_name: "PreToolUse", tool_name: "Bash", tool_use_id: id, cwd: "/x" },
    tool_input: { command: "x".repeat(size) },
  });
}

async function hook(input: string, env: Record<string, string>, args: readonly string[] = []) {
  const child = Bun.spawn([GAIT, "capture", "hook", ...args], {
    stdin: new TextEncoder().encode(input),
    env: { HOME: folder, ...env },
    ...{ stdout: "pipe", stderr: "pipe" },
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exit: await child.exited, stdout, stderr };
}

const QUIET = { exit: 0, stdout: "", stderr: "" };

test("one event: one line, for its owner alone, and nothing said", async () => {
  const captures = join(folder, "one");
  expect(await hook(eventOf("t1"), { GAIT_CAPTURE_DIR: captures })).toEqual(QUIET);
  const log = join(captures, "run_s-one.jsonl");
  const line = JSON.parse(readFileSync(log, "utf8")) as { capture: string; ts: string; event: { tool_use_id: string } };
  expect([line.capture, line.event.tool_use_id]).toEqual(["gait.hook/1", "t1"]);
  expect(Math.abs(Date.parse(line.ts) - Date.now())).toBeLessThan(60_000);
  expect([statSync(log).mode & 0o777, statSync(captures).mode & 0o777]).toEqual([0o600, 0o700]);
  const { exit, stdout } = gait(["capture", "list", "--json"], { env: { GAIT_CAPTURE_DIR: captures } });
  const answer = JSON.parse(stdout) as { schema_id: string; logs: { path: string }[] };
  expect([exit, conforms(answer), answer.logs.map(({ path }) => path)]).toEqual([0, [], [log]]);
  expect(gait(["capture", "path"], { env: { GAIT_CAPTURE_DIR: captures } }).stdout).toBe(`${captures}\n`);
  expect(gait(["run", "import", captures, "--dry-run"], { cwd: folder }).exit).toBe(0);
  const importing = () =>
    JSON.parse(
      gait(["capture", "import", "--out-dir", "imported", "--json"], {
        cwd: folder,
        env: { GAIT_CAPTURE_DIR: captures },
      }).stdout,
    ) as { schema_id: string; runs: { run_id: string }[]; left_out?: { reason: string }[] };
  const first = importing();
  expect([conforms(first), first.runs.map(({ run_id }) => run_id)]).toEqual([[], ["run_s-one"]]);
  // What was imported before is not imported again.
  const again = importing();
  expect([again.runs, again.left_out?.map(({ reason }) => reason)]).toEqual([[], ["imported before"]]);
});

describe("trouble is one line on stderr, and the exit is 0", () => {
  const rows: readonly (readonly [string, () => Record<string, string>, readonly string[]])[] = [
    ["an unknown flag", () => ({}), ["--on-ende"]],
    ["a word too many", () => ({}), ["x"]],
    ["a bad value", () => ({}), ["--on-end", "send"]],
    ["a folder that is a file", () => ({ GAIT_CAPTURE_DIR: GAIT }), []],
    [
      "a log that is a folder",
      () => {
        mkdirSync(join(folder, "taken/run_s-one.jsonl"), { recursive: true });
        return { GAIT_CAPTURE_DIR: join(folder, "taken") };
      },
      [],
    ],
    ["--json", () => ({ GAIT_CAPTURE_DIR: GAIT }), ["--json"]],
  ];
  for (const [rule, env, args] of rows) {
    test(rule, async () => {
      const { exit, stdout, stderr } = await hook(eventOf("t1"), env(), args);
      expect([exit, stdout]).toEqual([0, ""]);
      expect(stderr).toMatch(/^gait capture hook: [^\n]+\n$/);
    });
  }
  test("a log that is a pipe nobody reads: told at once", () => {
    const script =
      'mkdir -p p && mkfifo p/run_s-one.jsonl && GAIT_CAPTURE_DIR=p timeout 5 "$GAIT" capture hook <<< "$EVENT"';
    const { exit, stdout, stderr } = bash(script, { cwd: folder, env: { EVENT: eventOf("t1") } });
    expect([exit, stdout]).toEqual([0, ""]);
    expect(stderr).toContain("is no file");
  });
});

test("with flags and without, which is a shorter way to start: the same line, and the same trouble", async () => {
  const flags = ["--on-end", "import"];
  const lines: string[] = [];
  for (const args of [[], flags]) {
    const captures = join(folder, `flags-${args.length}`);
    expect(await hook(eventOf("t1"), { GAIT_CAPTURE_DIR: captures }, args)).toEqual(QUIET);
    lines.push(readFileSync(join(captures, "run_s-one.jsonl"), "utf8").replace(/"ts":"[^"]+"/, ""));
  }
  expect(lines[1]).toBe(lines[0] as string);
  writeFileSync(join(folder, "no-folder"), "");
  const trouble = { GAIT_CAPTURE_DIR: join(folder, "no-folder") };
  const told = await hook(eventOf("t1"), trouble);
  expect(told).toMatchObject({ exit: 0, stdout: "", stderr: expect.stringMatching(/^gait capture hook: [^\n]+\n$/) });
  expect(await hook(eventOf("t1"), trouble, flags)).toEqual(told);
  // A variable that loads code into the runtime is told, and nothing is written.
  const loaded = await hook(eventOf("t1"), { GAIT_CAPTURE_DIR: join(folder, "bun"), BUN_OPTIONS: "--smol" });
  expect(loaded).toMatchObject({ exit: 0, stdout: "", stderr: expect.stringContaining("BUN_OPTIONS") });
});

test("a log that ends within a line: the next begins its own", async () => {
  const captures = join(folder, "torn");
  mkdirSync(captures);
  writeFileSync(join(captures, "run_s-one.jsonl"), '{"capture":"gait.hook/1","ts":"2026');
  expect(await hook(eventOf("t1"), { GAIT_CAPTURE_DIR: captures })).toEqual(QUIET);
  const [torn, whole, rest] = readFileSync(join(captures, "run_s-one.jsonl"), "utf8").split("\n");
  expect([torn, rest]).toEqual(['{"capture":"gait.hook/1","ts":"2026', ""]);
  expect((JSON.parse(whole ?? "") as { event: { tool_use_id: string } }).event.tool_use_id).toBe("t1");
});

test("eight at a time, some of them killed: whole lines, and none acknowledged is lost", async () => {
  const captures = join(folder, "many");
  const acknowledged: string[] = [];
  async function tool(number: number): Promise<void> {
    for (let i = 0; i < 8; i += 1) {
      const id = `t${number}-${i}`;
      if (i % 4 === 3) {
        const child = Bun.spawn([GAIT, "capture", "hook"], {
          stdin: new TextEncoder().encode(eventOf(id, 200_000)),
          env: { GAIT_CAPTURE_DIR: captures },
          ...{ stdout: "ignore", stderr: "ignore" },
        });
        await Bun.sleep((number * 7 + i * 3) % 20);
        child.kill("SIGKILL");
        await child.exited;
        continue;
      }
      const ran = await hook(eventOf(id, (number * 997 + i * 131) % 50_000), { GAIT_CAPTURE_DIR: captures });
      expect(ran).toEqual(QUIET);
      acknowledged.push(id);
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, number) => tool(number)));
  const seen = new Set<string>();
  for (const line of readFileSync(join(captures, "run_s-one.jsonl"), "utf8").split("\n")) {
    try {
      seen.add((JSON.parse(line) as { event: { tool_use_id: string } }).event.tool_use_id);
    } catch {
      // A line of one that was killed, or a blank one.
    }
  }
  expect(acknowledged.length).toBe(48);
  expect(acknowledged.filter((id) => !seen.has(id))).toEqual([]);
}, 30_000);

test("no room: told, not acknowledged, and the next begins a line of its own", () => {
  const script = `mkdir -p full && export GAIT_CAPTURE_DIR=full
    (trap '' XFSZ; ulimit -f 1; "$GAIT" capture hook <<< "$LARGE")
    "$GAIT" capture hook <<< "$SMALL"; tail -n 1 full/run_s-one.jsonl`;
  const { exit, stdout, stderr } = bash(script, {
    cwd: folder,
    env: { LARGE: eventOf("large", 5000), SMALL: eventOf("small") },
  });
  expect(exit).toBe(0);
  expect(stderr).toMatch(/^gait capture hook: [^\n]+\n$/);
  expect((JSON.parse(stdout) as { event: { tool_use_id: string } }).event.tool_use_id).toBe("small");
});

test("--on-end import: a signed pack of the session, made after the hook has ended", async () => {
  const home = join(folder, "end");
  const env = { GAIT_CAPTURE_DIR: join(home, "captures") };
  mkdirSync(home);
  expect(gait(["keys", "init", "--out-dir", join(home, "keys")], { cwd: home }).exit).toBe(0);
  const args = [
    "--on-end",
    "import",
    "--out-dir",
    join(home, "out"),
    "--private-key",
    join(home, "keys/gait_private.key"),
  ];
  const end = JSON.stringify({ session_id: "s-one", hook_event_name: "SessionEnd" });
  expect(await hook(eventOf("t1"), env, args)).toEqual(QUIET);
  const start = performance.now();
  expect(await hook(end, env, args)).toEqual(QUIET);
  expect(performance.now() - start).toBeLessThan(1500);
  const said = join(home, "captures/run_s-one.jsonl.import.txt");
  for (let i = 0; i < 200 && !readFileSync(said, "utf8").includes("imported"); i += 1) await Bun.sleep(50);
  const { exit, stdout } = bash('"$GAIT" pack verify out/pack_*.zip --public-key keys/gait_public.key', { cwd: home });
  expect([exit, stdout.startsWith("authentic")]).toEqual([0, true]);
}, 20_000);
