/** `gait capture hook`: what an agent's hook is given becomes a line of a log, and the agent is never disturbed. */
import { readSync } from "node:fs";
import { join } from "node:path";
import { type CapturedEvent, captureLine } from "../../core/capture/line.ts";
import { appendLine } from "./append.ts";
import { captureTime } from "./clock.ts";
import { captureFolder, makeCaptureFolder } from "./folder.ts";

export interface Captured extends CapturedEvent {
  readonly path: string;
}

/** @throws the system's error, with the path in its message */
export function captureHook(env: Readonly<Record<string, string | undefined>>): Captured {
  const event = captureLine(readStandardInput(), captureTime());
  const folder = captureFolder(env);
  makeCaptureFolder(folder);
  const path = join(folder, `${event.log}.jsonl`);
  appendLine(path, event.line);
  return { ...event, path };
}

function readStandardInput(): Uint8Array {
  const pieces: Uint8Array[] = [];
  const buffer = new Uint8Array(64 * 1024);
  for (;;) {
    try {
      const count = readSync(0, buffer, 0, buffer.length, null);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(buffer.slice(0, count));
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "EOF") return Buffer.concat(pieces);
      if (code !== "EAGAIN") throw error;
      Bun.sleepSync(1);
    }
  }
}
