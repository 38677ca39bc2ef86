/** Shared by the rows: programs, sizes, and a temporary folder. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.ts";
import { run } from "./measure.ts";

export interface Sizes {
  /** Runs of each pair; the median counts. */
  readonly runs: number;
  readonly storedBytes: number;
  /** Intents of a JSONL entry: 332,000 make 256 MB. */
  readonly lines: number;
  readonly recordedIntents: number;
  readonly packs: number;
  readonly smallBytes: number;
  readonly largeBytes: number;
  /** The smaller size of the pairs that show growth. */
  readonly growthBytes: number;
  readonly growthEntries: number;
}

export const FULL: Sizes = {
  runs: 5,
  storedBytes: 2 ** 30,
  lines: 332_000,
  recordedIntents: 200_000,
  packs: 10_000,
  smallBytes: 100 * 2 ** 20,
  largeBytes: 10 * 2 ** 30,
  growthBytes: 256 * 2 ** 20,
  growthEntries: 990,
};

/** For a quick look of a minute or two: ratios of small work are less exact. */
export const QUICK: Sizes = {
  runs: 3,
  storedBytes: 2 ** 28,
  lines: 50_000,
  recordedIntents: 30_000,
  packs: 500,
  smallBytes: 50 * 2 ** 20,
  largeBytes: 500 * 2 ** 20,
  growthBytes: 50 * 2 ** 20,
  growthEntries: 500,
};

const HERE = import.meta.dir;
const VECTORS = join(HERE, "../../test/vectors");

export class Scene {
  readonly sizes: Sizes;
  readonly folder = mkdtempSync(join(tmpdir(), "gait-bench-"));
  readonly gait = build();
  readonly smallPack = join(VECTORS, "go/packs/raw/pack_run_alpha.zip");
  readonly smallRunpack = join(VECTORS, "go/runpacks/raw/runpack_run_alpha.zip");

  constructor(sizes: Sizes) {
    this.sizes = sizes;
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  remove(...names: string[]): void {
    for (const name of names) rmSync(this.at(name), { recursive: true, force: true });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  python(script: "peer.py" | "packs.py", ...args: (string | number)[]): string[] {
    return ["python3", join(HERE, script), ...args.map(String)];
  }

  /** `packs.py`: a file for a row to measure. */
  make(...args: (string | number)[]): void {
    run(this.python("packs.py", ...args), this.folder);
  }

  recordInput(name: string, intents: number, form: "document" | "lines"): void {
    const args = [this.at(name), String(intents), ...(form === "lines" ? ["lines"] : [])];
    run([process.execPath, join(HERE, "record-input.ts"), ...args], this.folder);
  }

  jobLog(name: string, events: number): void {
    run([process.execPath, join(HERE, "job-log.ts"), this.at(name), String(events)], this.folder);
  }

  /** A program that only prints, compiled like this one. */
  bareBinary(): string {
    writeFileSync(this.at("bare.ts"), "console.log(1);\n");
    const flags = ["build", "--compile", "--bytecode", "--format=esm"];
    run([process.execPath, ...flags, this.at("bare.ts"), `--outfile=${this.at("bare")}`], this.folder);
    return this.at("bare");
  }
}
