/** Where logs are: `$GAIT_CAPTURE_DIR`, else `~/.gait/capture`. */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export function captureFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["GAIT_CAPTURE_DIR"];
  return given === undefined || given === "" ? join(env["HOME"] || homedir(), ".gait", "capture") : given;
}

/** Makes it, for its owner alone. @throws the system's error */
export function makeCaptureFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}
