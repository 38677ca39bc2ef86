/**
 * Any bytes give a verdict, or are refused as not an archive. And `intact` or `authentic` only if an independent
 * verifier agrees and, unless the change was sealed again, the content is the original.
 *
 * GAIT_FUZZ_SEED and GAIT_FUZZ_CASES select other cases; GAIT_FUZZ_FIRST the first one, to repeat a case.
 */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { GaitError } from "../../src/core/finding/error.ts";
import { publicKeyOf } from "../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../src/host/platform/bun.ts";
import type { Verdict } from "../../src/schema/document/verdict.ts";
import { testSigner } from "../core/artifacts.ts";
import { archive, type EntrySpec } from "../core/zip/archive/builder.ts";
import { conforms } from "../e2e/answers.ts";
import { GAIT } from "../e2e/gait.ts";
import { Launcher } from "../e2e/launcher.ts";
import { keyPath } from "../go-vectors.ts";
import { type Case, caseOf, SOUND, type Sound } from "./cases.ts";
import { type Second, SecondReader } from "./second-reader.ts";

const SEED = Number(process.env["GAIT_FUZZ_SEED"] ?? 20_261_124);
const CASES = Number(process.env["GAIT_FUZZ_CASES"] ?? 3000);
const FIRST = Number(process.env["GAIT_FUZZ_FIRST"] ?? 0);
/** Every STRIDE-th case is also given to the executable. */
const STRIDE = Math.max(15, Math.ceil(CASES / 1000));
/** For one verification; a case is small, and this is generous even on a busy machine. */
const MOST_CPU_MS = 10_000;
const MOST_BYTES = 2 ** 30;

const reader = Bun.which("python3") === null ? undefined : new SecondReader();
if (reader === undefined && process.env["CI"] === "true") throw new Error("python3 is needed but missing");
const originals = new Map<Sound, Second & { ok: true }>();
const keys = [publicKeyOf(platform, (await testSigner("test")).publicKey.bytes)];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gait-fuzz-"));
  for (const sound of SOUND) {
    expect([sound.file, await verdictOf(sound.bytes)]).toEqual([sound.file, "authentic"]);
    const second = await reader?.ask(sound.bytes, true);
    if (second === undefined) continue;
    if (!second.ok) throw new Error(`${sound.file}: ${second.reason}`);
    originals.set(sound, second);
  }
});
afterAll(() => {
  reader?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function verdictOf(bytes: Uint8Array): Promise<Verdict | "no archive"> {
  try {
    const { verdict, findings } = await verifyArtifact(bytesSource(bytes), { platform, keys, requireSignature: false });
    if ((verdict === "failed") !== findings.length > 0) throw new Error(`${verdict} with ${findings.length} findings`);
    return verdict;
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_an_archive") return "no archive";
    throw error;
  }
}

/** The error in the verdict, or `undefined`. */
async function judge({ sound, bytes, resealed }: Case, verdict: string): Promise<string | undefined> {
  if (verdict !== "authentic" && verdict !== "intact") return undefined;
  const second = await reader?.ask(bytes, verdict === "authentic");
  if (second === undefined) return undefined;
  if (!second.ok) return `${verdict} here, but refused by the other verifier: ${second.reason}`;
  const original = originals.get(sound);
  if (resealed || original === undefined) return undefined;
  if (!Bun.deepEquals(second.files, original.files)) return `${verdict}, with files that differ from the original`;
  // An evidence pack's id covers its run and contents; only a signature covers the rest of its manifest.
  const vouched = verdict === "authentic" || !sound.file.startsWith("guard/");
  return vouched && second.manifest !== original.manifest ? `${verdict}, with a different manifest` : undefined;
}

/** A leftover file, and the command that repeats the case. */
function found(nth: number, { sound, bytes }: Case, what: string): string {
  const path = join(tmpdir(), `gait-fuzz-${SEED}-${nth}.zip`);
  writeFileSync(path, bytes);
  return `${what} (${sound.file}; ${path}; GAIT_FUZZ_SEED=${SEED} GAIT_FUZZ_FIRST=${nth} GAIT_FUZZ_CASES=1)`;
}

const ordinals = Array.from({ length: CASES }, (_, index) => FIRST + index);

test.skipIf(reader === undefined)("python3, for the other verifier, is available", () => undefined);

test(
  `${CASES} cases of seed ${SEED} in this process`,
  async () => {
    const counts: Record<string, number> = {};
    const wrong: string[] = [];
    for (const nth of ordinals) {
      const changed = caseOf(SEED, nth);
      const verdict = await verdictOf(changed.bytes).catch((error) => found(nth, changed, `thrown: ${error.stack}`));
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      const what = verdict.startsWith("thrown") ? verdict : await judge(changed, verdict);
      if (what !== undefined) wrong.push(found(nth, changed, what));
    }
    if (process.env["GAIT_FUZZ_CASES"] !== undefined) process.stderr.write(`${JSON.stringify(counts)}\n`);
    expect(wrong).toEqual([]);
    // A mutator with all cases refused at the first check, or none, tests nothing.
    if (CASES >= 1000) for (const each of ["authentic", "intact", "failed"]) expect(counts[each]).toBeGreaterThan(20);
  },
  24 * 3_600_000,
);

test(`every ${STRIDE}th of them in the executable: one JSON object, exit 0, 2 or 6, bounded`, async () => {
  using launcher = new Launcher();
  const wrong: string[] = [];
  const key = keyPath("test", "public");
  const left = ordinals.filter((nth) => nth % STRIDE === 0).values();
  const lane = async (name: string): Promise<void> => {
    for (const nth of left) {
      const changed = caseOf(SEED, nth);
      const path = join(folder, `${name}.zip`);
      writeFileSync(path, changed.bytes);
      const command = [GAIT, "pack", "verify", path, "--json", "--public-key", key];
      const { exit: ended, stdout, stderr, cpuMs, peakBytes } = await launcher.run(command, folder);
      const verdict = await verdictOf(changed.bytes);
      const exit = { authentic: 0, intact: 0, failed: 2, "no archive": 6 }[verdict];
      const faults = [
        ended === exit ? [] : [`exit ${ended} instead of ${exit}`],
        stderr === "" && stdout.indexOf("\n") === stdout.length - 1 ? [] : [`it says ${stdout}${stderr}`],
        answerFaults(stdout),
        cpuMs < MOST_CPU_MS ? [] : [`it takes ${cpuMs} ms`],
        peakBytes < MOST_BYTES ? [] : [`it holds ${peakBytes} bytes`],
      ].flat();
      if (faults.length > 0) wrong.push(found(nth, changed, faults.join("; ")));
    }
  };
  await Promise.all([lane("left"), lane("right")]);
  expect(wrong).toEqual([]);
}, 3_600_000);

function answerFaults(stdout: string): string[] {
  try {
    const answer = JSON.parse(stdout) as { schema_id: string };
    return conforms(answer).map((fault) => JSON.stringify(fault));
  } catch {
    return [`no JSON: ${stdout}`];
  }
}

describe("properties", () => {
  const parameters = { seed: SEED, numRuns: 300 };

  test("any bytes get a verdict, or are not an archive", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(["failed", "no archive"]).toContain(await verdictOf(bytes));
        expect(["failed", "no archive"]).toContain(await verdictOf(Uint8Array.of(0x50, 0x4b, 3, 4, ...bytes)));
      }),
      parameters,
    );
  });

  const name = fc.constantFrom("a.json", "run.json", "manifest.json", "x/y", "é", "A.JSON", "../x", "a", "con", "");
  const entry = fc.record<EntrySpec>(
    {
      name,
      content: fc.string({ maxLength: 40 }),
      deflate: fc.boolean(),
      descriptor: fc.constantFrom("signed", "unsigned", "signed64", "unsigned64"),
      hidden: fc.boolean(),
      both: fc.record(
        { flags: fc.constantFrom(0, 1, 8, 0x800), method: fc.constantFrom(0, 8, 12) },
        { requiredKeys: [] },
      ),
      central: fc.record(
        { compressedSize: fc.nat(60), uncompressedSize: fc.nat(60), offset: fc.nat(200) },
        { requiredKeys: [] },
      ),
      local: fc.record({ name, compressedSize: fc.nat(60), crc32: fc.nat(9) }, { requiredKeys: [] }),
    },
    { requiredKeys: ["name"] },
  );

  test("records of any kind get a verdict; never a good one without a manifest", async () => {
    const specs = fc.record({ entries: fc.array(entry, { maxLength: 4 }), prefix: fc.string(), suffix: fc.string() });
    await fc.assert(
      fc.asyncProperty(specs, async (spec) => {
        expect(["failed", "no archive"]).toContain(await verdictOf(archive(spec)));
      }),
      parameters,
    );
  });

  test("any entry slipped into a valid artifact is detected", async () => {
    const packs = SOUND.map(({ members }) => members);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...packs), entry, fc.nat(6), async (members, slipped, at) => {
        const entries: EntrySpec[] = members.map(([own, content]) => ({ name: own, content }));
        entries.splice(Math.min(at, entries.length), 0, slipped);
        expect(await verdictOf(archive({ entries }))).toBe("failed");
      }),
      parameters,
    );
  });
});
