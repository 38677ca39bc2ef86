/** The faults of a document, in words: the place, the rule, the value. */

/** No more issues than this are collected: more would not help anybody. */
export const MAX_SCHEMA_ISSUES = 20;

/** Longest text of a document that a message repeats, in code points. */
const MAX_QUOTED = 60;

export interface SchemaIssue {
  /** `$` for the whole document, else like `contents[0].sha256`. */
  readonly path: string;
  /** One sentence, of `expected` and `actual`. */
  readonly message: string;
  readonly expected: string;
  readonly actual: string;
}

/** Collects the issues of one document while it is walked. */
export class Issues {
  readonly list: SchemaIssue[] = [];
  readonly #place: (string | number)[];

  constructor(place: readonly (string | number)[]) {
    this.#place = [...place];
  }

  get full(): boolean {
    return this.list.length >= MAX_SCHEMA_ISSUES;
  }

  /** An empty collection at the same place, for one of several alternatives. */
  branch(): Issues {
    return new Issues(this.#place);
  }

  enter(step: string | number): void {
    this.#place.push(step);
  }

  leave(): void {
    this.#place.pop();
  }

  wrong(expected: string, value: unknown): void {
    const actual = describe(value);
    this.add({ path: pathOf(this.#place), message: `must be ${expected}, but is ${actual}`, expected, actual });
  }

  missing(name: string, expected: string): void {
    const path = pathOf([...this.#place, name]);
    this.add({ path, message: `is missing; it must be ${expected}`, expected, actual: "nothing" });
  }

  unknown(name: string, value: unknown): void {
    const path = pathOf([...this.#place, name]);
    this.add({
      path,
      message: "is not a member of this document",
      expected: "no such member",
      actual: describe(value),
    });
  }

  /** The member at hand is read as `known` by readers that ignore letter case. */
  folded(name: string, known: string): void {
    const message = `${quote(name)} is read as "${known}" by readers that ignore letter case`;
    this.add({ path: pathOf(this.#place), message, expected: `"${known}", or another name`, actual: quote(name) });
  }

  add(issue: SchemaIssue): void {
    if (!this.full) this.list.push(issue);
  }

  /** Whether an issue is about the current value of the walk. */
  isHere(issue: SchemaIssue): boolean {
    return issue.path === pathOf(this.#place);
  }
}

export function pathOf(place: readonly (string | number)[]): string {
  let path = "";
  for (const step of place) {
    if (typeof step === "number") path += `[${step}]`;
    else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(step) || step.length > MAX_QUOTED) path += `[${quote(step)}]`;
    else path += path === "" ? step : `.${step}`;
  }
  return path === "" ? "$" : path;
}

function describe(value: unknown): string {
  if (typeof value === "string") return value === "" ? "empty text" : `the text ${quote(value)}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/**
 * Text of a document as a message may show it: in quotes, shortened, with everything escaped that a terminal could
 * act on or that would show as something else (control and format characters, odd spaces, line separators).
 */
export function quote(value: string): string {
  const points = Array.from(value.slice(0, 2 * MAX_QUOTED + 2));
  const shown = points.slice(0, MAX_QUOTED).join("");
  const escaped = JSON.stringify(shown).replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, escapeUnits);
  return points.length > MAX_QUOTED ? `${escaped}… (${value.length} UTF-16 units)` : escaped;
}

function escapeUnits(point: string): string {
  let escaped = "";
  for (let index = 0; index < point.length; index += 1) {
    escaped += `\\u${point.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return escaped;
}
