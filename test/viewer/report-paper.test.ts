/** A report on paper: each printed page says of which file it is; digests and addresses stay readable. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { reportTemplate } from "../../scripts/report.ts";
import { type Reported, reportHtml } from "../../src/core/report/document.ts";
import { type PageTemplate, templateOf } from "../../src/core/report/page/template.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import type { Account } from "../../src/schema/account/account.ts";
import type { RunAccount } from "../../src/schema/account/run.ts";
import { cssString } from "../../src/viewer/report/css-string.ts";
import { ACCOUNTS } from "../core/report/fixture.ts";
import { type Browser, NEEDS_BROWSER, NO_BROWSER, startBrowser } from "./browser.ts";

const DIGEST = "0123456789abcdef".repeat(4);
const hasPoppler = Bun.which("pdftotext") !== null;
if (!hasPoppler && process.env["CI"] === "true") throw new Error("pdftotext is needed (Debian: poppler-utils)");

let browser: Browser;
let template: PageTemplate;
beforeAll(async () => {
  if (NO_BROWSER) return;
  browser = await startBrowser();
  template = templateOf(await reportTemplate());
});
afterAll(async () => browser?.close());

/** The texts of the printed pages. */
async function printed(...artifacts: readonly Reported[]): Promise<string[]> {
  const path = join(browser.folder, "paper.html");
  writeFileSync(path, [...reportHtml(hostPlatform, { producer: "gait 1.2.3", artifacts }, template)].join(""));
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`file://${path}`);
  const pdf = join(browser.folder, "paper.pdf");
  writeFileSync(pdf, await page.pdf({ preferCSSPageSize: true }));
  await page.close();
  expect(complaints).toEqual([]);
  const { stdout } = Bun.spawnSync(["pdftotext", "-layout", pdf, "-"]);
  return stdout.toString().split("\f").slice(0, -1);
}

const RUN = ACCOUNTS["run"] as Account;

/** The run, with `locator` as the address of each reference. */
function reading(locator: string): Account {
  const run = RUN.run as RunAccount;
  const references = run.references.map((reference) => ({ ...reference, source_locator: locator }));
  expect(references.length).toBeGreaterThan(0);
  return { ...RUN, run: { ...run, references } };
}

describe.skipIf(NO_BROWSER || !hasPoppler)(`on paper${NEEDS_BROWSER}`, () => {
  test("each page has its number, the name of the file and its SHA-256", async () => {
    const pages = await printed({ name: "the run.zip", account: RUN, digest: DIGEST });
    expect(pages.length).toBeGreaterThan(1);
    for (const [at, text] of pages.entries()) {
      const foot = text.trimEnd().split("\n").slice(-3).join("\n");
      expect(foot).toContain(`${at + 1} of ${pages.length}`);
      expect(foot).toContain("the run.zip");
      expect(foot).toContain(`SHA-256 ${DIGEST}`);
    }
  });

  test("of two files each page has the names, and no digest that might be the other's", async () => {
    const pages = await printed(
      { name: "a.zip", account: RUN, digest: DIGEST },
      { name: "b.zip", account: RUN, digest: DIGEST },
    );
    for (const text of pages) {
      const foot = text.trimEnd().split("\n").slice(-2).join("\n");
      expect(foot).toContain("a.zip, b.zip");
      expect(foot).not.toContain("SHA-256");
    }
  });

  test("a name can't end the string that it is printed from", async () => {
    const name = 'x"; content: "y\\22 </style>\\';
    const [first = ""] = await printed({ name, account: RUN, digest: DIGEST });
    expect(first.trimEnd().split("\n").slice(-3).join("\n")).toContain(name);
  });

  test("an address is broken behind a slash, if at all; digests of the contents are whole", async () => {
    const text = (
      await printed({ name: "r.zip", account: reading("https://docs.example.com/billing/rounding"), digest: DIGEST })
    ).join("\n");
    const parts = text.match(/https:\S*|(?<= )\S*(?<!_)rounding/g) ?? [];
    expect(parts.length).toBeGreaterThan(0);
    expect(text).toMatch(/https:\/\/docs\.example\.com\/(billing\/)?(rounding)?/);
    for (const part of parts)
      expect([
        "https://docs.example.com/billing/",
        "rounding",
        "https://docs.example.com/billing/rounding",
        "billing/rounding",
        "https://docs.example.com/",
      ]).toContain(part);
    const sound = RUN.contents.files.flatMap(({ sha256 }) => (sha256 === undefined ? [] : [sha256]));
    expect(sound.length).toBeGreaterThan(0);
    for (const sha256 of sound) expect(text).toContain(sha256);
  });

  test("an address without a slash stays on the paper", async () => {
    const text = (await printed({ name: "r.zip", account: reading("w".repeat(290)), digest: DIGEST })).join("\n");
    const written = (text.match(/w{5,}/g) ?? []).join("").length;
    expect(written).toBe(290 * (RUN.run?.references.length ?? 0));
  });
});

test("a string of CSS has nothing in it that could end it", () => {
  expect(cssString("run 1.zip")).toBe('"run 1\\2e zip"');
  expect(cssString('a"b\\c\nd€')).toBe('"a\\22 b\\5c c\\a d\\20ac "');
  expect(cssString("")).toBe('""');
});
