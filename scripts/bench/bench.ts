/**
 * `npm run bench [RUNS]`: whole processes of the executable next to a peer doing the same work in the same run, as
 * medians and ratios. Machines are noisy: read the ratios. Nothing here is a test.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../build.ts";

const runs = Number(process.argv[2] ?? 3);
const gait = build();
const folder = mkdtempSync(join(tmpdir(), "gait-bench-"));
const at = (name: string): string => join(folder, name);

interface Measured {
  /** Median of the wall times, in seconds. */
  readonly seconds: number;
  /** The largest peak of memory, in MB. */
  readonly megabytes: number;
}

function measure(command: string[], before: () => void = () => undefined): Measured {
  const times: number[] = [];
  let megabytes = 0;
  for (let run = 0; run < runs; run += 1) {
    before();
    const start = performance.now();
    const { exitCode, resourceUsage, stderr } = Bun.spawnSync(command, {
      cwd: folder,
      stdout: "ignore",
      stderr: "pipe",
    });
    times.push((performance.now() - start) / 1000);
    if (exitCode !== 0) throw new Error(`${command.join(" ")}: exit ${exitCode}\n${stderr}`);
    megabytes = Math.max(megabytes, Number(resourceUsage?.maxRSS ?? 0) / 1e6);
  }
  times.sort((left, right) => left - right);
  return { seconds: times[Math.floor(times.length / 2)] ?? 0, megabytes };
}

function show(work: string, own: Measured, peer: string, other: Measured, note: string): void {
  const ratio = other.seconds / own.seconds;
  const columns = [
    work.padEnd(46),
    `${own.seconds.toFixed(3)} s`.padStart(10),
    `${own.megabytes.toFixed(0)} MB`.padStart(8),
    `${other.seconds.toFixed(3)} s`.padStart(10),
    `${ratio.toFixed(2)}x`.padStart(8),
  ];
  console.log(`${columns.join("  ")}  ${peer}${note === "" ? "" : `; ${note}`}`);
}

try {
  mkdirSync(at("jobs"));
  Bun.spawnSync([process.execPath, join(import.meta.dir, "record-input.ts"), at("run.json")], { stderr: "inherit" });
  Bun.spawnSync([process.execPath, join(import.meta.dir, "job-log.ts"), at("jobs/long")], { stderr: "inherit" });
  writeFileSync(at("bare.ts"), "console.log(1);\n");
  Bun.spawnSync([
    process.execPath,
    "build",
    "--compile",
    "--bytecode",
    "--format=esm",
    at("bare.ts"),
    `--outfile=${at("bare")}`,
  ]);
  const peer = ["python3", join(import.meta.dir, "peer.py")];
  console.log(
    `${"work".padEnd(46)}  ${"gait".padStart(10)}  ${"peak".padStart(8)}  ${"peer".padStart(10)}  ${"ratio".padStart(8)}  peer and note`,
  );

  for (const mode of ["reference", "raw"]) {
    const record = [gait, "run", "record", "--input", "run.json", "--capture-mode", mode, "--force"];
    const own = measure(record, () => rmSync(at("gait-out"), { recursive: true, force: true }));
    const size = statSync(at("run.json")).size / 1e6;
    if (mode === "reference") {
      const other = measure([...peer, "record", "run.json", "peer.zip"]);
      show(`record 200,000 intents, ${size.toFixed(0)} MB, reference`, own, "json+hashlib+zipfile", other, "");
    } else {
      show(`record 200,000 intents, ${size.toFixed(0)} MB, raw`, own, "itself", own, "deflate of all of it");
    }
    const runpack = "gait-out/runpack_run_large.zip";
    const sizes = Bun.spawnSync(
      ["python3", "-c", `import zipfile;print(sum(i.file_size for i in zipfile.ZipFile("${runpack}").infolist()))`],
      { cwd: folder },
    );
    const content = Number(sizes.stdout.toString()) / 1e6;
    const verified = measure([gait, "verify", runpack]);
    const other = measure([...peer, "verify", runpack]);
    const rate = `${(content / verified.seconds).toFixed(0)} MB/s of content`;
    show(
      `verify its runpack, ${content.toFixed(0)} MB of content, ${mode}`,
      verified,
      "zipfile+hashlib, no JSON",
      other,
      rate,
    );
  }

  const built = measure([
    gait,
    "pack",
    "build",
    "--type",
    "job",
    "--from",
    at("jobs/long"),
    "--out",
    "job.zip",
    "--force",
  ]);
  show("build the pack of a job of 1,000,000 events", built, "itself", built, "");
  const verified = measure([gait, "pack", "verify", "job.zip"]);
  show("verify it, 405 MB of log", verified, "zipfile+hashlib, no JSON", measure([...peer, "verify", "job.zip"]), "");

  const small = join(import.meta.dir, "../../test/vectors/go/packs/pack_run_alpha_signed.zip");
  const key = join(import.meta.dir, "../../test/vectors/keys/test_public.key");
  const start = measure([at("bare")]);
  show(
    "verify a 3 KB signed pack",
    measure([gait, "pack", "verify", small, "--public-key", key]),
    "a bare binary",
    start,
    "",
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
