/**
 * How long an agent waits for its hook: 500 one after the other, then eight at once, with a shell that appends to a file as
 * the peer of the same run. Slow, and for an idle machine: with GAIT_LONG=1.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GAIT } from "../gait.ts";

const COUNT = 500;
const AT_ONCE = 8;
/** Milliseconds. */
const MOST = 30;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-hook-speed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOOK = [GAIT, "capture", "hook"];
const PEER = ["sh", "-c", "cat >> peer.jsonl"];

async function timed(words: readonly string[], at: number): Promise<number> {
  const event = {
    session_id: "s",
    hook_event_name: "PreToolUse",
    tool_use_id: `t${at}`,
    tool_name: "Bash",
    tool_input: {},
  };
  const start = performance.now();
  const child = Bun.spawn([...words], {
    ...{ cwd: folder, env: { PATH: process.env["PATH"] ?? "", GAIT_CAPTURE_DIR: folder } },
    ...{ stdin: Buffer.from(`${JSON.stringify(event)}\n`), stdout: "ignore", stderr: "inherit" },
  });
  expect(await child.exited).toBe(0);
  return performance.now() - start;
}

const at = (times: readonly number[], share: number) =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
const figures = (times: readonly number[]) =>
  `median ${at(times, 0.5).toFixed(1)} ms, p99 ${at(times, 0.99).toFixed(1)} ms`;

describe.skipIf(process.env["GAIT_LONG"] !== "1")("hooks (GAIT_LONG=1)", () => {
  test(`${COUNT} one after the other: p99 under ${MOST} ms; ${AT_ONCE} at once: at most ${AT_ONCE} times that`, async () => {
    const hook: number[] = [];
    const peer: number[] = [];
    for (let each = 0; each < COUNT; each += 1) {
      hook.push(await timed(HOOK, each));
      peer.push(await timed(PEER, each));
    }
    const together: number[] = [];
    for (let round = 0; round < COUNT / AT_ONCE; round += 1) {
      const numbers = Array.from({ length: AT_ONCE }, (_, index) => COUNT + round * AT_ONCE + index);
      together.push(...(await Promise.all(numbers.map((each) => timed(HOOK, each)))));
    }
    process.stderr.write(
      `  hook ${figures(hook)}; sh and cat, unsynced ${figures(peer)}; ${AT_ONCE} hooks at once ${figures(together)}\n`,
    );
    // Blank lines are no events.
    const lines = readFileSync(join(folder, "run_s.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const ids = lines.map((line) => (JSON.parse(line) as { event: { tool_use_id: string } }).event.tool_use_id);
    expect(ids.length).toBe(hook.length + together.length);
    expect(new Set(ids).size).toBe(ids.length);
    expect(at(hook, 0.99)).toBeLessThan(MOST);
    expect(at(together, 0.99)).toBeLessThan(AT_ONCE * MOST);
  }, 120_000);
});
