/** The lines of a run, deflated on another thread while the source is read. */
import type { Platform } from "../../platform/platform.ts";
import { LinesAhead } from "../../run/lines-ahead.ts";
import type { RecordDefaults } from "../../run/record-defaults.ts";
import { DeflateAhead } from "../../zip/deflate-ahead.ts";

export class RunAhead {
  readonly intents: LinesAhead;
  readonly results: LinesAhead;

  constructor(stamp: Omit<RecordDefaults, "createdAt">, platform: Platform) {
    this.intents = new LinesAhead("intent", stamp, new DeflateAhead(platform));
    this.results = new LinesAhead("result", stamp, new DeflateAhead(platform));
  }

  /** A promise to await, if the other thread is far behind. */
  drained(): Promise<void> | undefined {
    return this.intents.drained() ?? this.results.drained();
  }

  drop(): void {
    this.intents.drop();
    this.results.drop();
  }
}
