/**
 * Size limits of released files: `node scripts/bun.mjs scripts/release/size-budget.ts [dist/release]`. Most of an executable is
 * Bun, so a dependency added by accident shows only against a number. Raising one is a decision: say why in the
 * commit.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { fileName, TARGETS } from "./target.ts";

const KIB = 1024;

interface Budget {
  /** Bytes when the budget was set. */
  readonly measured: number;
  /** Allowed growth in bytes. */
  readonly margin: number;
}

function executable(measured: number): Budget {
  return { measured, margin: 256 * KIB };
}

/** By the name of the target, and of each page. */
export const SIZE_BUDGET: Readonly<Record<string, Budget>> = {
  "linux-x64": executable(130_382_000),
  "linux-x64-musl": executable(123_975_192),
  "linux-arm64": executable(130_468_856),
  "linux-arm64-musl": executable(122_887_384),
  "darwin-x64": executable(119_565_248),
  "darwin-arm64": executable(110_493_584),
  "windows-x64": executable(136_549_888),
  "windows-arm64": executable(121_458_688),
  "verify.html": { measured: 543_640, margin: 16 * KIB },
  "report.html": { measured: 22_794, margin: 4 * KIB },
};

/** One line for each file that is larger than its budget, is empty, or has none. */
export function budgetFaults(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(sizes).flatMap(([name, size]) => {
    const budget = SIZE_BUDGET[name];
    if (budget === undefined) return [`${name} has no budget`];
    const most = budget.measured + budget.margin;
    if (size > 0 && size <= most) return [];
    return [`${name} has ${size} bytes, and its budget is ${most}`];
  });
}

/** The sizes of the files in a release folder; a missing file has none. */
function releasedSizes(release: string): Record<string, number> {
  const { version } = packageJson;
  const files = [
    ...TARGETS.map((target) => [target.name, fileName(target, version)] as const),
    ["verify.html", `gait-${version}-verify.html`] as const,
  ];
  return Object.fromEntries(
    files.map(([name, file]) => {
      const path = join(release, file);
      return [name, existsSync(path) ? statSync(path).size : 0];
    }),
  );
}

if (import.meta.main) {
  const release = resolve(process.argv[2] ?? join(dirname(dirname(import.meta.dir)), "dist/release"));
  const sizes = releasedSizes(release);
  const faults = budgetFaults(sizes);
  for (const [name, size] of Object.entries(sizes)) process.stdout.write(`${name.padEnd(16)}  ${size} bytes\n`);
  for (const fault of faults) process.stderr.write(`size budget: ${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
