/** The table of calls in a real browser: what has a usual length is not broken, in a window and on paper. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { reportTemplate } from "../../scripts/report.ts";
import { reportHtml } from "../../src/core/report/document.ts";
import { templateOf } from "../../src/core/report/page/template.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import type { Account } from "../../src/schema/account/account.ts";
import { ACCOUNTS } from "../core/report/fixture.ts";
import { type Browser, NEEDS_BROWSER, NO_BROWSER, startBrowser } from "./browser.ts";

let browser: Browser;
let page: Page;
beforeAll(async () => {
  if (NO_BROWSER) return;
  browser = await startBrowser();
  const account = structuredClone(ACCOUNTS["run"]) as Account;
  // Arguments take what room there is, and reasons too.
  const calls = (account.run?.calls ?? []).map((call) => ({
    ...call,
    args_text: 'command: ["npm","test","--","billing"], cwd: /workspace/billing, timeout_seconds: 300',
    reason_codes: ["protected_remote", "approved by dana@example.com"],
  }));
  const shown = { ...account, run: { ...account.run, calls } } as Account;
  const artifacts = [{ name: "run.zip", account: shown }];
  const path = join(browser.folder, "names.html");
  const template = templateOf(await reportTemplate());
  writeFileSync(path, [...reportHtml(hostPlatform, { producer: "gait 1.2.3", artifacts }, template)].join(""));
  page = await browser.context.newPage();
  await page.goto(`file://${path}`);
});
afterAll(async () => browser?.close());

/** The tools, ids and short digests that stand on more than one line. */
function broken(): Promise<(string | null)[]> {
  return page.evaluate(() => {
    const cells = document.querySelectorAll(".call-table :is(td[data-head=Tool], td[data-head=Call], summary code)");
    const isBroken = (cell: Element): boolean => {
      const text = document.createRange();
      text.selectNodeContents(cell);
      return new Set([...text.getClientRects()].map(({ bottom }) => Math.round(bottom / 8))).size > 1;
    };
    return [...cells].filter(isBroken).map((cell) => cell.textContent);
  });
}

describe.skipIf(NO_BROWSER)(`names and short digests${NEEDS_BROWSER}`, () => {
  test("are whole in a window", async () => {
    await page.setViewportSize({ width: 1180, height: 900 });
    expect(await page.locator(".call-table td[data-head=Tool]").count()).toBeGreaterThan(2);
    expect(await broken()).toEqual([]);
  });
  test("are whole on paper, A4 within its margins", async () => {
    await page.setViewportSize({ width: 680, height: 1000 });
    await page.emulateMedia({ media: "print" });
    expect(await broken()).toEqual([]);
  });
  test("would be found broken", async () => {
    await page.evaluate(() => {
      for (const cell of document.querySelectorAll<HTMLElement>(".call-table td[data-head=Tool]"))
        Object.assign(cell.style, { display: "block", width: "2.5em", minWidth: "0" });
    });
    expect(await broken()).not.toEqual([]);
  });
});
