/** `gait viewer`: the executable's page is the one from the build, and is written like any output. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { VIEWER_PAGE, viewerPage } from "../../../scripts/viewer.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
});
afterAll(() => scene.remove());

describe("gait viewer", () => {
  test("writes the built page, and prints its digest", () => {
    const { exit, answer } = scene.json(["viewer", "--out", "verify.html"]);
    const page = readFileSync(scene.at("verify.html"));
    expect(page.equals(readFileSync(VIEWER_PAGE))).toBe(true);
    expect([exit, answer]).toEqual([
      0,
      expect.objectContaining({
        path: "verify.html",
        sha256: createHash("sha256").update(page).digest("hex"),
        size: page.length,
      }),
    ]);
  });

  test("the same page again is accepted; a different file in its place is kept, unless --force", () => {
    expect(gait(["viewer", "--out", "verify.html"], { cwd: scene.path }).exit).toBe(0);
    writeFileSync(scene.at("mine.html"), "mine");
    const { exit, answer } = scene.json(["viewer", "--out", "mine.html"]);
    expect([exit, answer.error_code]).toEqual([6, "invalid_input"]);
    expect(readFileSync(scene.at("mine.html"), "utf8")).toBe("mine");
    expect(scene.json(["viewer", "--out", "mine.html", "--force"]).exit).toBe(0);
    expect(readFileSync(scene.at("mine.html")).equals(readFileSync(VIEWER_PAGE))).toBe(true);
  });

  test("without --out nothing is written", () => {
    const before = scene.files();
    const { exit, answer } = scene.json(["viewer"]);
    expect([exit, answer.error, answer.hint]).toEqual([6, expect.stringContaining("--out"), expect.any(String)]);
    expect(scene.files()).toEqual(before);
  });
});

describe("the page", () => {
  const build = { version: "1.2.3", commit: "0123" };

  test("has the same bytes every time", async () => {
    expect(await viewerPage(build)).toBe(await viewerPage(build));
  });

  test("is one file: it loads nothing, and allows only its own script and style", async () => {
    const page = await viewerPage(build);
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|base|form)\b/i);
    expect(page.replace(/<script>.*<\/script>/s, "").match(/\b(src|href|action)=/gi)).toBeNull();
    expect(page.match(/<script\b/g)?.length).toBe(1);
    expect(page.match(/<style\b/g)?.length).toBe(1);
    for (const [element, directive] of [
      ["script", "script-src"],
      ["style", "style-src"],
    ] as const) {
      const [, text = ""] = new RegExp(`<${element}>(.*?)</${element}>`, "s").exec(page) ?? [];
      const digest = createHash("sha256").update(text).digest("base64");
      expect(page).toContain(`${directive} 'sha256-${digest}'`);
    }
    // Of the policy alone: a message names the flag --unsafe-context-raw.
    const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-");
  });
});
