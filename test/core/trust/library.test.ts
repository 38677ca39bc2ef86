/** The library with a trust file, on the native platform and on the portable one, which browsers have. */
import { describe, expect, test } from "bun:test";
import { basename } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { libraryOn } from "../../../src/core/library.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { countedIn, KEYS, NOW, scenarioSidecars, trustBytes, trustFile, trustItems } from "../../trust-vectors.ts";

const SAMPLE = ["mixed-formats", "four-eyes", "key-ended-stamped", "stamped-sshsig", "inside-counts", "two-of-three"];

for (const [name, platform] of Object.entries({ native: hostPlatform, portable: portablePlatform })) {
  describe(name, () => {
    const { verify } = libraryOn(platform);
    for (const item of trustItems("scenario").filter(({ file }) => SAMPLE.includes(basename(file)))) {
      test(item.file, async () => {
        const expected = item.expect as { verdict: string; counted: string[] };
        const beside = scenarioSidecars(item).map(({ name: file, bytes = new Uint8Array(0) }) => ({
          name: file,
          bytes,
        }));
        const trust = { file: trustBytes(`${item.file}/trust.json`), at: item.at ?? "", beside };
        const report = await verify(new Blob([Uint8Array.from(vectorBytes(item.pack ?? ""))]), { trust });
        expect([report.verdict, countedIn(report as never)]).toEqual([expected.verdict as never, expected.counted]);
      });
    }
    test("a trust file that is none, has ended or comes with a key is refused", async () => {
      const pack = vectorBytes("packs/pack_run_alpha.zip");
      const ended = trustFile({ alice: KEYS.alice }, 1, { until: "2026-01-01T00:00:00Z" });
      const good = new TextDecoder().decode(trustFile({ alice: KEYS.alice }));
      const calls = [
        verify(pack, { trust: { file: "{}", at: NOW } }),
        verify(pack, { trust: { file: ended, at: NOW } }),
        verify(pack, { trust: { file: good, at: "yesterday" } }),
        verify(pack, { trust: { file: good, at: NOW }, keys: ["tX38QrC0mVGNKcXJQHGRtkCvTPNkbTk3Dc6jQyyKOsQ="] }),
      ];
      const settled = await Promise.allSettled(calls);
      expect(settled.map((each) => each.status === "rejected" && each.reason instanceof GaitError)).toEqual([
        true,
        true,
        true,
        true,
      ]);
      expect((await verify(pack, { trust: { file: good, at: NOW } })).verdict).toBe("failed");
    });
  });
}
