/** A trust file, and what lies beside a pack, in the page: the command line's answers, and people named instead of hashes. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isSidecarName } from "../../src/core/trust/sidecar-name.ts";
import { packPath, type TrustItem, trustItems, trustPath, trustText } from "../trust-vectors.ts";
import { NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";
import { commandLineAnswer } from "./command-line.ts";

const scene = useViewer();
const SCENARIOS = trustItems("scenario");

/** The pack, the files beside it and the trust file of a scenario, in a folder of their own. */
function laid(item: TrustItem): { pack: string; beside: string[]; trust: string } {
  const folder = join(scene.browser.folder, basename(item.file));
  mkdirSync(folder, { recursive: true });
  const pack = join(folder, basename(item.pack ?? ""));
  copyFileSync(packPath(item), pack);
  const names = readdirSync(trustPath(item.file));
  for (const name of names) copyFileSync(trustPath(`${item.file}/${name}`), join(folder, name));
  const trust = names.find((name) => /^(trust\.json|allowed_signers)$/.test(name)) ?? "";
  const beside = names.filter((name) => isSidecarName(name, basename(pack))).map((name) => join(folder, name));
  return { pack, beside, trust: join(folder, trust) };
}

async function give(paths: readonly string[]): Promise<void> {
  await scene.viewer.page.setInputFiles("#files", [...paths]);
}

/** Waits until every file has its verdict. */
async function verdicts(count: number): Promise<void> {
  const done = new RegExp(`^${count} files? checked:`).source;
  await scene.viewer.page.waitForFunction(
    (pattern) => new RegExp(pattern).test(document.querySelector("#status")?.textContent ?? ""),
    done,
  );
}

/** Without the seconds in which the two were asked. */
const timeless = (json: string): string => json.replace(/"at":"[^"]*"/, '"at":""');
const text = async (selector: string): Promise<string> => (await scene.viewer.page.textContent(selector)) ?? "";

describe.skipIf(NO_BROWSER)(`trust in the page${NEEDS_BROWSER}`, () => {
  test(`${SCENARIOS.length} scenarios, dropped together, give the command line's answers`, async () => {
    let refused = 0;
    let judged = 0;
    for (const item of SCENARIOS) {
      await scene.viewer.reload();
      const { pack, beside, trust } = laid(item);
      await give([...beside, trust, pack]);
      const commandLine = await commandLineAnswer(pack, ["--trust", trust], Date.now);
      if (JSON.parse(commandLine).error_code === "invalid_input") {
        refused += 1;
        await scene.viewer.page.waitForSelector("#trust-file .fault");
        const why = (await text("#trust-file .fault")).replaceAll(basename(trust), trust);
        expect([item.file, why]).toEqual([item.file, expect.stringContaining(JSON.parse(commandLine).error)]);
        expect(await text("article .body")).toContain("Not verified: the trust file can't be used");
        continue;
      }
      judged += 1;
      await verdicts(1);
      const [page = ""] = await scene.viewer.answers();
      expect([item.file, timeless(page)]).toEqual([item.file, timeless(commandLine)]);
    }
    expect([judged > 25, refused > 5]).toEqual([true, true]);
  }, 120_000);

  const named = (name: string): TrustItem => SCENARIOS.find(({ file }) => basename(file) === name) as TrustItem;

  test("in any order, one after the other; and the verdict changes with what is there", async () => {
    const { pack, beside, trust } = laid(named("two-of-three"));
    await give([pack]);
    await verdicts(1);
    expect(await text("article .verdict strong")).toBe("intact");
    await give([trust]);
    await scene.viewer.page.waitForSelector("article.card[data-state=failed]");
    expect(await text("article .trust-report")).toContain("No signature lies beside it");
    await give(beside);
    await scene.viewer.page.waitForSelector("article.card[data-state=authentic]");
    expect(await text("article .beside")).toContain(basename(beside[0] ?? ""));
    expect(await text("article .trust-report")).toMatch(/2 of 2: alice, bob|2 of 2: alice, carol|2 of 2: bob, carol/);
    await scene.viewer.page.click("#trust-file button");
    await scene.viewer.page.waitForSelector("article.card[data-state=intact]");
    expect(await text("article .reason")).toContain("NOT CHECKED");
  });

  test("the SHA-256 of the trust file is shown, and that nobody knows whose it is", async () => {
    const { pack, beside, trust } = laid(named("one-of-three"));
    await give([pack, ...beside, trust]);
    await verdicts(1);
    const sha256 = new Bun.CryptoHasher("sha256").update(await Bun.file(trust).bytes()).digest("hex");
    expect(await text("#trust-file")).toContain(sha256);
    expect(await text("#trust-file")).toContain("can't know whose file it is");
    expect(await text("article .trust-report")).toContain(sha256);
    await scene.viewer.page.click("article .report button");
    await scene.viewer.page.waitForSelector("article .report section.trust");
    expect(await text("article .report section.trust")).toContain("alice");
  });

  test("a trust file and a key are not both used", async () => {
    const { pack, beside, trust } = laid(named("one-of-three"));
    await scene.viewer.trust(trustText("keys/TEST-ONLY-alice.spki.pem"));
    await give([pack, ...beside, trust]);
    await scene.viewer.page.waitForSelector("#trust-file .sha256");
    await scene.viewer.page.waitForFunction(() =>
      /both given/.test(document.querySelector("article .body")?.textContent ?? ""),
    );
    await scene.viewer.page.click("#keys button");
    await verdicts(1);
    expect(await text("article .verdict strong")).toBe("authentic");
  });

  test("a trust file chosen among the keys, and a later one in its place", async () => {
    const { pack, beside, trust } = laid(named("one-of-three"));
    await scene.viewer.page.setInputFiles("#key-files", trust);
    await scene.viewer.page.waitForSelector("#trust-file .sha256");
    await give([pack, ...beside]);
    await verdicts(1);
    expect(await text("article .verdict strong")).toBe("authentic");
    const broken = join(scene.browser.folder, "broken.json");
    writeFileSync(broken, '{"schema_id":"gait.trust","name":1}');
    await give([broken]);
    await scene.viewer.page.waitForSelector("#trust-file .fault");
    await scene.viewer.page.waitForFunction(() =>
      /the trust file can't be used/.test(document.querySelector("article .body")?.textContent ?? ""),
    );
  });

  test("what lies beside a pack that is not here is named, and waits for it", async () => {
    const { pack, beside, trust } = laid(named("one-of-three"));
    await give([...beside, trust]);
    await scene.viewer.page.waitForSelector("#trust-file .sha256");
    expect(await text("#unplaced")).toContain(basename(beside[0] ?? ""));
    await give([pack]);
    await verdicts(1);
    expect([await text("#unplaced"), await text("article .verdict strong")]).toEqual(["", "authentic"]);
  });

  test("keys of several languages: base64, PEM, OpenSSH, minisign", async () => {
    for (const key of ["alice.spki.pem", "alice.ssh.pub", "minisign.pub"]) {
      const before = await scene.viewer.page.locator("#keys li").count();
      await scene.viewer.trust(trustText(`keys/TEST-ONLY-${key}`));
      expect([key, await text("#key-error")]).toEqual([key, ""]);
      expect([key, await scene.viewer.page.locator("#keys li").count()]).toEqual([key, before + 1]);
    }
    await scene.viewer.trust(trustText("keys/TEST-ONLY-p256.spki.pem"));
    expect(await text("#key-error")).not.toBe("");
  });
});
