/** The report in the verifier page: the same as the command line's, on request. */
import { describe, expect, test } from "bun:test";
import { keyPath, vectorPath } from "../go-vectors.ts";
import { axeViolations, NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";

const RUN = vectorPath("packs/pack_run_alpha_signed.zip");
const TAMPERED = vectorPath("tampered/rp_hash_mismatch.zip");

const scene = useViewer();
const ask = (at = 0): Promise<void> =>
  scene.viewer.page.getByRole("button", { name: "Show the report" }).nth(at).click();
const headings = (): Promise<string[]> => scene.viewer.page.locator(".report h4").allTextContents();

describe.skipIf(NO_BROWSER)(`reports on the page${NEEDS_BROWSER}`, () => {
  test("are made on request only", async () => {
    await scene.viewer.verify([RUN]);
    expect(await headings()).toEqual([]);
    await ask();
    await scene.viewer.page.waitForSelector(".report section.contents");
    expect(await headings()).toEqual(
      expect.arrayContaining(["Verdict: intact", "Provenance", "Timeline", "Calls", "Contents"]),
    );
    expect(await scene.viewer.page.locator(".report .filters").count()).toBe(1);
  });

  test("two at once, each below its file; failures are marked", async () => {
    await scene.viewer.verify([RUN, TAMPERED]);
    await ask();
    await ask();
    await scene.viewer.page.waitForFunction(() => document.querySelectorAll(".report section.contents").length === 2);
    const failed = scene.viewer.page.locator("article").nth(1);
    expect(await failed.locator(".report .alarm").first().textContent()).toStartWith("Unverified");
    expect(await scene.viewer.page.locator("article").first().locator(".mark-unverified").count()).toBe(0);
    const ids = await scene.viewer.page.$$eval("[id]", (all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("they disappear when the trusted keys change, and the verdict changes", async () => {
    await scene.viewer.verify([RUN]);
    await ask();
    await scene.viewer.page.waitForSelector(".report section.contents");
    await scene.viewer.page.setInputFiles("#key-files", keyPath("test", "public"));
    await scene.viewer.page.waitForSelector('article[data-state="authentic"]');
    expect(await headings()).toEqual([]);
    await ask();
    await scene.viewer.page.waitForSelector(".report section.contents");
    expect((await headings())[0]).toBe("Verdict: authentic");
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`no violation that axe knows, ${colorScheme}`, async () => {
      await scene.viewer.page.emulateMedia({ colorScheme });
      await scene.viewer.verify([RUN, TAMPERED]);
      await ask();
      await ask();
      await scene.viewer.page.waitForFunction(() => document.querySelectorAll(".report section.contents").length === 2);
      expect(await axeViolations(scene.browser.context, scene.viewer.page)).toEqual([]);
    });
  }

  for (const width of [320, 768, 1280]) {
    test(`nothing is wider than a window of ${width} pixels`, async () => {
      await scene.viewer.page.setViewportSize({ width, height: 800 });
      await scene.viewer.verify([TAMPERED]);
      await ask();
      await scene.viewer.page.waitForSelector(".report section.contents");
      expect(
        await scene.viewer.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    });
  }
});
