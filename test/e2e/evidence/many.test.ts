/** `gait pack verify` of many packs, by the executable: results, formats and exits. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FINDING_RULES } from "../../../src/core/finding/finding.ts";
import { VECTORS, vectorPath } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, GAIT, gait, type Ran } from "../gait.ts";
import { Launcher } from "../launcher.ts";
import { type Sarif, sarifFaults } from "./sarif.ts";

const ODD = "<&\"'>\u0001\u001b[2J\ufffe\u202e é.zip";
const posix = process.platform !== "win32";

let scene: Scene;
const run = (...args: string[]): Ran => gait(["pack", "verify", ...args], { cwd: scene.path });
beforeAll(() => {
  scene = exampleFolder();
  mkdirSync(scene.at("in"));
  mkdirSync(scene.at("in/sub"));
  const good = vectorPath("packs/pack_job_resumed_signed.zip");
  for (const name of ["in/a.zip", "in/sub/c.zip", ...(posix ? [`in/${ODD}`] : [])]) copyFileSync(good, scene.at(name));
  const bytes = readFileSync(good);
  writeFileSync(scene.at("in/bad.zip"), bytes.subarray(0, 600));
  writeFileSync(scene.at("in/no.zip"), "no archive");
  writeFileSync(scene.at("in/readme.txt"), "no pack");
  cpSync(join(VECTORS, "tampered"), scene.at("tampered"), { recursive: true });
  cpSync(join(VECTORS, "packs"), scene.at("packs"), { recursive: true });
  if (posix) symlinkSync("..", scene.at("in/loop"));
});
afterAll(() => scene.remove());

interface Line {
  readonly schema_id: string;
  readonly result?: {
    readonly path: string;
    readonly exit: number;
    readonly verify?: object;
    readonly reason?: string;
  };
  readonly summary?: Record<string, unknown>;
}
function lines(stdout: string): Line[] {
  const all = stdout.trimEnd().split("\n");
  return all.map((line) => {
    const parsed = JSON.parse(line) as Line;
    expect(conforms(parsed)).toEqual([]);
    return parsed;
  });
}
const paths = (stdout: string): (string | undefined)[] =>
  lines(stdout)
    .filter(({ result }) => result)
    .map(({ result }) => result?.path);

describe("one plain file is answered as before", () => {
  test("in words and in JSON, and in the same words as one of many", () => {
    for (const file of ["packs/pack_run_alpha_signed.zip", "tampered/gd_undeclared.zip", "in/bad.zip"]) {
      const one = JSON.parse(run(file, "--json").stdout) as { schema_id: string; ok: boolean; verify: object };
      expect([one.schema_id, conforms(one)]).toEqual(["gait.pack.output", []]);
      const [line] = lines(run("--format", "ndjson", file).stdout);
      expect([line?.result?.verify as object, line?.result?.exit]).toEqual([one.verify, one.ok ? 0 : 2]);
    }
    expect(run("packs/pack_run_alpha.zip").stdout).toContain("  files checked");
    expect(run("none.zip").stderr).toStartWith("gait pack verify: none.zip does not exist\n");
    expect(run("none*.zip").stderr).toStartWith("gait pack verify: none*.zip does not exist\n");
  });
});

describe("the short form accepts many too", () => {
  test("paths, folders, and ids of runs; a missing one does not hide the others", () => {
    const verify = (...args: string[]): Ran => gait(["verify", ...args], { cwd: scene.path });
    mkdirSync(scene.at("gait-out"), { recursive: true });
    copyFileSync(vectorPath("packs/pack_run_alpha_signed.zip"), scene.at("gait-out/runpack_run_alpha.zip"));
    const mixed = verify("in/a.zip", "run_alpha", "beta", "in/bad.zip", "--format", "ndjson");
    expect([mixed.exit, paths(mixed.stdout)]).toEqual([
      2,
      ["in/a.zip", "gait-out/runpack_run_alpha.zip", "beta", "in/bad.zip"],
    ]);
    // A folder to be walked is not mistaken for the run of that name.
    mkdirSync(scene.at("run_alpha"), { recursive: true });
    copyFileSync(scene.at("in/bad.zip"), scene.at("run_alpha/bad.zip"));
    expect(paths(verify("run_alpha", "--recursive", "--format", "ndjson").stdout)).toEqual(["run_alpha/bad.zip"]);
    expect(verify().stderr).toStartWith("gait verify: <id-or-file> is missing\n");
    const one = verify("run_alpha");
    expect([one.exit, one.stdout]).toEqual([0, verify("gait-out/runpack_run_alpha.zip").stdout]);
  });
});

describe("exits", () => {
  const cases: readonly (readonly [rule: string, args: string[], exit: number])[] = [
    ["all pass", ["in/a.zip", "in/sub/c.zip"], 0],
    ["one is bad, another can't be read", ["in/a.zip", "in/bad.zip", "in/no.zip"], 2],
    ["one can't be read", ["in/a.zip", "in/no.zip"], 6],
    ["one is gone", ["in/a.zip", "in/gone.zip"], 6],
    ["one is a folder", ["in/a.zip", "in"], 6],
    ["a signature is required", ["in/a.zip", "in/sub/c.zip", "--require-signature"], 2],
    ["an empty folder", ["--recursive", "gait-none"], 6],
    ["nothing at all", [], 6],
    ["--recursive without a folder", ["--recursive"], 6],
    ["0 jobs", ["--jobs", "0", "in/a.zip"], 6],
    ["no number of jobs", ["--jobs", "two", "in/a.zip"], 6],
    ["a shard that does not exist", ["--shard", "2/2", "in/a.zip"], 6],
    ["an unknown format", ["--format", "xml", "in/a.zip"], 6],
    ["--json and another format", ["--json", "--format", "sarif", "in/a.zip"], 6],
    ["a missing list", ["--files-from", "none.txt"], 6],
  ];
  for (const [rule, args, exit] of cases) {
    test(`${exit}: ${rule}`, () => {
      expect(run(...args).exit).toBe(exit);
      const { exit: again, stdout } = run(...args, "--format=json");
      if (!args.includes("--format")) expect([again, conforms(JSON.parse(stdout))]).toEqual([exit, []]);
    });
  }
  test("an empty list is a usage error, an empty shard is not", () => {
    expect(bash('"$GAIT" pack verify --files-from - < /dev/null', { cwd: scene.path })).toMatchObject({
      exit: 6,
      stdout: "",
      stderr: expect.stringContaining("the list is empty"),
    });
    const shards = Array.from({ length: 8 }, (_, at) => run("--shard", `${at}/8`, "in/a.zip"));
    expect(shards.map(({ exit }) => exit)).toEqual(Array.from({ length: 8 }, () => 0));
    expect(shards.filter(({ stdout }) => stdout.startsWith("0 of 1 pack (shard ")).length).toBe(7);
  });
});

test("results come in the order of the call, the same with any number of jobs, and a summary at the end", () => {
  const first = run("tampered", "packs", "in/a.zip", "in/a.zip", "--recursive", "--format", "ndjson", "--jobs", "1");
  expect(first.exit).toBe(2);
  const summary = lines(first.stdout).at(-1)?.summary;
  expect(summary).toMatchObject({ checked: paths(first.stdout).length, failed: 12, stopped: false });
  for (const jobs of ["2", "5"]) {
    expect(
      run("tampered", "packs", "in/a.zip", "in/a.zip", "--recursive", "--format", "ndjson", "--jobs", jobs),
    ).toEqual(first);
  }
});

test("the shards of a list add up to the list", () => {
  const all = paths(run("packs", "tampered", "--recursive", "--format", "ndjson").stdout);
  const parts = [0, 1, 2].flatMap((at) =>
    paths(run("packs", "tampered", "--recursive", "--format", "ndjson", "--shard", `${at}/3`).stdout),
  );
  expect(parts.sort()).toEqual([...all].sort());
});

test("--fail-fast ends after the first failure, whatever else is running", () => {
  for (const jobs of ["1", "3"]) {
    const { exit, stdout } = run(
      "in/a.zip",
      "in/no.zip",
      "in/bad.zip",
      "--fail-fast",
      "--format",
      "ndjson",
      "--jobs",
      jobs,
    );
    expect([exit, paths(stdout)]).toEqual([6, ["in/a.zip", "in/no.zip"]]);
    expect(lines(stdout).at(-1)?.summary).toMatchObject({ stopped: true, checked: 2 });
  }
});

test("one pack counts as one, however many could have followed", () => {
  expect(run("in/no.zip", "in/a.zip", "--fail-fast").stdout).toMatch(/\n1 pack: 1 unreadable; stopped/);
});

describe.skipIf(!posix)("hostile names", () => {
  test("to JUnit: the file is valid XML", () => {
    const { exit, stdout } = run("in", "--recursive", "--format", "junit");
    expect(exit).toBe(2);
    writeFileSync(scene.at("junit.xml"), stdout);
    const read = Bun.spawnSync(["python3", join(import.meta.dir, "junit_rules.py"), scene.at("junit.xml")]);
    expect(read.stderr.toString()).toBe("");
    expect(JSON.parse(read.stdout.toString())).toEqual([
      ["in/<&\"'>\\u0001\\u001b[2J\\ufffe\\u202e é.zip", []],
      ["in/a.zip", []],
      ["in/bad.zip", [["failure", "zip_truncated"]]],
      ["in/no.zip", [["error", "not_an_archive"]]],
      ["in/sub/c.zip", []],
    ]);
  });
  test("to SARIF: the document fits, one result a finding, rules from the table", () => {
    for (const folder of ["in", "tampered"]) {
      const { exit, stdout } = run(folder, "--recursive", "--format", "sarif");
      const document = JSON.parse(stdout) as Sarif;
      expect(sarifFaults(document)).toEqual([]);
      const [{ tool, results, invocations }] = document.runs;
      expect(tool.driver.rules.map(({ id }) => id)).toEqual(Object.keys(FINDING_RULES));
      for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(invocations[0].exitCode).toBe(exit ?? -1);
      const report = JSON.parse(run(folder, "--recursive", "--json").stdout) as {
        results: { path: string; verify?: { findings: { code: string }[] } }[];
      };
      const findings = report.results.flatMap(({ verify }) => (verify?.findings ?? []).map(({ code }) => code));
      expect(results.map(({ ruleId }) => ruleId)).toEqual(findings);
      expect(findings.length).toBeGreaterThan(0);
    }
    const absolute = JSON.parse(run(scene.at("in/bad.zip"), "--format", "sarif").stdout) as Sarif;
    expect(sarifFaults(absolute)).toEqual([]);
    expect(absolute.runs[0].results[0]?.locations[0].physicalLocation.artifactLocation.uri).toStartWith("file:///");
  });
  test("to a terminal and to JSON", () => {
    for (const format of ["text", "json", "ndjson", "junit", "sarif"]) {
      expect(run("in", "--recursive", "--format", format).stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
    const report = JSON.parse(run("in", "--recursive", "--json").stdout) as { results: { path: string }[] };
    expect(report.results.map(({ path }) => path)).toContain(`in/${ODD}`);
    expect(conforms(report as never)).toEqual([]);
  });
  test("a link to a folder is not followed, with a warning", () => {
    expect(run("in", "--recursive").stderr).toBe("warning: in/loop: a link to a folder, which is not followed\n");
  });
});

describe("an unreadable file does not hide the others", () => {
  // Root may read everything: the command runs as `nobody`, if that user can start the executable at all.
  const user = process.getuid?.() === 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : "";
  const works = posix && bash(`${user} "$GAIT" version`).exit === 0;
  test.skipIf(!works)("a file and a folder that this user may not read", () => {
    const script =
      "chmod 755 . ; mkdir -p deny/shut && cp in/a.zip deny/a.zip && cp in/a.zip deny/b.zip && chmod 644 deny/a.zip && " +
      `chmod 0 deny/b.zip deny/shut; ${user} "$GAIT" pack verify deny --recursive --format ndjson; code=$?; ` +
      "chmod 755 deny/shut; exit $code";
    const { exit, stdout } = bash(script, { cwd: scene.path });
    expect(exit).toBe(6);
    expect(lines(stdout).map(({ result }) => result && [result.path, result.exit, result.reason])).toEqual([
      ["deny/a.zip", 0, undefined],
      ["deny/b.zip", 6, "not_readable"],
      ["deny/shut", 6, "not_readable"],
      undefined,
    ]);
  });
});

describe.skipIf(!posix)("a long list", () => {
  test.each(["\0", "\n"])("is answered while it is still being written, with paths ended by %j", async (end) => {
    const running = Bun.spawn([GAIT, "pack", "verify", "--files-from", "-", "--format", "ndjson"], {
      ...{ cwd: scene.path, stdin: "pipe", stdout: "pipe", stderr: "ignore" },
    });
    running.stdin.write(`in/a.zip${end}`);
    await running.stdin.flush();
    const reader = running.stdout.getReader();
    const { value } = await reader.read();
    expect(new TextDecoder().decode(value)).toContain('"path":"in/a.zip"');
    await running.stdin.end();
    expect(await running.exited).toBe(0);
  });
  test("takes no more memory than a short one", async () => {
    using launcher = new Launcher();
    const peaks: number[] = [];
    for (const count of [2000, 20_000]) {
      const list = scene.at("list.txt");
      writeFileSync(list, "in/gone.zip\n".repeat(count));
      const command = [GAIT, "pack", "verify", "--files-from", list, "--format", "junit", "--jobs", "2"];
      const { exit, peakBytes } = await launcher.run(command, scene.path);
      expect(exit).toBe(6);
      peaks.push(peakBytes);
    }
    expect(Math.max(...peaks) - Math.min(...peaks)).toBeLessThan(60e6);
  });
  test.skipIf(process.platform !== "linux")("an answer that can't be written does not hide bad evidence", () => {
    for (const [format, list, exit] of [
      ["ndjson", "in/bad.zip", 2],
      ["json", "in/bad.zip", 2],
      ["ndjson", "in/no.zip", 6],
    ] as const) {
      const script = `yes ${list} | head -n 300 | "$GAIT" pack verify --files-from - --format ${format} > /dev/full`;
      const ran = bash(script, { cwd: scene.path });
      expect([format, ran.exit]).toEqual([format, exit]);
      expect(ran.stderr).toContain("could not be written");
    }
  });
  test("a reader that leaves is not an error, and does not change the exit", () => {
    const script =
      'set -o pipefail; yes in/bad.zip | head -n 3000 | { "$GAIT" pack verify --files-from -; exit $?; } | head -n 1';
    expect(bash(script, { cwd: scene.path })).toMatchObject({ exit: 2, stderr: "" });
  });
  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    test(`${signal} ends it with ${exit} while threads work, and while it waits for the list`, async () => {
      for (const [input, wait] of [
        ["yes in/a.zip 2> /dev/null", 300],
        ["sleep 20 2> /dev/null", 60],
      ] as const) {
        const script = `exec "$GAIT" pack verify --files-from - --jobs 3 < <(${input}) > /dev/null`;
        const running = Bun.spawn(["bash", "-c", script], {
          ...{ cwd: scene.path, env: { PATH: process.env["PATH"] ?? "", GAIT }, stdin: "ignore" },
          ...{ stdout: "ignore", stderr: "pipe" },
        });
        await Bun.sleep(wait);
        const sent = performance.now();
        running.kill(signal);
        expect(await running.exited).toBe(exit);
        expect(performance.now() - sent).toBeLessThan(10_000);
        expect(await new Response(running.stderr).text()).toBe("");
      }
    });
  }
});
