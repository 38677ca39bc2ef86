/** What a finding code stands for. */

export interface FindingRule {
  /** The rule and its source. */
  readonly rule: string;
  /** What to do when it is broken. */
  readonly hint: string;
}
