/** Accessibility of the page: screen readers, keyboards, small and large windows, paper. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { keyPath, vectorPath } from "../go-vectors.ts";
import { axeViolations, NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";

const SIGNED = vectorPath("packs/pack_run_alpha_signed.zip");
const UNSIGNED = vectorPath("packs/pack_run_golf.zip");
const TAMPERED = vectorPath("tampered/rp_hash_mismatch.zip");
const TEST_KEY = readFileSync(keyPath("test", "public"), "utf8");

const scene = useViewer();

describe.skipIf(NO_BROWSER)(`for everybody${NEEDS_BROWSER}`, () => {
  const STATES: readonly (readonly [name: string, files: readonly string[], prepare?: () => Promise<void>])[] = [
    ["empty", []],
    ["authentic", [SIGNED], () => scene.viewer.trust(TEST_KEY)],
    ["intact", [UNSIGNED]],
    ["failed", [TAMPERED]],
    ["not verified, with an unusable key", [keyPath("test", "public")]],
  ];
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [name, files, prepare] of STATES) {
      test(`no violation that axe knows: ${name}, ${colorScheme}`, async () => {
        await scene.viewer.page.emulateMedia({ colorScheme });
        await prepare?.();
        if (files.length > 0) await scene.viewer.verify(files);
        if (name.startsWith("not verified")) await scene.viewer.trust("no key");
        for (const summary of await scene.viewer.page.locator("summary").all()) await summary.click();
        expect(await axeViolations(scene.browser.context, scene.viewer.page)).toEqual([]);
      });
    }
  }

  for (const width of [320, 390, 768, 1280, 2560]) {
    test(`nothing is wider than a window of ${width} pixels`, async () => {
      await scene.viewer.page.setViewportSize({ width, height: 800 });
      await scene.viewer.trust(TEST_KEY);
      await scene.viewer.verify([SIGNED, TAMPERED]);
      const widths = await scene.viewer.page.evaluate(
        () => [document.documentElement.scrollWidth, innerWidth] as const,
      );
      expect(widths[0]).toBeLessThanOrEqual(widths[1]);
    });
  }

  test("by keyboard alone: everything can be reached, in reading order", async () => {
    const reached: string[] = [];
    for (let press = 0; press < 9; press += 1) {
      await scene.viewer.page.keyboard.press("Tab");
      reached.push(
        await scene.viewer.page.evaluate(() => document.activeElement?.id || (document.activeElement?.tagName ?? "")),
      );
    }
    expect(reached).toEqual([
      "files",
      "key-text",
      "key-add",
      "key-files",
      "require",
      "SUMMARY",
      "SUMMARY",
      "BODY",
      "files",
    ]);
    await scene.viewer.page.focus("#key-add");
    expect(
      await scene.viewer.page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle),
    ).toBe("solid");
  });

  test("the verdict is announced, and headings and names lead to it", async () => {
    expect(await scene.viewer.page.getByRole("status").count()).toBe(1);
    await scene.viewer.verify([TAMPERED]);
    expect(await scene.viewer.page.getByRole("status").textContent()).toBe("1 file checked: 1 failed.");
    expect(await scene.viewer.page.getByRole("article", { name: "rp_hash_mismatch.zip" }).count()).toBe(1);
    expect(await scene.viewer.page.getByRole("heading", { level: 3 }).textContent()).toBe("rp_hash_mismatch.zip");
  });

  test("paper shows the verdicts, not the controls", async () => {
    await scene.viewer.verify([TAMPERED]);
    await scene.viewer.page.emulateMedia({ media: "print" });
    expect(await scene.viewer.page.isVisible(".verdict")).toBe(true);
    expect(await scene.viewer.page.isVisible(".findings")).toBe(true);
    expect(await scene.viewer.page.isVisible("#key-text")).toBe(false);
    expect(await scene.viewer.page.isVisible("article button")).toBe(false);
  });
});
