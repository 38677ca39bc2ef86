/**
 * A piece of a page as data. Evidence is always text in it, never markup: code that renders it (to a browser's DOM or
 * an HTML file) must write text as text, through `printable`.
 */

/** Attributes in the order given; `true` means an attribute without a value. */
export interface MarkupElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | true>>;
  readonly children: readonly Markup[];
}

export type Markup = string | MarkupElement;

/** Attributes and children that are `undefined` are left out, so that calls can use conditions. */
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

/** Tags and attributes come from this program; these are still refused, since they run or load something. */
const ACTIVE = /^(on.*|style|src|srcdoc|href|xlink:href|action|formaction)$/i;

/** To a place on the same page; evidence never becomes a link. */
const OWN_PLACE = /^#[a-z0-9-]+$/;

function assertHarmless(attribute: string, value: string | true): void {
  if (attribute === "href" && value !== true && OWN_PLACE.test(value)) return;
  if (ACTIVE.test(attribute)) throw new TypeError(`markup has no attribute ${attribute}`);
}
