/** Progress: for long work only, as a line on a terminal or as records for a program, and elsewhere only on request. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Call, Flag, Status } from "../../src/cli/command/command.ts";
import { withProgress } from "../../src/cli/terminal/progress.ts";
import { progress } from "../../src/host/threads/progress.ts";

const SCHEMA = join(import.meta.dir, "../../schemas/v1/output/progress.schema.json");
const fits = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

interface Given {
  readonly flags?: Partial<Record<Flag, string>>;
  readonly isTerminal?: boolean;
  readonly term?: string;
}

/** The output during work of `milliseconds` with half its bytes done; undefined is the end of a line. */
async function shown(milliseconds: number, { flags = {}, isTerminal = false, term = "xterm" }: Given, packs = false) {
  const statuses: (Status | undefined)[] = [];
  const call = {
    env: { TERM: term },
    now: () => Date.now(),
    option: (flag: Flag) => flags[flag],
    has: (flag: Flag) => flag in flags,
    showStatus: (status: Status | undefined) => void statuses.push(status),
    stderr: { isTerminal, color: false, columns: 60 },
  } as unknown as Call;
  const done = async (): Promise<string> => {
    progress.ahead(2_000_000);
    await progress.done(1_000_000);
    await Bun.sleep(milliseconds);
    await progress.done(1_000_000);
    return "done";
  };
  const result = withProgress(call, "pack verify", done, packs ? () => ({ done: 3, total: 9 }) : undefined);
  expect(await result).toBe("done");
  return statuses;
}

describe("progress", () => {
  test("none for short work, and only the frame clears a line that was never shown", async () => {
    expect(await shown(20, { isTerminal: true })).toEqual([undefined]);
  });
  test("on a terminal: a line of bytes, rate and time left, shorter than the terminal, gone at the end", async () => {
    const statuses = await shown(1250, { isTerminal: true });
    expect(statuses.at(-1)).toBeUndefined();
    const [first] = statuses as { line: string }[];
    expect(first?.line).toMatch(/^pack verify {2}\S+ [KM]iB of \S+ MiB {2}\S+ [KM]iB\/s {2}\d+ s left$/);
    expect(first?.line.length).toBeLessThan(60);
  });
  test("earlier work of the process is not counted", async () => {
    await progress.done(50_000_000);
    const [first] = (await shown(1250, { isTerminal: true })) as { line: string }[];
    expect(first?.line).toMatch(/^pack verify {2}976\.6 KiB of 1\.9 MiB /);
  });
  test("for a program: records that fit their schema, for packs too", async () => {
    for (const packs of [false, true]) {
      const [record] = (await shown(1250, { flags: { "--progress": "ndjson" } }, packs)) as { record: string }[];
      expect(record?.record).toEndWith("}\n");
      const parsed = JSON.parse(record?.record ?? "") as object;
      expect(fits(parsed)).toBe(true);
      expect(parsed).toMatchObject(
        packs
          ? { about: "pack verify", packs: 3, packs_total: 9 }
          : { about: "pack verify", bytes_total: expect.any(Number) },
      );
    }
  });
  test("none with --quiet, on a dumb terminal, or unasked without a terminal", async () => {
    const cases: Given[] = [
      {},
      { isTerminal: true, term: "dumb" },
      { isTerminal: true, flags: { "--quiet": "true" } },
      { flags: { "--progress": "ndjson", "--quiet": "true" } },
    ];
    expect(await Promise.all(cases.map((each) => shown(1100, each)))).toEqual([[], [], [], []]);
  });
  test("it ends when the work fails", async () => {
    const statuses: unknown[] = [];
    const call = {
      ...{ env: {}, now: () => 0, option: () => "ndjson", has: () => false, stderr: {} },
      showStatus: (status: unknown) => void statuses.push(status),
    } as unknown as Call;
    await expect(withProgress(call, "pack build", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(statuses).toEqual([undefined]);
  });
});
