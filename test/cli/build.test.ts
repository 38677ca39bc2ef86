/** `gait pack build` in this process: what it reads and writes, and a runpack that changes meanwhile. */
import { afterAll, beforeAll, expect, spyOn, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "../../src/cli/arguments/read-arguments.ts";
import { PACK_COMMANDS } from "../../src/cli/commands/pack/command.ts";
import { callOf } from "../../src/cli/dispatch.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { runpackOf } from "../core/artifacts.ts";
import { QUIET_ENVIRONMENT } from "./quiet-environment.ts";

let folder: string;
let size: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-build-"));
  const noise = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(3000))).toString("hex");
  const calls = Array.from({ length: 2000 }, (_, at) => `call_${at}`);
  const { bytes } = await runpackOf(
    {
      run: { run_id: "run_large", created_at: "2026-01-01T00:00:00Z" },
      intents: calls.map((intent_id) => ({ intent_id, tool_name: "t", args: { x: noise() } })),
      results: calls.map((intent_id) => ({ intent_id, status: "ok", result: { x: noise() } })),
    },
    { captureMode: "raw" },
  );
  size = bytes.length;
  writeRunpack(bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The same times on every call. */
function writeRunpack(bytes: Uint8Array): void {
  writeFileSync(join(folder, "large.zip"), bytes);
  utimesSync(join(folder, "large.zip"), 1_800_000_000, 1_800_000_000);
}

function build(out: string) {
  const spec = PACK_COMMANDS.find(({ verb }) => verb === "build");
  if (spec === undefined) throw new Error("there is no such command");
  const tokens = ["--from", join(folder, "large.zip"), "--out", join(folder, out)];
  return spec.run(callOf(spec, readArguments(spec, tokens), { ...QUIET_ENVIRONMENT, cwd: folder }));
}

/** Bytes that this process has read and written so far, from and to anything. */
function counted(): { read: number; written: number } {
  const text = readFileSync("/proc/self/io", "utf8");
  const count = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
  return { read: count("rchar"), written: count("wchar") };
}

test.skipIf(process.platform !== "linux")(
  "the runpack is read twice and the pack once; the pack is written once",
  async () => {
    // The first call also reads modules.
    await build("first.zip");
    const before = counted();
    expect((await build("second.zip")).exit).toBe(0);
    const after = counted();
    expect((after.read - before.read) / size).toBeLessThan(3.05);
    expect((after.written - before.written) / size).toBeLessThan(1.05);
    expect(readFileSync(join(folder, "second.zip"))).toEqual(readFileSync(join(folder, "first.zip")));
  },
);

test("a runpack that changes after it was verified, and keeps its size and time: input_changed, and no file", async () => {
  const original = readFileSync(join(folder, "large.zip"));
  mkdirSync(join(folder, "made"));
  // Copying is announced once verification has finished.
  const ahead = spyOn(hostPlatform.progress as { ahead(bytes: number): void }, "ahead");
  ahead.mockImplementation((bytes) => {
    if (bytes !== size) return;
    const changed = Buffer.from(original);
    changed[size >> 1] = (changed[size >> 1] ?? 0) ^ 1;
    writeRunpack(changed);
  });
  try {
    const refusal = await build("made/pack.zip").catch((error: unknown) => error);
    expect(ahead).toHaveBeenCalledWith(size);
    expect(refusal).toHaveProperty("code", "input_changed");
    expect(refusal).toHaveProperty("message", expect.stringContaining("source/runpack.zip"));
    expect(readdirSync(join(folder, "made"))).toEqual([]);
  } finally {
    ahead.mockRestore();
    writeRunpack(original);
  }
});
