/** Runs the garbage collector every N bytes. */
import type { Platform } from "./platform.ts";

export class GarbageCollection {
  readonly #platform: Pick<Platform, "collectGarbage">;
  readonly #every: number;
  #bytes = 0;

  constructor(platform: Pick<Platform, "collectGarbage">, every: number) {
    this.#platform = platform;
    this.#every = every;
  }

  after(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < this.#every) return;
    this.#bytes = 0;
    this.#platform.collectGarbage?.();
  }
}
