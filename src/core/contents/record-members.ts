/** Members of one record after another, by name: texts of one form have them in the same places. */
import type { JsonOutline } from "../json/outline.ts";

export class RecordMembers<Name extends string> {
  readonly #names: readonly Name[];
  #form: object | undefined;
  #nodes: Readonly<Record<Name, number>>;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#nodes = Object.fromEntries(names.map((name) => [name, -1])) as Record<Name, number>;
  }

  /** The node of each member of the record that `outline` lists, or -1. */
  of(outline: JsonOutline): Readonly<Record<Name, number>> {
    const { form } = outline;
    if (form !== undefined && form === this.#form) return this.#nodes;
    const found = this.#names.map((name) => [name, outline.member(outline.root, name)] as const);
    this.#nodes = Object.fromEntries(found) as Record<Name, number>;
    this.#form = form;
    return this.#nodes;
  }
}
