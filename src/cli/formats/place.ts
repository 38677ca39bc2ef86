/** Where a pack is, as the reports of other tools say it. */
import { isAbsolute, relative, resolve, sep } from "node:path";

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
