/** Runs commands and measures the cost of each, in a small separate process (`measured.ts`). */
import { join } from "node:path";
import type { Measured } from "./measured.ts";

export class Launcher {
  private readonly waiting = new Map<number, (measured: Measured) => void>();
  private readonly child = Bun.spawn([process.execPath, join(import.meta.dir, "measured.ts")], {
    ipc: (measured: Measured) => this.waiting.get(measured.id)?.(measured),
    stdio: ["ignore", "inherit", "inherit"],
  });

  run(command: readonly string[], cwd: string): Promise<Measured> {
    return new Promise((resolve) => {
      const id = this.waiting.size;
      this.waiting.set(id, resolve);
      this.child.send({ id, command, cwd });
    });
  }

  [Symbol.dispose](): void {
    this.child.kill();
  }
}
