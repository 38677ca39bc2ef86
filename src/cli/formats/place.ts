/** Where a pack is, as the reports of other tools say it. */
import { statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { withFileErrors } from "../../host/files/errno.ts";

/**
 * A path as reports name it: relative to the base folder where that was given and holds it, else as it was given.
 * @param base the folder of `--base-dir`: relative to `cwd`, or absolute
 */
export function placed(
  path: string,
  { base, cwd }: { readonly base: string | undefined; readonly cwd: string },
): string {
  if (base === undefined) return path;
  const absolute = resolve(cwd, path);
  const within = relative(resolve(cwd, base), absolute);
  const isOutside = within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within);
  return (isOutside ? absolute : within).replaceAll(sep, "/");
}

/** @throws GaitError `not_found`, or `invalid_input` for what is no folder: no path would be relative to it */
export function assertFolder(base: string, cwd: string): void {
  if (withFileErrors("read", base, () => statSync(resolve(cwd, base))).isDirectory()) return;
  throw new GaitError("invalid_input", `--base-dir ${base} is not a folder`, {
    hint: "Give the folder that reports name files from, as the checkout.",
  });
}
