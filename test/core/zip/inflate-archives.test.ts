/** One fault gives the same findings whether an entry is inflated at once or in pieces, for artifacts of every kind. */
import { describe, expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { Finding } from "../../../src/core/finding/finding.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { SeededRandom } from "../../fuzz/random.ts";
import { type Members, readMembers } from "../../fuzz/sealing.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { archive, concat, type EntrySpec } from "./archive/builder.ts";

const { inflateSmall: _, ...inPieces } = hostPlatform;

async function judged(bytes: Uint8Array, platform: Platform): Promise<readonly Finding[]> {
  const { findings } = await verifyArtifact(bytesSource(bytes), { platform, keys: [], requireSignature: false });
  return findings;
}

async function expectSame(bytes: Uint8Array): Promise<readonly Finding[]> {
  const whole = await judged(bytes, hostPlatform);
  expect(whole).toEqual(await judged(bytes, inPieces));
  return whole;
}

const ARTIFACTS: readonly Members[] = [
  "packs/raw/pack_run_alpha.zip",
  "packs/pack_job_resumed_signed.zip",
  "runpacks/raw/runpack_run_alpha.zip",
  "guard/guard_soc2_min.zip",
].map((file) => readMembers(vectorBytes(file)) ?? []);

type Fault = "cut" | "behind" | "bit" | "crc" | "shorter" | "longer" | "bomb" | "bomb, then broken";
const FAULTS: readonly Fault[] = ["cut", "behind", "bit", "crc", "shorter", "longer", "bomb", "bomb, then broken"];

/** The entry as its headers declare it, and different data. */
function faulty(name: string, content: Uint8Array, fault: Fault, random: SeededRandom): EntrySpec {
  const good = new Uint8Array(deflateRawSync(content));
  const sizes = { crc32: crc32(content), uncompressedSize: content.length };
  const spec = (data: Uint8Array, declared: Partial<typeof sizes> = {}): EntrySpec => ({
    name,
    content,
    deflate: true,
    data,
    both: { ...sizes, ...declared },
  });
  switch (fault) {
    case "cut":
      return spec(good.slice(0, random.below(good.length)));
    case "behind":
      return spec(
        concat(
          good,
          Uint8Array.from({ length: 1 + random.below(9) }, () => random.below(256)),
        ),
      );
    case "bit": {
      const at = random.below(good.length);
      good[at] = (good[at] ?? 0) ^ (1 << random.below(8));
      return spec(good);
    }
    case "crc":
      return spec(good, { crc32: random.below(2 ** 32) });
    case "shorter":
      return spec(good, { uncompressedSize: content.length + 1 + random.below(1000) });
    case "longer":
      return spec(good, { uncompressedSize: random.below(content.length) });
    case "bomb":
    case "bomb, then broken": {
      const data = new Uint8Array(deflateRawSync(concat(content, new Uint8Array(3_000_000))));
      return spec(fault === "bomb" ? data : data.slice(0, -1 - random.below(20)));
    }
  }
}

describe("one fault", () => {
  for (const fault of FAULTS) {
    test(fault, async () => {
      for (let nth = 0; nth < 40; nth += 1) {
        const random = new SeededRandom(20261124, nth);
        const members = random.pick(ARTIFACTS);
        const at = random.below(members.length);
        const bytes = archive({
          entries: members.map(([name, content], index) =>
            index === at ? faulty(name, content, fault, random) : { name, content, deflate: true },
          ),
        });
        const findings = await expectSame(bytes);
        expect(findings.length).toBeGreaterThan(0);
        // A partly read entry has no digest to compare, and no other finding.
        const codes = findings.filter(({ path }) => path === members[at]?.[0]).map(({ code }) => code);
        if (codes.includes("zip_deflate_invalid")) expect(codes).toEqual(["zip_deflate_invalid"]);
        if (fault === "longer" || fault.startsWith("bomb")) expect(codes).toEqual(["zip_size_mismatch"]);
      }
    });
  }
});
