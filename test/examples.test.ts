/**
 * The programs in examples/, in a copy of the folder, against the built npm package. Its README's transcript is true,
 * and the page verifies in a browser.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GAIT } from "./e2e/gait.ts";
import { keyPath } from "./go-vectors.ts";
import { expectTranscript, LIBRARY_GUIDES, stepsOf } from "./transcript.ts";
import { NEEDS_BROWSER, NO_BROWSER, openPage, startBrowser } from "./viewer/browser.ts";

const ROOT = dirname(import.meta.dir);
const SIGNED = "authentic  run.zip: signed with key b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9";

let root: string;
let examples: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-examples-"));
  examples = join(root, "examples");
  // The tree after the set-up in the README; the library uses the project's dependencies.
  cpSync(join(ROOT, "examples"), examples, { recursive: true, filter: (path) => !path.includes("node_modules") });
  cpSync(join(ROOT, "docs/examples"), join(root, "docs/examples"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  const [, makePackage = "", ...rest] = setUpCommands();
  expect(rest).toEqual(["cd examples", "npm install"]);
  runOk(makePackage, ROOT);
  cpSync(join(ROOT, "dist/npm"), join(root, "dist/npm"), { recursive: true });
  for (const half of ["private", "public"] as const)
    copyFileSync(keyPath("test", half), join(examples, `test_${half}.key`));
  chmodSync(join(examples, "test_private.key"), 0o600);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** With the executable of this build, the Bun of the project and the Node of this machine. */
function environment(): Record<string, string> {
  const path = [dirname(GAIT), dirname(process.execPath), process.env["PATH"]].join(":");
  return { PATH: path, HOME: root, npm_config_cache: join(root, "cache") };
}

/** The README's first block, except `npm ci`, which removes packages that other tests are using. */
function setUpCommands(): string[] {
  const readme = readFileSync(join(ROOT, "examples/README.md"), "utf8");
  return (/^```sh\n(.*?)^```$/ms.exec(readme)?.[1] ?? "").trim().split("\n");
}

function runOk(command: string, cwd: string): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["bash", "-c", command], { cwd, env: environment() });
  expect({ command, exitCode, output: `${stdout}${stderr}` }).toMatchObject({ exitCode: 0 });
}

describe("examples", () => {
  test("npm installs the library that was built", () => {
    // No registry needed: the library is here, and so are its dependencies.
    runOk("npm install --offline --no-audit --no-fund", examples);
  });

  test("the README's commands print what it shows", () => {
    const steps = stepsOf(readFileSync(join(examples, "README.md"), "utf8"));
    expect(steps.length).toBeGreaterThan(6);
    expectTranscript(steps, { cwd: examples, env: environment() });
  });

  test.each(LIBRARY_GUIDES)(
    "docs/agents/%s: its commands print what it shows, and its code is that of an example",
    (guide) => {
      const text = readFileSync(join(ROOT, "docs/agents", guide), "utf8");
      const code = readdirSync(join(examples, "agents")).map((name) =>
        readFileSync(join(examples, "agents", name), "utf8"),
      );
      const shown = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block = ""]) => block);
      expect(shown.length).toBeGreaterThan(0);
      for (const block of shown) expect([block, code.some((each) => each.includes(block))]).toEqual([block, true]);
      expectTranscript(stepsOf(text), { cwd: examples, env: environment() });
    },
  );

  // After the README's commands, which wrote the packs. An answer's own word stands where the SDK has one.
  test.each([
    ["run_langchain", "completed"],
    ["run_openai_agents", "completed"],
    ["run_ai_sdk", "completed"],
    ["run_mcp", "ok"],
  ])("%s has both calls, and how they went", (run, answered) => {
    const command = `gait pack inspect ${run}.zip --json`;
    const { stdout } = Bun.spawnSync(["bash", "-c", command], { cwd: examples, env: environment() });
    const { account } = JSON.parse(stdout.toString()) as { account: { run: { calls: Record<string, string>[] } } };
    expect(account.run.calls.map((call) => [call["tool_name"], call["status"]])).toEqual([
      ["weather", answered],
      ["refund", "error"],
    ]);
  });

  test("are typed", () => {
    const compilerOptions = { types: ["bun"], typeRoots: [join(ROOT, "node_modules/@types")] };
    const include = [join(examples, "bun"), join(examples, "browser")];
    const config = join(examples, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ extends: join(ROOT, "tsconfig.json"), compilerOptions, include }));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { exitCode, stdout } = Bun.spawnSync([process.execPath, tsc, "-p", config], { cwd: examples });
    expect([exitCode, stdout.toString()]).toEqual([0, ""]);
  });

  test.skipIf(NO_BROWSER)(`the page verifies, and requests nothing${NEEDS_BROWSER}`, async () => {
    const browser = await startBrowser();
    try {
      const url = `file://${join(examples, "browser/index.html")}`;
      const { page, complaints, requests } = await openPage(browser.context, url);
      await page.fill("#key", readFileSync(join(examples, "test_public.key"), "utf8"));
      const verdictOn = async (name: string, verdict: string): Promise<string> => {
        await page.setInputFiles("#pack", join(examples, name));
        await page.waitForFunction(
          (word) => document.querySelector("#verdict")?.textContent?.startsWith(word),
          verdict,
          { timeout: 60_000 },
        );
        return (await page.textContent("#verdict")) ?? "";
      };
      expect(await verdictOn("run.zip", "authentic")).toBe(SIGNED);
      expect(await verdictOn("cut.zip", "failed")).toContain("zip_truncated");
      expect(await verdictOn("package.json", "not_an_archive")).toContain("is not a ZIP archive");
      expect({ complaints, requests }).toEqual({
        complaints: [],
        requests: [`file://${join(examples, "browser/dist/page.js")}`],
      });
    } finally {
      await browser.close();
    }
  });
});
