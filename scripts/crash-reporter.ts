/**
 * Switches off the crash reporter of the runtime. Bun's, when the process crashes, starts `curl` (on Windows PowerShell)
 * with an address that has the versions and the stack in it: by default on macOS and Windows, and everywhere where
 * BUN_CRASH_REPORT_URL or BUN_ENABLE_CRASH_REPORTING says so. No option of `bun build --compile` turns it off, and a
 * variable that the program sets for itself comes too late: a crash may be before its first line. So the texts are
 * changed in the Bun that the executable is made from.
 */
import { readFileSync, writeFileSync } from "node:fs";

interface Text {
  readonly bytes: string;
  readonly becomes: string;
}

/**
 * Each is in the runtime once; their ends stay, as the linker may have put shorter texts there.
 *
 * - The names of the two variables become empty, which no variable is.
 * - Where the variable of a benchmark is set, the runtime reports nothing by default. It is PATH now, which is always set;
 *   without it, no curl is found.
 * - The address gets a scheme that neither curl nor PowerShell has: were one started, it would end before it opens a
 *   socket. It is also what a crash prints.
 */
export const TEXTS: readonly Text[] = [
  { bytes: "\0BUN_CRASH_REPORT_URL\0", becomes: "\0\0UN_CRASH_REPORT_URL\0" },
  { bytes: "\0BUN_ENABLE_CRASH_REPORTING\0", becomes: "\0\0UN_ENABLE_CRASH_REPORTING\0" },
  {
    bytes: "HYPERFINE_RANDOMIZED_ENVIRONMENT_OFFSET\0",
    becomes: "PATH\0FINE_RANDOMIZED_ENVIRONMENT_OFFSET\0",
  },
  { bytes: "https://bun.report", becomes: "noreport://invalid" },
];

/** @throws Error when a text is not in `runtime` exactly once: another version of Bun, which has to be looked at first */
export function withoutCrashReporter(runtime: Uint8Array): Uint8Array {
  const changed = Buffer.from(runtime);
  for (const { bytes, becomes } of TEXTS) {
    const at = changed.indexOf(bytes, 0, "latin1");
    if (at < 0 || changed.indexOf(bytes, at + 1, "latin1") >= 0) {
      throw new Error(`${JSON.stringify(bytes)} is not in this Bun exactly once: see scripts/crash-reporter.ts`);
    }
    changed.write(becomes, at, "latin1");
  }
  return changed;
}

/** Writes the changed runtime of `from` to `to`, as an executable. */
export function writeWithoutCrashReporter(from: string, to: string): void {
  writeFileSync(to, withoutCrashReporter(readFileSync(from)), { mode: 0o755 });
}
