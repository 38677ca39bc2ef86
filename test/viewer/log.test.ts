/** The proof of a log beside a pack, in the page: what the command line says of the two. */
import { beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gait } from "../e2e/gait.ts";
import { keyPath, vectorPath } from "../go-vectors.ts";
import { NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";

const ALPHA = vectorPath("packs/pack_run_alpha_signed.zip");
const GOLF = vectorPath("packs/pack_run_golf.zip");
const scene = useViewer();
let folder = "";
let vkey = "";
const at = (...parts: string[]): string => join(folder, ...parts);

beforeAll(() => {
  if (NO_BROWSER) return;
  folder = join(scene.browser.folder, "log");
  mkdirSync(folder, { recursive: true });
  copyFileSync(ALPHA, at("alpha.zip"));
  copyFileSync(GOLF, at("golf.zip"));
  const run = (...args: string[]) => {
    const ran = gait(args, { cwd: folder });
    if (ran.exit !== 0) throw new Error(ran.stderr);
    return ran.stdout.trim();
  };
  const key = ["--log-key", keyPath("test", "private")];
  run("store", "init", "store");
  run("store", "put", "alpha.zip", "golf.zip", "--to", "store");
  vkey = run("collection", "init", "store", "--name", "c", "--origin", "example.org/c", ...key);
  run("collection", "append", "store", "--name", "c", "--new");
  run("collection", "checkpoint", "store", "--name", "c", ...key);
  run("collection", "prove", "store", "--name", "c", "alpha.zip");
  writeFileSync(at("golf.zip.tlog-proof"), readFileSync(at("alpha.zip.tlog-proof")));
});

const shown = async (): Promise<string> => {
  await scene.viewer.page.waitForSelector("article section.log");
  return (await scene.viewer.page.textContent("article section.log")) ?? "";
};
const state = (): Promise<string | undefined> =>
  scene.viewer.page.$eval("article", (element) => (element as HTMLElement).dataset["state"]);

async function give(key: string, ...files: string[]): Promise<void> {
  await scene.viewer.page.click("summary:has-text('A log')");
  await scene.viewer.page.fill("#log-key", key);
  await scene.viewer.page.press("#log-key", "Tab");
  await scene.viewer.page.setInputFiles(
    "#files",
    files.map((name) => at(name)),
  );
}

describe.skipIf(NO_BROWSER)(`a proof in the page${NEEDS_BROWSER}`, () => {
  test("with the log's key shows the entry, and changes no verdict", async () => {
    await give(vkey, "alpha.zip", "alpha.zip.tlog-proof");
    expect(await shown()).toMatch(/^In a logEntry \d of 2 entries in example\.org\/c, signed by the log's key\./);
    expect(await state()).toBe("intact");
  });

  test("without a key shows what it says, as not more than that; a key given later counts", async () => {
    await scene.viewer.page.setInputFiles("#files", [at("alpha.zip"), at("alpha.zip.tlog-proof")]);
    expect(await shown()).toContain("the log's key was not given");
    await give(vkey);
    await scene.viewer.page.waitForSelector("section.log.proven");
  });

  test("of another pack shows that it is not in the log", async () => {
    await give(vkey, "golf.zip", "golf.zip.tlog-proof");
    expect(await shown()).toContain("log_proof_invalid");
    expect(await scene.viewer.page.textContent("section.log h4")).toBe("Not shown to be in a log");
    expect(await state()).toBe("intact");
  });

  test("with the key of another log is not signed", async () => {
    const { stdout } = gait(
      [
        "collection",
        "init",
        "store",
        "--name",
        "d",
        "--origin",
        "example.org/d",
        "--log-key",
        keyPath("test", "private"),
      ],
      { cwd: folder },
    );
    await give(stdout.trim(), "alpha.zip", "alpha.zip.tlog-proof");
    expect(await shown()).toContain("log_signature_invalid");
  });

  test("changed in any line is none, or is not shown to be of the pack", async () => {
    const lines = readFileSync(at("alpha.zip.tlog-proof"), "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
      if (line === "") continue;
      const other = [...lines];
      other[index] = `${line.slice(0, 3)}${line[3] === "A" ? "B" : "A"}${line.slice(4)}`;
      mkdirSync(at("changed"), { recursive: true });
      copyFileSync(ALPHA, at("changed/alpha.zip"));
      writeFileSync(at("changed/alpha.zip.tlog-proof"), other.join("\n"));
      await scene.viewer.reload();
      await give(vkey, "changed/alpha.zip", "changed/alpha.zip.tlog-proof");
      await shown();
      expect([index, await scene.viewer.page.textContent("section.log h4")]).toEqual([
        index,
        "Not shown to be in a log",
      ]);
    }
  });

  test("a text that is no key is told, and nothing is verified with it", async () => {
    await give("example.org/c+00000000+AAAA", "alpha.zip");
    expect(await scene.viewer.page.textContent("#log-key-error")).toContain("not the key of a log");
    expect(await scene.viewer.page.textContent("article .body")).toContain("the key of the log can't be used");
    await scene.viewer.page.fill("#log-key", "");
    await scene.viewer.page.press("#log-key", "Tab");
    await scene.viewer.page.waitForSelector('article[data-state="intact"]');
  });
});
