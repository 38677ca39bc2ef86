/** Archives changed byte by byte, and in the fields of their records. */
import { concat } from "../core/zip/archive/builder.ts";
import type { SeededRandom } from "./random.ts";

const SIGNATURES = [0x04034b50, 0x02014b50, 0x06054b50, 0x08074b50, 0x06064b50, 0x07064b50];

/** Offsets from the record's beginning, and widths, of all fields of local header, central header and end record. */
const FIELDS: Readonly<Record<number, readonly (readonly [offset: number, width: 2 | 4])[]>> = {
  67324752: [
    [0, 4],
    ...([4, 6, 8, 10, 12, 26, 28] as const).map((offset) => [offset, 2] as const),
    ...([14, 18, 22] as const).map((offset) => [offset, 4] as const),
  ],
  33639248: [
    [0, 4],
    ...([4, 6, 8, 10, 12, 14, 28, 30, 32, 34, 36] as const).map((offset) => [offset, 2] as const),
    ...([16, 20, 24, 38, 42] as const).map((offset) => [offset, 4] as const),
  ],
  101010256: [
    [0, 4],
    ...([4, 6, 8, 10, 20] as const).map((offset) => [offset, 2] as const),
    ...([12, 16] as const).map((offset) => [offset, 4] as const),
  ],
};

const VALUES = [0, 1, 2, 8, 9, 20, 45, 0x0800, 0x0808, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff];

function records(view: DataView): { at: number; signature: number }[] {
  const found: { at: number; signature: number }[] = [];
  for (let at = 0; at + 4 <= view.byteLength; at += 1) {
    const signature = view.getUint32(at, true);
    if (signature in FIELDS) found.push({ at, signature });
  }
  return found;
}

/** One field of one record gets another value: a boundary value, one more or less, or another field's value. */
export function changeField(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const all = records(view);
  if (all.length === 0) return flip(bytes, random);
  const field = () => {
    const { at, signature } = random.pick(all);
    const [offset, width] = random.pick(FIELDS[signature] ?? []);
    return { at: Math.min(at + offset, changed.length - width), width };
  };
  const read = ({ at, width }: { at: number; width: 2 | 4 }): number =>
    width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  const target = field();
  const value = random.pick([
    () => random.pick(VALUES),
    () => read(target) + random.pick([-1, 1, -2, 2, 16]),
    () => read(field()),
    () => read(target) ^ (1 << random.below(8 * target.width)),
    () => random.pick(SIGNATURES),
  ])();
  if (target.width === 2) view.setUint16(target.at, value, true);
  else view.setUint32(target.at, value >>> 0, true);
  return changed;
}

function flip(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = bytes.slice();
  const at = random.below(changed.length);
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  return changed;
}

export function changeBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length);
  const to = Math.min(bytes.length, at + 1 + random.below(random.pick([1, 4, 30, 500])));
  const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
  const noise = Uint8Array.from({ length: 1 + random.below(8) }, () => random.below(256));
  return random.pick([
    () => flip(bytes, random),
    () => flip(bytes, random),
    () => concat(before, after),
    () => concat(before, part, part, after),
    () => concat(before, noise, after),
    () => concat(before, noise, part, after),
    () => concat(after, before),
    () => before.slice(),
    () => concat(bytes, noise),
    () => concat(bytes, part),
    () => concat(part, bytes),
  ])();
}
