/**
 * The page compared with the command line: for every artifact in the table, and every Go artifact with and
 * without a key, the same JSON answer. The files are added with the page's picker.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Glob } from "bun";
import { VECTORS } from "../generators/hostile/table.ts";
import type { Vector } from "../generators/hostile/vector.ts";
import { VECTORS as GO, keyPath } from "../go-vectors.ts";
import { type Browser, NEEDS_BROWSER, NO_BROWSER, startBrowser, type Viewer } from "./browser.ts";
import { commandLineAnswer } from "./command-line.ts";

const isLong = process.env["GAIT_LONG"] === "1";
/** With `CI=true` all recorded vectors; else the first of each class in each format, and every sixth. */
const isWhole = isLong || process.env["CI"] === "true";
const SAMPLE = 6;
const seen = new Map<string, number>();
/** Vectors made during tests are large or slow to make: with `GAIT_LONG=1`. */
const CHOSEN = VECTORS.filter(({ generated }) => isLong || !generated).filter((vector) => {
  const stratum = JSON.stringify([vector.format, vector.class, vector.verdict, vector.keys, vector.flags]);
  const count = seen.get(stratum) ?? 0;
  seen.set(stratum, count + 1);
  return isWhole || count % SAMPLE === 0;
});
/** A page is given some hundred files at a time, which is all it must handle. */
const BATCH = 200;

let browser: Browser;
let viewer: Viewer;

beforeAll(async () => {
  if (NO_BROWSER) return;
  browser = await startBrowser();
  viewer = await browser.open();
});
afterAll(async () => browser?.close());

interface Settings {
  readonly keys: readonly string[];
  readonly require: boolean;
}

async function settle({ keys, require }: Settings): Promise<void> {
  await viewer.reload();
  for (const key of keys) await viewer.trust(key);
  await viewer.page.setChecked("#require", require);
}

function flagsOf({ keys, require }: Settings): string[] {
  const files = keys.map((text) => {
    const path = join(browser.folder, `${Bun.hash(text)}.key`);
    writeFileSync(path, text);
    return path;
  });
  return [...files.flatMap((path) => ["--public-key", path]), ...(require ? ["--require-signature"] : [])];
}

/** Both answers for each file; the differences. */
async function differences(paths: readonly string[], settings: Settings): Promise<object[]> {
  const found: object[] = [];
  const flags = flagsOf(settings);
  for (let at = 0; at < paths.length; at += BATCH) {
    const batch = paths.slice(at, at + BATCH);
    await settle(settings);
    await viewer.verify(batch, 300_000);
    const answers = await viewer.answers();
    expect(answers.length).toBe(batch.length);
    for (const [index, path] of batch.entries()) {
      const page = answers[index];
      const commandLine = await commandLineAnswer(path, flags);
      if (page !== commandLine) found.push({ file: basename(path), page, commandLine });
    }
  }
  return found;
}

describe.skipIf(NO_BROWSER)(`the page gives the command line's answers${NEEDS_BROWSER}`, () => {
  const byTrust = Map.groupBy(CHOSEN, ({ keys, flags }) => JSON.stringify([keys, flags]));
  for (const group of byTrust.values()) {
    const [{ keys, flags }] = group as [Vector];
    const settings = { keys, require: flags.length > 0 };
    const title = `${group.length} artifacts, ${keys.length} keys ${flags.join(" ")} ${keys[0]?.slice(0, 8) ?? ""}`;
    // The command line refuses these keys before reading anything; so does the page.
    const isRefused = group.every(({ exit }) => exit === 6);

    const agree = async () => {
      const folder = join(browser.folder, `${Bun.hash(title)}`);
      mkdirSync(folder);
      const paths: string[] = [];
      for (const { name, bytes } of group) {
        const path = join(folder, `${name}.zip`);
        writeFileSync(path, await bytes());
        paths.push(path);
      }
      expect(await differences(paths, settings)).toEqual([]);
    };
    const refuse = async () => {
      await settle({ keys, require: false });
      const said = (await viewer.page.textContent("#key-error")) ?? "";
      const path = join(browser.folder, "refused.zip");
      writeFileSync(path, await (group[0] as Vector).bytes());
      await viewer.page.setInputFiles("#files", path);
      expect(await viewer.page.textContent("article .body")).toContain("Not verified: ");
      const { error, error_code } = JSON.parse(await commandLineAnswer(path, flagsOf(settings)));
      expect(error_code).toBe("invalid_input");
      // Except the key's name, which differs.
      const reason = error.replace(/ \(path:.*?\)/, "").replace(/^the key file \S+ /, "");
      expect(said.replace(" (pasted)", "")).toContain(reason);
    };
    if (isRefused) test(`${title}: a key that is refused`, refuse);
    else test(title, agree);
  }

  const goFiles = [...new Glob("**/*.zip").scanSync({ cwd: GO, absolute: true })].sort();
  const testKey = readFileSync(keyPath("test", "public"), "utf8");
  for (const [what, settings] of [
    ["without a key", { keys: [], require: false }],
    ["with the test key", { keys: [testKey], require: false }],
    ["with the test key, a signature required", { keys: [testKey], require: true }],
    ["without a key, a signature required", { keys: [], require: true }],
  ] as const) {
    test(`artifacts of the Go implementation ${what}`, async () => {
      expect(goFiles.length).toBeGreaterThan(30);
      expect(await differences(goFiles, settings)).toEqual([]);
    });
  }

  test("no network requests, and no errors", () => {
    expect({ requests: viewer.requests, complaints: viewer.complaints }).toEqual({ requests: [], complaints: [] });
  });
});
