/** Members of one record after another, by name: texts of one form have them in the same places. */
import type { JsonOutline } from "../json/outline.ts";

/** The node of each member, or -1. */
export type MemberNodes<Name extends string> = Readonly<Record<Name, number>>;

export class RecordMembers<Name extends string> {
  readonly #names: readonly Name[];
  /** Kinds of records that alternate. */
  readonly #known = new WeakMap<object, MemberNodes<Name>>();
  /** Of a record without any of them. */
  readonly none: MemberNodes<Name>;
  #form: object | undefined;
  #nodes: MemberNodes<Name>;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.none = Object.fromEntries(names.map((name) => [name, -1])) as Record<Name, number>;
    this.#nodes = this.none;
  }

  /** Those of the record that `outline` lists. */
  of(outline: JsonOutline): MemberNodes<Name> {
    const { form } = outline;
    if (form !== undefined && form === this.#form) return this.#nodes;
    const known = form && this.#known.get(form);
    this.#form = form;
    this.#nodes = known ?? this.#find(outline);
    if (form !== undefined && known === undefined) this.#known.set(form, this.#nodes);
    return this.#nodes;
  }

  #find(outline: JsonOutline): MemberNodes<Name> {
    const found = this.#names.map((name) => [name, outline.member(outline.root, name)] as const);
    return Object.fromEntries(found) as Record<Name, number>;
  }
}
