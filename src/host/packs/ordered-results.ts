/** Reorders results, which arrive in any order, to list order. */
import type { VerificationData } from "../../core/verify/verified.ts";
import type { Settled } from "../threads/settled.ts";

export interface Checked {
  readonly path: string;
  readonly settled: Settled<VerificationData>;
  /** How long its verification took; 0 where it did not come to one. */
  readonly milliseconds: number;
}

/** Packs that may be in work, or wait for one before them, and findings that those may have that wait. */
const MOST_PACKS = 8192;
const MOST_FINDINGS = 65_536;

export class OrderedResults {
  readonly #settled = new Map<number, Checked>();
  #reserved = 0;
  #taken = 0;
  #findings = 0;

  /** The place of the next pack of the list. */
  reserve(): number {
    this.#reserved += 1;
    return this.#reserved - 1;
  }

  settle(at: number, checked: Checked): void {
    this.#findings += findingsOf(checked);
    this.#settled.set(at, checked);
  }

  /** The next result in list order, once known. */
  next(): Checked | undefined {
    const next = this.#settled.get(this.#taken);
    if (next === undefined) return undefined;
    this.#settled.delete(this.#taken);
    this.#findings -= findingsOf(next);
    this.#taken += 1;
    return next;
  }

  /** Reading the list must pause until some results are taken. */
  get isFull(): boolean {
    return this.#reserved - this.#taken >= MOST_PACKS || this.#findings >= MOST_FINDINGS;
  }

  get isEmpty(): boolean {
    return this.#taken === this.#reserved;
  }
}

function findingsOf({ settled }: Checked): number {
  return "answer" in settled ? settled.answer.findings.length + settled.answer.warnings.length : 0;
}
