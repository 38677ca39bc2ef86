/** Byte order marks, which editors on Windows put at the beginning of a text (RFC 3629 section 6). */

/** `bytes` without the mark of UTF-8, and whether they begin with the mark of UTF-16 instead. */
export function withoutByteOrderMark(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly isUtf16: boolean } {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { bytes: bytes.subarray(3), isUtf16: false };
  return { bytes, isUtf16: (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) };
}
