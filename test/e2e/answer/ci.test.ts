/** What a CI system gets of `gait pack verify` and `diff`: reports in files, annotations, one line, and exits that tell. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vectorPath } from "../../go-vectors.ts";
import { type Sarif, sarifFaults } from "../evidence/sarif.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { bash, gait, type Ran } from "../gait.ts";

let scene: Scene;
const verify = (args: string[], env: Record<string, string> = {}): Ran =>
  gait(["pack", "verify", ...args], { cwd: scene.path, env });
const read = (name: string): string => readFileSync(scene.at(name), "utf8");
beforeAll(() => {
  scene = exampleFolder();
  mkdirSync(scene.at("in"));
  copyFileSync(vectorPath("packs/pack_job_resumed_signed.zip"), scene.at("in/good.zip"));
  copyFileSync(vectorPath("packs/pack_run_alpha.zip"), scene.at("in/other.zip"));
  copyFileSync(vectorPath("tampered/gd_undeclared.zip"), scene.at("in/bad.zip"));
  writeFileSync(scene.at("empty.txt"), "");
});
afterAll(() => scene.remove());

/** What a format's document of a list that has a bad pack begins with. */
const BEGINS = {
  text: /^failed {2}in\/bad\.zip/,
  json: /^\{"ok":false,/,
  ndjson: /^\{"ok":false,/,
  junit: /^<\?xml/,
  sarif: /^\{"\$schema":/,
  markdown: /^## ❌ gait pack verify: 3 packs: 2 intact, 1 failed\n/,
  github: /^failed {2}in\/bad\.zip/,
} as const;

describe("--out", () => {
  for (const [format, begins] of Object.entries(BEGINS)) {
    test(`${format}: the file has what the standard output has without it, which has the text for people`, () => {
      const alone = verify(["in", "--recursive", "--format", format]);
      const { exit, stdout } = verify(["in", "--recursive", "--format", format, "--out", `out.${format}`]);
      // Only JUnit has times.
      const timeless = (text: string): string => text.replaceAll(/time="\d+\.\d{3}"/g, "");
      expect([exit, timeless(read(`out.${format}`))]).toEqual([2, timeless(alone.stdout)]);
      expect(alone.stdout).toMatch(begins);
      expect(stdout).toBe(verify(["in", "--recursive"]).stdout);
    });
  }
  test("with --json both have the JSON", () => {
    const { stdout } = verify(["in", "--recursive", "--json", "--out", "both.json"]);
    expect(stdout).toBe(read("both.json"));
  });
  test("a file that is there is kept, before any work, unless --force", () => {
    writeFileSync(scene.at("kept.xml"), "mine");
    const refused = verify(["in", "--recursive", "--format", "junit", "--out", "kept.xml"]);
    expect(refused).toMatchObject({ exit: 6, stdout: "", stderr: expect.stringContaining("kept.xml already exists") });
    expect(read("kept.xml")).toBe("mine");
    expect(verify(["in", "--recursive", "--format", "junit", "--out", "kept.xml", "--force"]).exit).toBe(2);
    expect(read("kept.xml")).toStartWith("<?xml");
  });
  test.each([
    [["--format", "junit", "--out", "no.json"], "--format json or --format sarif"],
    [["--format", "json", "--out", "no.html"], "Name the file .json."],
    [["--format", "markdown", "--out", "no.XML"], "--format junit"],
    [["--json", "--out", "no.sarif"], "--json and --out no.sarif do not go together"],
    [["--out", "no.xml"], "text, the format without --format, and --out no.xml do not go together"],
  ])("a name that says another format is refused, before any work: %p", (args, says) => {
    const { exit, stdout, stderr } = verify(["in", "--recursive", ...args]);
    expect([exit, existsSync(scene.at(args.at(-1) as string))]).toEqual([6, false]);
    expect(stdout + stderr).toContain(says);
  });
  test.each([
    ["sarif", "yes.json"],
    ["ndjson", "yes.jsonl"],
    ["markdown", "yes.md"],
    ["text", "yes.log"],
  ])("%s may be called %s", (format, name) => {
    expect(verify(["in", "--recursive", "--format", format, "--out", name]).exit).toBe(2);
    expect(existsSync(scene.at(name))).toBeTrue();
  });
  test("a folder is no file, and no --force is advised", () => {
    const { exit, stderr } = verify(["in", "--recursive", "--format", "sarif", "--out", "in"]);
    expect([exit, stderr]).toEqual([6, expect.stringContaining("in is a folder")]);
    expect(stderr).not.toContain("--force");
  });
  test("a pack is never the place of a report", () => {
    const before = readFileSync(scene.at("in/good.zip"));
    const refused = verify(["in/good.zip", "--format", "junit", "--out", "in/good.zip", "--force"]);
    expect(refused.exit).toBe(6);
    expect(readFileSync(scene.at("in/good.zip"))).toEqual(before);
  });
  test("bad evidence stays bad where the report can't be written, and nothing is left of it", () => {
    const ran = verify(["in", "--recursive", "--format", "junit", "--out", "run.json/out.xml"]);
    expect([ran.exit, ran.stderr]).toEqual([2, expect.stringContaining("run.json is a file")]);
    expect(verify(["in/good.zip", "--format", "junit", "--out", "run.json/out.xml"]).exit).toBe(6);
  });
});

describe("a list that is empty or can't be read", () => {
  const LISTS: readonly (readonly [why: string, args: string[], says: string])[] = [
    ["empty", ["--files-from", "empty.txt"], "the list is empty"],
    ["gone", ["--files-from", "none.txt"], "none.txt does not exist"],
  ];
  for (const [why, args, says] of LISTS) {
    for (const format of ["junit", "sarif", "markdown", "github"]) {
      test(`${format}, ${why}: a document that says so, and exit 6`, () => {
        const { exit, stdout, stderr } = verify([...args, "--format", format, "--out", `${why}.${format}`]);
        expect([exit, stdout, stderr]).toEqual([6, "", expect.stringContaining(says)]);
        const text = read(`${why}.${format}`);
        if (format === "junit") {
          expect(text).toContain('tests="1" failures="0" errors="1"');
          const rules = Bun.spawnSync([
            "python3",
            join(import.meta.dir, "../evidence/junit_rules.py"),
            scene.at(`${why}.${format}`),
          ]);
          expect(rules.stderr.toString()).toBe("");
        }
        if (format === "sarif") {
          const document = JSON.parse(text) as Sarif;
          expect(sarifFaults(document)).toEqual([]);
          const [{ results, invocations }] = document.runs;
          expect(results).toEqual([]);
          expect(invocations[0]).toMatchObject({ executionSuccessful: false, exitCode: 6 });
          expect(JSON.stringify(invocations[0].toolExecutionNotifications)).toContain(says);
        } else expect(text.replaceAll(/<\/?code>/g, "").replaceAll("&#58;", ":")).toContain(says);
      });
    }
    for (const format of ["text", "json", "ndjson"]) {
      test(`${format}, ${why}: no file`, () => {
        expect(verify([...args, "--format", format, "--out", `${why}.${format}`]).exit).toBe(6);
        expect(existsSync(scene.at(`${why}.${format}`))).toBe(false);
      });
    }
  }
  test("a list that ends in the middle keeps what is bad, and says that it is not whole", () => {
    const script = '"$GAIT" pack verify --files-from <(printf "in/bad.zip\\n"; cat in/nowhere) --format junit';
    expect(bash(script, { cwd: scene.path }).exit).toBe(2);
  });
});

describe("paths and times", () => {
  test("are relative to --base-dir in JUnit, SARIF, Markdown and annotations", () => {
    const at = scene.at("in");
    for (const format of ["junit", "sarif", "markdown", "github"]) {
      const { stdout } = verify([at, "--recursive", "--format", format, "--base-dir", "."]);
      const named = stdout.match(/(?:file="|"uri":"|<code>|file=)([^"<,]*bad\.zip)/)?.[1];
      expect([format, named]).toEqual([format, "in/bad.zip"]);
    }
  });
  test("a --base-dir that is no folder is refused: no path would be relative to it", () => {
    for (const [base, words] of [
      ["nowhere", "nowhere does not exist"],
      ["in/good.zip", "--base-dir in/good.zip is not a folder"],
    ] as const) {
      const { exit, stdout, stderr } = verify(["in", "--recursive", "--format", "junit", "--base-dir", base]);
      expect({ exit, stdout, stderr }).toEqual({ exit: 6, stdout: "", stderr: expect.stringContaining(words) });
    }
  });
  test("each test case of JUnit has its file and its seconds, and the suite their sum", () => {
    const { stdout } = verify(["in", "--recursive", "--format", "junit", "--jobs", "2"]);
    const cases = [
      ...stdout.matchAll(/<testcase name="([^"]*)" classname="gait.pack.verify" file="([^"]*)" time="([\d.]+)"/g),
    ];
    expect(cases.map(([, name, file]) => [name, file])).toEqual(
      ["in/bad.zip", "in/good.zip", "in/other.zip"].map((name) => [name, name]),
    );
    const sum = cases.reduce((all, [, , , time]) => all + Number(time), 0);
    expect(sum).toBeGreaterThan(0);
    expect(Number(stdout.match(/<testsuite [^>]*time="([\d.]+)"/)?.[1])).toBeCloseTo(sum, 2);
  });
});

describe("GitHub", () => {
  test("an annotation for each bad pack, and the summary of the step behind what is in it", () => {
    writeFileSync(scene.at("step.md"), "# before\n");
    const { exit, stdout } = verify(["in", "--recursive", "--format", "github"], {
      GITHUB_STEP_SUMMARY: scene.at("step.md"),
    });
    expect([exit, stdout.match(/^::.*$/gm)]).toEqual([
      2,
      [
        expect.stringMatching(
          /^::error file=in\/bad\.zip,title=gait%3A file_undeclared::in\/bad\.zip: 1 finding%0Afile_undeclared/,
        ),
      ],
    ]);
    expect(read("step.md")).toBe(`# before\n${verify(["in", "--recursive", "--format", "markdown"]).stdout}`);
  });
  test("other formats leave that file alone", () => {
    writeFileSync(scene.at("step2.md"), "");
    verify(["in", "--recursive", "--format", "markdown"], { GITHUB_STEP_SUMMARY: scene.at("step2.md") });
    expect(read("step2.md")).toBe("");
  });
  test("without the variable, and with one that can't be written", () => {
    expect(verify(["in/good.zip", "--format", "github"]).exit).toBe(0);
    const ran = verify(["in/good.zip", "--format", "github"], { GITHUB_STEP_SUMMARY: scene.at("run.json/step.md") });
    expect([ran.exit, ran.stderr]).toEqual([6, expect.stringContaining("step.md")]);
  });
});

describe("Microsoft's SARIF multitool", () => {
  const program = join(import.meta.dir, "../../../node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
  test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
    "has no error and no warning about ours",
    () => {
      // npm makes only the launcher executable.
      if ((statSync(program).mode & 0o111) === 0) chmodSync(program, 0o755);
      const faultsOf = (name: string): string[] => {
        const out = scene.at(`${name}.checked`);
        // A rule asks whether URLs can be reached: they can't, at a port where nobody listens, and it says so at once.
        const nowhere = "http://127.0.0.1:9";
        const env = {
          ...{ DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: "1", HTTPS_PROXY: nowhere, HTTP_PROXY: nowhere },
          ...{ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
        };
        const args = [
          "validate",
          scene.at(name),
          "--rule-kind",
          "Sarif;Gh",
          "--level",
          "Error",
          "Warning",
          "--kind",
          "Fail",
        ];
        Bun.spawnSync([program, ...args, "--output", out, "--log", "ForceOverwrite"], { env, cwd: scene.path });
        const [{ results = [] }] = JSON.parse(readFileSync(out, "utf8")).runs as [
          { results?: { ruleId: string; level?: string }[] },
        ];
        return results.filter(({ level }) => level !== "note").map(({ ruleId }) => ruleId);
      };
      verify(["in", "--recursive", "--format", "sarif", "--out", "checked.sarif"]);
      verify(["in", "none.zip", "--recursive", "--format", "sarif", "--out", "unread.sarif"]);
      verify(["--files-from", "empty.txt", "--format", "sarif", "--out", "empty.sarif"]);
      for (const name of ["checked.sarif", "unread.sarif", "empty.sarif"])
        expect([name, faultsOf(name)]).toEqual([name, []]);
      // It would say so: without the region that it asks for, it does.
      writeFileSync(scene.at("less.sarif"), read("checked.sarif").replaceAll(/,"region":\{[^}]*\}/g, ""));
      expect(faultsOf("less.sarif")).toContain("SARIF2017");
    },
    60_000,
  );
});

describe("--quiet", () => {
  test("one good pack is one line on the standard output, one bad pack one line on the standard error", () => {
    expect(verify(["in/good.zip", "--quiet"])).toEqual({
      ...{ exit: 0, stderr: "" },
      stdout: "intact  in/good.zip: it is signed, but the signature was NOT CHECKED: no key was given\n",
    });
    expect(verify(["in/bad.zip", "--quiet"])).toEqual({
      ...{ exit: 2, stdout: "", stderr: "failed  in/bad.zip: 1 finding: file_undeclared\n" },
    });
  });
  test("the JSON is the same", () => {
    expect(verify(["in/bad.zip", "--quiet", "--json"])).toEqual(verify(["in/bad.zip", "--json"]));
  });
});

describe("pack diff tells packs that differ from a bad one", () => {
  const CASES: readonly (readonly [what: string, args: string[], exit: number, member: "diff" | "findings"])[] = [
    ["the same", ["in/good.zip", "in/good.zip"], 0, "diff"],
    ["the same, with --exit-code", ["in/good.zip", "in/good.zip", "--exit-code", "10"], 0, "diff"],
    ["different", ["in/good.zip", "in/other.zip"], 2, "diff"],
    ["different, with --exit-code 10", ["in/good.zip", "in/other.zip", "--exit-code", "10"], 10, "diff"],
    ["different, with --exit-code 0", ["in/good.zip", "in/other.zip", "--exit-code", "0"], 0, "diff"],
    ["a bad one", ["in/good.zip", "in/bad.zip"], 2, "findings"],
    ["a bad one, with --exit-code 10", ["in/good.zip", "in/bad.zip", "--exit-code", "10"], 2, "findings"],
  ];
  for (const [what, args, exit, member] of CASES) {
    test(`${what}: ${exit}, and ${member}`, () => {
      const ran = gait(["pack", "diff", ...args, "--json"], { cwd: scene.path });
      const answer = JSON.parse(ran.stdout) as Record<string, unknown>;
      expect([ran.exit, member in answer, answer["ok"]]).toEqual([exit, true, exit === 0]);
      if (member === "findings") expect(answer["findings"]).toMatchObject([{ code: "file_undeclared" }]);
    });
  }
  for (const code of ["1", "6", "9", "126", "256", "-1", "x", "010"]) {
    test(`--exit-code ${code} is refused`, () => {
      const ran = gait(["pack", "diff", "in/good.zip", "in/other.zip", `--exit-code=${code}`], { cwd: scene.path });
      expect([ran.exit, ran.stderr]).toEqual([6, expect.stringContaining("--exit-code can't be")]);
    });
  }
});
