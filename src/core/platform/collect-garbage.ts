/** Memory given back on long ways, each time that so many bytes have gone by. */
import type { Platform } from "./platform.ts";

export class Relief {
  readonly #platform: Pick<Platform, "relieve">;
  readonly #every: number;
  #gone = 0;

  constructor(platform: Pick<Platform, "relieve">, every: number) {
    this.#platform = platform;
    this.#every = every;
  }

  after(bytes: number): void {
    this.#gone += bytes;
    if (this.#gone < this.#every) return;
    this.#gone = 0;
    this.#platform.relieve?.();
  }
}
