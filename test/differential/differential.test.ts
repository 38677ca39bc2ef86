/**
 * What gait accepts has one reading: every other reader that reads it with success reads the same names and bytes.
 * Run with `GAIT_LONG=1`; some minutes. Programs come from `scripts/ci-packages.txt`, libraries from npm.
 */
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { openArchive } from "../../src/core/zip/reader.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { VECTORS } from "../generators/hostile/table.ts";
import { mutant, random } from "./mutants.ts";
import { readAll, readers } from "./readers.ts";

const MUTANTS = Number(process.env["GAIT_MUTANTS"] ?? 3000);

interface Noise {
  readonly reader: string;
  readonly form: RegExp;
  /** Only where it finds no entry at all. */
  readonly isEmpty?: true;
  readonly why: string;
}

/** What readers are known to miss, of archives that are not ambiguous. */
const NOISE: readonly Noise[] = [
  {
    reader: "npm fflate stream",
    form: /^(Go|python .*pipe|zip\.js|perl|bsdtar|archiver|yazl|jszip|fflate|Java|jar|zip4j|7-Zip.*-so|Info-ZIP.*-fd|\.NET|macOS)/,
    why: "ends data of unknown size at any signature, in a stored block of deflate too, and compares no CRC-32: an archive in the archive is enough",
  },
  {
    reader: "rubyzip",
    form: /./,
    isEmpty: true,
    why: "takes the zip64 records of a stored archive in the archive for those of the whole, and finds no entries where they point",
  },
];

interface Accepted {
  readonly path: string;
  readonly form: string;
  readonly entries: string;
}

function sorted(entries: readonly (readonly [string, string])[]): string {
  return JSON.stringify([...entries].map(([name, sha256]) => `${name} ${sha256}`).sort());
}

/** Written to `path` if gait accepts it. */
async function accepted(path: string, bytes: Uint8Array): Promise<Accepted | undefined> {
  const archive = await openArchive(bytesSource(bytes), hostPlatform).catch(() => undefined);
  if (archive === undefined || archive.layout.form === undefined) return undefined;
  const entries: [string, string][] = [];
  for (const { name } of archive.layout.entries) {
    const hash = createHash("sha256");
    const { findings } = await archive.stream(name, (chunk) => void hash.update(chunk));
    if (findings.length > 0) return undefined;
    entries.push([name, hash.digest("hex")]);
  }
  writeFileSync(path, bytes);
  return { path, form: archive.layout.form, entries: sorted(entries) };
}

function isNoise(name: string, form: string, count: number): boolean {
  return NOISE.some((each) => each.reader === name && each.form.test(form) && (each.isEmpty !== true || count === 0));
}

test.skipIf(process.env["GAIT_LONG"] !== "1")(
  "every reader that reads what gait accepts reads the same",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "gait-differential-"));
    try {
      const all: Accepted[] = [];
      for (const vector of VECTORS) {
        if (vector.exit !== 0 || vector.generated) continue;
        const one = await accepted(join(folder, `${vector.name}.zip`), await vector.bytes());
        if (one !== undefined) all.push(one);
      }
      const vectors = all.length;
      const next = random(13);
      for (let index = 0; index < MUTANTS; index += 1) {
        const one = await accepted(join(folder, `mutant-${index}.zip`), mutant(next));
        if (one !== undefined) all.push(one);
      }
      const byPath = new Map(all.map((each) => [each.path, each]));
      const lines = [`${vectors} vectors and ${all.length - vectors} of ${MUTANTS} mutants are accepted`];
      const differing: string[] = [];
      for (const { name, command } of readers()) {
        if (command === undefined) {
          lines.push(`${name}: not on this machine`);
          continue;
        }
        const counts = { same: 0, failed: 0, noise: 0, different: 0 };
        for (const { path, entries } of readAll(command, [...byPath.keys()])) {
          const expected = byPath.get(path);
          if (expected === undefined) continue;
          if (entries === undefined) counts.failed += 1;
          else if (sorted(entries) === expected.entries) counts.same += 1;
          else if (isNoise(name, expected.form, entries.length)) counts.noise += 1;
          else {
            counts.different += 1;
            differing.push(`${name}: ${expected.form}: ${path.split("/").at(-1)}`);
          }
        }
        lines.push(`${name}: ${JSON.stringify(counts)}`);
      }
      process.stderr.write(`${lines.join("\n")}\n`);
      expect(differing).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  1_800_000,
);
