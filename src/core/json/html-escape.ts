/** JSON as the Go encoder writes it. */

/**
 * The Go encoder's escapes. In a JSON text these five characters occur only inside strings, so the whole text can be
 * searched.
 */
export function escapeHtml(json: string): string {
  return json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
