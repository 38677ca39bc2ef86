/** Text as a string of CSS (CSS Syntax Module 3, "consume an escaped code point"): all but letters, digits and spaces of ASCII is escaped. */
export function cssString(text: string): string {
  const escaped = Array.from(text, (character) =>
    /[A-Za-z0-9 ]/.test(character) ? character : `\\${(character.codePointAt(0) ?? 0).toString(16)} `,
  );
  return `"${escaped.join("")}"`;
}
