/** Setting up a checkout: every order of npm commands that people type, before and after install scripts have run. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };

const ROOT = join(import.meta.dir, "../..");
const FILES = [
  "package.json",
  "package-lock.json",
  ".npmrc",
  "bunfig.toml",
  "tsconfig.json",
  "scripts",
  "src",
  "schemas",
];
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

let checkout: string;
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), "gait-setup-"));
  for (const name of [...FILES, "docs/examples", "test/vectors/keys"])
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
});
afterAll(() => rmSync(checkout, { recursive: true, force: true }));

function run(command: readonly string[], path = process.env["PATH"] ?? "") {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], {
    cwd: checkout,
    env: { ...process.env, PATH: path, npm_config_prefer_offline: "true", npm_config_update_notifier: "false" },
    stdin: "ignore",
  });
  return { exit: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

describe.skipIf(process.platform === "win32")("the pinned Bun is found", () => {
  const SHOW = 'import { thisTarget } from "./scripts/build.ts"; console.log(Bun.version, thisTarget())';
  const expected = {
    exit: 0,
    stdout: expect.stringMatching(new RegExp(`^${packageJson.devDependencies.bun} [a-z]+-`)),
  };
  beforeAll(() => {
    mkdirSync(join(checkout, "node_modules"));
    // Links: the copy is as large as the original otherwise.
    expect(run(["cp", "-al", `${join(ROOT, "node_modules")}/.`, join(checkout, "node_modules")]).exit).toBe(0);
  });
  afterAll(() => rmSync(join(checkout, "node_modules"), { recursive: true }));

  test("in the package of its platform", () => {
    expect(run(["node", "scripts/bun.mjs", "-e", SHOW])).toMatchObject(expected);
  });
  test("where the install script of the bun package has moved it", () => {
    const [from = ""] = [...new Bun.Glob("node_modules/@oven/bun-*/bin/bun").scanSync({ cwd: checkout })];
    const to = join(checkout, "node_modules/bun/bin/bun.exe");
    rmSync(to, { force: true });
    renameSync(join(checkout, from), to);
    expect(run(["node", "scripts/bun.mjs", "-e", SHOW])).toMatchObject(expected);
  });
});

/** A minute for each Node. GAIT_NODES has folders of further `node` executables. */
describe.skipIf(process.env["GAIT_LONG"] !== "1")("from nothing", () => {
  const nodes = ["", ...(process.env["GAIT_NODES"] ?? "").split(delimiter).filter((folder) => folder !== "")];
  const orders: string[][][] = [
    [
      [NPM, "run", "demo"],
      ["npx", "gait", "version"],
    ],
    [
      [NPM, "install"],
      [NPM, "run", "build"],
      ["npx", "gait", "version"],
    ],
    [
      [NPM, "install"],
      [NPM, "run", "demo"],
    ],
    [
      [NPM, "ci"],
      [NPM, "run", "build"],
    ],
    [
      [NPM, "ci", "--ignore-scripts"],
      ["npx", "gait", "version"],
    ],
  ];
  for (const node of nodes) {
    for (const order of orders) {
      test(`${node} ${order.map((command) => command.join(" ")).join(", ")}`, () => {
        for (const folder of ["node_modules", "dist"]) rmSync(join(checkout, folder), { recursive: true, force: true });
        const path = [node, process.env["PATH"] ?? ""].filter((part) => part !== "").join(delimiter);
        for (const command of order) {
          const { exit, stdout, stderr } = run(command, path);
          expect([command, exit]).toEqual([command, 0]);
          expect(`${stdout}${stderr}`).not.toMatch(/\bwarn(ing)?\b|deprecated/i);
        }
        expect(existsSync(join(checkout, "node_modules/.package-lock.json"))).toBe(true);
      }, 300_000);
    }
  }
});
