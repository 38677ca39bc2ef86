/** Runs the executable on many vectors, two at a time, and measures the cost of each; others run in this process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispatch } from "../../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../../cli/quiet-environment.ts";
import type { Vector } from "../../generators/hostile/vector.ts";
import { GAIT } from "../gait.ts";
import { Launcher } from "../launcher.ts";
import type { Measured } from "../measured.ts";

export interface Outcome extends Pick<Measured, "exit">, Partial<Pick<Measured, "cpuMs" | "peakBytes">> {
  readonly verdict: string | undefined;
  /** The codes of the findings, in their order. */
  readonly codes: readonly string[];
  /** Standard output was exactly one JSON object, and standard error was empty. */
  readonly clean: boolean;
}

const LANES = 2;

/** The outcome of each vector, by name; those that are not `launched` have no cost. */
export async function runVectors(
  vectors: readonly Vector[],
  launched: (vector: Vector) => boolean,
): Promise<Map<string, Outcome>> {
  const folder = mkdtempSync(join(tmpdir(), "gait-hostile-"));
  using launcher = new Launcher();
  const outcomes = new Map<string, Outcome>();
  const left = vectors.values();
  try {
    const lane = async (): Promise<void> => {
      for (const vector of left) {
        outcomes.set(vector.name, await runVector(vector, folder, launched(vector) ? launcher : undefined));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

async function runVector(vector: Vector, folder: string, launcher: Launcher | undefined): Promise<Outcome> {
  const path = join(folder, `${vector.name}.zip`);
  writeFileSync(path, await vector.bytes());
  const keys = vector.keys.flatMap((text, index) => {
    const key = join(folder, `${vector.name}.${index}.key`);
    writeFileSync(key, text);
    return ["--public-key", key];
  });
  const args = ["pack", "verify", path, "--json", ...vector.flags, ...keys];
  const ran = launcher ? await launcher.run([GAIT, ...args], folder) : await dispatch(args, QUIET_ENVIRONMENT, []);
  rmSync(path);
  const answer = read(ran.stdout);
  return {
    ...ran,
    verdict: answer?.verify?.verdict,
    codes: (answer?.verify?.findings ?? []).map(({ code }) => code),
    clean: answer !== undefined && ran.stderr === "",
  };
}

interface VerifyAnswer {
  readonly verify?: { readonly verdict: string; readonly findings: readonly { readonly code: string }[] };
}

function read(stdout: string): VerifyAnswer | undefined {
  try {
    return JSON.parse(stdout) as VerifyAnswer;
  } catch {
    return undefined;
  }
}
