/** Nothing gets out of the page, and evidence stays text. */
import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { archive } from "../core/zip/archive/builder.ts";
import { VECTORS } from "../generators/hostile/table.ts";
import { NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";

const scene = useViewer();
const states = (): Promise<(string | undefined)[]> =>
  scene.viewer.page.$$eval("article", (all) => all.map((each) => each.dataset["state"]));

describe.skipIf(NO_BROWSER)(`nothing gets out, and nothing in${NEEDS_BROWSER}`, () => {
  /** The number of requests to a local server while a page tried to do `work`. */
  async function askedFor(page: Page, work: (url: string) => Promise<unknown>): Promise<number> {
    let asked = 0;
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch() {
        asked += 1;
        return new Response("got", { headers: { "access-control-allow-origin": "*" } });
      },
    });
    try {
      await page.evaluate(work, `http://127.0.0.1:${server.port}/`);
    } finally {
      await server.stop(true);
    }
    return asked;
  }

  test("the policy stops everything that would send something", async () => {
    const send = async (url: string): Promise<void> => {
      const attempts: (() => unknown)[] = [
        () => fetch(url),
        () => fetch(url, { mode: "no-cors", method: "POST", body: "evidence" }),
        () => navigator.sendBeacon(url, "evidence"),
        () => {
          const request = new XMLHttpRequest();
          request.open("GET", url, false);
          request.send();
        },
        () =>
          new Promise((resolve) => {
            const image = new Image();
            image.onload = image.onerror = resolve;
            image.src = url;
          }),
        () =>
          new Promise((resolve) => {
            const socket = new WebSocket(url.replace("http", "ws"));
            socket.onopen = socket.onerror = resolve;
          }),
      ];
      for (const attempt of attempts)
        await Promise.resolve()
          .then(attempt)
          .catch(() => undefined);
    };
    const blank = await scene.browser.context.newPage();
    expect(await askedFor(blank, send)).toBeGreaterThan(4);
    await blank.close();
    expect(await askedFor(scene.viewer.page, send)).toBe(0);
    // The browser reports the refusal, and lists the request.
    expect(scene.viewer.complaints.length).toBeGreaterThan(4);
    scene.viewer.complaints.length = 0;
    scene.viewer.requests.length = 0;
  });

  test("the policy stops other scripts, and text that would become markup", async () => {
    const outcome = await scene.viewer.page.evaluate(() => {
      const attempt = (work: () => void): string => {
        try {
          work();
          return "allowed";
        } catch {
          return "refused";
        }
      };
      return {
        markup: attempt(() => {
          document.body.innerHTML = "<b>x</b>";
        }),
        script: attempt(() => {
          const script = document.createElement("script");
          script.append("globalThis.ran = true");
          document.body.append(script);
          if (!("ran" in globalThis)) throw new Error("it did not run");
        }),
        policy: attempt(() => {
          const { trustedTypes } = globalThis as unknown as {
            trustedTypes: { createPolicy(name: string, rules: object): void };
          };
          trustedTypes.createPolicy("other", {});
        }),
      };
    });
    expect(outcome).toEqual({ markup: "refused", script: "refused", policy: "refused" });
    expect(scene.viewer.complaints.length).toBeGreaterThan(0);
    scene.viewer.complaints.length = 0;
  });

  const TRICKS: readonly (readonly [what: string, text: string, shown: string])[] = [
    ["markup", "<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ["a script", "</script><script>alert(1)</script>", "</script><script>alert(1)</script>"],
    ["a bidi override", "\u202egnp.exe", "\\u202egnp.exe"],
    ["invisible characters", "a\u200bb\u{e0001}", "a\\u200bb\\u{e0001}"],
  ];
  for (const [what, text, shown] of TRICKS) {
    test(`${what} in the name of an entry is shown as text`, async () => {
      const path = join(scene.browser.folder, "trick.zip");
      writeFileSync(path, archive({ entries: [{ name: text, content: new Uint8Array(1) }] }));
      await scene.viewer.verify([path]);
      expect(await states()).toEqual(["failed"]);
      await scene.viewer.page.setInputFiles("#files", {
        name: `${text.replaceAll("/", "")}.zip`,
        mimeType: "",
        buffer: Buffer.from("x"),
      });
      await scene.viewer.page.waitForSelector('article[data-state="refused"]');
      const page = await scene.viewer.page.innerText("#results");
      expect(page).toContain(shown.replaceAll("/", ""));
      expect(page).not.toMatch(/[\u202e\u200b]/);
      expect(await scene.viewer.page.locator("#results img, #results script").count()).toBe(0);
    });
  }

  test("a text of millions of characters is cut, and the answer is complete", async () => {
    const long = VECTORS.find(({ name }) => name === "pack-manifest-50-mb-in-one-string");
    const path = join(scene.browser.folder, "long.zip");
    writeFileSync(path, (await long?.bytes()) ?? "");
    await scene.viewer.verify([path]);
    expect(await states()).toEqual(["failed"]);
    expect((await scene.viewer.page.innerText("#results")).length).toBeLessThan(20_000);
  });
});
