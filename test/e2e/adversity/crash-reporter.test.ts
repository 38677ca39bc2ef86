/** A crash of the runtime sends nothing and starts nothing, whatever the environment. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GAIT } from "../gait.ts";

const CONFIGURATIONS: Record<string, Record<string, string>> = {
  "as it is": {},
  "with an address": { BUN_CRASH_REPORT_URL: "http://127.0.0.1:9/" },
  "switched on": { BUN_ENABLE_CRASH_REPORTING: "1" },
  "with both": { BUN_CRASH_REPORT_URL: "http://127.0.0.1:9/", BUN_ENABLE_CRASH_REPORTING: "1" },
};

/** 300 MB of address space: too little for the runtime to start. */
const CRASHING = 'ulimit -v 300000; exec "$0" "$@"';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-crash-"));
  writeFileSync(join(folder, "curl"), '#!/bin/sh\necho "$@" >> "$STARTED"\n');
  chmodSync(join(folder, "curl"), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The arguments with which a crashing executable started curl. */
async function startedBy(
  [executable = "", ...args]: string[],
  env: Record<string, string>,
): Promise<{ exit: number; curl: string; stderr: string }> {
  const started = join(folder, `started-${crypto.randomUUID()}`);
  const { exitCode, stderr } = Bun.spawnSync(["bash", "-c", CRASHING, executable, ...args], {
    env: { PATH: `${folder}:${process.env["PATH"]}`, STARTED: started, ...env },
    stdin: "ignore",
  });
  // The runtime does not wait for the processes it starts.
  await Bun.sleep(300);
  return { exit: exitCode, curl: existsSync(started) ? readFileSync(started, "utf8") : "", stderr: stderr.toString() };
}

describe.skipIf(process.platform !== "linux")("a crash", () => {
  for (const [name, env] of Object.entries(CONFIGURATIONS)) {
    test(`${name}: curl is not started`, async () => {
      const { exit, curl, stderr } = await startedBy([GAIT, "version"], env);
      expect([exit === 0, curl]).toEqual([false, ""]);
      expect(stderr).not.toMatch(/https?:\/\/(?!github)/);
    });
  }
  test("of the unchanged runtime does start it: the test would see it", async () => {
    const { exit, curl } = await startedBy([process.execPath, "-e", "0"], CONFIGURATIONS["with an address"] ?? {});
    expect([exit === 0, curl]).toEqual([false, expect.stringContaining("http://127.0.0.1:9/")]);
  });
});
