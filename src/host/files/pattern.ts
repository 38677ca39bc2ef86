/** File name patterns as shells have them: `*`, `?`, `[a-z]`, `[!a-z]` within a name, `**` for any number of folders. */

/** Whether a text has wildcards. */
export function isPattern(text: string): boolean {
  return /[*?[]/.test(text);
}

/** Matches one part of a pattern. A name that starts with a dot matches only a part that does. */
export function nameTest(part: string): (name: string) => boolean {
  const expression = new RegExp(`^${part.replace(/\*+|\?|\[([!^]?)(\]?[^\]]*)\]|[^*?[]+|\[/gu, expressionOf)}$`, "su");
  const wantsDot = part.startsWith(".");
  return (name) => (wantsDot || !name.startsWith(".")) && expression.test(name);
}

function expressionOf(token: string, not: string | undefined, members: string | undefined): string {
  if (token.startsWith("*")) return ".*";
  if (token === "?") return ".";
  if (members === undefined) return RegExp.escape(token);
  // Of the marks that mean something in a class, only the dash keeps its meaning; a range that runs backwards has nothing.
  const set = members.replace(/[\\\]^[&~|]/g, "\\$&");
  try {
    const expression = `[${not === "" ? "" : "^"}${set}]`;
    new RegExp(expression, "u");
    return expression;
  } catch {
    return not === "" ? "(?!)" : ".";
  }
}
