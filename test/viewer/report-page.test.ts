/** The report in a real browser: accessible, on paper, without a script, and with a hundred thousand calls. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { reportTemplate } from "../../scripts/report.ts";
import { type ReportDocument, reportHtml } from "../../src/core/report/document.ts";
import { htmlOf } from "../../src/core/report/page/html.ts";
import { type PageTemplate, templateOf } from "../../src/core/report/page/template.ts";
import { el } from "../../src/core/text/markup.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import type { Account } from "../../src/schema/account/account.ts";
import type { RunAccount, RunCall } from "../../src/schema/account/run.ts";
import { ACCOUNTS, DIFFERENCES, withTexts } from "../core/report/fixture.ts";
import { axeViolations, type Browser, NEEDS_BROWSER, NO_BROWSER, startBrowser } from "./browser.ts";

let browser: Browser;
let template: PageTemplate;
beforeAll(async () => {
  if (NO_BROWSER) return;
  browser = await startBrowser();
  template = templateOf(await reportTemplate());
});
afterAll(async () => browser?.close());

function account(name: string): Account {
  return ACCOUNTS[name] as Account;
}

interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

async function open(report: Omit<ReportDocument, "producer">): Promise<Opened> {
  const path = join(browser.folder, `report-${Bun.hash(JSON.stringify(report))}.html`);
  writeFileSync(path, [...reportHtml(hostPlatform, { producer: "gait 1.2.3", ...report }, template)].join(""));
  const page = await browser.context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`file://${path}`);
  return { page, complaints };
}

/** Opens it, and closes it without an error. */
async function looking(report: Omit<ReportDocument, "producer">, look: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints } = await open(report);
  await look(page);
  await page.close();
  expect(complaints).toEqual([]);
}

const one = (name: string): Omit<ReportDocument, "producer"> => ({
  artifacts: [{ name: `${name}.zip`, account: account(name) }],
});
const TWO: Omit<ReportDocument, "producer"> = {
  artifacts: [...one("run").artifacts, ...one("mixed").artifacts],
  difference: DIFFERENCES["runs"] as ReportDocument["difference"] & object,
};

const isLong = process.env["GAIT_LONG"] === "1";
const MANY = isLong ? 100_000 : 5000;

function many(count: number): Account {
  const calls = Array.from({ length: count }, (_, at): RunCall => {
    const outcome = at % 500 === 7 ? "failed" : "ok";
    const time = new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString();
    return {
      ...{
        index: at + 1,
        intent_id: `call_${at + 1}`,
        tool_name: `tool_${at % 20}`,
        started_at: time,
        outcome,
        status: outcome,
      },
      ...{ args_digest: "0".repeat(64), args_kept: false, result_digest: "1".repeat(64), result_kept: false },
    };
  });
  const run = account("mixed").run as RunAccount;
  const totals = { ...run.totals, calls: count, ok: count - count / 500, failed: count / 500, blocked: 0, open: 0 };
  return { ...account("mixed"), run: { ...run, calls, totals, began_at: "2026-01-01T00:00:00Z", seconds: count } };
}

describe.skipIf(NO_BROWSER)(`accessibility of the report${NEEDS_BROWSER}`, () => {
  for (const name of ["run", "mixed", "job", "guard", "failed", "not read", "two"]) {
    test(`no violation that axe knows: ${name}, in light and dark`, async () => {
      await looking(name === "two" ? TWO : one(name), async (page) => {
        for (const summary of await page.locator("summary").all()) await summary.click();
        await page.emulateMedia({ colorScheme: "light" });
        expect(await axeViolations(browser.context, page)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        expect(await axeViolations(browser.context, page, ["color-contrast"])).toEqual([]);
      });
    });
  }

  test("nothing is wider than the window, from 320 pixels up", async () => {
    for (const report of [one("mixed"), one("job"), one("failed"), TWO]) {
      await looking(report, async (page) => {
        for (const width of [320, 390, 768, 1280, 2560]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        }
      });
    }
  });

  test("by keyboard: across the sections to the search, and rows follow the text typed", async () => {
    await looking(one("mixed"), async (page) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the report");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
      await page.getByLabel("Search", { exact: true }).focus();
      await page.keyboard.type("blocked net");
      await page.waitForFunction(() => document.querySelector("output")?.textContent === "1 of 4 calls");
      expect(await page.getByRole("status").textContent()).toBe("1 of 4 calls");
      expect(await page.locator(".call-table tbody code").first().textContent()).toBe("c");
    });
  });

  test("filters by tool and outcome, failures first or as recorded", async () => {
    await looking(one("mixed"), async (page) => {
      const ids = (): Promise<string[]> => page.locator(".call-table tbody tr td:nth-child(4)").allTextContents();
      expect(await ids()).toEqual(["b", "c", "d", "a"]);
      await page.getByLabel("Order", { exact: true }).selectOption("As recorded");
      expect(await ids()).toEqual(["a", "b", "c", "d"]);
      await page.getByLabel("Outcome", { exact: true }).selectOption("failed or blocked");
      expect(await ids()).toEqual(["b", "c"]);
      await page.getByLabel("Outcome", { exact: true }).selectOption("no result");
      expect(await ids()).toEqual(["d"]);
      await page.getByLabel("Outcome", { exact: true }).selectOption("All outcomes");
      await page.getByLabel("Tool", { exact: true }).selectOption("net");
      expect(await ids()).toEqual(["b", "c"]);
    });
  });

  test("opened digests are whole, each on one line of a row across the table; on a phone they break", async () => {
    await looking(one("mixed"), async (page) => {
      for (const [width, lines] of [
        [1280, 1],
        [390, 2],
      ] as const) {
        await page.setViewportSize({ width, height: 800 });
        const digest = page.locator(".call-table details dd code").first();
        if (width === 1280) await page.locator(".call-table summary").first().click();
        expect(await digest.textContent()).toMatch(/^[0-9a-f]{64}$/);
        const height = await digest.evaluate((code) => code.getClientRects().length);
        expect(height).toBeGreaterThanOrEqual(lines);
        if (width === 1280) expect(height).toBe(1);
        const [outside] = await page
          .locator(".call-table details dl")
          .first()
          .evaluate((list) => {
            const [inner, row] = [
              list.getBoundingClientRect(),
              (list.closest("tr") as Element).getBoundingClientRect(),
            ];
            return [inner.top < row.top || inner.bottom > row.bottom + 1];
          });
        expect(outside).toBe(false);
      }
    });
  });

  test("a phone is told that the picture of a run scrolls, a wide window is not", async () => {
    await looking(one("mixed"), async (page) => {
      const hint = (): Promise<string> =>
        page.locator(".scroll:has(> .picture)").evaluate((box) => getComputedStyle(box, "::after").display);
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await hint()).toBe("block");
      await page.setViewportSize({ width: 1280, height: 800 });
      expect(await hint()).toBe("none");
    });
  });

  test("without a script everything is shown, and no dead controls", async () => {
    const path = join(browser.folder, "plain.html");
    const html = [...reportHtml(hostPlatform, { producer: "gait 1.2.3", ...one("mixed") }, template)].join("");
    writeFileSync(path, html.replace(/script-src '[^']+'/, "script-src 'none'"));
    const page = await browser.context.newPage();
    await page.goto(`file://${path}`);
    expect(await page.locator(".call-table tbody tr").count()).toBe(4);
    expect(await page.locator("input, select, button").count()).toBe(0);
    await page.close();
  });
});

describe.skipIf(NO_BROWSER)(`nothing gets in${NEEDS_BROWSER}`, () => {
  test("the policy stops other scripts, styles and everything that would load something", async () => {
    const { page, complaints } = await open(one("run"));
    const outcome = await page.evaluate(async () => {
      const stopped = new Set<string>();
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => stopped.add(effectiveDirective));
      const script = document.createElement("script");
      const style = document.createElement("style");
      style.append("body { display: none }");
      const attempts: (() => unknown)[] = [
        () => script.append("globalThis.ran = true"),
        () => document.body.append(script),
        () => document.head.append(style),
        () => document.body.setAttribute("style", "display: none"),
        () => {
          document.body.innerHTML = "<b>x</b>";
        },
        () => {
          new Image().src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
        },
        () => fetch("http://127.0.0.1:9/"),
      ];
      for (const attempt of attempts) {
        await Promise.resolve()
          .then(attempt)
          .catch(() => undefined);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
      const { display } = getComputedStyle(document.body);
      return {
        ran: "ran" in globalThis,
        display,
        sections: document.querySelectorAll("section").length > 3,
        stopped: [...stopped].sort(),
      };
    });
    expect(outcome).toEqual({
      ran: false,
      display: "block",
      sections: true,
      stopped: ["connect-src", "img-src", "require-trusted-types-for", "style-src-attr", "style-src-elem"],
    });
    expect(complaints.length).toBeGreaterThan(4);
    await page.close();
  });

  test("a script added to the file does not run", async () => {
    const path = join(browser.folder, "altered.html");
    const html = [...reportHtml(hostPlatform, { producer: "gait 1.2.3", ...one("run") }, template)].join("");
    const added = `<script>globalThis.ran = 1</script><svg onload="globalThis.ran = 2"></svg>`;
    writeFileSync(path, html.replace("</main>", `${added}</main>`));
    const page = await browser.context.newPage();
    await page.goto(`file://${path}`);
    expect(await page.evaluate(() => "ran" in globalThis)).toBe(false);
    // The report's own script does.
    expect(await page.locator(".filters").count()).toBe(1);
    await page.close();
  });

  const TRICK = `</script></style><img src=x onerror="document.title='got'"><script>document.title='got'</script>\u202e{{content}}`;
  for (const name of Object.keys(ACCOUNTS)) {
    test(`a trick in every place of ${name} is text for Chromium too`, async () => {
      const changed = withTexts(account(name), () => TRICK);
      await looking({ artifacts: [{ name: TRICK, account: changed }] }, async (page) => {
        expect(await page.locator("img, script:not([type]), style").count()).toBe(2);
        expect(await page.title()).not.toBe("got");
        const text = await page.evaluate(() => document.body.innerText);
        expect(text).toContain("</script></style><img src=x onerror=");
        expect(text).not.toContain("\u202e");
      });
    });
  }

  test("Chromium reads a text and an attribute back unchanged", async () => {
    const texts = Array.from({ length: 0x250 }, (_, code) => `a${String.fromCharCode(code)}b<&"'\``);
    const elements = texts.map((text) => el("p", { title: text }, text));
    const page = await browser.context.newPage();
    const path = join(browser.folder, "texts.html");
    writeFileSync(path, `<!doctype html><meta charset="utf-8">${[...htmlOf(elements)].join("")}`);
    await page.goto(`file://${path}`);
    const read = await page.$$eval("p", (all) =>
      all.map((each) => [each.textContent, each.title, each.children.length]),
    );
    const shown = [...htmlOf(texts)]
      .join("")
      .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    expect(read.map(([text]) => text).join("")).toBe(shown);
    expect(read.every(([text, title, children]) => text === title && children === 0)).toBe(true);
    await page.close();
  });
});

describe.skipIf(NO_BROWSER)(`${MANY} calls${NEEDS_BROWSER}`, () => {
  test("are searched a page at a time, and printed as shown", async () => {
    const large: Omit<ReportDocument, "producer"> = { artifacts: [{ name: "many.zip", account: many(MANY) }] };
    await looking(large, async (page) => {
      const rows = page.locator(".call-table tbody tr");
      const status = page.getByRole("status");
      const grouped = MANY.toLocaleString("en");
      expect(await status.textContent()).toBe(`All ${grouped} calls`);
      expect(await rows.count()).toBe(100);
      const began = performance.now();
      await page.getByLabel("Search", { exact: true }).fill(`call_${MANY}`);
      await page.waitForFunction(
        (text) => document.querySelector("output")?.textContent === text,
        `1 of ${grouped} calls`,
      );
      if (isLong) process.stderr.write(`search in ${MANY} calls: ${Math.round(performance.now() - began)} ms\n`);
      expect(await rows.count()).toBe(1);
      await page.getByLabel("Search", { exact: true }).fill("");
      await page.waitForFunction(
        (text) => document.querySelector("output")?.textContent === text,
        `All ${grouped} calls`,
      );
      await page.getByRole("button", { name: "Next page" }).click();
      expect(await page.locator(".pager span").textContent()).toBe(`Page 2 of ${(MANY / 100).toLocaleString("en")}`);
      expect(await rows.count()).toBe(100);
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      expect(await rows.count()).toBe(200 + MANY / 500);
      await page.evaluate(() => dispatchEvent(new Event("afterprint")));
      expect(await rows.count()).toBe(100);
    });
  });

  test("on paper: all failures and the first of the others", async () => {
    await looking({ artifacts: [{ name: "many.zip", account: many(2000) }] }, async (page) => {
      const pdf = await page.pdf({ format: "A4" });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(await page.locator(".call-table tbody tr").count()).toBe(100);
    });
  });
});
