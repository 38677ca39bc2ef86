/** The text that the self-test deflates and inflates. */
export const TEXT =
  "The pack is evidence only as far as a stranger can check it. aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa " +
  "Grüße, 世界, 😀; 0123456789 0123456789 0123456789 abcabcabcabc. " +
  "A stranger can check it only as far as the bytes are the same.\n";
