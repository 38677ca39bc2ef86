/** Large packs in the browser: memory does not grow with the file (`GAIT_LONG=1`). */
import { describe, expect, test } from "bun:test";
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { GAIT } from "../e2e/gait.ts";
import { NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";
import { commandLineAnswer } from "./command-line.ts";

const skipped = NO_BROWSER || process.env["GAIT_LONG"] !== "1";
const MOST_GROWTH = 300e6;

const scene = useViewer();

/**
 * A runpack of a run whose arguments deflate by a quarter: their text repeats at a distance beyond deflate's window.
 * @param bytes of intents
 */
function recordRun(folder: string, id: string, bytes: number): string {
  const file = openSync(join(folder, "intents.jsonl"), "w");
  const text = crypto.getRandomValues(new Uint8Array(48 * 1024)).toBase64();
  for (let call = 0, written = 0; written < bytes; call += 1) {
    const intent = { intent_id: `call_${call}`, tool_name: "fs.write", args: { data: text } };
    written += writeSync(file, `${JSON.stringify(intent)}\n`);
  }
  closeSync(file);
  writeFileSync(join(folder, "run.json"), JSON.stringify({ run_id: id }));
  const flags = ["--run", "run.json", "--intents", "intents.jsonl", "--capture-mode", "raw"];
  run(folder, [GAIT, "run", "record", ...flags]);
  return join(folder, `gait-out/runpack_${id}.zip`);
}

function run(cwd: string, command: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync(command, { cwd });
  if (exitCode !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
}

/** The same archive with every entry deflated, as the Go implementation writes them. */
const DEFLATE_ALL = `
import zipfile
source = zipfile.ZipFile("large.zip")
target = zipfile.ZipFile("deflated.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1)
for entry in source.infolist():
    into = zipfile.ZipInfo(entry.filename)
    into.compress_type = zipfile.ZIP_DEFLATED
    into.external_attr = 0o100644 << 16
    with source.open(entry) as data, target.open(into, "w") as out:
        while chunk := data.read(1 << 20):
            out.write(chunk)
target.close()
`;

/** Peak memory of each process of the browser with this profile, in bytes, by kind. */
function peaks(profile: string): Record<string, number> {
  const found: Record<string, number> = {};
  const family = new Set<string>();
  // Parents have smaller numbers, unless process ids wrap around.
  for (const pid of readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const [, parent = ""] = /PPid:\s+(\d+)/.exec(status) ?? [];
      if (!command.includes(profile) && !family.has(parent)) continue;
      family.add(pid);
      const [, kind = "browser"] = /--type=([a-z-]+)/.exec(command) ?? [];
      const [, kilobytes = "0"] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
      found[kind] = Math.max(found[kind] ?? 0, Number(kilobytes) * 1024);
    } catch {
      // It has ended.
    }
  }
  return found;
}

describe.skipIf(skipped)(`large packs${NEEDS_BROWSER}${NO_BROWSER ? "" : " (GAIT_LONG=1)"}`, () => {
  /** With the entries deflated, the embedded 500 MB runpack must be kept for random access. */
  for (const kind of ["stored", "deflated"] as const) {
    test(`500 MB, the embedded runpack ${kind}`, async () => {
      const { folder } = scene.browser;
      recordRun(folder, "run_large", 660e6);
      run(folder, [GAIT, "pack", "build", "--from", "run_large", "--out", "large.zip"]);
      if (kind === "deflated") run(folder, ["python3", "-c", DEFLATE_ALL]);
      const path = join(folder, kind === "deflated" ? "deflated.zip" : "large.zip");
      expect(statSync(path).size).toBeGreaterThan(480e6);

      // The browser's needs for any pack, including the self-test.
      await scene.viewer.verify([recordRun(folder, "run_small", 1e6)]);
      const before = peaks(folder);
      const began = performance.now();
      await scene.viewer.verify([path], 600_000);
      const seconds = (performance.now() - began) / 1000;
      const after = peaks(folder);
      const [, answer] = await scene.viewer.answers();
      expect(answer).toBe(await commandLineAnswer(path));
      expect(JSON.parse(answer ?? "").verify.verdict).toBe("intact");
      const growth = (after["renderer"] ?? 0) - (before["renderer"] ?? 0);
      process.stderr.write(
        `500 MB ${kind}: ${seconds.toFixed(1)} s; peak memory in MB before ${megabytes(before)} after ${megabytes(after)}\n`,
      );
      expect(before["renderer"]).toBeGreaterThan(0);
      expect(growth).toBeLessThan(MOST_GROWTH);
    }, 900_000);
  }
});

function megabytes(sizes: Record<string, number>): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(sizes).map(([kind, size]) => [kind, Math.round(size / 1e6)])),
  );
}
