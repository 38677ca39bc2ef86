/**
 * A piece of a page as data. Evidence is in it as text and never as markup: whoever makes a document of it (the DOM of a
 * browser, the text of an HTML file) writes text as text, and `printable`.
 */

/** Attributes in the order given; a value of `true` stands for an attribute without one. */
export interface MarkupElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | true>>;
  readonly children: readonly Markup[];
}

export type Markup = string | MarkupElement;

/** An attribute that is `undefined` and a child that is `undefined` are left out, so that conditions can stand in a call. */
export function el(
  tag: string,
  attributes: Readonly<Record<string, string | true | undefined>> = {},
  ...children: readonly (Markup | undefined)[]
): MarkupElement {
  const given = Object.entries(attributes).filter((entry): entry is [string, string | true] => entry[1] !== undefined);
  for (const [name, value] of given) assertHarmless(name, value);
  return {
    tag,
    attributes: Object.fromEntries(given),
    children: children.filter((child): child is Markup => child !== undefined),
  };
}

/** Tags and attributes are this program's own words; these would run or load something all the same. */
const ACTIVE = /^(on.*|style|src|srcdoc|href|xlink:href|action|formaction)$/i;

/** To a place of the same page; evidence makes no links. */
const OWN_PLACE = /^#[a-z0-9-]+$/;

function assertHarmless(attribute: string, value: string | true): void {
  if (attribute === "href" && value !== true && OWN_PLACE.test(value)) return;
  if (ACTIVE.test(attribute)) throw new TypeError(`markup has no attribute ${attribute}`);
}
