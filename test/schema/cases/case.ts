/** Tables of documents: one that fits its schema, and for each rule a change with the expected verdict. */

export type Change = (document: unknown) => void;

export interface Case {
  readonly rule: string;
  readonly fits: boolean;
  readonly document: unknown;
}

export interface DocumentCases {
  /** As in `schemas/v1`, without the extension. */
  readonly path: string;
  readonly good: unknown;
  readonly cases: readonly Case[];
}

export interface Table {
  readonly path: string;
  readonly good: object;
  /** Whether the document may have members that the schema does not list. */
  readonly closed: boolean;
  /** Required members, listed by hand: their source is the contract, not the schema. */
  readonly required: readonly string[];
  /** Optional members. */
  readonly optional: readonly string[];
  readonly fits: Readonly<Record<string, Change>>;
  readonly fails: Readonly<Record<string, Change>>;
}

export function documentCases(table: Table): DocumentCases {
  const { path, good, closed } = table;
  const cases: Case[] = [{ rule: "the unchanged document", fits: true, document: good }];
  const add = (rule: string, fits: boolean, change: Change) => {
    const document: unknown = structuredClone(good);
    change(document);
    cases.push({ rule, fits, document });
  };
  for (const name of table.required) add(`${name} must be there`, false, without(name));
  for (const name of table.required) add(`${name} is no list`, false, set(name, [[]]));
  for (const name of table.optional) add(`${name} may be absent`, true, without(name));
  add(closed ? "no unknown member" : "unknown members are left alone", !closed, set("unknown_member", 1));
  for (const name of ["__proto__", "constructor", "toString", ""]) {
    add(`a member named ${JSON.stringify(name)} is unknown too`, !closed, own(name, 1));
  }
  for (const [rule, change] of Object.entries(table.fits)) add(rule, true, change);
  for (const [rule, change] of Object.entries(table.fails)) add(rule, false, change);
  for (const value of [null, true, 1, "text", []]) {
    cases.push({ rule: `${JSON.stringify(value)} is no document`, fits: false, document: value });
  }
  return { path, good, cases };
}

/** Sets the member at `path`, like `contents.0.sha256`. */
export function set(path: string, value: unknown): Change {
  return (document) => {
    const { holder, name } = holderOf(document, path);
    holder[name] = value;
  };
}

export function without(path: string): Change {
  return (document) => {
    const { holder, name } = holderOf(document, path);
    delete holder[name];
  };
}

/** Sets a member of the document itself, even if its name is special in JavaScript. */
function own(name: string, value: unknown): Change {
  return (document) => {
    Object.defineProperty(document, name, { value, enumerable: true, configurable: true, writable: true });
  };
}

export function all(...changes: readonly Change[]): Change {
  return (document) => {
    for (const change of changes) change(document);
  };
}

function holderOf(document: unknown, path: string): { holder: Record<string, unknown>; name: string } {
  const names = path.split(".");
  const name = names.pop() ?? "";
  let holder = document as Record<string, unknown>;
  for (const step of names) holder = holder[step] as Record<string, unknown>;
  return { holder, name };
}

export const DIGEST = "0123456789abcdef".repeat(4);
export const TIME = "2026-02-02T02:15:00Z";
export const PAST_SAFE = Number.MAX_SAFE_INTEGER + 1;
