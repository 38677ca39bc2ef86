/** The page as a person uses it: files and keys by every route, and verdicts. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { archive } from "../core/zip/archive/builder.ts";
import { VECTORS } from "../generators/hostile/table.ts";
import { keyPath, vectorPath } from "../go-vectors.ts";
import { BUILD, NEEDS_BROWSER, NO_BROWSER, useViewer } from "./browser.ts";

const SIGNED = vectorPath("packs/pack_run_alpha_signed.zip");
const UNSIGNED = vectorPath("packs/pack_run_golf.zip");
const TAMPERED = vectorPath("tampered/rp_hash_mismatch.zip");
const TEST_KEY = readFileSync(keyPath("test", "public"), "utf8");

const scene = useViewer();
const status = (): Promise<string | null> => scene.viewer.page.textContent("#status");
const states = (): Promise<(string | undefined)[]> =>
  scene.viewer.page.$$eval("article", (all) => all.map((each) => each.dataset["state"]));
const pressed = (name: string): Promise<void> => scene.viewer.page.getByRole("button", { name }).click();

/** The first worker does its work, but its result does not arrive: so there is time to cancel it on any machine. */
async function keepFirstWorkerBusy(): Promise<void> {
  await scene.viewer.page.evaluate(() => {
    let first: Worker | undefined;
    Object.defineProperty(Worker.prototype, "onmessage", {
      set(this: Worker, listener: (event: MessageEvent) => void) {
        first ??= this;
        this.addEventListener("message", (event) => {
          if (this !== first || event.data.kind === "read") listener.call(this, event);
        });
      },
    });
  });
}

describe.skipIf(NO_BROWSER)(`verdicts on the page${NEEDS_BROWSER}`, () => {
  test("several files, each with its verdict; the page shows its gait version", async () => {
    await scene.viewer.trust(TEST_KEY);
    await scene.viewer.verify([SIGNED, UNSIGNED, TAMPERED, keyPath("test", "public")]);
    expect(await states()).toEqual(["authentic", "intact", "failed", "refused"]);
    expect(await status()).toBe("4 files checked: 1 authentic, 1 intact, 1 failed, 1 not checked.");
    expect(await scene.viewer.page.textContent("footer")).toContain(`gait ${BUILD.version}, commit ${BUILD.commit}`);
    const failed = scene.viewer.page.locator("article").nth(2);
    expect(await failed.locator(".findings code.code").allTextContents()).toEqual(["file_hash_mismatch"]);
    expect(await failed.locator(".findings").textContent()).toContain("Treat the artifact as altered");
  });

  test("a declared file that was not read is reported with the verdict", async () => {
    const path = join(scene.browser.folder, "more.zip");
    const more = VECTORS.find(({ name }) => name === "pack-unusual-one-more-file-listed");
    writeFileSync(path, (await more?.bytes()) ?? "");
    await scene.viewer.verify([path]);
    expect(await states()).toEqual(["intact"]);
    expect(await scene.viewer.page.textContent("article")).toContain("its content was not read");
  });

  test("a key added later counts for files already on the page", async () => {
    await scene.viewer.verify([SIGNED]);
    expect(await states()).toEqual(["intact"]);
    await scene.viewer.page.setInputFiles("#key-files", keyPath("test", "public"));
    await scene.viewer.page.waitForSelector('article[data-state="authentic"]');
    await scene.viewer.page.check("#require");
    await scene.viewer.page.waitForSelector('article[data-state="authentic"]');
    await pressed("Remove the key");
    await scene.viewer.page.waitForSelector('article[data-state="failed"]');
    expect(await scene.viewer.page.locator(".findings code.code").allTextContents()).toEqual(["signature_unchecked"]);
  });

  test("a key in the field counts when a file is added, also as PEM", async () => {
    const pem = Bun.spawnSync(["openssl", "pkey", "-pubin", "-inform", "DER", "-outform", "PEM"], {
      stdin: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(TEST_KEY, "base64")]),
    });
    await scene.viewer.page.fill("#key-text", pem.stdout.toString());
    await scene.viewer.verify([SIGNED]);
    expect(await states()).toEqual(["authentic"]);
  });

  test("with an unusable key nothing is verified until it is removed", async () => {
    await scene.viewer.trust(readFileSync(keyPath("test", "private"), "utf8"));
    expect(await scene.viewer.page.textContent("#key-error")).toContain("a private key");
    await scene.viewer.page.setInputFiles("#files", SIGNED);
    expect(await states()).toEqual(["waiting"]);
    await scene.viewer.page.fill("#key-text", "");
    await pressed("Trust this key");
    await scene.viewer.page.waitForSelector('article[data-state="intact"]');
  });

  test("limits are those of the command line, and a wrong one is reported", async () => {
    await scene.viewer.verify([UNSIGNED]);
    await scene.viewer.page.getByText("Limits", { exact: true }).click();
    await scene.viewer.page.fill("#max-entries", "1");
    await scene.viewer.page.press("#max-entries", "Tab");
    await scene.viewer.page.waitForSelector('article[data-state="failed"]');
    await scene.viewer.page.fill("#max-entries", "many");
    await scene.viewer.page.press("#max-entries", "Tab");
    expect(await scene.viewer.page.textContent("#limit-error")).toContain("whole number");
    expect(await states()).toEqual(["waiting"]);
  });

  test("dropped files, on the page and on the keys", async () => {
    const drop = (target: string, path: string): Promise<void> =>
      scene.viewer.page.evaluate(
        ([selector, name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], name));
          const event = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector(selector)?.dispatchEvent(new DragEvent("dragover", event));
          document.querySelector(selector)?.dispatchEvent(new DragEvent("drop", event));
        },
        [target, path.slice(path.lastIndexOf("/") + 1), readFileSync(path).toString("base64")] as const,
      );
    await drop("#trust", keyPath("test", "public"));
    await scene.viewer.page.waitForSelector("#keys li");
    await drop("footer", SIGNED);
    await scene.viewer.page.waitForSelector('article[data-state="authentic"]');
    expect(await scene.viewer.page.textContent("h3")).toBe("pack_run_alpha_signed.zip");
  });

  test("the answer can be copied and saved", async () => {
    await scene.browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await scene.viewer.verify([UNSIGNED]);
    await scene.viewer.page.click("summary:has-text('JSON')");
    const [answer = ""] = await scene.viewer.answers();
    await pressed("Copy");
    await scene.viewer.page.getByText("Copied").waitFor();
    expect(await scene.viewer.page.evaluate(() => navigator.clipboard.readText())).toBe(answer);
    const [file] = await Promise.all([scene.viewer.page.waitForEvent("download"), pressed("Download")]);
    expect(file.suggestedFilename()).toBe("pack_run_golf.zip.verify.json");
    expect(readFileSync(await file.path(), "utf8")).toBe(answer);
  });

  test("a file that changed since it was chosen is not verified", async () => {
    const path = join(scene.browser.folder, "changing.zip");
    writeFileSync(path, readFileSync(UNSIGNED));
    await scene.viewer.verify([path]);
    writeFileSync(path, Buffer.concat([readFileSync(UNSIGNED), Buffer.alloc(10)]));
    await scene.viewer.page.check("#require");
    await scene.viewer.page.waitForSelector('article[data-state="refused"]');
    expect(await scene.viewer.page.textContent("article .reason")).toContain("changed");
  });

  test("cancelled and removed", async () => {
    const path = join(scene.browser.folder, "large.zip");
    const large = { name: "a", content: new Uint8Array(100_000_000) };
    writeFileSync(path, archive({ entries: [large, { name: "pack_manifest.json", content: new Uint8Array(0) }] }));
    await keepFirstWorkerBusy();
    await scene.viewer.page.setInputFiles("#files", [path, UNSIGNED]);
    await pressed("Cancel the verification of large.zip");
    await scene.viewer.page.waitForSelector('article[data-state="intact"]');
    expect(await states()).toEqual(["waiting", "intact"]);
    await pressed("Remove large.zip");
    expect(await status()).toBe("1 file checked: 1 intact.");
    await pressed("Remove all");
    expect(await status()).toBe("No file yet.");
  });

  test("without workers, the page's own thread verifies", async () => {
    await scene.viewer.page.addInitScript(() => Object.assign(globalThis, { Worker: undefined }));
    await scene.viewer.reload();
    await scene.viewer.trust(TEST_KEY);
    await scene.viewer.verify([SIGNED, TAMPERED]);
    expect(await states()).toEqual(["authentic", "failed"]);
  });

  test("a browser with a lenient inflate verifies nothing", async () => {
    await scene.viewer.page.addInitScript(() => {
      const Strict = globalThis.DecompressionStream;
      // Ends at the first error, as if that were the end of the data.
      class Lax {
        readonly readable: ReadableStream;
        readonly writable: WritableStream;
        constructor() {
          const { readable, writable } = new Strict("deflate-raw");
          const writer = writable.getWriter();
          const reader = readable.getReader();
          this.writable = new WritableStream({
            write: (chunk: BufferSource) => writer.write(chunk).catch(() => undefined),
            close: () => writer.close().catch(() => undefined),
          });
          this.readable = new ReadableStream({
            async pull(controller) {
              const next = await reader.read().catch(() => undefined);
              if (next?.value === undefined) controller.close();
              else controller.enqueue(next.value);
            },
          });
        }
      }
      Object.assign(globalThis, { Worker: undefined, DecompressionStream: Lax });
    });
    await scene.viewer.reload();
    await scene.viewer.verify([UNSIGNED]);
    expect(await states()).toEqual(["refused"]);
    expect(await scene.viewer.page.textContent("article .reason")).toContain("self-test");
  });
});
