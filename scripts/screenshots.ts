/**
 * The pictures of docs/images: the viewer, reports, their printed pages and the terminal on real runs, light and dark, wide and narrow. `npm run
 * screenshots` builds the executable and makes new ones; look at them before committing.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { build } from "./build.ts";
import { runAgent } from "./demo/agent.ts";
import { PAGE_WIDTH, pagesOf, sheetOf } from "./screenshots/pages.ts";
import { terminalPage } from "./screenshots/terminal.ts";

const ROOT = dirname(import.meta.dir);
const IMAGES = join(ROOT, "docs/images");
const KEYS = join(ROOT, "test/vectors/keys");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

// So that the pictures change only with the page.
process.env["GAIT_COMMIT"] = "0123456789abcdef0123456789abcdef01234567";
const gait = build();
const folder = mkdtempSync(join(tmpdir(), "gait-screenshots-"));

function run(...words: string[]): void {
  const { exitCode, stderr } = Bun.spawnSync([gait, ...words], { cwd: folder });
  if (exitCode !== 0) throw new Error(`gait ${words.join(" ")}: ${stderr}`);
}

/** A signed pack, the runpack it was made from, and a copy of the pack in which one byte was changed. */
function makeEvidence(): string[] {
  run("run", "record", "--input", join(ROOT, "docs/examples/run.json"));
  run(
    "pack",
    "build",
    "--from",
    "run_fix_rounding",
    "--out",
    "run.zip",
    "--private-key",
    join(KEYS, "test_private.key"),
  );
  const altered = readFileSync(join(folder, "run.zip"));
  const at = altered.indexOf("run_payload.json") + 200;
  altered[at] = (altered[at] ?? 0) ^ 1;
  writeFileSync(join(folder, "altered.zip"), altered);
  run("viewer", "--out", "verify.html");
  return ["run.zip", "gait-out/runpack_run_fix_rounding.zip", "altered.zip"].map((name) => join(folder, name));
}

/** The run of `npm run demo`'s agent, and the second run of the examples, as signed packs. */
function makeRuns(): void {
  const key = join(KEYS, "test_private.key");
  writeFileSync(
    join(folder, "survey.json"),
    JSON.stringify(runAgent("survey", ROOT, join(folder, "work"), "signatures")),
  );
  for (const [id, input, out] of [
    ["survey", join(folder, "survey.json"), "survey.zip"],
    ["run_fix_rounding_again", join(ROOT, "docs/examples/run-again.json"), "run-again.zip"],
  ] as const) {
    run("run", "record", "--input", input);
    run("pack", "build", "--from", id, "--out", out, "--private-key", key);
  }
  const trust = ["--public-key", join(KEYS, "test_public.key"), "--out"];
  run("pack", "report", "run-again.zip", ...trust, "report.html");
  run("pack", "report", "survey.zip", ...trust, "report-survey.html");
  run("pack", "report", "run.zip", "run-again.zip", ...trust, "report-two.html");
  run("pack", "report", "run-again.zip", ...trust, "report.pdf", "--certificate");
}

async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  const path = join(IMAGES, `${name}.png`);
  await page.screenshot({ path, fullPage });
  shrink(path);
  process.stdout.write(`docs/images/${name}.png\n`);
}

/** A picture with few colours shrinks to a third with a palette; Debian's pngquant makes one. */
function shrink(path: string): void {
  if (Bun.which("pngquant") === null) process.stdout.write("no pngquant: the pictures are larger than need be\n");
  else
    Bun.spawnSync([
      "pngquant",
      "--force",
      "--skip-if-larger",
      "--strip",
      "--speed",
      "1",
      "--output",
      path,
      "128",
      path,
    ]);
}

try {
  mkdirSync(IMAGES, { recursive: true });
  const evidence = makeEvidence();
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [...FLAGS, "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await context.newPage();
    const show = async (width: number, colorScheme: "light" | "dark", files: readonly string[]): Promise<void> => {
      await page.setViewportSize({ width, height: 860 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`file://${join(folder, "verify.html")}`);
      if (files.length === 0) return;
      await page.setInputFiles("#key-files", join(KEYS, "test_public.key"));
      await page.waitForSelector("#keys li");
      await page.setInputFiles("#files", [...files]);
      await page.getByText(`${files.length === 1 ? "1 file" : `${files.length} files`} checked`).waitFor();
    };
    await show(1200, "light", []);
    await picture(page, "viewer-empty");
    await show(1200, "light", evidence);
    await picture(page, "viewer-light");
    await show(1200, "dark", evidence);
    await picture(page, "viewer-dark");
    await show(390, "light", evidence.slice(0, 1));
    await picture(page, "viewer-phone");
    await show(1200, "light", evidence.slice(0, 1));
    await page.getByRole("button", { name: "Show the report" }).click();
    await page.locator(".report section.contents").waitFor();
    await page.setViewportSize({ width: 1200, height: 1500 });
    await picture(page, "viewer-report", false);

    makeRuns();
    const look = async (file: string, width: number, height: number, colorScheme: "light" | "dark"): Promise<void> => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.goto(`file://${join(folder, file)}`);
    };
    await look("report.html", 1200, 2180, "light");
    await picture(page, "report-light", false);
    await look("report-survey.html", 1200, 1900, "dark");
    await picture(page, "report-dark", false);
    await look("report-two.html", 1200, 1500, "light");
    await picture(page, "report-two", false);
    await look("report.html", 390, 2400, "dark");
    await picture(page, "report-phone", false);
    await look("report.html", 1200, 900, "light");
    writeFileSync(join(folder, "print.pdf"), await page.pdf({ preferCSSPageSize: true }));
    const printed = pagesOf(folder, "print.pdf");
    const pages = pagesOf(folder, "report.pdf");
    for (const [name, shown] of [
      ["report-print", printed],
      ["report-pdf", pages.slice(0, -1)],
      ["report-worksheet", pages.slice(-1)],
    ] as const) {
      writeFileSync(join(folder, `${name}.html`), sheetOf(shown));
      await look(`${name}.html`, shown.length * (PAGE_WIDTH + 24) + 24, 400, "light");
      await picture(page, name);
    }
    for (const [name, words] of [
      ["inspect", ["pack", "inspect", "run-again.zip"]],
      ["diff", ["pack", "diff", "run.zip", "run-again.zip"]],
    ] as const) {
      writeFileSync(join(folder, `${name}.html`), await terminalPage(folder, words));
      await look(`${name}.html`, 1200, 400, "dark");
      const { width, height } = await page.evaluate(() => document.body.getBoundingClientRect());
      await page.setViewportSize({ width: Math.ceil(width), height: Math.ceil(height) });
      await picture(page, name);
    }
  } finally {
    await context.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
