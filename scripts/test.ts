/**
 * Builds the executable, then runs the tests: `npm test -- [test/core] [--only-failures] [-t NAME]`.
 * The last line is `N passed, N failed, N skipped`; the exit is 0 only if none failed.
 */
import { dirname } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { build } from "./build.ts";

// Tests of whole runs (200,000 calls, every byte of a pack changed) take a while. bunfig.toml can't say this.
const TIMEOUT_MS = 120_000;

// Files are divided among as many processes as there are processors, the slowest first, so that nothing is left running
// at the end. `npm test -- --update-timings` records the new times.
const flags = ["--parallel", "--timings=test/timings.json", "--timeout", `${TIMEOUT_MS}`];
const command = [process.execPath, "test", ...flags, ...process.argv.slice(2)];

const tests = Bun.spawn(command, {
  cwd: dirname(import.meta.dir),
  // End-to-end tests run this executable.
  env: { ...process.env, GAIT_BINARY: build() },
  stdin: "ignore",
  stdout: "inherit",
  stderr: "pipe",
});

let report = "";
const decoder = new TextDecoder();
for await (const chunk of tests.stderr) {
  process.stderr.write(chunk);
  report += decoder.decode(chunk, { stream: true });
}
const exitCode = await tests.exited;

const passed = counted("pass");
const failed = counted("fail");
// A run that died before its summary, or found no test, also failed.
const shownFailed = exitCode !== 0 && failed === 0 ? 1 : failed;
process.stdout.write(`${passed} passed, ${shownFailed} failed, ${counted("skip") + counted("todo")} skipped\n`);
process.exitCode = exitCode;

/** A number of Bun's summary, which also counts files that failed to load; its JUnit report leaves those out. */
function counted(what: string): number {
  const lines = stripVTControlCharacters(report).matchAll(new RegExp(`^ *(\\d+) ${what}$`, "gm"));
  return Number([...lines].at(-1)?.[1] ?? 0);
}
