/**
 * The XML in which a server answers, as far as it is asked for: elements that hold elements or text (S3 API, ListObjectsV2
 * and errors). It comes from somebody else: no entity is expanded but the five of XML and numbers, and nothing is nested deep.
 */

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const MOST_LEVELS = 8;
const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ENTITY = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** The document's element; `undefined` for what is none. */
export function parseXml(text: string): XmlElement | undefined {
  const document: Open = { name: "", children: [], text: "" };
  const open: Open[] = [document];
  const pattern = new RegExp(TOKEN);
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const token = pattern.exec(text);
    if (token === null) return undefined;
    const [, slash, name, , isEmpty, characters] = token;
    const top = open.at(-1) as Open;
    if (characters !== undefined) top.text += characters;
    else if (name === undefined) continue;
    else if (slash === "/") {
      if (open.length === 1 || top.name !== name) return undefined;
      open.pop();
      (open.at(-1) as Open).children.push({ name, children: top.children, text: decoded(top.text) });
    } else if (isEmpty === "/") top.children.push({ name, children: [], text: "" });
    else if (open.length > MOST_LEVELS) return undefined;
    else open.push({ name, children: [], text: "" });
  }
  const [element, ...more] = document.children;
  return open.length === 1 && more.length === 0 && document.text.trim() === "" ? element : undefined;
}

/** What an element holds under a name, by its first such child. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return element?.children.find((child) => child.name === name)?.text;
}

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (all, hex?: string, digits?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? all;
    const point = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : "\ufffd";
  });
}
