/**
 * The pictures of docs/images: the viewer on a real run, light and dark, wide and narrow. `npm run screenshots` builds the
 * executable and makes them anew; they are to be looked at before they are committed.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { build } from "./build.ts";

const ROOT = dirname(import.meta.dir);
const IMAGES = join(ROOT, "docs/images");
const KEYS = join(ROOT, "test/vectors/keys");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];

// So that the pictures change with the page alone.
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

async function picture(page: Page, name: string, fullPage = true): Promise<void> {
  await page.screenshot({ path: join(IMAGES, `${name}.png`), fullPage });
  process.stdout.write(`docs/images/${name}.png\n`);
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
      await page.getByText(`${files.length === 1 ? "1 file" : `${files.length} files`} verified`).waitFor();
    };
    await show(1200, "light", []);
    await picture(page, "viewer-empty");
    await show(1200, "light", evidence);
    await picture(page, "viewer-light");
    await show(1200, "dark", evidence);
    await picture(page, "viewer-dark");
    await show(390, "light", evidence.slice(0, 1));
    await picture(page, "viewer-phone");
  } finally {
    await context.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
