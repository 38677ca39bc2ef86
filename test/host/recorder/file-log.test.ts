/** The log of a recorder as a file: what was recorded is there after kill -9, on a full disk, and beside another writer. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, openLog } from "../../../src/host/recorder/file-log.ts";
import { documentOf, LIBRARY, recorder } from "../../core/recorder/recording.ts";

let folder: string;
let number = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-recorder-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function newPath(): string {
  number += 1;
  return join(folder, `run ${number}.jsonl`);
}

const CHILD = join(import.meta.dir, "recording-child.ts");

test("a run is recorded to a file that only its user can read, and finished from it", async () => {
  const path = newPath();
  const run = recorder({ log: createLog(path), captureMode: "raw" });
  run.intent("search", { q: "x" }).ok("found");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8").split("\n")).toHaveLength(4);
  await run.flush();
  const { bytes, warnings } = await run.finish();
  expect(warnings).toEqual([]);
  expect((await run.finish()).bytes).toEqual(bytes);
  // The log is left as it is.
  expect((await (await LIBRARY.recoverRun(openLog(path))).finish()).bytes).toEqual(bytes);
});

test("a program killed at any moment has lost nothing that was recorded", async () => {
  for (const after of [1, 40, 400]) {
    const path = newPath();
    const child = Bun.spawn([process.execPath, CHILD, path], { stdout: "pipe", stderr: "inherit" });
    let told = "";
    for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
      told += piece;
      if (told.split("\n").length > after) child.kill(9);
    }
    const ids = told.split("\n").slice(0, -1);
    const run = await LIBRARY.recoverRun(openLog(path));
    const recorded = (await documentOf(run)).intents.map((each) => String(each["intent_id"]));
    expect(ids.length).toBeGreaterThanOrEqual(after);
    expect(recorded.slice(0, ids.length)).toEqual(ids);
    run.event("recovered");
    expect((await run.finish()).intents).toBe(recorded.length);
  }
});

test("a disk that takes no more: the agent goes on, the runpack is whole, and the log has whole lines", async () => {
  const path = newPath();
  // In blocks of 1024 bytes.
  const command = ["bash", "-c", 'ulimit -f 8; trap "" XFSZ; exec "$@"', "-", process.execPath, CHILD, path, "200"];
  const { stdout, stderr, exitCode } = Bun.spawnSync(command, { timeout: 60_000 });
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  const { intents, warnings } = JSON.parse(stdout.toString().trim().split("\n").at(-1) ?? "");
  expect(intents).toBe(200);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toEndWith("the log takes no more; what follows is kept in memory alone");
  const run = await LIBRARY.recoverRun(openLog(path));
  const { length } = (await documentOf(run)).intents;
  expect(length).toBeGreaterThan(50);
  expect(length).toBeLessThan(200);
});

describe("refused", () => {
  test("a log that is there: it has a run in it", () => {
    const path = newPath();
    createLog(path).close?.();
    expect(() => createLog(path)).toThrow(expect.objectContaining({ code: "already_exists" }));
  });

  test.each([
    ["a folder that is not there", "none/run.jsonl", "write_failed"],
    ["a name with NUL", "a\0b", "invalid_input"],
  ])("%s", (_, name, code) => {
    expect(() => createLog(join(folder, name))).toThrow(expect.objectContaining({ code }));
  });

  test("what is no log to recover: nothing, a folder, a link", () => {
    const target = newPath();
    createLog(target).close?.();
    symlinkSync(target, join(folder, "link"));
    mkdirSync(join(folder, "a folder"));
    expect(() => openLog(join(folder, "none"))).toThrow(expect.objectContaining({ code: "not_found" }));
    for (const name of ["a folder", "link"])
      expect(() => openLog(join(folder, name))).toThrow(expect.objectContaining({ code: "not_readable" }));
    expect(() => createLog(join(folder, "link"))).toThrow(expect.objectContaining({ code: "already_exists" }));
  });

  test.skipIf(process.getuid?.() === 0)("a folder that may not be written to", () => {
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o500);
    expect(() => createLog(join(locked, "run.jsonl"))).toThrow(expect.objectContaining({ code: "write_failed" }));
  });
});

describe("changed by others while it is recorded", () => {
  test("lines of another program: a warning, no line of either is lost, and the run is finished", async () => {
    const path = newPath();
    const run = recorder({ log: createLog(path) });
    run.intent("a");
    appendFileSync(path, '{"event":{"event":"from elsewhere"}}\n');
    run.intent("b");
    const { intents, warnings } = await run.finish();
    expect(intents).toBe(2);
    expect(warnings[0]).toContain("was written to by another program: the log takes no more");
    expect((await documentOf(run)).run["timeline"]).toBeUndefined();
  });

  test("cut short, removed or replaced: it is not finished from what is left", async () => {
    for (const change of [
      (path: string) => truncateSync(path, statSync(path).size - 5),
      (path: string) => rmSync(path),
      (path: string) => {
        copyFileSync(path, `${path}.copy`);
        rmSync(path);
        // So that the number of the file is not used again.
        writeFileSync(`${path}.other`, "");
        copyFileSync(`${path}.copy`, path);
      },
    ]) {
      const path = newPath();
      const run = recorder({ log: createLog(path) });
      run.intent("a").ok();
      change(path);
      await expect(run.finish()).rejects.toMatchObject({ code: expect.stringMatching(/input_changed|not_found/) });
    }
  });

  test("two programs that recover it at once: the one that comes second keeps its lines in memory", async () => {
    const path = newPath();
    const log = createLog(path);
    recorder({ log }).intent("a");
    log.close?.();
    const [first, second] = [await LIBRARY.recoverRun(openLog(path)), await LIBRARY.recoverRun(openLog(path))];
    first.result("intent_1", "ok");
    second.result("intent_1", "error");
    expect(second.warnings.join()).toContain("written to by another program");
    expect((await documentOf(await LIBRARY.recoverRun(openLog(path)))).results).toMatchObject([{ status: "ok" }]);
  });
});

test("a log that is closed takes no more", () => {
  const log = createLog(newPath());
  log.close?.();
  log.close?.();
  expect(() => log.append(new Uint8Array([10]))).toThrow(expect.objectContaining({ code: "write_failed" }));
});
