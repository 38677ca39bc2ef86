/** What the value of a flag or positional is. */
import type { OptionSpec, PositionalSpec, ValueKind } from "./command.ts";

/** By the words of the name; the first match wins. A test checks every name in the table of commands. */
const KINDS: readonly (readonly [words: RegExp, kind: ValueKind])[] = [
  [/\b(file|path|input|left|right)\b/i, "file"],
  [/\b(dir|folder)\b/i, "folder"],
  [/\b(n|seconds|port)\b/i, "number"],
  [/\b(id|job_id)\b/i, "id"],
];

/** `text` for a flag without a value. */
export function valueKind(spec: OptionSpec | PositionalSpec): ValueKind {
  if (spec.kind !== undefined) return spec.kind;
  const name = "name" in spec ? spec.name : (spec.value ?? "");
  return KINDS.find(([words]) => words.test(name))?.[1] ?? "text";
}
