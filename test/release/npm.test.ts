/** The npm packages, installed into an empty project without the registry: library and program, in Node, Bun and a bundle. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thisTarget } from "../../scripts/build.ts";
import { writeNpmPackages } from "../../scripts/release/npm-package.ts";
import { TARGETS, targetNamed } from "../../scripts/release/target.ts";
import { GAIT, gait, type Ran } from "../e2e/gait.ts";
import { VECTORS } from "../generators/hostile/table.ts";
import { keyPath } from "../go-vectors.ts";
import { NEEDS_BROWSER, NO_BROWSER, openPage, startBrowser } from "../viewer/browser.ts";

const ROOT = join(import.meta.dir, "../..");
const LIBRARIES = ["@noble/ed25519", "@noble/hashes", "@zip.js/zip.js", "typebox"];
const NODE = Bun.which("node") ?? "node";

let folder: string;
let project: string;

/** In milliseconds, for a loaded machine. */
function run(command: readonly string[], cwd = project): Ran {
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, npm_config_cache: join(folder, "cache") };
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd, env, stdin: "ignore", timeout: 100_000 });
  return { exit: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

function runOk(command: readonly string[], cwd = project): string {
  const ran = run(command, cwd);
  expect({ command, ...ran }).toMatchObject({ exit: 0 });
  return ran.stdout;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-npm-"));
  project = join(folder, "an empty project");
  mkdirSync(project);
  const target = targetNamed(thisTarget());
  // Packing and unpacking the real one would take most of this test's time.
  const executable = join(folder, "gait");
  writeFileSync(executable, `#!/bin/sh\nexec '${GAIT.replaceAll("'", "'\\''")}' "$@"\n`);
  await writeNpmPackages(join(folder, "npm"), new Map([[target, executable]]));
  const sources = [
    join(folder, "npm/gait"),
    join(folder, "npm/gait-dev", target.name),
    ...LIBRARIES.map((name) => join(ROOT, "node_modules", name)),
  ];
  const packed = runOk(["npm", "pack", "--offline", "--ignore-scripts", "--json", ...sources]);
  const files = (JSON.parse(packed) as { name: string; filename: string }[]).map(({ name, filename }) => [
    name,
    `file:${filename}`,
  ]);
  writeFileSync(join(project, "package.json"), JSON.stringify({ dependencies: Object.fromEntries(files) }));
  runOk(["npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"]);

  copyFileSync(join(ROOT, "docs/examples/run.json"), join(project, "run.json"));
  for (const half of ["private", "public"] as const) copyFileSync(keyPath("test", half), join(project, `${half}.key`));
  gait(["run", "record", "--input", "run.json"], { cwd: project });
  const build = ["pack", "build", "--from", "run_fix_rounding", "--out", "run.zip", "--private-key", "private.key"];
  expect(gait(build, { cwd: project }).exit).toBe(0);
  writeFileSync(join(project, "use.mjs"), USE);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const USE = `
import { readFileSync } from "node:fs";
import { canonicalize, diff, GaitError, inspect, verify } from "gait";
const pack = readFileSync("run.zip");
const keys = [readFileSync("public.key", "utf8")];
const changed = Uint8Array.from(pack);
changed[100] ^= 1;
const refused = await verify(new Uint8Array(10)).catch((error) => error);
console.log(JSON.stringify({
  signed: (await verify(pack, { keys })).verdict,
  blob: (await verify(new Blob([pack]), { keys })).verdict,
  unchecked: (await verify(pack)).verdict,
  required: (await verify(pack, { requireSignature: true })).verdict,
  changed: (await verify(changed, { keys })).verdict,
  inspected: (await inspect(pack)).run_payload.run_id,
  described: await inspect(changed).catch((error) => error.code),
  identical: (await diff(pack, pack)).summary,
  refused: refused instanceof GaitError && refused.code,
  canonical: canonicalize({ b: 1, a: [true] }),
}));
`;

const USED = {
  signed: "authentic",
  blob: "authentic",
  unchecked: "intact",
  required: "failed",
  changed: "failed",
  inspected: "run_fix_rounding",
  described: "invalid_input",
  refused: "not_an_archive",
  canonical: '{"a":[true],"b":1}',
};

describe("the library", () => {
  test("verifies, describes and compares in Node", () => {
    expect(JSON.parse(runOk([NODE, "use.mjs"]))).toMatchObject(USED);
  });

  test("does the same in Bun", () => {
    expect(JSON.parse(runOk([process.execPath, "use.mjs"]))).toMatchObject(USED);
  });

  test("bundles for a browser, without a module of Node", () => {
    writeFileSync(join(project, "page.js"), 'import { verify } from "gait";\nglobalThis.verify = verify;\n');
    const bundle = runOk([
      process.execPath,
      "build",
      "--target=browser",
      "--format=esm",
      "--splitting",
      "--outdir=web",
      "page.js",
    ]);
    expect(bundle).toContain("page.js");
    for (const name of readdirSync(join(project, "web"))) {
      expect(run(["grep", "-cE", "(from ?|import\\(|require\\()[\"']node:", `web/${name}`]).stdout.trim()).toBe("0");
    }
  });

  test.each(["nodenext", "bundler"])("has types, as %s resolves them", (resolution) => {
    const source = `import { type VerifyReport, verify } from "gait";
export const report: Promise<VerifyReport> = verify(new Uint8Array(), { keys: ["a"], requireSignature: true });
export const verdict: Promise<"authentic" | "intact" | "failed"> = report.then((answer) => answer.verdict);
// @ts-expect-error: a key is text
verify(new Uint8Array(), { keys: [1] });
`;
    writeFileSync(join(project, "typed.mts"), source);
    const module = resolution === "nodenext" ? "nodenext" : "esnext";
    const flags = [
      "--noEmit",
      "--strict",
      // With GAIT_LONG=1 every file of the packages; otherwise those used here.
      "--skipLibCheck",
      `${process.env["GAIT_LONG"] !== "1"}`,
      "--types",
      "",
      "--target",
      "esnext",
      "--lib",
      "esnext,dom",
    ];
    const tsc = [process.execPath, join(ROOT, "node_modules/typescript/bin/tsc")];
    runOk([...tsc, ...flags, "--module", module, "--moduleResolution", resolution, "typed.mts"]);
  });

  test("verifies hostile archives in Node like the executable", async () => {
    // One format by default: differences between runtimes are below the formats.
    const all = process.env["GAIT_LONG"] === "1" ? VECTORS : VECTORS.filter(({ format }) => format === "pack");
    const chosen = all.filter(({ flags, generated }) => flags.length === 0 && !generated);
    expect(chosen.length).toBeGreaterThan(100);
    mkdirSync(join(project, "hostile"));
    for (const { name, bytes } of chosen) writeFileSync(join(project, "hostile", name), await bytes());
    const index = chosen.map(({ name, keys }) => ({ name, keys }));
    writeFileSync(join(project, "index.json"), JSON.stringify(index));
    writeFileSync(join(project, "judge.mjs"), JUDGE);
    const judged = JSON.parse(runOk([NODE, "judge.mjs"]));
    const expected = chosen.map(({ name, verdict, codes }) => [name, verdict ?? "refused", codes[0] ?? null]);
    expect(judged).toEqual(expected);
  });
});

describe("the recorder", () => {
  const [recording = "", recovering = ""] = [
    ...readFileSync(join(ROOT, "docs/recorder.md"), "utf8").matchAll(/^```js\n(.*?)^```$/gms),
  ].map(([, code = ""]) => code);
  const MORE = `
import { readFileSync } from "node:fs";
import { report } from "gait";
writeFileSync("document.json", await run.document());
const signed = await buildPack(runpack.bytes, { privateKey: readFileSync("../private.key", "utf8") });
writeFileSync("signed.zip", signed.bytes);
writeFileSync("library.html", await report([{ name: "signed.zip", artifact: signed.bytes }], { keys: [readFileSync("../public.key", "utf8")] }));
`;
  const cases: [string, string][] = [
    ["Node", NODE],
    ["Bun", process.execPath],
  ];
  test.each(cases)("the guide's programs run in %s, and give the bytes of the command line", (name, program) => {
    const cwd = join(project, `recorded in ${name}`);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "record.mjs"), `${recording}${MORE}`);
    expect(runOk([program, "record.mjs"], cwd)).toBe("intact 3 []\n");
    writeFileSync(join(cwd, "recover.mjs"), recovering);
    expect(runOk([program, "recover.mjs"], cwd)).toBe("run_weather 0 3\n");

    const run = (...args: string[]) => expect(gait(args, { cwd })).toMatchObject({ exit: 0 });
    run("run", "record", "--input", "document.json", "--out-dir", "out");
    run("pack", "build", "--from", "out/runpack_run_weather.zip", "--out", "out/pack.zip");
    const runpack = readFileSync(join(cwd, "out/runpack_run_weather.zip"));
    expect(readFileSync(join(cwd, "runpack_run_weather.zip")).equals(runpack)).toBe(true);
    run(
      "pack",
      "build",
      "--from",
      "runpack_run_weather.zip",
      "--out",
      "out/signed.zip",
      "--private-key",
      "../private.key",
    );
    run("pack", "report", "signed.zip", "--out", "out/signed.html", "--public-key", "../public.key");
    for (const [made, built] of [
      ["pack.zip", "out/pack.zip"],
      ["signed.zip", "out/signed.zip"],
      ["library.html", "out/signed.html"],
    ] as const)
      expect([made, readFileSync(join(cwd, made)).equals(readFileSync(join(cwd, built)))]).toEqual([made, true]);
  });

  test.skipIf(NO_BROWSER)(`a page records, signs and builds, and gives the same bytes${NEEDS_BROWSER}`, async () => {
    const cwd = join(project, "recorded in a page");
    mkdirSync(cwd);
    writeFileSync(join(cwd, "page.js"), PAGE);
    writeFileSync(
      join(cwd, "index.html"),
      '<!doctype html><meta charset="utf-8"><script defer src="dist/page.js"></script>',
    );
    const define = ["--define", `import.meta.url="about:blank"`];
    runOk(
      [process.execPath, "build", "page.js", "--target=browser", "--format=iife", ...define, "--outfile=dist/page.js"],
      cwd,
    );
    const browser = await startBrowser();
    try {
      const { page, complaints } = await openPage(browser.context, `file://${cwd}/index.html`);
      const key = readFileSync(join(project, "private.key"), "utf8");
      const made = await page.evaluate((text) => (globalThis as never as Page).record(text), key);
      expect(complaints).toEqual([]);
      expect(made.env).toEqual({ os: "unknown", arch: "unknown", runtime: "unknown" });
      writeFileSync(join(cwd, "document.json"), made.document);
      const run = (...args: string[]) => expect(gait(args, { cwd })).toMatchObject({ exit: 0 });
      run("run", "record", "--input", "document.json", "--out-dir", "out", "--private-key", "../private.key");
      run(
        "pack",
        "build",
        "--from",
        "out/runpack_run_page.zip",
        "--out",
        "out/pack.zip",
        "--private-key",
        "../private.key",
      );
      expect(readFileSync(join(cwd, "out/runpack_run_page.zip")).toString("base64")).toBe(made.runpack);
      expect(readFileSync(join(cwd, "out/pack.zip")).toString("base64")).toBe(made.pack);
    } finally {
      await browser.close();
    }
  });
});

interface Page {
  record(key: string): Promise<{ document: string; runpack: string; pack: string; env: object }>;
}

const PAGE = `
import { buildPack, Recorder } from "gait";
globalThis.record = async (privateKey) => {
  const run = new Recorder({ runId: "run_page", captureMode: "raw" });
  run.intent("search", { q: "grüße" }).ok({ hits: 3 });
  const runpack = await run.finish({ privateKey });
  const pack = await buildPack(runpack.bytes, { privateKey });
  const document = new TextDecoder().decode(await run.document());
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
  return { document, runpack: base64(runpack.bytes), pack: base64(pack.bytes), env: JSON.parse(document).run.env };
};
`;

const JUDGE = `
import { readFileSync } from "node:fs";
import { verify } from "gait";
const judged = [];
for (const { name, keys } of JSON.parse(readFileSync("index.json", "utf8"))) {
  const answer = await verify(readFileSync("hostile/" + name), { keys }).catch(() => ({ verdict: "refused" }));
  judged.push([name, answer.verdict, answer.findings?.[0]?.code ?? null]);
}
console.log(JSON.stringify(judged));
`;

describe("the program", () => {
  const launcher = "node_modules/.bin/gait";

  test("is found, and gives the executable's answer", () => {
    expect(runOk([launcher, "version"])).toBe(gait(["version"]).stdout);
  });

  test("exits like the executable", () => {
    expect(run([launcher, "pack", "verify", "run.json"])).toMatchObject({ exit: 6 });
    writeFileSync(join(project, "cut.zip"), new Uint8Array([0x50, 0x4b, 3, 4, 0]));
    expect(run([launcher, "pack", "verify", "cut.zip"])).toMatchObject({ exit: 2 });
  });

  test("reports when there is none for this machine", () => {
    const away = join(project, "node_modules/@gait-dev");
    expect(run(["mv", away, `${away}-away`]).exit).toBe(0);
    const ran = run([launcher, "version"]);
    expect(run(["mv", `${away}-away`, away]).exit).toBe(0);
    expect(ran).toMatchObject({ exit: 1, stdout: "" });
    expect(ran.stderr).toContain(`@gait-dev/${thisTarget()} is not installed`);
  });
});

test("each target has a name that the launcher looks for", () => {
  for (const { name, os, cpu, libc } of TARGETS) {
    const system = os === "win32" ? "windows" : os;
    expect(name).toBe(`${system}-${cpu}${libc === "musl" ? "-musl" : ""}`);
  }
});
