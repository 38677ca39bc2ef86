/** What was recorded, in the log; and in memory, what the log does not take any more. */

import { GaitError } from "../finding/error.ts";
import {
  entryLine,
  type LogEntry,
  type LogEntryKind,
  type LogReading,
  logEntries,
  MemoryLog,
  type RecorderLog,
} from "./log.ts";

export class Entries {
  readonly #log: RecorderLog;
  readonly #onFailure: (error: unknown) => void;
  /** Entries that the log took. */
  #logged: number;
  #rest: MemoryLog | undefined;

  /** @param logged entries that the log has. @param onFailure told once that the log takes no more, and why */
  constructor(log: RecorderLog, logged: number, onFailure: (error: unknown) => void) {
    this.#log = log;
    this.#logged = logged;
    this.#onFailure = onFailure;
  }

  /** @param text the record's JSON text */
  add(kind: LogEntryKind, text: string): void {
    const line = entryLine(kind, text);
    if (this.#rest === undefined) {
      try {
        this.#log.append(line);
        this.#logged += 1;
        return;
      } catch (error) {
        this.#onFailure(error);
        this.#rest = new MemoryLog();
      }
    }
    this.#rest.append(line);
  }

  /** All, in order. @throws GaitError `input_changed` if the log has less than it took; what it throws while it is read */
  async *read(): AsyncGenerator<LogEntry> {
    const [logged, rest] = [this.#logged, this.#rest];
    const reading: LogReading = { faults: [] };
    let count = 0;
    for await (const entry of logEntries(this.#log, reading, logged)) {
      count += 1;
      yield entry;
    }
    if (count < logged) {
      throw new GaitError("input_changed", `the log has ${count} entries, and took ${logged}`, {
        hint: "Something removed or changed it while the run was recorded.",
      });
    }
    if (rest !== undefined) yield* logEntries(rest, reading);
  }
}
