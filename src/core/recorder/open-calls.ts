/** The ids of a run's calls, and the calls that have no answer yet. */
import type { RecordedCall } from "./recorded-call.ts";

export class OpenCalls {
  readonly #ids = new Set<string>();
  /** In order, with the id that the caller gave. */
  readonly #open = new Map<RecordedCall, string>();
  readonly #byGivenId = new Map<string, RecordedCall[]>();

  /** Of all calls, open or not. */
  get count(): number {
    return this.#ids.size;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** The id, with a number behind it where it was used already. */
  freeId(given: string): string {
    let free = given;
    for (let number = 2; this.#ids.has(free); number += 1) free = `${given}#${number}`;
    return free;
  }

  addId(id: string): void {
    this.#ids.add(id);
  }

  add(call: RecordedCall, given: string): void {
    this.#ids.add(call.intentId);
    this.#open.set(call, given);
    const calls = this.#byGivenId.get(given);
    if (calls === undefined) this.#byGivenId.set(given, [call]);
    else calls.push(call);
  }

  /** A call of before a crash: the given id was `X` where `X#2` is recorded. */
  addRecovered(call: RecordedCall): void {
    const { intentId } = call;
    const [, given = intentId] = /^(.*)#\d+$/s.exec(intentId) ?? [];
    this.add(call, this.#ids.has(given) ? given : intentId);
  }

  list(): RecordedCall[] {
    return [...this.#open.keys()];
  }

  /** The latest call that was given this id, or has it. */
  find(id: string): RecordedCall | undefined {
    return this.#byGivenId.get(id)?.at(-1) ?? this.list().find(({ intentId }) => intentId === id);
  }

  /** Returns whether it was open. */
  close(call: RecordedCall): boolean {
    const given = this.#open.get(call);
    if (given === undefined) return false;
    this.#open.delete(call);
    const others = this.#byGivenId.get(given)?.filter((each) => each !== call) ?? [];
    if (others.length > 0) this.#byGivenId.set(given, others);
    else this.#byGivenId.delete(given);
    return true;
  }
}
