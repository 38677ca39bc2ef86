/** The page in a real browser: Debian's Chromium, opened from a file as a person would. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { viewerPage } from "../../scripts/viewer.ts";

const CHROMIUM = "/usr/bin/chromium";

/** The browser's own network features, switched off from the start. */
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Without a browser the tests are skipped, under this name; where all must run (`CI=true`) they fail. */
export const NO_BROWSER = !existsSync(CHROMIUM) && process.env["CI"] !== "true";
export const NEEDS_BROWSER = NO_BROWSER ? ` (skipped: no ${CHROMIUM}, which is Debian's package chromium)` : "";

export interface Viewer {
  readonly page: Page;
  /** The page's console output and errors. */
  readonly complaints: string[];
  /** Every address requested, except the page's own. */
  readonly requests: string[];
  /** Puts a key's text into the field and trusts it. */
  trust(text: string): Promise<void>;
  /** Gives files as the picker does, and waits until all files on the page are done. */
  verify(paths: readonly string[], timeoutMs?: number): Promise<void>;
  /** The JSON answer of each file, in their order. */
  answers(): Promise<string[]>;
  reload(): Promise<void>;
}

export interface Browser {
  /** A folder for the files of a test. */
  readonly folder: string;
  readonly pagePath: string;
  readonly context: BrowserContext;
  open(): Promise<Viewer>;
  close(): Promise<void>;
}

export const BUILD = { version: "1.2.3", commit: "0123456789abcdef0123456789abcdef01234567" };

export async function startBrowser(options: { flags?: string[] } = {}): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), "gait-viewer-"));
  const pagePath = join(folder, "verify.html");
  writeFileSync(pagePath, await viewerPage(BUILD));
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: CHROMIUM,
    headless: true,
    args: [...FLAGS, ...(options.flags ?? [])],
    acceptDownloads: true,
  });
  return {
    folder,
    pagePath,
    context,
    open: () => openViewer(context, `file://${pagePath}`),
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A browser for a file's tests and a new page for each of them, which must request nothing and report no errors. */
export function useViewer(): { readonly browser: Browser; readonly viewer: Viewer } {
  const scene = {} as { browser: Browser; viewer: Viewer };
  beforeAll(async () => {
    if (!NO_BROWSER) scene.browser = await startBrowser();
  });
  afterAll(async () => scene.browser?.close());
  beforeEach(async () => {
    if (!NO_BROWSER) scene.viewer = await scene.browser.open();
  });
  afterEach(async () => {
    if (NO_BROWSER) return;
    const { requests, complaints, page } = scene.viewer;
    await page.close();
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
  });
  return scene;
}

/** A page, with its errors and every address it requested except its own. */
export async function openPage(
  context: BrowserContext,
  url: string,
): Promise<Pick<Viewer, "page" | "complaints" | "requests">> {
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("blob:")) requests.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, requests };
}

async function openViewer(context: BrowserContext, url: string): Promise<Viewer> {
  const { page, complaints, requests } = await openPage(context, url);
  return {
    page,
    complaints,
    requests,
    async trust(text) {
      await page.fill("#key-text", text);
      await page.click("#key-add");
    },
    async verify(paths, timeoutMs = 60_000) {
      const before = await page.locator("article").count();
      await page.setInputFiles("#files", [...paths]);
      const all = before + paths.length;
      await page.waitForFunction(
        (count) => new RegExp(`^${count} files? checked:`).test(document.querySelector("#status")?.textContent ?? ""),
        all,
        { timeout: timeoutMs },
      );
    },
    async answers() {
      const shown = await page.$$eval("article pre", (all) => all.map((each) => each.textContent ?? ""));
      // An answer too long to be shown can be downloaded.
      for (const [index, text] of shown.entries())
        if (!text.startsWith("{")) shown[index] = await download(page, index);
      return shown;
    },
    async reload() {
      await page.goto(url);
    },
  };
}

async function download(page: Page, index: number): Promise<string> {
  const card = page.locator("article").nth(index);
  await card.locator("summary").click();
  const [file] = await Promise.all([page.waitForEvent("download"), card.locator(".download").click()]);
  return readFileSync(await file.path(), "utf8");
}

const AXE = readFileSync(join(import.meta.dir, "../../node_modules/axe-core/axe.min.js"), "utf8");

/** The violations axe-core finds on a page, as rules and places; by all of its rules, or by these. */
export async function axeViolations(context: BrowserContext, page: Page, rules?: readonly string[]): Promise<unknown> {
  // Bypasses the policy, as a debugger may: the page itself could not load it.
  const session = await context.newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(${JSON.stringify(rules === undefined ? {} : { runOnly: rules })}).then(({ violations, passes }) => JSON.stringify({
      passes: passes.length,
      violations: violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]),
    }))`,
    awaitPromise: true,
  });
  const { passes, violations } = JSON.parse(String(result.value));
  if (passes < (rules?.length ?? 15)) throw new Error(`axe checked only ${passes} rules`);
  return violations;
}
