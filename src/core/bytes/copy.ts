/** A copy of fewer bytes is quicker by hand than by a view of them. */
const FEW_BYTES = 64;

/** Copies `from[start, end)` to the place `at` of `to`, which has the room. */
export function copyBytes(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): void {
  if (end - start > FEW_BYTES) to.set(from.subarray(start, end), at);
  else for (let p = start, q = at; p < end; p += 1, q += 1) to[q] = from[p] as number;
}

/** The bytes, or a copy of the first `used` of them that has room for so many more. */
export function withRoom(bytes: Uint8Array, used: number, more: number): Uint8Array {
  const needed = used + more;
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes.subarray(0, used));
  return larger;
}
