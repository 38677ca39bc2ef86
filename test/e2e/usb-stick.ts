/** A release with one executable, the one under test, as on a USB stick; signed with the test key. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { releaseRecord } from "../../scripts/release/release-record.ts";
import { signSums, sumsText, writePublicKey } from "../../scripts/release/sums.ts";
import { sumsStep } from "../../scripts/release.ts";
import { loadPrivateKey } from "../../src/host/keys.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { keyPath } from "../go-vectors.ts";
import { GAIT, gait } from "./gait.ts";

const ROOT = join(import.meta.dir, "../..");

/** Writes the release into `folder`, which must not exist. */
export async function writeUsbStick(folder: string): Promise<void> {
  const { version } = packageJson;
  mkdirSync(folder);
  cpSync(GAIT, join(folder, `gait-${version}-linux-x64`));
  for (const file of ["LICENSE", "scripts/install.sh"])
    cpSync(join(ROOT, file), join(folder, file.replace(/.*\//, "")));
  cpSync(join(ROOT, "schemas"), join(folder, "schemas"), { recursive: true });
  const key = keyPath("test", "private");
  const { signer } = await loadPrivateKey({ path: key }, hostPlatform);
  writePublicKey(folder, signer);
  writeFileSync(join(folder, "SHA256SUMS"), sumsText(folder));
  await signSums(folder, signer);
  const work = mkdtempSync(join(tmpdir(), "gait-usb-"));
  try {
    const builtAt = "2026-01-01T00:00:00Z";
    const release = { version, commit: "0".repeat(40), builtAt, bunVersion: packageJson.devDependencies.bun };
    const record = releaseRecord({ ...release, steps: [sumsStep(folder)], materials: [] });
    writeFileSync(join(work, "record.json"), JSON.stringify(record));
    const out = join(folder, `gait-${version}-release.zip`);
    const recorded = gait(["run", "record", "--input", "record.json", "--private-key", key], { cwd: work });
    const built = gait(["pack", "build", "--from", `release_gait_${version}`, "--out", out, "--private-key", key], {
      cwd: work,
    });
    if (recorded.exit !== 0 || built.exit !== 0) throw new Error(`${recorded.stderr}${built.stderr}`);
  } finally {
    rmSync(work, { recursive: true });
  }
}
