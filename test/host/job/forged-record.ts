/** The record beside a log, as an informed attacker would write it for the files that are there. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { JobScene } from "./scene.ts";

const sha256 = (bytes: string) => createHash("sha256").update(bytes).digest("hex");

export function forgeRecord(scene: JobScene): void {
  const file = (name: string) => scene.path("job_1", name);
  const text = (name: string) => readFileSync(file(name), "utf8");
  const log = text("events.jsonl");
  const record = {
    ...JSON.parse(text("events.jsonl.checked")),
    revision: JSON.parse(log.trimEnd().split("\n").at(-1) ?? "").revision,
    log_bytes: Buffer.byteLength(log),
    log_sha256: sha256(log),
    state_sha256: sha256(text("state.json")),
  };
  writeFileSync(file("events.jsonl.checked"), `${JSON.stringify(record)}\n`);
}
