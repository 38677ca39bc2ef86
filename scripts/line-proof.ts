/**
 * Compiles `src/host/platform/line-proof/line-proof.c` with Debian's clang into `module.ts` beside it. With `--check` it
 * writes nothing, and exits 1 if the module is not that of the source: always by the digests in it, and by compiling it
 * anew where this version of the compiler is installed, as it must be in CI.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MODULE } from "../src/host/platform/line-proof/module.ts";

const ROOM = join(import.meta.dir, "../src/host/platform/line-proof");
const SOURCE = join(ROOM, "line-proof.c");
/** The one whose output is checked in: another writes other bytes. */
const COMPILER = "Debian clang version 14.0.6";
/** 1 MiB of text, 64 KiB of nodes, names and layouts, a stack. */
const MEMORY_BYTES = 20 * 65_536;
const EXPORTS = ["prove", "layout", "textPlace", "nodesPlace"];
const FLAGS = [
  ..."--target=wasm32 -msimd128 -O3 -std=c11 -Wall -Wextra -Werror -Wno-sign-compare -nostdlib -ffreestanding".split(
    " ",
  ),
  `-Wl,--no-entry,--strip-all,${EXPORTS.map((name) => `--export=${name}`).join(",")}`,
  `-Wl,-z,stack-size=16384,--initial-memory=${MEMORY_BYTES},--max-memory=${MEMORY_BYTES}`,
];

const isCheck = process.argv.includes("--check");
const source = sha256(readFileSync(SOURCE));
const faults: string[] = [];
if (isCheck && MODULE.sourceSha256 !== source) faults.push("line-proof.c was changed since the module was compiled");
if (isCheck && sha256(Buffer.from(MODULE.base64, "base64")) !== MODULE.sha256)
  faults.push("the module is not what its digest says");
const compiler = installed();
if (compiler !== COMPILER) {
  if (!isCheck || process.env["CI"] === "true") faults.push(`${COMPILER} is needed, found ${compiler ?? "none"}`);
  else process.stderr.write(`the module was not compiled anew: ${COMPILER} is not installed\n`);
} else if (faults.length === 0) {
  const bytes = compiled();
  if (!isCheck) write(bytes);
  else if (sha256(bytes) !== MODULE.sha256) faults.push("the compiler makes another module of line-proof.c");
}
for (const fault of faults) process.stderr.write(`${fault}: run \`node scripts/bun.mjs scripts/line-proof.ts\`\n`);
process.exitCode = faults.length > 0 ? 1 : 0;

function installed(): string | undefined {
  if (Bun.which("clang-14") === null) return undefined;
  return Bun.spawnSync(["clang-14", "--version"]).stdout.toString().split("\n")[0];
}

function compiled(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "gait-line-proof-"));
  try {
    const outcome = Bun.spawnSync(["clang-14", ...FLAGS, SOURCE, "-o", join(folder, "module.wasm")]);
    if (outcome.exitCode !== 0) throw new Error(outcome.stderr.toString());
    return readFileSync(join(folder, "module.wasm"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(bytes: Uint8Array): void {
  const base64 = Buffer.from(bytes).toString("base64");
  const text = `/** Generated from line-proof.c by scripts/line-proof.ts; never edited. */
export const MODULE = {
  compiler: "${COMPILER}",
  sourceSha256: "${source}",
  sha256: "${sha256(bytes)}",
  base64:
    "${base64}",
} as const;
`;
  writeFileSync(join(ROOM, "module.ts"), text);
}

function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}
