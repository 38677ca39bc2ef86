/** Every command that writes a file, in a folder that has its inputs. */
import { cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { keyPath } from "../../go-vectors.ts";
import type { Scene } from "../folder.ts";
import { gait } from "../gait.ts";

export const RUNPACK = "once/runpack_run_fix_rounding.zip";

/** The arguments of each, with `out` as the output folder. `prepareWriting` has been called. */
export const WRITING: Record<string, (out: string) => string[]> = {
  "run record": (out) => ["run", "record", "--input", "run.json", "--out-dir", out],
  "run record, signed": (out) => [
    ...["run", "record", "--input", "run.json", "--out-dir", out, "--private-key", keyPath("test", "private")],
  ],
  "pack build": (out) => ["pack", "build", "--from", RUNPACK, "--out", join(out, "pack.zip")],
  "pack build of a job": (out) => [
    ...["pack", "build", "--type", "job", "--from", "jobs/job_1", "--out", join(out, "job.zip")],
  ],
  "guard pack": (out) => ["guard", "pack", "--run", RUNPACK, "--out", join(out, "evidence.zip")],
  "guard pack with a page": (out) => [
    ...["guard", "pack", "--run", RUNPACK, "--render-pdf", "--out", join(out, "evidence.zip")],
  ],
  "pack diff --output": (out) => ["pack", "diff", RUNPACK, RUNPACK, "--output", join(out, "diff.json")],
  "pack export --to": (out) => ["pack", "export", RUNPACK, "--to", "otlp", "--out", join(out, "traces.jsonl")],
  "keys init": (out) => ["keys", "init", "--out-dir", out],
  "keys rotate": (out) => ["keys", "rotate", "--out-dir", out],
  "pack sign": (out) => [
    ...["pack", "sign", RUNPACK, "--private-key", keyPath("test", "private"), "--out", join(out, "run.sigs.jsonl")],
  ],
  "pack attest": (out) => [
    ...["pack", "attest", RUNPACK, "--private-key", keyPath("test", "private"), "--out", join(out, "run.sigs.jsonl")],
  ],
  "pack timestamp request": (out) => ["pack", "timestamp", "request", RUNPACK, "--of", "pack", "--out-dir", out],
  "trust init": (out) => [
    ...["trust", "init", "--signer", `alice=${keyPath("test", "public")}`, "--out", join(out, "trust.json")],
  ],
  "store init": (out) => ["store", "init", out],
  "collection prove": (out) => ["collection", "prove", "store", "--name", "c", RUNPACK, "--out-dir", out],
  "collection prove --db": (out) => [
    ...["collection", "prove", "store", "--name", "c", RUNPACK, "--out-dir", out, "--db", "packs.sqlite"],
  ],
  "catalog build --collection": (out) => [
    ...["catalog", "build", "store", "--collection", "c", "--into", join(out, "packs.sqlite")],
  ],
  "catalog build": (out) => ["catalog", "build", "receipts.ndjson", "--into", join(out, "packs.sqlite")],
  "job submit": (out) => ["job", "submit", "--id", "job_2", "--root", out, "--env-fingerprint", "x"],
};

/** Those that write into a store that is there, which is copied to the output folder. */
export const WRITING_IN_STORE: Record<string, (out: string) => string[]> = {
  "store put": (out) => ["store", "put", RUNPACK, "--to", inStore(out)],
  "store verify --receipts": (out) => ["store", "verify", inStore(out), "--receipts"],
  "collection append": (out) => ["collection", "append", inStore(out), "--name", "c", "--new"],
  "collection checkpoint": (out) => [
    ...["collection", "checkpoint", inStore(out), "--name", "c", "--log-key", keyPath("test", "private")],
  ],
};

function inStore(out: string): string {
  cpSync(join(dirname(out), "store"), out, { recursive: true });
  return out;
}

export function prepareWriting(scene: Scene): void {
  for (const args of [
    ["run", "record", "--input", "run.json", "--out-dir", "once"],
    ["job", "submit", "--id", "job_1", "--root", "jobs", "--env-fingerprint", "x"],
    ["store", "init", "store"],
    ["store", "put", RUNPACK, "--to", "store"],
    [
      ...["collection", "init", "store", "--name", "c", "--origin", "example.org/c"],
      ...["--log-key", keyPath("test", "private")],
    ],
    ["collection", "append", "store", "--name", "c", "--new"],
    ["collection", "checkpoint", "store", "--name", "c", "--log-key", keyPath("test", "private")],
    ["job", "checkpoint", "add", "--id", "job_1", "--root", "jobs", "--type", "plan", "--summary", "first"],
  ]) {
    const { exit, answer } = scene.json(args);
    if (exit !== 0) throw new Error(`${args.join(" ")}: ${answer.error}`);
  }
  const receipts = [
    "pack",
    "verify",
    RUNPACK,
    "--format",
    "ndjson",
    "--account",
    "--out",
    "receipts.ndjson",
    "--force",
  ];
  const { exit, stderr } = gait(receipts, { cwd: scene.path });
  if (exit !== 0) throw new Error(`${receipts.join(" ")}: ${stderr}`);
  const built = gait(["catalog", "build", "receipts.ndjson", "--into", "packs.sqlite"], { cwd: scene.path });
  if (built.exit !== 0) throw new Error(`catalog build: ${built.stderr}`);
}
