/** The descriptions of the table of commands as what they are made of, for whoever sets them anew: manual page, docs. */

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "terms"; readonly terms: readonly Term[] };

export interface Term {
  readonly term: string;
  readonly text: string;
}

/** Lines that begin with two spaces are terms, each with its text two spaces behind it; others make paragraphs. */
export function blocksOf(description: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let terms: Term[] = [];
  const close = (): void => {
    if (lines.length > 0) blocks.push({ kind: "text", text: lines.join(" ") });
    if (terms.length > 0) blocks.push({ kind: "terms", terms });
    lines = [];
    terms = [];
  };
  for (const line of description.split("\n")) {
    const [, term, text] = /^ {2}(\S(?:.*?\S)?) {2,}(.*)$/.exec(line) ?? [];
    if (line === "" || (term === undefined ? terms.length > 0 : lines.length > 0)) close();
    if (term !== undefined && text !== undefined) terms.push({ term, text });
    else if (line !== "") lines.push(line.trim());
  }
  close();
  return blocks;
}
