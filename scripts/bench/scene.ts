/** Shared by the rows: programs, sizes, and a temporary folder. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./measure.ts";

export interface Sizes {
  /** Runs of each pair; the median counts. */
  readonly runs: number;
  readonly storedBytes: number;
  /** Intents of a JSONL entry: 332,000 make 256 MB. */
  readonly lines: number;
  readonly recordedIntents: number;
  /** Of a run that inspect, report and diff show. */
  readonly calls: number;
  /** Of a job that gets one more. */
  readonly jobEvents: number;
  /** Of a transcript, in MB. */
  readonly transcript: number;
  readonly packs: number;
  readonly smallBytes: number;
  readonly largeBytes: number;
  /** The smaller size of the pairs that show growth. */
  readonly growthBytes: number;
  readonly growthEntries: number;
  /** Of a collection. */
  readonly entries: number;
  /** Of a catalogue. */
  readonly receipts: number;
  /** Put into a store, each recorded by a process of its own. */
  readonly storePacks: number;
}

export const FULL: Sizes = {
  runs: 5,
  storedBytes: 2 ** 30,
  lines: 332_000,
  recordedIntents: 200_000,
  calls: 100_000,
  jobEvents: 10_000,
  transcript: 500,
  packs: 10_000,
  smallBytes: 100 * 2 ** 20,
  largeBytes: 10 * 2 ** 30,
  growthBytes: 256 * 2 ** 20,
  growthEntries: 990,
  entries: 1_000_000,
  receipts: 1_000_000,
  storePacks: 1_000,
};

/** For a quick look of a minute or two: ratios of small work are less exact. */
export const QUICK: Sizes = {
  runs: 3,
  storedBytes: 2 ** 28,
  lines: 50_000,
  recordedIntents: 30_000,
  calls: 15_000,
  jobEvents: 2_000,
  transcript: 120,
  packs: 500,
  smallBytes: 50 * 2 ** 20,
  largeBytes: 500 * 2 ** 20,
  growthBytes: 50 * 2 ** 20,
  growthEntries: 500,
  entries: 1_000_000,
  receipts: 100_000,
  storePacks: 300,
};

/** What records hold: of one shape, long text, or no two alike. The worst of them counts. */
export const BENCH_CONTENTS = ["short", "long", "shapes"] as const;
export type BenchContent = (typeof BENCH_CONTENTS)[number];

const HERE = import.meta.dir;
const VECTORS = join(HERE, "../../test/vectors");

export class Scene {
  readonly sizes: Sizes;
  readonly folder = mkdtempSync(join(tmpdir(), "gait-bench-"));
  /** Built by a process of its own: a child's peak memory begins at what this process has. */
  readonly gait = run([process.execPath, join(HERE, "../build.ts")], HERE, "pipe").text.trim();
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

  sizeOf(name: string): number {
    return statSync(this.at(name)).size;
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

  recordInput(name: string, intents: number, form: "document" | "lines", content: BenchContent = "short"): void {
    const args = [this.at(name), String(intents), form, content];
    run([process.execPath, join(HERE, "record-input.ts"), ...args], this.folder);
  }

  transcript(name: string, megabytes: number, format: "claude-code" | "codex"): void {
    run([process.execPath, join(HERE, "transcript.ts"), this.at(name), String(megabytes), format], this.folder);
  }

  jobLog(name: string, events: number): void {
    run([process.execPath, join(HERE, "job-log.ts"), this.at(name), String(events)], this.folder);
  }

  longJob(name: string, events: number): void {
    run([process.execPath, join(HERE, "long-job.ts"), this.at(name), String(events)], this.folder);
  }

  /** A program of `source`, compiled like this one: by default one that only prints. */
  bareBinary(source = "console.log(1);\n"): string {
    writeFileSync(this.at("bare.ts"), source);
    const flags = ["build", "--compile", "--bytecode", "--format=esm"];
    run([process.execPath, ...flags, this.at("bare.ts"), `--outfile=${this.at("bare")}`], this.folder);
    return this.at("bare");
  }
}
