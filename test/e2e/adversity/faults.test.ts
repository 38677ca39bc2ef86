/** Failed writes: killed half-way, no space, no permission, two at once, a reader that is gone. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT, gait } from "../gait.ts";
import { prepareWriting, RUNPACK, WRITING } from "./writing.ts";

/** About 7 MB of JSON. */
const INTENTS = 10_000;

let scene: Scene;
let large: string;
let reference: Buffer;
const LARGE_RUNPACK = "once/runpack_run_large.zip";
beforeAll(() => {
  scene = exampleFolder();
  large = scene.at("large.json");
  const generator = join(import.meta.dir, "../../../scripts/bench/record-input.ts");
  expect(Bun.spawnSync([process.execPath, generator, large, `${INTENTS}`]).exitCode).toBe(0);
  const { exit, answer } = scene.json([
    "run",
    "record",
    "--input",
    large,
    "--capture-mode",
    "raw",
    "--out-dir",
    "once",
  ]);
  expect(exit).toBe(0);
  reference = readFileSync(scene.at(answer.bundle ?? ""));
  prepareWriting(scene);
});
afterAll(() => scene.remove());

function newFolder(): string {
  return mkdtempSync(scene.at("out-"));
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!holds() && Date.now() < end) await Bun.sleep(1);
}

describe("killed while it records a large run", () => {
  const FINAL = "runpack_run_large.zip";
  const isTemporary = (name: string) => /^\..*\.tmp-/.test(name);

  function record(folder: string) {
    return Bun.spawn([GAIT, "run", "record", "--input", large, "--capture-mode", "raw", "--out-dir", folder], {
      ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
    });
  }

  // Milliseconds after the first file appears in the folder.
  for (const [signal, exit, delays] of [
    ["SIGKILL", 137, [0, 20, 60, 120, 200]],
    ["SIGTERM", 143, [0, 80]],
    ["SIGINT", 130, [0, 80]],
    ["SIGHUP", 129, [0, 80]],
  ] as const) {
    for (const delay of delays) {
      test.skipIf(process.platform === "win32")(`${signal} after ${delay} ms: no file has the final name`, async () => {
        const folder = newFolder();
        const running = record(folder);
        await until(() => readdirSync(folder).length > 0);
        await Bun.sleep(delay);
        running.kill(signal);
        await running.exited;
        const names = readdirSync(folder);
        if (names.includes(FINAL)) {
          // It finished first: then the file is whole.
          expect(readFileSync(join(folder, FINAL)).equals(reference)).toBeTrue();
        } else {
          expect(running.exitCode ?? 128 + 9).toBe(exit);
          expect(names.every(isTemporary)).toBeTrue();
          // SIGKILL can't be caught; every other signal cleans up.
          if (signal !== "SIGKILL") expect(names).toEqual([]);
        }
      });
    }
  }

  test.skipIf(process.platform === "win32")("leftovers of a kill don't block anything", async () => {
    const folder = newFolder();
    const running = record(folder);
    await until(() => readdirSync(folder).length > 0);
    running.kill("SIGKILL");
    await running.exited;
    expect(await record(folder).exited).toBe(0);
    expect(readFileSync(join(folder, FINAL)).equals(reference)).toBeTrue();
  });
});

describe("several at once", () => {
  async function exits(commands: string[][]): Promise<number[]> {
    const options = { cwd: scene.path, stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
    const exits = await Promise.all(commands.map((command) => Bun.spawn([GAIT, ...command], options).exited));
    return exits.sort();
  }
  const record = (folder: string, mode: string) => [
    ...["run", "record", "--input", "run.json", "--capture-mode", mode, "--out-dir", folder],
  ];

  test("six record one run: one whole file, and none fails", async () => {
    const folder = newFolder();
    expect(await exits(Array.from({ length: 6 }, () => record(folder, "raw")))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readdirSync(folder)).toEqual(["runpack_run_fix_rounding.zip"]);
    expect(gait(["pack", "verify", join(folder, "runpack_run_fix_rounding.zip")]).exit).toBe(0);
  });
  test("two record one run in two ways: one wins, the other gets an error", async () => {
    for (let round = 0; round < 5; round += 1) {
      const folder = newFolder();
      expect(await exits([record(folder, "raw"), record(folder, "reference")])).toEqual([0, 6]);
      expect(readdirSync(folder)).toEqual(["runpack_run_fix_rounding.zip"]);
      expect(gait(["pack", "verify", join(folder, "runpack_run_fix_rounding.zip")]).exit).toBe(0);
    }
  });
  test("four build one pack: one whole file", async () => {
    const folder = newFolder();
    expect(await exits([record(folder, "raw")])).toEqual([0]);
    const build = ["pack", "build", "--from", join(folder, "runpack_run_fix_rounding.zip")];
    expect(await exits([build, build, build, build])).toEqual([0, 0, 0, 0]);
    expect(readdirSync(folder).filter((name) => name.startsWith("pack_")).length).toBe(1);
  });
});

describe("a folder that may not be written to", () => {
  // Root may write everywhere: the commands run as `nobody`, if that user can start the executable at all.
  const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const user = process.getuid?.() === 0 ? asNobody : [];
  const works = process.platform !== "win32" && bash(`${user.join(" ")} "$GAIT" version`).exit === 0;
  for (const [name, args] of Object.entries(WRITING)) {
    test.skipIf(!works)(`gait ${name}: exit 6, the reason, and nothing written`, () => {
      chmodSync(scene.path, 0o755);
      chmodSync(scene.at("once"), 0o755);
      chmodSync(scene.at(RUNPACK), 0o644);
      expect(bash("chmod -R a+rX jobs store packs.sqlite", { cwd: scene.path }).exit).toBe(0);
      const out = newFolder();
      chmodSync(out, 0o555);
      const words = [...user, '"$GAIT"', ...args(out)].join(" ");
      const { exit, stdout, stderr } = bash(words, { cwd: scene.path });
      expect([exit, stdout]).toEqual([6, ""]);
      expect(stderr).toMatch(
        /^gait [a-z ]+: .*can't be written: this user may not write to the folder\n {2}hint: .+\n$/,
      );
      expect(readdirSync(out)).toEqual([]);
    });
  }
});

describe("no room", () => {
  // A file system of 64 KiB in a separate mount namespace; skipped without the right to make one.
  const inside = (script: string) =>
    `unshare -rm bash -c 'mkdir -p full && mount -t tmpfs -o size=64k none full && { ${script}; }'`;
  const works = process.platform === "linux" && bash(`cd "$(mktemp -d)" && ${inside("true")}`).exit === 0;
  const fill = "head -c 65536 /dev/zero > full/fill";
  for (const [name, args] of Object.entries(WRITING)) {
    test.skipIf(!works)(`gait ${name} on a full disk: exit 6, the reason, and nothing left`, () => {
      const script = `${fill}; "$GAIT" ${args("full").join(" ")}; code=$?; find full -mindepth 1; exit $code`;
      const { exit, stdout, stderr } = bash(inside(script), { cwd: scene.path });
      expect([exit, stdout]).toEqual([6, "full/fill\n"]);
      expect(stderr).toMatch(/^gait [a-z ]+: .*can't be written: the disk is full\n {2}hint: .+\n$/);
    });
  }
  test.skipIf(!works)("a disk that fills up half-way", () => {
    const script =
      '"$GAIT" run record --input large.json --capture-mode raw --out-dir full; code=$?; ls -A full; exit $code';
    expect(bash(inside(script), { cwd: scene.path })).toMatchObject({ exit: 6, stdout: "" });
  });
  test.skipIf(process.platform === "win32")("a limit on the size of files", () => {
    const out = newFolder();
    const script = `ulimit -f 64; "$GAIT" run record --input large.json --capture-mode raw --out-dir ${basename(out)}`;
    expect(bash(script, { cwd: scene.path })).toMatchObject({ exit: 6, stdout: "" });
    expect(readdirSync(out)).toEqual([]);
  });
});

describe("no temporary folder", () => {
  const env = { TMPDIR: "/nonexistent/folder" };
  test.skipIf(process.platform === "win32")("is not needed to build from a large runpack", () => {
    // Its intents exceed what is kept in memory.
    const calls = Array.from({ length: 1000 }, (_, at) => `call_${at}`);
    const noise = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(10_000))).toString("hex");
    const record = {
      run: { run_id: "run_noise", created_at: "2026-01-01T00:00:00Z" },
      intents: calls.map((intent_id) => ({ intent_id, tool_name: "t", args: { x: noise() } })),
      results: [],
    };
    writeFileSync(scene.at("noise.json"), JSON.stringify(record));
    const words = ["run", "record", "--input", "noise.json", "--capture-mode", "raw", "--out-dir", "noise"];
    // Deflated entries do need one.
    expect(gait(words, { cwd: scene.path, env })).toMatchObject({ exit: 6, stdout: "" });
    expect(scene.json(words).exit).toBe(0);
    const runpack = "noise/runpack_run_noise.zip";
    expect(statSync(scene.at(runpack)).size).toBeGreaterThan(9 * 1024 * 1024);
    for (const args of [
      ["pack", "build", "--from", runpack, "--out", "noise/pack.zip"],
      ["guard", "pack", "--run", "noise/pack.zip", "--out", "noise/evidence.zip"],
    ]) {
      expect(gait(args, { cwd: scene.path, env })).toMatchObject({ exit: 0, stderr: "" });
    }
  });
});

describe("obstacles", () => {
  const build = (out: string, ...more: string[]) => [...["pack", "build", "--from", RUNPACK, "--out", out, ...more]];
  test("a folder with the output's name, with and without --force", () => {
    mkdirSync(scene.at("taken.zip"));
    for (const more of [[], ["--force"]]) {
      const { exit, answer } = scene.json(build("taken.zip", ...more));
      expect([exit, answer.error]).toEqual([6, expect.stringContaining("is a folder")]);
    }
    expect(readdirSync(scene.at("taken.zip"))).toEqual([]);
  });
  test("a file where a folder is needed", () => {
    const { exit, answer } = scene.json(["run", "record", "--input", "run.json", "--out-dir", "run.json"]);
    expect([exit, answer.error]).toEqual([6, "run.json is a file, but a folder is needed"]);
  });
  test.skipIf(process.platform === "win32")(
    "a device, a pipe, a link: never written through, nor replaced without --force",
    () => {
      const out = newFolder();
      writeFileSync(join(out, "precious"), "kept");
      expect(bash(`cd ${out} && mkfifo pipe && ln -s precious link && ln -s nothing dangling`).exit).toBe(0);
      for (const [target, more] of [
        ["/dev/null", ["--force"]],
        [join(out, "pipe"), ["--force"]],
        [join(out, "link"), []],
        [join(out, "dangling"), []],
      ] as const) {
        expect(scene.json(build(target, ...more)).exit).toBe(6);
      }
      expect(existsSync(join(out, "nothing"))).toBeFalse();
      // With --force the link itself is replaced, not its target.
      expect(scene.json(build(join(out, "link"), "--force")).exit).toBe(0);
      expect(readFileSync(join(out, "precious"), "utf8")).toBe("kept");
    },
  );
  test("the output is the input", () => {
    copyFileSync(scene.at(RUNPACK), scene.at("same.zip"));
    const args = ["pack", "build", "--from", "same.zip", "--out", "same.zip"];
    expect(scene.json(args).exit).toBe(6);
    expect(readFileSync(scene.at("same.zip")).equals(readFileSync(scene.at(RUNPACK)))).toBeTrue();
  });
});

describe.skipIf(process.platform === "win32")("streams that are closed, full or not read", () => {
  test("a reader that leaves early changes no exit and no file", () => {
    const script = `set -o pipefail
      "$GAIT" run record --input run.json --out-dir piped | true; echo $?
      "$GAIT" run inspect ./${LARGE_RUNPACK} | head -n 1 > /dev/null; echo $?
      "$GAIT" run inspect ./${LARGE_RUNPACK} --json | head -c 10 > /dev/null; echo $?
      head -c 500 ${RUNPACK} > cut.zip; "$GAIT" pack verify cut.zip --json | true; echo $?`;
    expect(bash(script, { cwd: scene.path })).toEqual({ exit: 0, stdout: "0\n0\n0\n2\n", stderr: "" });
    expect(gait(["pack", "verify", scene.at("piped/runpack_run_fix_rounding.zip")]).exit).toBe(0);
  });
  test("with every stream closed no file gets a stream's output", () => {
    const script = '"$GAIT" run record --input run.json --out-dir closed <&- >&- 2>&-; echo $?';
    // What was written is whole, and yet the caller never got the answer.
    expect(bash(script, { cwd: scene.path }).stdout).toBe("6\n");
    const { exit } = gait(["pack", "verify", scene.at("closed/runpack_run_fix_rounding.zip")]);
    expect([exit, readdirSync(scene.at("closed"))]).toEqual([0, ["runpack_run_fix_rounding.zip"]]);
  });
  test.skipIf(process.platform !== "linux")(
    "an answer that can't be written is not a success, and bad evidence stays bad",
    () => {
      const script = `head -c 500 ${RUNPACK} > cut.zip
      "$GAIT" pack verify ${RUNPACK} > /dev/full; echo $?
      "$GAIT" pack verify cut.zip --json > /dev/full; echo $?`;
      expect(bash(script, { cwd: scene.path })).toMatchObject({ stdout: "6\n2\n" });
    },
  );
});
