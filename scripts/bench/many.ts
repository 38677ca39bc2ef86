/**
 * `node scripts/bun.mjs scripts/bench/many.ts [PACKS]`: many small packs in one process compared with one python3 that
 * inflates, hashes and reads their JSON, with as many starts of `unzip -tq`, which only tests the archives, and with one thread. Read the ratios: the times come from a busy machine.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.ts";

const SMALL = join(import.meta.dir, "../../test/vectors/go/packs/pack_run_alpha_signed.zip");
const KEY = join(import.meta.dir, "../../test/vectors/keys/test_public.key");

export interface ManyFigures {
  readonly packs: number;
  /** Seconds for all packs. */
  readonly gait: number;
  readonly oneThread: number;
  readonly unzip: number;
  readonly python: number;
  readonly tenthOfThem: number;
}

/** Runs are interleaved, and the median of each is taken, so that other load on the machine affects all of them. */
export function measureMany(gait: string, packs = 10_000, runs = 3): ManyFigures {
  const folder = mkdtempSync(join(tmpdir(), "gait-many-"));
  try {
    for (let at = 0; at < packs; at += 1) {
      const part = join(folder, String(at % 10));
      mkdirSync(part, { recursive: true });
      copyFileSync(SMALL, join(part, `${at}.zip`));
    }
    const verify = [gait, "pack", "verify", "--recursive", "--public-key", KEY];
    const commands = {
      gait: [...verify, folder],
      oneThread: [...verify, "--jobs", "1", folder],
      tenthOfThem: [...verify, join(folder, "0")],
      python: ["python3", join(import.meta.dir, "peer.py"), "packs", folder],
      unzip: ["sh", "-c", `for file in ${folder}/*/*.zip; do unzip -tq "$file" || exit 1; done`],
    };
    const times = new Map<string, number[]>();
    for (let run = 0; run < runs; run += 1) {
      for (const [name, command] of Object.entries(commands)) {
        const start = performance.now();
        const { exitCode, stderr } = Bun.spawnSync(command, { stdout: "ignore", stderr: "pipe" });
        if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit ${exitCode}\n${stderr}`);
        times.set(name, [...(times.get(name) ?? []), (performance.now() - start) / 1000]);
      }
    }
    const median = (name: keyof typeof commands): number => {
      const sorted = [...(times.get(name) ?? [])].sort((left, right) => left - right);
      return sorted[Math.floor(sorted.length / 2)] ?? 0;
    };
    const names = ["oneThread", "unzip", "python", "tenthOfThem"] as const;
    const [oneThread = 0, unzip = 0, python = 0, tenthOfThem = 0] = names.map(median);
    return { packs, gait: median("gait"), oneThread, unzip, python, tenthOfThem };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { packs, gait, oneThread, unzip, python, tenthOfThem } = measureMany(
    build(),
    Number(process.argv[2] ?? 10_000),
  );
  console.log(`verify ${packs} small signed packs: ${gait.toFixed(2)} s`);
  console.log(`  ${packs} starts of unzip -tq: ${unzip.toFixed(2)} s, ${(unzip / gait).toFixed(1)}x (goal: 6x)`);
  console.log(`  one python3: ${python.toFixed(2)} s, ${(python / gait).toFixed(2)}x (goal: 1.5x)`);
  console.log(`  --jobs 1: ${oneThread.toFixed(2)} s, ${(oneThread / gait).toFixed(2)}x`);
  console.log(
    `  a tenth of them: ${tenthOfThem.toFixed(2)} s; ten times the packs take ${(gait / tenthOfThem).toFixed(1)}x`,
  );
}
