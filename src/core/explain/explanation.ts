/** What a person is told about a code. Plain sentences; only `gait explain` loads them. */
export interface Explanation {
  /** What it means. */
  readonly meaning: string;
  /** How it comes about without anybody's bad intent. */
  readonly innocently?: string;
  /** What somebody who wants to be believed would gain by it. */
  readonly attack?: string;
  /** What to do, where there is more to say than the hint of the finding. */
  readonly action?: string;
}
