/** The arguments of a call as one short line for people, made without building what is not shown. */
import type { JsonOutline } from "../json/outline.ts";

/** Longest text; what is cut ends with `…`. */
export const MOST_ARGUMENT_TEXT = 160;

/** A member longer than this goes behind the others: a file's content would hide its name. */
const LONG = 96;

/** Bytes of a value that are looked at. A character has up to six, as an escape. */
const MOST_BYTES = 6 * MOST_ARGUMENT_TEXT;

/**
 * `command: npm test, timeout: 120000`; of `{"value": x}`, which stands for arguments that are no object, just x. `args` is a
 * node whose members are listed.
 */
export function argumentText(outline: JsonOutline, args: number): string {
  if (outline.kind(args) !== "object") return cut(valueText(outline, args));
  const members = outline.children(args);
  const [only] = members;
  if (members.length === 1 && only !== undefined && outline.isNamed(only, "value"))
    return cut(valueText(outline, only));
  const isLong = (node: number): boolean => outline.end(node) - outline.start(node) > LONG;
  const ordered = [...members.filter((node) => !isLong(node)), ...members.filter(isLong)];
  let text = "";
  for (const node of ordered) {
    if (text.length > MOST_ARGUMENT_TEXT) break;
    text += `${text === "" ? "" : ", "}${outline.name(node) ?? ""}: ${valueText(outline, node)}`;
  }
  return cut(text);
}

function valueText(outline: JsonOutline, node: number): string {
  const bytes = outline.bytes(node);
  const isText = outline.kind(node) === "string";
  if (bytes.length <= MOST_BYTES) return isText ? (outline.string(node) ?? "") : decoded(bytes);
  const start = decoded(bytes.subarray(0, MOST_BYTES));
  return `${isText ? textStarting(start) : start}…`;
}

/** The text of a JSON string that is cut somewhere, perhaps within an escape. */
function textStarting(json: string): string {
  const LONGEST_ESCAPE = 6;
  for (let end = json.length; end >= json.length - LONGEST_ESCAPE; end -= 1) {
    try {
      return JSON.parse(`${json.slice(0, end)}"`) as string;
    } catch {
      // Within an escape: a character less.
    }
  }
  return json;
}

/** Without the last character where only some of its bytes are there. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

function cut(text: string): string {
  if (text.length <= MOST_ARGUMENT_TEXT) return text;
  return `${text.slice(0, MOST_ARGUMENT_TEXT).replace(/[\ud800-\udbff]$/, "")}…`;
}
