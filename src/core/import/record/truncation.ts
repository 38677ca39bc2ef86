/** Text that its writer cut: agents keep the beginning of a long output and say so in words of their own. */
import type { JsonValue } from "../../../schema/document/primitives.ts";

const CHARACTERS_CUT = /\.\.\. \[[\d,]+ characters truncated\] \.\.\./;
const TOKENS_CUT = /…[\d,]+ (?:tokens|chars) truncated…/;
const WARNING_LINE = /^Warning: truncated output/m;

/** Whether a text anywhere in the value was cut. */
export function isTruncated(value: JsonValue): boolean {
  if (typeof value === "string") return isCutText(value);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isTruncated);
  if (value["truncated"] === true && Object.hasOwn(value, "preview")) return true;
  return Object.keys(value).some((name) => isTruncated(value[name] as JsonValue));
}

function isCutText(text: string): boolean {
  if (text.startsWith("<persisted-output>")) return true;
  // One native search settles nearly all of them.
  if (!text.includes("truncated")) return false;
  return (
    text.endsWith("... [truncated]") || CHARACTERS_CUT.test(text) || TOKENS_CUT.test(text) || WARNING_LINE.test(text)
  );
}
