/** Many packs on several threads: the same verdicts as for single files, in the order of the list. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verificationData } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import type { Listed } from "../../../src/host/files/folder-walk.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { type Trust, withArtifact } from "../../../src/host/packs/artifact-file.ts";
import type { Checked } from "../../../src/host/packs/ordered-results.ts";
import { verifyPacks } from "../../../src/host/packs/pool.ts";
import type { PacksAnswer } from "../../../src/host/packs/question.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { type Settled, settled } from "../../../src/host/threads/settled.ts";
import { startThread } from "../../../src/host/threads/thread.ts";
import { threads } from "../../../src/host/threads/threads.ts";
import { VECTORS as HOSTILE } from "../../generators/hostile/table.ts";
import { keyPath, VECTORS, vectorPath } from "../../go-vectors.ts";

let folder: string;
let trust: Trust;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-pool-"));
  trust = { keys: [await loadPublicKey({ path: keyPath("test", "public") }, hostPlatform)], requireSignature: false };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function* listOf(paths: readonly string[]): AsyncGenerator<Exclude<Listed, { left: string }>> {
  for (const path of paths) yield { path };
}

async function checked(paths: readonly string[], jobs: number): Promise<Checked[]> {
  return Array.fromAsync(verifyPacks(listOf(paths), { jobs, trust }));
}

/** As `gait pack verify FILE` does it, without the code for many packs. */
function alone(path: string): Promise<Settled<unknown>> {
  const platform = { ...hostPlatform, threads: () => [] };
  return settled(async () =>
    verificationData(
      await withArtifact(path, ({ source }) => verifyArtifact(source, { ...trust, trust: undefined, platform })),
    ),
  );
}

async function expectSame(paths: readonly string[]): Promise<void> {
  const one = await Promise.all(paths.map(alone));
  const thread = threads(1)[0];
  const elsewhere = (await thread?.enqueue({ packs: paths, trust })) as PacksAnswer | undefined;
  const many = await checked(paths, 2);
  expect(many.map(({ path }) => path)).toEqual([...paths]);
  for (const [at, path] of paths.entries()) {
    expect([path, elsewhere?.verdicts[at]]).toEqual([path, one[at] as Settled<never>]);
    expect([path, many[at]?.settled]).toEqual([path, one[at] as Settled<never>]);
  }
}

describe("a thread gives the verdict of the one-file path", () => {
  test("of every artifact of the Go implementation", async () => {
    const files = readdirSync(VECTORS, { recursive: true, encoding: "utf8" }).sort();
    const zips = files.filter((name) => name.endsWith(".zip"));
    expect(zips.length).toBeGreaterThan(40);
    await expectSame([...zips.map(vectorPath), vectorPath("index.json"), join(folder, "gone.zip"), folder]);
  });
  test("of a sample of hostile artifacts", async () => {
    const sample = HOSTILE.filter(({ daily, generated }, at) => daily && !generated && at % 5 === 0);
    expect(sample.length).toBeGreaterThan(30);
    const paths: string[] = [];
    for (const { name, bytes } of sample) {
      const path = join(folder, `${name}.zip`);
      writeFileSync(path, await bytes());
      paths.push(path);
    }
    await expectSame(paths);
  });
});

describe("a list", () => {
  const good = vectorPath("packs/pack_run_alpha_signed.zip");
  test("keeps its order, whichever finishes first, and repeated paths count each time", async () => {
    const paths = Array.from({ length: 400 }, (_, at) => (at % 7 === 0 ? join(folder, `gone-${at}.zip`) : good));
    for (const jobs of [1, 2, 4]) {
      const results = await checked(paths, jobs);
      expect(results.map(({ path }) => path)).toEqual(paths);
      for (const [at, { settled }] of results.entries()) expect("answer" in settled).toBe(at % 7 !== 0);
    }
  });
  test("is read only as far as results are consumed", async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<{ path: string }> {
      for (;;) {
        read += 1;
        yield { path: good };
      }
    }
    for await (const _ of verifyPacks(endless(), { jobs: 2, trust })) break;
    expect(read).toBeLessThan(10_000);
  });
  test("that breaks off is reported after the earlier results", async () => {
    async function* broken(): AsyncGenerator<{ path: string }> {
      yield { path: good };
      throw new Error("the list broke");
    }
    const results: string[] = [];
    const reading = (async () => {
      for await (const { path } of verifyPacks(broken(), { jobs: 2, trust })) results.push(path);
    })();
    await expect(reading).rejects.toThrow("the list broke");
    expect(results).toEqual([good]);
  });
  test("without paths has no result", async () => {
    expect(await checked([], 2)).toEqual([]);
  });
});

test("a thread that ends is reported, and not waited for", async () => {
  const script = join(folder, "worker.ts");
  writeFileSync(script, "self.onmessage = ({ data }) => { if (!('count' in data)) process.exit(0); };");
  const dead = startThread(script);
  await expect(dead.enqueue({ packs: ["a"], trust })).rejects.toThrow(/a thread (ended|broke)/);
  expect([dead.dead, dead.pending]).toEqual([true, 0]);
  await expect(dead.enqueue({ packs: ["a"], trust })).rejects.toThrow(/a thread (ended|broke)/);
});
