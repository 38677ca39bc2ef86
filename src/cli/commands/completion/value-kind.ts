/** What a value of the command line is, read off the name that the help gives it. */
import type { OptionSpec, PositionalSpec, ValueKind } from "../../command/command.ts";

/** By the words of the name, the first that fits. A test holds every name in the table of commands against it. */
const KINDS: readonly (readonly [words: RegExp, kind: ValueKind])[] = [
  [/\b(file|path|input|left|right)\b/i, "file"],
  [/\b(dir|folder)\b/i, "folder"],
  [/\b(n|seconds|port)\b/i, "number"],
  [/\b(id|job_id)\b/i, "id"],
];

/** Of a flag without value, `text`. */
export function valueKind(spec: OptionSpec | PositionalSpec): ValueKind {
  if (spec.kind !== undefined) return spec.kind;
  const name = "name" in spec ? spec.name : (spec.value ?? "");
  return KINDS.find(([words]) => words.test(name))?.[1] ?? "text";
}
