/** Arguments that are not UTF-8: they arrive with U+FFFD in them, as other texts than were given. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { shownBytes } from "../../host/files/folder-walk.ts";

/** @throws GaitError `invalid_input` for an argument that can't be kept as it was given */
export function assertUtf8(argv: readonly string[]): void {
  const at = argv.findIndex((argument) => argument.includes("\ufffd"));
  if (at === -1) return;
  const given = givenArguments(argv.length);
  const wrong = given?.findIndex((argument) => !isUtf8(argument));
  if (wrong === -1) return;
  const [number, shown] =
    given?.[wrong ?? at] === undefined ? [at, ""] : [wrong ?? at, `: ${shownBytes(given[wrong ?? at]!)}`];
  throw new GaitError("invalid_input", `argument ${number + 1} is not UTF-8${shown}`, {
    hint: "Give text in UTF-8, and rename a file whose name is not UTF-8.",
  });
}

/** The arguments as the system has them; undefined where it does not show them. */
function givenArguments(count: number): readonly Buffer[] | undefined {
  try {
    const all = readFileSync("/proc/self/cmdline");
    const parts: Buffer[] = [];
    for (let start = 0; start < all.length; ) {
      const end = all.indexOf(0, start);
      parts.push(all.subarray(start, end < 0 ? all.length : end));
      start = (end < 0 ? all.length : end) + 1;
    }
    return parts.slice(-count);
  } catch {
    return undefined;
  }
}
