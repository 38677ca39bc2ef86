/** Open calls by their tool, for results without an id. It costs nothing where there are none: it is made for the first. */
import type { CallNumber, CallTable } from "./call-table.ts";

interface Queue {
  readonly calls: CallNumber[];
  /** All before it are answered. */
  next: number;
}

export class OpenByTool {
  readonly #table: CallTable;
  readonly #queues = new Map<string, Queue>();
  #queued = 0;

  constructor(table: CallTable) {
    this.#table = table;
  }

  /** The first call of the tool that is open. */
  oldest(tool: string): CallNumber | undefined {
    const table = this.#table;
    for (; this.#queued < table.calls; this.#queued += 1) this.#add(table.toolOf(this.#queued), this.#queued);
    const queue = this.#queues.get(tool);
    if (queue === undefined) return undefined;
    while (queue.next < queue.calls.length && table.isAnswered(queue.calls[queue.next] as CallNumber)) queue.next += 1;
    return queue.calls[queue.next];
  }

  #add(tool: string, call: CallNumber): void {
    const queue = this.#queues.get(tool);
    if (queue === undefined) this.#queues.set(tool, { calls: [call], next: 0 });
    else queue.calls.push(call);
  }
}
